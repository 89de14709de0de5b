#include "repeating.h"

#include <fmt/format.h>

#include "print.h"
#include "ridgeline/repeat.h"
#include "ridgeline/report.h"

namespace ridgeline::cli {

int repeat_runs(const Context& context, SaveFlags saving, unsigned times, std::uint64_t first_seed,
                const std::function<Result<Run>(std::uint64_t seed)>& measure, const InputsOf& inputs) {
  std::vector<Repetition> done;
  Run first;
  int code = exit_fine;
  const std::atomic<bool>& stop = stop_flag();
  for (unsigned i = 0; i < times && code != exit_bad_input && !stop; ++i) {
    Repetition repetition;
    repetition.seed = first_seed + i;
    auto run = measure(repetition.seed);
    if (!run) {
      code = fail(run.error());
      break;
    }
    repetition.summary = summarize(*run);
    repetition.interrupted = run->interrupted;
    progress(fmt::format("run {} of {}, seed {}: {}", i + 1, times, repetition.seed,
                         repetition.summary.verdict.valid ? "VALID" : "INVALID"));
    // By the first run, as every run is named by what it holds.
    if (i == 0) saving.tags.push_back("repeat-" + run_id(*run));
    const auto kept = saving.keep(context, *run, repetition.summary, inputs);
    repetition.id = kept.id;
    if (!repetition.summary.verdict.valid) code = exit_failed;
    if (kept.code != exit_fine) code = kept.code;
    done.push_back(std::move(repetition));
    if (i == 0) first = *std::move(run);
  }
  if (done.empty()) return code == exit_fine ? exit_failed : code;
  const std::string tag = done.front().id.empty() ? "" : saving.tags.back();
  print_out("{}", context.json ? report::json(first, done, tag) : report::text(first, done, tag));
  return code;
}

}  // namespace ridgeline::cli
