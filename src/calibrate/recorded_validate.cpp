// Recorded runs played again: their errors, and the few coefficients that one of them can determine.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "calibrate/errors.h"
#include "ridgeline/simulator_validation.h"

namespace ridgeline {
namespace {

/// What a run determines: the two roofs, the cache's part of the second, and the time of a pass.
constexpr std::array<const char*, 4> fitted_names{"gemm", "memory", "cache_memory", "per_step"};
constexpr std::size_t slices = 10;    // of the requests, in order of arrival; each has its mean times
constexpr double prior_weight = 0.1;  // of a prior's residual, against an error of 100 %
constexpr double first_step = 0.32, last_step = 0.01;  // of a logarithm

TokenLengths mean_length(const std::vector<TokenLengths>& lengths) {
  std::uint64_t input = 0, output = 0;
  for (const TokenLengths& l : lengths) input += l.input, output += l.output;
  return {static_cast<std::uint32_t>(input / lengths.size()),
          static_cast<std::uint32_t>(output / lengths.size())};
}

Result<Run> play(const RecordedRun& run, const Catalog& catalog, Calibration calibration) {
  RIDGELINE_TRY(model, catalog.model(run.model));
  RIDGELINE_TRY(in_catalog, catalog.hardware(run.hardware));
  Hardware hardware = *in_catalog;
  if (run.link) {
    hardware.links.insert(hardware.links.begin(), *run.link);
    calibration.hop = run.link->latency->value;
    // Nobody measured what collectives reach of this link; fits are of NVLink, and say nothing of it.
    calibration.link_efficiency = coefficients()[*find_coefficient("link")].prior;
  }
  ContinuousOptions options;
  options.precision = run.precision;
  options.worker = {run.parallelism, 1};
  options.limits = run.limits;
  options.lengths = mean_length(run.schedule.lengths);
  for (const TokenLengths& l : run.schedule.lengths)
    options.longest = std::max(options.longest, l.input + l.output);
  options.memory_fraction = run.memory_fraction;
  RIDGELINE_TRY(system, make_continuous_system(*model, hardware, options, calibration));
  system.windows = 0;
  return simulate_continuous(run.schedule, system);
}

void add_quantile(PlayedRun& played, const char* name, const std::optional<Estimate>& measured,
                  const std::optional<Estimate>& simulated) {
  if (!measured || !simulated) return;
  const bool tail = std::string_view(name).substr(std::string_view(name).size() - 3) == "P99";
  played.quantiles.push_back({name, tail, Seconds(measured->value), Seconds(simulated->value),
                              100 * (simulated->value / measured->value - 1)});
}

PlayedRun compare(const RecordedRun& run, const Run& simulated) {
  PlayedRun played;
  played.name = run.name;
  const Summary m = summarize(run.measured), s = summarize(simulated);
  add_quantile(played, "TTFT P50", m.ttft_p50, s.ttft_p50);
  add_quantile(played, "TTFT P99", m.ttft_p99, s.ttft_p99);
  add_quantile(played, "TPOT P50", m.tpot_p50, s.tpot_p50);
  add_quantile(played, "TPOT P99", m.tpot_p99, s.tpot_p99);
  add_quantile(played, "latency P50", m.p50, s.p50);
  add_quantile(played, "latency P99", m.p99, s.p99);
  return played;
}

void summarize_errors(PlayedRuns& played) {
  calibrate::Errors medians, tails;
  std::size_t close_medians = 0, close_tails = 0;
  for (const PlayedRun& run : played.runs) {
    if (!run.held_out) continue;
    for (const PlayedQuantile& q : run.quantiles) {
      (q.tail ? tails : medians).add(q.error);
      if (std::abs(q.error) <= (q.tail ? tail_goal : median_goal)) ++(q.tail ? close_tails : close_medians);
    }
  }
  played.medians = medians.summary();
  played.tails = tails.summary();
  played.medians_close = calibrate::per_cent(close_medians, played.medians.rows);
  played.tails_close = calibrate::per_cent(close_tails, played.tails.rows);
}

// ---------------------------------------------------------------------------------------------- the fit

struct SliceTimes {
  double ttft = 0, tpot = 0;  ///< means, seconds
};

std::vector<SliceTimes> slice_times(const Run& run) {
  std::vector<SliceTimes> times(slices);
  std::vector<double> counts(slices);
  for (std::size_t i = 0; i < run.queries.size(); ++i) {
    const QueryRecord& q = run.queries[i];
    const std::size_t at = i * slices / run.queries.size();
    if (!q.first_token || q.tokens < 2) continue;
    times[at].ttft += to_seconds(*q.first_token - q.scheduled).value();
    times[at].tpot += to_seconds(q.completed - *q.first_token).value() / (q.tokens - 1);
    ++counts[at];
  }
  for (std::size_t i = 0; i < slices; ++i) times[i].ttft /= counts[i], times[i].tpot /= counts[i];
  return times;
}

/// Finds the coefficients by steps of their logarithms, one after the other, ever smaller: a pass more or
/// less moves every later one, so slopes mean little here.
class RunFit {
 public:
  RunFit(const RecordedRun& run, const Catalog& catalog, Calibration calibration)
      : run_(run),
        catalog_(catalog),
        calibration_(std::move(calibration)),
        measured_(slice_times(run.measured)) {
    for (const char* name : fitted_names) {
      const Coefficient& c = coefficients()[*find_coefficient(name)];
      fit_.push_back({name, c.get(calibration_), c.get(calibration_)});
    }
  }

