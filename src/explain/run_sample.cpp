#include "explain/run_sample.h"

#include <algorithm>
#include <cmath>

#include "load/objective.h"
#include "load/token_times.h"
#include "ridgeline/tail.h"
#include "stats/autocorrelation.h"
#include "stats/quantile.h"

namespace ridgeline::explain {
namespace {

double in_seconds(Nanoseconds time) { return to_seconds(time).value(); }

template <class TimeOf>
Series series_of(std::string kind, const std::vector<QueryRecord>& queries, TimeOf time_of) {
  Series series{std::move(kind), {}};
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const std::optional<Nanoseconds> time = time_of(queries[i]);
    if (time) series.values.push_back({in_seconds(*time), 1, static_cast<std::uint32_t>(i)});
  }
  return series;
}

void add_queries(const Run& run, RunSample& sample) {
  using Time = std::optional<Nanoseconds>;
  sample.elements = run.queries.size();
  sample.series.push_back(
      series_of("p", run.queries, [](const QueryRecord& q) { return Time(q.latency()); }));
  sample.series.push_back(series_of("ttft_p", run.queries, load::time_to_first_token));
  sample.series.push_back(series_of("tpot_p", run.queries, load::time_per_output_token));
  if (is_open_loop(run.scenario.kind) && run.origin == RunOrigin::measured) {
    sample.series.push_back(series_of("lateness_p", run.queries,
                                      [](const QueryRecord& q) { return Time(q.issued - q.scheduled); }));
  }
  const auto objective = objective_of(run.scenario);
  Nanoseconds last{0};
  for (const QueryRecord& q : run.queries) {
    sample.samples.push_back(q.samples);
    sample.elapsed.push_back(in_seconds(std::max(q.completed - last, Nanoseconds(0))));
    last = std::max(last, q.completed);
    if (objective) sample.good.push_back(load::meets(q, *objective) ? 1 : 0);
  }
}

/// Offline is one query: its samples are what is drawn, as many at a time as are completed together.
void add_completions(const Run& run, RunSample& sample) {
  std::vector<Nanoseconds> times = run.sample_completions;
  std::sort(times.begin(), times.end());
  Nanoseconds last{0};
  for (const Nanoseconds at : times) {
    if (sample.samples.empty() || at > last) {
      sample.samples.push_back(0);
      sample.elapsed.push_back(in_seconds(at - last));
      last = at;
    }
    sample.samples.back() += 1;
  }
  sample.elements = sample.samples.size();
}

/// The layout of LatencyHistogram: the least value of a bucket.
double least_in(std::size_t bucket, unsigned digits) {
  std::size_t values = 1, wanted = 2;
  for (unsigned i = 0; i < digits; ++i) wanted *= 10;
  while (values < wanted) values *= 2;
  if (bucket < values) return static_cast<double>(bucket);
  const std::size_t half = values / 2, row = (bucket - values) / half, column = (bucket - values) % half;
  return std::ldexp(static_cast<double>(half + column), static_cast<int>(row) + 1);
}

/// A bucket's times are taken to be spread evenly in it.
void add_histogram(const LatencyHistogram& histogram, std::uint32_t stretch, Series& series) {
  constexpr unsigned parts = 4;
  const auto state = histogram.state();
  for (std::size_t bucket = 0; bucket < state.counts.size(); ++bucket) {
    if (state.counts[bucket] == 0) continue;
    const double low = least_in(bucket, state.digits), width = least_in(bucket + 1, state.digits) - low;
    for (unsigned part = 0; part < parts; ++part) {
      const double value = (low + width * (part + 0.5) / parts) * 1e-9;
      series.values.push_back({value, static_cast<double>(state.counts[bucket]) / parts, stretch});
    }
  }
}

void add_stretches(const RunDigest& digest, bool offline, RunSample& sample) {
  sample.elements = digest.stretches.size();
  sample.stretches = true;
  if (!offline) sample.series = {{"p", {}}, {"ttft_p", {}}, {"tpot_p", {}}};
  Nanoseconds from{0};
  for (std::size_t i = 0; i < digest.stretches.size(); ++i) {
    const RunStretch& stretch = digest.stretches[i];
    const Nanoseconds until = std::min(from + digest.width, digest.end);
    sample.samples.push_back(static_cast<double>(stretch.samples));
    sample.elapsed.push_back(in_seconds(until - from));
    from = until;
    if (offline) continue;
    const auto index = static_cast<std::uint32_t>(i);
    add_histogram(stretch.latency, index, sample.series[0]);
    add_histogram(stretch.first_token, index, sample.series[1]);
    add_histogram(stretch.per_token, index, sample.series[2]);
  }
}

double weight_of(const Series& series) {
  double weight = 0;
  for (const stats::Weighted& w : series.values) weight += w.weight;
  return weight;
}

/// Independent times that would tell as much of the share above a threshold.
double effective_size(const Series& series, const RunSample& sample, double threshold) {
  if (!sample.stretches) {
    std::vector<double> in_order;
    for (const stats::Weighted& w : series.values) in_order.push_back(w.value);
    return stats::effective_size(in_order, threshold);
  }
  std::vector<stats::Exceedances> parts(sample.elements);
  for (const stats::Weighted& w : series.values) {
    parts[w.unit].samples += w.weight;
    if (w.value > threshold) parts[w.unit].above += w.weight;
  }
  return stats::effective_size(parts);
}

double quantile(std::vector<stats::Weighted> values, double p) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(stats::nearest_rank(values.size(), p));
  std::nth_element(values.begin(), at, values.end(),
                   [](const stats::Weighted& a, const stats::Weighted& b) { return a.value < b.value; });
  return at->value;
}

