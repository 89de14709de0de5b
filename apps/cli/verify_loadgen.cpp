#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app.h"
#include "print.h"
#include "ridgeline/loadgen.h"

namespace ridgeline::cli {
namespace {

int show(const Context& context, const std::string& file, const Result<LoadGenCheck>& check) {
  if (!check) return fail(check.error());
  const bool same = !check->difference;
  if (context.json) {
    nlohmann::json document = {
        {"file", file}, {"format", check->format}, {"rows", check->rows}, {"same", same}};
    if (!same) document["difference"] = *check->difference;
    print_out("{}\n", document.dump(2));
  } else if (same) {
    print_out("{}: {}, {} rows, all as LoadGen has them\n", file, check->format, check->rows);
  } else {
    print_out("{}: {}, row {} differs\n  {}\n", file, check->format, check->rows, *check->difference);
  }
  return same ? exit_fine : exit_failed;
}

}  // namespace

void add_verify_loadgen(CLI::App& app, Context& context) {
  const auto file = std::make_shared<std::string>();
  CLI::App* command =
      add_command(app, context, "verify-loadgen",
                  "Check schedules and early stopping against recorded results of LoadGen",
                  "  ridgeline verify-loadgen schedules.csv\n"
                  "A CSV file of schedules (schedule_rng_seed, target_qps ... reproduced_query_count) or of "
                  "early stopping\n"
                  "(percentile, queries, would_discard), or a JSON file of random numbers.\n"
                  "Exit code 1 and the first difference when a row differs, 2 when the file cannot be read.",
                  [&context, file] { return show(context, *file, verify_loadgen(*file)); });
  command->add_option("file", *file, "The recorded results")->required();
}

}  // namespace ridgeline::cli
