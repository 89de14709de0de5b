#include "ridgeline/repeat.h"

#include "stats/mean.h"

namespace ridgeline {
namespace {

double value_of(const Estimate& e) { return e.value; }
double value_of(Seconds t) { return t.value(); }

template <class Figure>
std::optional<Estimate> over_runs(const std::vector<Repetition>& runs,
                                  std::optional<Figure> Summary::* figure) {
  std::vector<double> values;
  for (const Repetition& run : runs) {
    if (run.interrupted) continue;
    if (!(run.summary.*figure)) return std::nullopt;
    values.push_back(value_of(*(run.summary.*figure)));
  }
  if (values.empty()) return std::nullopt;
  Estimate e;
  e.value = stats::mean(values);
  if (const auto interval = stats::mean_interval(values)) {
    e.low = interval->low;
    e.high = interval->high;
  }
  return e;
}

}  // namespace

RepeatedFigures figures_of(const std::vector<Repetition>& runs) {
  RepeatedFigures f;
  for (const Repetition& run : runs) {
    if (run.interrupted) continue;
    ++f.runs;
    f.valid += run.summary.verdict.valid;
  }
  f.mean = over_runs(runs, &Summary::mean);
  f.p50 = over_runs(runs, &Summary::p50);
  f.p90 = over_runs(runs, &Summary::p90);
  f.p99 = over_runs(runs, &Summary::p99);
  f.throughput = over_runs(runs, &Summary::throughput);
  f.ttft_p99 = over_runs(runs, &Summary::ttft_p99);
  f.tpot_p99 = over_runs(runs, &Summary::tpot_p99);
  f.lateness_p99 = over_runs(runs, &Summary::lateness_p99);
  return f;
}

}  // namespace ridgeline
