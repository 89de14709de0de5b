#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "evaluate/judge.h"
#include "evaluate/work.h"

namespace ridgeline {
namespace {

using namespace evaluation;

constexpr std::array<EvaluationMetricKind, 11> kinds{{
    {"memory", "the memory of one device", 1, EvaluationUnit::bytes, LimitSide::at_most},
    {"latency", "latency", 2, EvaluationUnit::seconds, LimitSide::at_most},
    {"ttft", "TTFT", 2, EvaluationUnit::seconds, LimitSide::at_most},
    {"tpot", "TPOT", 2, EvaluationUnit::seconds, LimitSide::at_most},
    {"throughput", "throughput", 2, EvaluationUnit::per_second, LimitSide::at_least},
    {"token_rate", "the rate of output tokens", 2, EvaluationUnit::per_second, LimitSide::at_least},
    {"cost_per_hour", "the cost of an hour at work", 3, EvaluationUnit::dollars, LimitSide::at_most},
    {"cost_per_million", "the cost of a million", 3, EvaluationUnit::dollars, LimitSide::at_most},
    {"power", "power", 3, EvaluationUnit::watts, LimitSide::at_most},
    {"energy_per_query", "the energy", 3, EvaluationUnit::joules, LimitSide::at_most},
    {"carbon_per_query", "the carbon", 3, EvaluationUnit::grams, LimitSide::at_most},
}};

std::string names_of_limits() {
  std::string names;
  for (const auto& kind : kinds) {
    if (kind.level > 1) names += (names.empty() ? "" : ", ") + std::string(kind.name);
  }
  return names;
}

std::string not_of(const Work& work) {
  std::string names;
  for (const Figure& f : work.performance) names += (names.empty() ? "" : ", ") + f.metric;
  return fmt::format("{} has {}; ttft, tpot and token_rate are of serving points (--concurrency)",
                     work.query == "request" ? "a serving point" : "a pass of this model", names);
}

Status check_limits(const std::vector<EvaluationLimit>& limits, const Work& work) {
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const EvaluationLimit& limit = limits[i];
    const EvaluationMetricKind* kind = find_evaluation_metric(limit.metric);
    if (kind == nullptr || kind->level == 1) {
      return bad_input(
          fmt::format("limit on '{}': no such metric; use one of {}", limit.metric, names_of_limits()));
    }
    if (!std::isfinite(limit.value) || !(limit.value > 0))
      return bad_input(fmt::format("limit on {} is {:g}; must be above 0", limit.metric, limit.value));
    for (std::size_t j = 0; j < i; ++j) {
      if (limits[j].metric == limit.metric)
        return bad_input(fmt::format("two limits on {}; keep one", limit.metric));
    }
    const bool there =
        kind->level == 3 || std::any_of(work.performance.begin(), work.performance.end(),
                                        [&](const Figure& f) { return f.metric == limit.metric; });
    if (!there) return bad_input(fmt::format("limit on {}: {}", limit.metric, not_of(work)));
  }
  return Status::success();
}

/// One after the other; the level's verdict at the end.
class LevelWriter {
 public:
  LevelWriter(unsigned level, std::string_view name, const Work& work,
              const std::vector<EvaluationLimit>& limits, std::string unfit)
      : work_(work), limits_(limits), unfit_(std::move(unfit)) {
    level_.level = level;
    level_.name = name;
  }

  void add(const Figure& figure, const std::vector<std::string>& assumed, const std::string& missing,
           bool upper_bound = false) {
    EvaluationMetric m;
    m.kind = find_evaluation_metric(figure.metric);
    m.what = what(*m.kind);
    m.upper_bound = upper_bound;
    for (const EvaluationLimit& limit : limits_) {
      if (limit.metric == figure.metric) m.limit = limit.value;
    }
    if (unfit_.empty()) {
      m.value = figure.value;
      m.interval = figure.interval;
    }
    judge(m, assumed, unfit_.empty() ? missing : unfit_);
    level_.metrics.push_back(std::move(m));
  }

  EvaluationLevel done() && {
    if (unfit_.empty()) {
      conclude(level_);
    } else {
      level_.status = EvaluationStatus::unknown;
      level_.reason = "not judged: " + unfit_;
    }
    return std::move(level_);
  }

 private:
  std::string what(const EvaluationMetricKind& kind) const {
    const std::string name(kind.what);
    if (kind.name == "throughput") return fmt::format("{} in {}s", name, work_.query);
    if (kind.name == "cost_per_million") return fmt::format("{} {}", name, work_.unit);
    if (kind.name.ends_with("_per_query")) return fmt::format("{} of a {}", name, work_.query);
    return name;
  }

