#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "app.h"
#include "base/file.h"
#include "print.h"
#include "ridgeline/study_report.h"
#ifdef RIDGELINE_LIVE
#include "options.h"
#include "ridgeline/cluster.h"
#endif
#ifdef RIDGELINE_SEARCH
#include "ridgeline/search.h"
#endif
#include "study_flags.h"
#include "study_saving.h"

namespace ridgeline::cli {
namespace {

struct ExploreFlags {
  std::string study, csv, svg, journal;
  StudyOverrides overrides;
  ExploreOptions options;
  StudyFlags in_place;
  SaveFlags save;
  bool resume = false, print_study = false;
  std::string lost_after = "20s";
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
    progress(fmt::format("{}: {} of {} {} ({:.1f} %), {:.0f} s to go", p.stage, p.explored, p.points,
                         p.stage == "searching" ? "generations" : "points",
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

/// The file's, or what the flags say in its place.
Result<std::string> study_text(const ExploreFlags& flags) {
  if (flags.study.empty()) {
    if (!flags.in_place.given())
      return bad_input(
          "give a study file, or --model, --hardware ... in its place; see `ridgeline explore --help`");
    return flags.in_place.text(flags.overrides.price_per_hour);
  }
  if (flags.in_place.given())
    return bad_input(fmt::format("{}: a study file, and {} in place of one; give one of them", flags.study,
                                 flags.in_place.names()));
  return read_file(flags.study);
}

int print_study(const ExploreFlags& flags) {
  const auto text = study_text(flags);
  if (!text) return fail(text.error());
  print_out("{}", *text);
  return exit_fine;
}

#ifdef RIDGELINE_LIVE
/// As one process of a job; nothing where another one has the result.
Result<std::optional<StudyResult>> solve_together(const Study& study, const ExploreOptions& options,
                                                  const ExploreFlags& flags) {
  if (study.search) return bad_input("a search runs in one process; start it without mpirun");
  ClusterOptions cluster;
  RIDGELINE_TRY(lost_after, parse_duration(flags.lost_after, "--lost-after"));
  cluster.lost_after = lost_after;
  cluster.note = [](const std::string& line) { progress(line); };
  const std::filesystem::path program = program_file();
  std::signal(SIGTERM, [](int) { std::raise(SIGINT); });  // as mpirun passes Ctrl-C on
  RIDGELINE_TRY(transport, open_mpi(program.parent_path().string()));
  return explore_together(study, options, *transport, cluster);
}
#else
std::optional<int> mpi_rank() { return std::nullopt; }
Result<std::optional<StudyResult>> solve_together(const Study&, const ExploreOptions&, const ExploreFlags&) {
  return std::optional<StudyResult>();
}
#endif

Result<std::optional<StudyResult>> solve(const Study& study, const ExploreOptions& options,
                                         const ExploreFlags& flags) {
  if (mpi_rank()) return solve_together(study, options, flags);
  RIDGELINE_TRY(result, explore(study, options));
  return std::optional<StudyResult>(std::move(result));
}

/// Nothing where another process of the job has the result.
Result<std::optional<Explored>> solve(const Context& context, const ExploreFlags& flags,
                                      const std::string& journal) {
  const std::atomic<bool>& stop = stop_flag();
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(calibrations, load_calibrations(context, ""));
  RIDGELINE_TRY(text, study_text(flags));
  const std::string path = flags.study.empty() ? "the flags' study" : flags.study;
  RIDGELINE_TRY(study, read_study(text, path, catalog, *calibrations, flags.overrides));
  ExploreOptions options = flags.options;
  if (flags.resume && study.search)
    return bad_input(
        "--resume: a search keeps no journal; begin anew: the same seed chooses the same points");
  if (flags.resume && mpi_rank().value_or(0) == 0) {
    const auto kept = read_file(journal);
    if (!kept) return bad_input(fmt::format("--resume: {}: no journal of an interrupted study", journal));
    options.resume = *kept;
  }
#ifdef RIDGELINE_SEARCH
  options.search = search_nsga2;
#endif
  Reporter reporter;
  Status kept = Status::success();
  options.stop = &stop;
  options.progress = [&](const ExploreProgress& p) { reporter(p); };
  options.wants_journal = [&] { return reporter.keeps_now(); };
  options.keep_journal = [&](const std::string& state) { kept = write_file(journal, state); };
  auto solved = solve(study, options, flags);
  if (!solved) {
    if (options.resume) return bad_input(fmt::format("{}: {}", journal, solved.error().message));
    return solved.error();
  }
  std::optional<StudyResult>& result = *solved;
  if (!result) return std::optional<Explored>();
  if (result->interrupted() && study.search) {
    progress("interrupted; what is known is of the points seen. The same seed begins in the same way");
  } else if (result->interrupted()) {
    if (!kept) return kept.error();
    progress(fmt::format("interrupted; what is known is in {}, and --resume goes on from there", journal));
  } else {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(journal, ignored)) std::filesystem::remove(journal, ignored);
  }
  return std::optional<Explored>(Explored{std::move(study), *std::move(result)});
}

Status write_pictures(const ExploreFlags& flags, const Explored& solved) {
  if (!flags.csv.empty()) RIDGELINE_CHECK(write_file(flags.csv, report::csv(solved.study, solved.result)));
  if (flags.svg.empty()) return Status::success();
  const auto picture = report::svg(solved.study, solved.result);
  if (!picture) return bad_input(fmt::format("--svg: {}", picture.error().message));
  return write_file(flags.svg, *picture);
}

int run(const Context& context, const ExploreFlags& flags) {
  if (flags.print_study) return print_study(flags);
  const std::string study = flags.study.empty() ? "explore" : flags.study;
  const std::string journal = flags.journal.empty() ? study + ".journal" : flags.journal;
  const auto answer = solve(context, flags, journal);
  if (!answer) return fail(answer.error());
  const std::optional<Explored>& solved = *answer;
  if (!solved) return exit_fine;
  if (host()) host()->results.emplace_back(*solved);
  print_out("{}", context.json ? report::json(solved->study, solved->result)
                               : report::text(solved->study, solved->result));
  if (const auto written = write_pictures(flags, *solved); !written) return fail(written.error());
  if (const int kept = keep_study(context, flags.save, solved->study, solved->result); kept != exit_fine)
    return kept;
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
      "  mpirun -n 4 ridgeline explore study.yaml\n"
      "  ridgeline explore --model llama-3.1-70b --hardware h100,h200 --precision fp8 --tp 1,2,4,8 "
      "--concurrency "
      "1..256x2 \\\n"
      "    --minimise cost_per_mtok --maximise tokens_per_user --constraint 'ttft < 500ms' --print-study\n"
      "Values are lists (1,2,4) or ranges: 1..64x2 by factors, 16..128+16 by steps, 1..64 for --search.\n"
      "Ctrl-C ends with what is known and keeps a journal. Exit codes: 1 interrupted, 3 when no point keeps "
      "to the constraints.",
      [&context, flags] { return run(context, *flags); });
  command->add_option("study", flags->study, "Study file (docs/explore.md)");
  flags->in_place.add_to(*command);
  command->add_flag("--print-study", flags->print_study, "Print the file that the flags stand for, and end");
  flags->save.add_to(*command, SaveFlags::When::asked);
  if (auto* save = command->get_option_no_throw("--save"); save != nullptr) {
    save->description("Keep the result in the store: see `ridgeline studies`");
    command->get_option("--tag")->description("Of the kept study; again for more");
    command->get_option("--note")->description("Beside the kept study");
    command->get_option("--store")->description("File of kept runs and studies");
  }
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
#ifdef RIDGELINE_LIVE
  command
      ->add_option("--lost-after", flags->lost_after,
                   "With mpirun: the points of a process that is silent for so long go to others")
      ->capture_default_str();
#endif
  command->add_option(
      "--journal", flags->journal,
      "Where that is kept; default: beside the study, STUDY.journal; of flags explore.journal");
}

}  // namespace ridgeline::cli
