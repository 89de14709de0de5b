#include "report/tail.h"

#include <fmt/format.h>

#include "app.h"
#include "options.h"
#include "output.h"
#include "ridgeline/tail.h"
#include "tail_samples.h"

namespace ridgeline::cli {
namespace {

struct TailFlags {
  std::string mean, sd, samples, metric, expected_interval;
  std::vector<double> percentiles;
  std::vector<std::uint64_t> parts;
  double target = 99;
};

struct Solved {
  Tail tail;
  std::string origin;
};

Result<TailOptions> options_of(const TailFlags& flags) {
  TailOptions options;
  if (!flags.percentiles.empty()) options.percentiles.clear();
  for (const double p : flags.percentiles) options.percentiles.push_back(p / 100);
  if (!flags.parts.empty()) options.parts = flags.parts;
  options.target = flags.target / 100;
  if (!flags.expected_interval.empty()) {
    RIDGELINE_TRY(interval, parse_duration(flags.expected_interval, "--expected-interval"));
    options.expected_interval = interval;
  }
  return options;
}

Result<Solved> solve(const TailFlags& flags) {
  const bool moments = !flags.mean.empty() || !flags.sd.empty();
  if (moments == !flags.samples.empty() || flags.mean.empty() != flags.sd.empty())
    return bad_input("tail: give either --mean and --sd, or --samples FILE");
  RIDGELINE_TRY(options, options_of(flags));
  Solved solved;
  if (moments) {
    LatencyMoments given;
    RIDGELINE_TRY(mean, parse_duration(flags.mean, "--mean"));
    RIDGELINE_TRY(sd, parse_duration(flags.sd, "--sd"));
    given.mean = mean;
    given.sd = sd;
    RIDGELINE_TRY(tail, tail_of_moments(given, options));
    solved.tail = std::move(tail);
    solved.origin = "mean and standard deviation as given";
  } else {
    RIDGELINE_TRY(samples, read_samples(flags.samples, flags.metric));
    RIDGELINE_TRY(tail, tail_of_samples(samples.latencies, options));
    solved.tail = std::move(tail);
    solved.origin = std::move(samples.origin);
  }
  return solved;
}

int run(const Context& context, const TailFlags& flags) {
  const auto solved = solve(flags);
  if (!solved) return fail(solved.error());
  if (context.json) {
    print_document(context, report::json(solved->tail, solved->origin), {});
  } else {
    print_plain(context, report::text(solved->tail, solved->origin));
  }
  return exit_fine;
}

}  // namespace

void add_tail(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<TailFlags>();
  CLI::App* command =
      add_command(app, context, "tail",
                  "What mean and SD say of P99 and beyond, what a sample supports, and what a fan-out sees",
                  "  ridgeline tail --mean 10ms --sd 5ms\n"
                  "  ridgeline tail --samples latencies.csv --expected-interval 10ms\n"
                  "  ridgeline simulate resnet-50 l4 --scenario server --qps 800 --json > run.json; "
                  "ridgeline tail --samples "
                  "run.json",
                  [&context, flags] { return run(context, *flags); });
  command->add_option("--mean", flags->mean, "Mean latency, such as 10ms; with --sd");
  command->add_option("--sd", flags->sd, "Standard deviation of the latency, such as 5ms");
  command->add_option(
      "--samples", flags->samples,
      "Latencies in order of issue: a .csv with a column such as latency_ms, or a run's .json");
  command->add_option("--metric", flags->metric,
                      "Column of the .csv (default: the first with a unit); of a run latency, ttft or tpot");
  command->add_option("--expected-interval", flags->expected_interval,
                      "Correct for coordinated omission: a closed loop meant to issue one query in so long");
  command->add_option("--percentiles", flags->percentiles, "Such as 50,99,99.9")->delimiter(',');
  command->add_option("--parts", flags->parts, "Fan-outs or devices that a whole waits for, such as 8,64,512")
      ->delimiter(',');
  command->add_option("--target", flags->target, "Percentile that the whole is held to")
      ->capture_default_str();
}

}  // namespace ridgeline::cli