  const Work& work_;
  const std::vector<EvaluationLimit>& limits_;
  std::string unfit_;
  EvaluationLevel level_;
};

EvaluationLevel feasibility(const Work& work) {
  EvaluationLevel level;
  level.level = 1;
  level.name = "feasibility";
  level.status = work.feasible;
  level.reason = work.feasibility;
  EvaluationMetric m;
  m.kind = &kinds[0];
  m.what = m.kind->what;
  if (work.footprint) {
    m.value = work.footprint->total().value();
    m.limit = work.footprint->capacity.value();
  }
  m.status = work.feasible;
  m.reason = work.feasibility;
  level.metrics.push_back(std::move(m));
  return level;
}

std::optional<std::pair<double, double>> scaled(
    double value, const std::optional<std::pair<double, double>>& relative_time) {
  if (!relative_time) return std::nullopt;
  return std::pair{value * relative_time->first, value * relative_time->second};
}

EvaluationLevel economy(const Work& work, const DeviceRates& rates, const EvaluationTerms& terms,
                        const std::string& unfit) {
  LevelWriter writer(3, "cost, energy and carbon", work, terms.limits, unfit);
  const auto of_all = [&](const auto& known) {
    return known.value ? std::optional(known.value->value() * work.devices) : std::nullopt;
  };
  const auto per = [&](const char* metric, std::optional<double> rate, std::optional<Hertz> events,
                       double each) {
    Figure figure{metric, {}, {}};
    if (rate && events) {
      figure.value = *rate / events->value() * each;
      figure.interval = scaled(*figure.value, work.relative_time);
    }
    return figure;
  };
  const std::optional<double> cost = of_all(rates.cost), drawn = of_all(rates.drawn);
  Figure hourly{"cost_per_hour", {}, {}};
  if (cost) hourly.value = *cost * one_hour.value();
  writer.add(hourly, rates.cost.assumed, rates.cost.missing);

  const auto with_works = [&](std::vector<std::string> assumed) {
    assumed.insert(assumed.end(), work.assumed.begin(), work.assumed.end());
    return assumed;
  };
  writer.add(per("cost_per_million", cost, work.units, 1e6), with_works(rates.cost.assumed),
             rates.cost.missing);
  writer.add({"power", of_all(rates.power), {}}, rates.power.assumed, rates.power.missing,
             rates.power_at_most);
  writer.add(per("energy_per_query", drawn, work.queries, 1), with_works(rates.drawn.assumed),
             rates.drawn.missing, rates.drawn_at_most);
  std::optional<double> emission;
  if (rates.operational.value) emission = *rates.operational.value * work.devices;
  writer.add(per("carbon_per_query", emission, work.queries, 1), with_works(rates.operational.assumed),
             rates.operational.missing, rates.drawn_at_most);
  return std::move(writer).done();
}

std::vector<std::string> notes(const Work& work, const DeviceRates& rates) {
  if (work.feasible == EvaluationStatus::fail) return {};
  std::vector<std::string> lines = work.notes;
  if (rates.power.value) lines.push_back(power_note(rates) + "; hosts and embodied carbon are not in them");
  const auto say = [&](const std::vector<std::string>& assumed) {
    for (const std::string& what : assumed) {
      const std::string line = "assumed: " + what;
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
    }
  };
  say(work.assumed);
  say(rates.cost.assumed);
  say(rates.drawn.assumed);
  return lines;
}

}  // namespace

std::string_view to_string(EvaluationStatus status) {
  static constexpr std::array<std::string_view, 4> names{"pass", "warn", "unknown", "fail"};
  return names[static_cast<std::size_t>(status)];
}

std::string_view to_string(EvaluationUnit unit) {
  static constexpr std::array<std::string_view, 7> names{"B", "s", "/s", "USD", "W", "J", "g"};
  return names[static_cast<std::size_t>(unit)];
}

std::span<const EvaluationMetricKind> evaluation_metrics() { return kinds; }

const EvaluationMetricKind* find_evaluation_metric(std::string_view name) {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

EvaluationStatus Evaluation::status() const {
  EvaluationStatus worst = EvaluationStatus::pass;
  for (const EvaluationLevel& level : levels) worst = std::max(worst, level.status);
  return worst;
}

const EvaluationMetric* Evaluation::find(std::string_view metric) const {
  for (const EvaluationLevel& level : levels) {
    for (const EvaluationMetric& m : level.metrics) {
      if (m.kind->name == metric) return &m;
    }
  }
  return nullptr;
}

namespace evaluation {

Result<Evaluation> evaluate(const Work& work, const Hardware& hardware, const EvaluationTerms& terms) {
  RIDGELINE_CHECK(check_limits(terms.limits, work));
  RIDGELINE_CHECK(check(terms.economics));
  Economics economics = terms.economics;
  economics.embodied.reset();  // of no metric here; cost_report() has it
  const DeviceRates rates = device_rates(hardware, economics);
  const std::string unfit = work.feasible == EvaluationStatus::fail ? "it does not fit" : "";

  Evaluation result;
  result.model = work.model;
  result.hardware = hardware.id;
  result.work = work.description;
  result.devices = work.devices;
  result.query = work.query;
  result.unit = work.unit;
  result.levels.push_back(feasibility(work));
  LevelWriter performance(2, "performance", work, terms.limits, unfit);
  for (const Figure& figure : work.performance) performance.add(figure, work.assumed, "");
  result.levels.push_back(std::move(performance).done());
  result.levels.push_back(economy(work, rates, terms, unfit));
  result.notes = notes(work, rates);
  result.inputs = work.inputs;
  result.inputs.insert(result.inputs.end(), rates.inputs.begin(), rates.inputs.end());
  return result;
}

}  // namespace evaluation
}  // namespace ridgeline
