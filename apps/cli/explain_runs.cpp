#include "explain_runs.h"

#include <fmt/format.h>

#include <cstdio>

#include "named_run.h"
#include "output.h"

namespace ridgeline::cli {
namespace {

Status solve(const Context& context, const ExplainRuns& flags) {
  RIDGELINE_TRY(a, load_run(flags.runs[0], flags.store));
  RIDGELINE_TRY(b, load_run(flags.runs[1], flags.store));
  RunComparison how = flags.how;
  if (flags.pairing != "auto") how.paired = flags.pairing == "yes";
  RIDGELINE_TRY(difference, compare(a.run, b.run, how));
  if (context.json) {
    print_document(context, report::json(difference, a, b, how), {});
  } else if (context.markdown) {
    print_plain(context, report::markdown(difference, a, b, how));
  } else {
    print_text(context, report::text(difference, a, b, how));
  }
  return Status::success();
}

}  // namespace

void add_explain_runs(CLI::App& explain, ExplainRuns& flags) {
  std::vector<CLI::Option*> required =
      explain.get_options([](const CLI::Option* option) { return option->get_required(); });
  explain
      .add_option("runs", flags.runs,
                  "Two runs, A and B: files, or ids of kept runs; or files of two predictions")
      ->expected(0, 2)
      ->each([required](const std::string&) {
        for (CLI::Option* option : required) option->required(false);
      });
  explain.add_option("--store", flags.store, "File of kept runs");
  explain.add_option("--paired", flags.pairing, "Whether query i of A is query i of B: auto, yes or no")
      ->check(CLI::IsMember({"auto", "yes", "no"}));
  explain.add_option("--replicas", flags.how.replicas, "Of the block bootstrap");
  explain.add_option("--resampling-seed", flags.how.seed, "Of the block bootstrap");
  explain.add_option("--detect", flags.how.detect, "Relative change that queries are counted for");
}

int explain_runs(const Context& context, const ExplainRuns& flags) {
  if (flags.runs.size() != 2)
    return fail(bad_input("explain: one run alone has no difference; give two, A and B"));
  if (const Status solved = solve(context, flags); !solved) return fail(solved.error());
  return exit_fine;
}

}  // namespace ridgeline::cli