  Result<std::vector<FittedOnRun>> solve() {
    RIDGELINE_TRY(start, cost());
    double best = start;
    for (double step = first_step; step >= last_step; step /= 2) {
      for (bool better = true; better;) {
        better = false;
        for (FittedOnRun& number : fit_) {
          for (const double factor : {std::exp(step), std::exp(-step)}) {
            const double kept = number.fitted;
            if (!set(number, kept * factor)) continue;
            RIDGELINE_TRY(tried, cost());
            if (tried < best) {
              best = tried;
              better = true;
              break;
            }
            set(number, kept);
          }
        }
      }
    }
    return fit_;
  }

 private:
  bool set(FittedOnRun& number, double value) {
    const Coefficient& c = coefficients()[*find_coefficient(number.name)];
    if (!(value > 0) || value > c.limit) return false;
    number.fitted = value;
    c.set(calibration_, value);
    return true;
  }

  /// Mean size of the logarithmic errors of the slices' times, and what the priors add.
  Result<double> cost() const {
    RIDGELINE_TRY(simulated, play(run_, catalog_, calibration_));
    const std::vector<SliceTimes> times = slice_times(simulated);
    double sum = 0;
    for (std::size_t i = 0; i < slices; ++i) {
      sum += std::abs(std::log(times[i].ttft / measured_[i].ttft)) +
             std::abs(std::log(times[i].tpot / measured_[i].tpot));
    }
    double total = sum / (2 * slices);
    for (const FittedOnRun& number : fit_) {
      const double spread = coefficients()[*find_coefficient(number.name)].prior_spread;
      total += prior_weight * std::pow(std::log(number.fitted / number.shipped) / spread, 2) / slices;
    }
    return total;
  }

  const RecordedRun& run_;
  const Catalog& catalog_;
  Calibration calibration_;
  std::vector<SliceTimes> measured_;
  std::vector<FittedOnRun> fit_;
};

Result<Calibration> shipped_for(const RecordedRun& run, const Catalog& catalog,
                                const Calibrations& calibrations) {
  RIDGELINE_TRY(hardware, catalog.hardware(run.hardware));
  return calibrations.find(*hardware, run.stack, run.version, run.model).calibration;
}

Result<PlayedRuns> play_all(const std::vector<RecordedRun>& runs, const Catalog& catalog,
                            const Calibrations& calibrations, const RecordedValidation& v) {
  PlayedRuns played;
  for (const RecordedRun& run : runs) {
    RIDGELINE_TRY(calibration, shipped_for(run, catalog, calibrations));
    for (const FittedOnRun& number : v.fit)
      coefficients()[*find_coefficient(number.name)].set(calibration, number.fitted);
    RIDGELINE_TRY(simulated, play(run, catalog, calibration));
    PlayedRun one = compare(run, simulated);
    one.basis = calibration.provenance.source;
    one.held_out = run.name != v.fitted_on;
    played.runs.push_back(std::move(one));
  }
  summarize_errors(played);
  return played;
}

}  // namespace

Result<RecordedValidation> validate_recorded(const std::vector<RecordedRun>& runs, const Catalog& catalog,
                                             const Calibrations& calibrations, const std::string& fit_on) {
  RecordedValidation v;
  RIDGELINE_TRY(shipped, play_all(runs, catalog, calibrations, v));
  v.shipped = std::move(shipped);
  if (fit_on.empty()) return v;
  const auto on =
      std::find_if(runs.begin(), runs.end(), [&](const RecordedRun& r) { return r.name == fit_on; });
  if (on == runs.end())
    return bad_input(fmt::format("'{}' is no run here; the first is '{}'", fit_on, runs.front().name));
  RIDGELINE_TRY(calibration, shipped_for(*on, catalog, calibrations));
  RIDGELINE_TRY(fit, RunFit(*on, catalog, calibration).solve());
  v.fitted_on = fit_on;
  v.fit = std::move(fit);
  RIDGELINE_TRY(fitted, play_all(runs, catalog, calibrations, v));
  v.fitted = std::move(fitted);
  return v;
}

}  // namespace ridgeline
