#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "app.h"
#include "base/file.h"
#include "ridgeline/study_report.h"

namespace ridgeline::cli {
namespace {

struct ExploreFlags {
  std::string study, csv, svg, journal;
  StudyOverrides overrides;
  ExploreOptions options;
  bool resume = false;
};

/// Says how far it is, every few seconds.
class Reporter {
 public:
  void operator()(const ExploreProgress& p) {
    const auto now = Clock::now();
    if (first_.points == 0 || p.stage != first_.stage) {
      first_ = p;
      started_ = last_ = now;
      return;
    }
    if (now - last_ < std::chrono::seconds(3)) return;
    last_ = now;
    const double seconds = std::chrono::duration<double>(now - started_).count();
    const double rate = static_cast<double>(p.explored - first_.explored) / seconds;
    progress(fmt::format("{}: {} of {} points ({:.1f} %), {:.0f} s to go", p.stage, p.explored, p.points,
                         100 * static_cast<double>(p.explored) / static_cast<double>(p.points),
                         static_cast<double>(p.points - p.explored) / rate));
  }
  /// Whether the last time was long ago.
  bool keeps_now() {
    const auto now = Clock::now();
    if (now - kept_ < std::chrono::seconds(30)) return false;
    kept_ = now;
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;
  ExploreProgress first_;
  Clock::time_point started_, last_, kept_ = Clock::now();
};

struct Explored {
  Study study;
  StudyResult result;
};

Result<Explored> solve(const Context& context, const ExploreFlags& flags, const std::string& journal) {
  const std::atomic<bool>& stop = stop_flag();
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(calibrations, load_calibrations(context, ""));
  RIDGELINE_TRY(text, read_file(flags.study));
  RIDGELINE_TRY(study, read_study(text, flags.study, catalog, calibrations, flags.overrides));
  ExploreOptions options = flags.options;
  if (flags.resume) {
    const auto kept = read_file(journal);
    if (!kept) return bad_input(fmt::format("--resume: {}: no journal of an interrupted study", journal));
    options.resume = *kept;
  }
  Reporter reporter;
  Status kept = Status::success();
  options.stop = &stop;
  options.progress = [&](const ExploreProgress& p) { reporter(p); };
  options.wants_journal = [&] { return reporter.keeps_now(); };
  options.keep_journal = [&](const std::string& state) { kept = write_file(journal, state); };
  auto result = explore(study, options);
  if (!result) {
    if (options.resume) return bad_input(fmt::format("{}: {}", journal, result.error().message));
    return result.error();
  }
  if (result->interrupted()) {
    if (!kept) return kept.error();
    progress(fmt::format("interrupted; what is known is in {}, and --resume goes on from there", journal));
  } else {
    std::error_code ignored;
    std::filesystem::remove(journal, ignored);
  }
  return Explored{std::move(study), *std::move(result)};
}

Status write_pictures(const ExploreFlags& flags, const Explored& solved) {
  if (!flags.csv.empty()) RIDGELINE_CHECK(write_file(flags.csv, report::csv(solved.study, solved.result)));
  if (flags.svg.empty()) return Status::success();
  const auto picture = report::svg(solved.study, solved.result);
  if (!picture) return bad_input(fmt::format("--svg: {}", picture.error().message));
  return write_file(flags.svg, *picture);
}

int run(const Context& context, const ExploreFlags& flags) {
  const std::string journal = flags.journal.empty() ? flags.study + ".journal" : flags.journal;
  const auto solved = solve(context, flags, journal);
  if (!solved) return fail(solved.error());
  fmt::print("{}", context.json ? report::json(solved->study, solved->result)
                                : report::text(solved->study, solved->result));
  if (const auto written = write_pictures(flags, *solved); !written) return fail(written.error());
  if (solved->result.interrupted()) return exit_failed;
  return solved->result.front.empty() && solved->result.unknown.empty() ? exit_infeasible : exit_fine;
}

}  // namespace

void add_explore(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ExploreFlags>();
  CLI::App* command = add_command(
      app, context, "explore", "The best deployments of a space: Pareto front, and why the rest fell",
      "  ridgeline explore examples/studies/llama-70b.yaml\n"
      "  ridgeline explore study.yaml --price-per-hour 2.5 --csv front.csv --svg front.svg\n"
      "  ridgeline explore study.yaml --json > study.json\n"
      "  ridgeline explore study.yaml --resume\n"
      "Ctrl-C ends with what is known and keeps a journal. Exit codes: 1 interrupted, 3 when no point keeps "
      "to the constraints.",
      [&context, flags] { return run(context, *flags); });
  command->add_option("study", flags->study, "Study file (docs/explore.md)")->required();
  command->add_option("--csv", flags->csv, "Write the front to this file");
  command->add_option("--svg", flags->svg,
                      "Write a picture of the front to this file (two objectives or more)");
  command->add_option("--top", flags->overrides.top, "How many of the best by the first objective to list");
  command->add_option("--price-per-hour", flags->overrides.price_per_hour, "Of every device, in dollars")
      ->check(CLI::PositiveNumber);
  command->add_option("--threads", flags->options.threads, "Default: all cores; the result is the same");
  command->add_option("--max-points", flags->options.most_points,
                      "Stop after so many more points, as Ctrl-C would");
  command->add_flag("--resume", flags->resume, "Go on where an interrupted study ended");
  command->add_option("--journal", flags->journal,
                      "Where that is kept; default: beside the study, STUDY.journal");
}

}  // namespace ridgeline::cli