/// Of the latencies above their median and in the tail, whichever hang together more.
double inflation_of(const RunSample& sample) {
  double inflation = 1;
  if (sample.stretches) return inflation;
  const auto raise = [&](double n, double effective) { inflation = std::max(inflation, n / effective); };
  if (!sample.series.empty()) {
    const Series& latency = sample.series.front();
    const auto n = static_cast<double>(latency.values.size());
    for (const double p : {0.5, 0.9, 0.99}) {
      if (n * (1 - p) < stats::least_effective_beyond) continue;
      raise(n, effective_size(latency, sample, quantile(latency.values, p)));
    }
    return inflation;
  }
  double samples = 0, seconds = 0;
  for (const double s : sample.samples) samples += s;
  for (const double s : sample.elapsed) seconds += s;
  std::vector<double> surplus;
  for (std::size_t i = 0; i < sample.elements; ++i)
    surplus.push_back(sample.samples[i] - samples / seconds * sample.elapsed[i]);
  raise(static_cast<double>(surplus.size()), stats::effective_size(surplus, 0));
  return inflation;
}

}  // namespace

RunSample sample_of(const Run& run) {
  RunSample sample;
  const bool offline = run.scenario.kind == ScenarioKind::offline;
  if (run.digest) {
    add_stretches(*run.digest, offline, sample);
  } else if (offline) {
    add_completions(run, sample);
  } else {
    add_queries(run, sample);
  }
  std::erase_if(sample.series, [](const Series& s) { return s.values.empty(); });
  if (sample.elements > 0) sample.inflation = inflation_of(sample);
  return sample;
}

// ---------------------------------------------------------------------------------------------- replicas

namespace {

struct Level {
  double p;
  const char* name;  ///< after the kind; or the whole of it
  bool is_decile = false;
};
constexpr Level of_latency[] = {{0.1, "decile 1", true},
                                {0.2, "decile 2", true},
                                {0.3, "decile 3", true},
                                {0.4, "decile 4", true},
                                {0.5, "50"},
                                {0.6, "decile 6", true},
                                {0.7, "decile 7", true},
                                {0.8, "decile 8", true},
                                {0.9, "90"},
                                {0.95, "95"},
                                {0.99, "99"},
                                {0.999, "99.9"}};
constexpr Level of_tokens[] = {{0.5, "50"}, {0.99, "99"}};
constexpr Level of_lateness[] = {{0.99, "99"}};

std::span<const Level> levels_of(std::string_view kind) {
  if (kind == "p") return of_latency;
  if (kind == "lateness_p") return of_lateness;
  return of_tokens;
}

}  // namespace

