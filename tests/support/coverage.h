#pragma once
// Pairs of runs whose true figures are known, and how often compare()'s intervals contain the true
// difference.

#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/portable_math.h"
#include "base/random.h"
#include "ridgeline/run_difference.h"
#include "stats/moments.h"

namespace ridgeline::coverage {

/// What both sides of a trial are, in seconds, and what is true of them.
struct Pair {
  Run a, b;
};
struct Truth {
  std::string metric;
  double a = 0, b = 0;
};
struct Setting {
  std::string name;
  std::size_t queries = 0;
  std::function<Pair(std::uint64_t seed)> draw;
  std::vector<Truth> truths;
};

/// A Server run with these latencies; query i comes at arrivals[i], or every millisecond.
inline Run run_of(const std::vector<double>& latencies, const std::vector<double>& arrivals = {}) {
  Run run;
  run.scenario.kind = ScenarioKind::server;
  run.scenario.target_qps = 1000;
  run.scenario.percentile = 0.99;
  run.origin = RunOrigin::simulated;
  for (std::size_t i = 0; i < latencies.size(); ++i) {
    QueryRecord q;
    q.scheduled = q.issued = arrivals.empty() ? Nanoseconds(1'000'000) * static_cast<std::int64_t>(i)
                                              : to_nanoseconds(Seconds(arrivals[i]));
    q.completed = q.scheduled + to_nanoseconds(Seconds(latencies[i]));
    run.queries.push_back(q);
  }
  return run;
}

/// Lognormal latencies scale exp(sd x) with x a stationary AR(1) of this coefficient; 0: independent.
inline std::vector<double> lognormal(std::size_t n, double scale, double sd, double phi,
                                     RandomStream& stream) {
  std::vector<double> values(n);
  double x = stream.normal();
  for (double& value : values) {
    value = scale * portable_exp(sd * x);
    x = phi * x + std::sqrt(1 - phi * phi) * stream.normal();
  }
  return values;
}

inline std::vector<Truth> lognormal_truths(double a, double b, double sd) {
  std::vector<Truth> truths;
  for (const auto& [name, p] : {std::pair("p50", 0.5), std::pair("p90", 0.9), std::pair("p99", 0.99)}) {
    const double factor = portable_exp(sd * stats::normal_quantile(p));
    truths.push_back({name, a * factor, b * factor});
  }
  truths.push_back({"mean", a * portable_exp(sd * sd / 2), b * portable_exp(sd * sd / 2)});
  return truths;
}

/// Arrivals at rate 1, in seconds; sojourn times of a queue with these mean service times, from its
/// stationary state: exponential with rate 1 / service - 1.
struct Queue {
  std::vector<double> arrivals, sojourns;
};
inline Queue queue(std::size_t n, double service, RandomStream& arrivals, RandomStream& services) {
  Queue q;
  double at = 0;
  double wait = services.uniform() < service ? services.exponential() / (1 / service - 1) : 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double served = services.exponential() * service, gap = arrivals.exponential();
    q.arrivals.push_back(at);
    q.sojourns.push_back(wait + served);
    at += gap;
    wait = std::max(0.0, wait + served - gap);
  }
  return q;
}

inline std::vector<Truth> queue_truths(double service_a, double service_b) {
  const double a = 1 / (1 / service_a - 1), b = 1 / (1 / service_b - 1);
  std::vector<Truth> truths{{"mean", a, b}};
  for (const auto& [name, p] : {std::pair("p50", 0.5), std::pair("p90", 0.9), std::pair("p99", 0.99)})
    truths.push_back({name, -portable_log(1 - p) * a, -portable_log(1 - p) * b});
  return truths;
}

inline Setting lognormals(std::string name, std::size_t n, double phi, double b) {
  constexpr double sd = 0.5;
  return {std::move(name), n,
          [=](std::uint64_t seed) {
            RandomStream in_a(seed, "coverage A"), in_b(seed, "coverage B");
            Pair pair{run_of(lognormal(n, 1e-2, sd, phi, in_a)),
                      run_of(lognormal(n, b * 1e-2, sd, phi, in_b))};
            pair.b.queries.back().scheduled += Nanoseconds(1);  // not the same schedule
            pair.b.queries.back().completed += Nanoseconds(1);
            return pair;
          },
          lognormal_truths(1e-2, b * 1e-2, sd)};
}

enum class Coming { own, same };
inline Setting queues(std::string name, std::size_t n, double service_a, double service_b, Coming coming) {
  return {std::move(name), n,
          [=](std::uint64_t seed) {
            RandomStream to_a(seed, "arrivals A"),
                to_b(seed, coming == Coming::same ? "arrivals A" : "arrivals B"), in_a(seed, "services A"),
                in_b(seed, "services B");
            const Queue a = queue(n, service_a, to_a, in_a), b = queue(n, service_b, to_b, in_b);
            return Pair{run_of(a.sojourns, a.arrivals), run_of(b.sojourns, b.arrivals)};
          },
          queue_truths(service_a, service_b)};
}

/// Of one metric, over trials.
struct Covered {
  std::string metric;
  std::uint64_t trials = 0, given = 0;  ///< with an interval
  std::uint64_t covered = 0, covered_relative = 0, shown = 0;
  double width = 0;  ///< mean, of the relative difference
  double share() const { return static_cast<double>(covered) / static_cast<double>(given); }
  double share_relative() const { return static_cast<double>(covered_relative) / static_cast<double>(given); }
};

inline void add_trial(const Setting& setting, std::uint64_t seed, const RunComparison& how,
                      std::vector<Covered>& into) {
  const Pair pair = setting.draw(seed);
  const auto difference = compare(pair.a, pair.b, how);
  if (into.empty()) {
    for (const Truth& truth : setting.truths) into.push_back({truth.metric});
  }
  for (std::size_t i = 0; i < into.size(); ++i) {
    const Truth& truth = setting.truths[i];
    Covered& c = into[i];
    ++c.trials;
    for (const MetricDifference& d : difference->metrics) {
      if (d.metric->name != truth.metric || !d.absolute.low) continue;
      ++c.given;
      const double absolute = truth.b - truth.a, relative = absolute / truth.a;
      c.covered += *d.absolute.low <= absolute && absolute <= *d.absolute.high;
      c.covered_relative += *d.relative->low <= relative && relative <= *d.relative->high;
      c.shown += d.evidence == Evidence::shown;
      c.width += *d.relative->high - *d.relative->low;
    }
  }
}

/// The trials of two parts together.
inline void add(const std::vector<Covered>& part, std::vector<Covered>& into) {
  if (into.empty()) {
    into = part;
    return;
  }
  for (std::size_t i = 0; i < part.size(); ++i) {
    into[i].trials += part[i].trials;
    into[i].given += part[i].given;
    into[i].covered += part[i].covered;
    into[i].covered_relative += part[i].covered_relative;
    into[i].shown += part[i].shown;
    into[i].width += part[i].width;
  }
}

}  // namespace ridgeline::coverage