Resampler::Resampler(const RunSample& sample, const stats::BlockPlan& plan) : plan_(plan) {
  for (const Series& series : sample.series) add_quantiles(series, sample);
  stats::ResampledRatio rate(plan.units), goodput(plan.units), attainment(plan.units), mean(plan.units);
  for (std::size_t i = 0; i < sample.elements; ++i) {
    const std::uint32_t unit = plan.unit_of(i);
    rate.add(unit, sample.samples[i], sample.elapsed[i]);
    if (sample.good.empty()) continue;
    goodput.add(unit, sample.good[i], sample.elapsed[i]);
    attainment.add(unit, sample.good[i], 1);
  }
  add_ratio("throughput", std::move(rate));
  if (!sample.good.empty()) {
    add_ratio("goodput", std::move(goodput));
    add_ratio("attainment", std::move(attainment));
  }
  if (sample.series.empty()) return;
  for (const stats::Weighted& w : sample.series.front().values)
    mean.add(plan.unit_of(w.unit), w.value * w.weight, w.weight);
  add_ratio("mean", std::move(mean));
}

void Resampler::add_quantiles(const Series& series, const RunSample& sample) {
  const double n = weight_of(series);
  std::vector<stats::Weighted> values = series.values;
  for (stats::Weighted& w : values) w.unit = plan_.unit_of(w.unit);
  std::vector<double> levels;
  for (const Level& level : levels_of(series.kind)) levels.push_back(level.p);
  groups_.push_back({stats::ResampledQuantiles(std::move(values), plan_.units, levels), figures_.size()});
  const std::vector<double> once(plan_.units, 1.0);
  std::vector<double> quantiles(levels.size());
  groups_.back().quantiles.at(once, quantiles);
  std::size_t next = 0;
  double tail =
      n;  // effective size: a tail is taken to depend as the levels before it do, which is better known
  for (const Level& level : levels_of(series.kind)) {
    Figure figure;
    figure.name = level.is_decile ? level.name : series.kind + level.name;
    figure.value = quantiles[next++];
    double effective = effective_size(series, sample, figure.value);
    if (level.p >= 0.9 || series.kind != "p") effective = tail = std::min(tail, effective);
    if (!sample.stretches && effective > 0) figure.surplus = stats::quantile_surplus(n, effective, level.p);
    figure.excess_kurtosis = stats::excess_kurtosis(groups_.back().quantiles.influence(next - 1), plan_);
    const double needed = stats::least_effective(level.p);
    figure.supported = effective >= needed * (1 - 1e-9);
    figure.least_queries = effective > 0 ? n * needed / effective : 0;
    figures_.push_back(std::move(figure));
  }
}

void Resampler::add_ratio(std::string name, stats::ResampledRatio ratio, std::optional<double> value) {
  const std::vector<double> once(plan_.units, 1.0);
  Figure figure;
  figure.name = std::move(name);
  figure.value = value ? *value : ratio.at(once);
  figure.excess_kurtosis = stats::excess_kurtosis(ratio.influence(), plan_);
  ratios_.push_back({std::move(ratio), figures_.size()});
  figures_.push_back(std::move(figure));
}

const Figure* Resampler::find(std::string_view name) const {
  for (const Figure& figure : figures_) {
    if (figure.name == name) return &figure;
  }
  return nullptr;
}

std::span<const stats::Weighted> Resampler::latencies() const {
  if (groups_.empty()) return {};
  return groups_.front().quantiles.sorted();
}

void Resampler::add_placement(std::span<const double> of_latencies) {
  stats::ResampledRatio mean(plan_.units);
  const auto sorted = latencies();
  for (std::size_t i = 0; i < sorted.size(); ++i)
    mean.add(sorted[i].unit, of_latencies[i] * sorted[i].weight, sorted[i].weight);
  add_ratio("placement", std::move(mean));
}

void Resampler::take(std::span<const double> times) {
  std::vector<double> quantiles;
  for (const Group& group : groups_) {
    quantiles.resize(group.quantiles.levels());
    group.quantiles.at(times, quantiles);
    for (std::size_t i = 0; i < quantiles.size(); ++i)
      figures_[group.first + i].replicas.push_back(quantiles[i]);
  }
  for (const Ratio& ratio : ratios_) figures_[ratio.figure].replicas.push_back(ratio.ratio.at(times));
}

}  // namespace ridgeline::explain
