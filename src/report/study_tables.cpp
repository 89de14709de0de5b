#include "report/study_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/format.h"
#include "report/gate_parts.h"
#include "report/study_parts.h"

namespace ridgeline::report {
namespace {

std::size_t beyond(std::size_t rows, std::size_t most) { return rows > most ? rows - most : 0; }

/// Columns of a point: index, axes that vary, objectives, and the metrics of constraints.
class PointTable {
 public:
  PointTable(const Study& study, std::vector<Table::Column> more) : study_(study), axes_(varying(study)) {
    const auto show = [this](std::size_t metric) {
      if (std::find(metrics_.begin(), metrics_.end(), metric) == metrics_.end()) metrics_.push_back(metric);
    };
    for (const StudyObjective& o : study.objectives) show(o.metric);
    for (const StudyConstraint& c : study.constraints) show(c.metric);
    std::vector<Table::Column> columns{{"point", Align::right}};
    for (const std::size_t i : axes_) {
      const AxisKind kind = study.axes[i].kind;
      columns.push_back({study.axes[i].name, is_name(kind) ? Align::left : Align::right});
    }
    for (const std::size_t m : metrics_)
      columns.push_back({std::string(metric_name(study, m)), Align::right});
    columns.insert(columns.end(), more.begin(), more.end());
    table_.emplace(std::move(columns));
  }
  void add(const StudyPoint& point, const std::vector<std::optional<double>>& metrics,
           const std::vector<std::string>& more) {
    std::vector<std::string> cells{std::to_string(point.index)};
    for (const std::size_t i : axes_) cells.push_back(point.at[i]);
    for (const std::size_t m : metrics_)
      cells.push_back(metrics.empty() ? absent : metric_text(study_, m, metrics[m]));
    cells.insert(cells.end(), more.begin(), more.end());
    table_->add(std::move(cells));
  }
  Table take() { return std::move(*table_); }

 private:
  const Study& study_;
  std::vector<std::size_t> axes_, metrics_;
  std::optional<Table> table_;
};

StudyPart front_part(const Study& study, const StudyResult& result, std::size_t most) {
  if (result.front.empty())
    return {"No point keeps to all constraints with all objectives known.", std::nullopt, 0, {}};
  const bool survives = result.survival && !result.survival->on_front.empty();
  std::vector<Table::Column> more{{"best of"}};
  if (survives) more.push_back({"stays", Align::right});
  PointTable table(study, more);
  for (std::size_t i = 0; i < std::min(result.front.size(), most); ++i) {
    std::vector<std::string> best;
    for (std::size_t o = 0; o < result.best.size(); ++o) {
      if (result.best[o] == i) best.emplace_back(metric_name(study, study.objectives[o].metric));
    }
    std::vector<std::string> cells{fmt::format("{}", fmt::join(best, ", "))};
    if (survives) cells.push_back(fmt::format("{:.0f} %", 100 * result.survival->on_front[i]));
    table.add(result.front[i], result.front[i].metrics, cells);
  }
  std::uint64_t equals = 0;
  for (const StudyPoint& p : result.front) equals += p.equals;
  StudyPart part{fmt::format("Pareto front: {} {}{}", whole(result.front.size()),
                             result.front.size() == 1 ? "point" : "points",
                             equals > 0 ? fmt::format(", and {} equal to one of them", whole(equals)) : ""),
                 table.take(),
                 beyond(result.front.size(), most),
                 {}};
  if (survives) {
    part.below.push_back(fmt::format(
        "stays: on the front, and within the constraints, in so many of {} draws of the predictions' errors",
        whole(result.survival->draws)));
    if (!result.survival->unknown.empty())
      part.below.push_back(fmt::format("  (no error is known of predictions on {})",
                                       fmt::join(result.survival->unknown, ", ")));
  } else if (result.survival) {
    part.below.emplace_back("Whether it survives the predictions' errors can't be told: none are known.");
  }
  return part;
}

StudyPart top_part(const Study& study, const StudyResult& result) {
  PointTable table(study, {});
  for (const StudyPoint& p : result.top) table.add(p, p.metrics, {});
  return {fmt::format("Top {} by {}, dominated ones too", result.top.size(),
                      metric_name(study, study.objectives.front().metric)),
          table.take(),
          0,
          {}};
}

std::string gain_text(const Study& study, const StudyResult& result, const ConstraintReport& c) {
  if (!c.objective) return "no objective gains";
  const std::size_t metric = study.objectives[*c.objective].metric;
  const std::string without = metric_text(study, metric, c.best_without);
  if (std::isinf(c.gain))
    return fmt::format("{} {}; with it no point is left", metric_name(study, metric), without);
  const auto& best = result.front[result.best[*c.objective]].metrics[metric];
  return fmt::format("{} {} rather than {} ({} better)", metric_name(study, metric), without,
                     metric_text(study, metric, best), percent(c.gain));
}

StudyPart constraints_part(const Study& study, const StudyResult& result) {
  Table table({{"constraint"},
               {"break it", Align::right},
               {"it alone", Align::right},
               {"unknown", Align::right},
               {"without it"}});
  for (const ConstraintReport& c : result.constraints)
    table.add({c.text, whole(c.fell), whole(c.fell_alone), whole(c.untold), gain_text(study, result, c)});
  StudyPart part{"Why the rest fell", std::move(table), 0, {}};
  if (result.costliest)
    part.below.push_back(fmt::format("costs most: {}", result.constraints[*result.costliest].text));
  return part;
}

StudyPart errors_part(const Study& study, const StudyResult& result, std::size_t most) {
  Table table({{"points", Align::right}, {"first", Align::right}, {"at"}, {"why"}});
  for (std::size_t i = 0; i < std::min(result.errors.size(), most); ++i) {
    const StudyError& e = result.errors[i];
    table.add({whole(e.count), std::to_string(e.example), point_text(study, e.at), e.message});
  }
  return {"Not predicted, by reason", std::move(table), beyond(result.errors.size(), most), {}};
}

StudyPart unknown_part(const Study& study, const UnknownGroup& group, std::size_t most) {
  PointTable table(study, {});
  for (std::size_t i = 0; i < std::min(group.points.size(), most); ++i)
    table.add(group.points[i], group.points[i].metrics, {});
  return {fmt::format("Not compared: {} {} whose {} {} unknown; the best by the rest", whole(group.count),
                      group.count == 1 ? "point" : "points", fmt::join(group.metrics, " and "),
                      group.metrics.size() == 1 ? "is" : "are"),
          table.take(),
          beyond(group.points.size(), most),
          {}};
}

/// What the front was simulated under, in words; of a result alone nobody knows.
std::string verification_text(const StudyVerification& v) {
  std::string words = "; as many users as `concurrency` says";
  if (v.scenario == ScenarioKind::server)
    words = v.qps ? fmt::format("; Poisson arrivals, {:g} a second", *v.qps)
                  : fmt::format("; Poisson arrivals at {:g} of the predicted rate", v.load);
  if (v.ttft_limit) words += fmt::format(", TTFT within {}", show(*v.ttft_limit));
  if (v.tpot_limit) words += fmt::format(", TPOT within {}", show(*v.tpot_limit));
  return words;
}

StudyPart verified_part(const Study& study, const StudyResult& result) {
  std::vector<std::uint32_t> chunks;
  std::vector<std::size_t> points;
  std::size_t disagree = 0;
  for (const VerifiedPoint& p : result.verified) {
    if (p.chunk > 0 && std::find(chunks.begin(), chunks.end(), p.chunk) == chunks.end())
      chunks.push_back(p.chunk);
    if (std::find(points.begin(), points.end(), p.front) == points.end()) points.push_back(p.front);
    disagree += !p.disagreement.empty();
  }
  if (study.verify) chunks = study.verify->chunks;
  const bool has_slo = !study.verify || study.verify->ttft_limit || study.verify->tpot_limit;
  std::vector<Table::Column> more{{"TTFT P99", Align::right},       {"TPOT P99", Align::right},
                                  {"within SLO", Align::right},     {"goodput", Align::right},
                                  {"predicted rank", Align::right}, {"disagreement"}};
  if (!chunks.empty()) more.insert(more.begin(), {"chunk", Align::right});
  PointTable table(study, more);
  const auto time = [](const std::optional<double>& t) {
    return t ? figure_text(*t, CriterionUnit::seconds) : absent;
  };
  for (const VerifiedPoint& p : result.verified) {
    const bool simulated = p.error.empty();
    std::vector<std::string> cells{
        time(p.ttft_p99),
        time(p.tpot_p99),
        has_slo && simulated ? fmt::format("{:.1f} %", 100 * p.attainment) : absent,
        simulated ? plain(p.goodput) + " /s" : absent,
        std::to_string(p.predicted_rank),
        p.disagreement};
    if (!chunks.empty()) cells.insert(cells.begin(), std::to_string(p.chunk));
    table.add(result.front[p.front], p.metrics, cells);
  }
  return {fmt::format(
              "Simulated: {} of the front's points{} in their new order{}", whole(points.size()),
              chunks.empty() ? "" : fmt::format(", each with chunks of {} tokens,", fmt::join(chunks, ", ")),
              study.verify ? verification_text(*study.verify) : ""),
          table.take(),
          0,
          {fmt::format("metrics are the simulation's; it disagrees at {} of {}", disagree,
                       result.verified.size())}};
}

StudyPart sensitivity_part(const Study& study, const StudyResult& result) {
  const std::size_t metric = study.objectives.front().metric;
  Table table(
      {{"input"}, {"from"}, {"to"}, {"at low", Align::right}, {"at high", Align::right}, {"still first"}});
  const auto still = [](const InputSensitivity& s) -> std::string {
    if (!s.feasible_at_low || !s.feasible_at_high)
      return fmt::format("breaks a constraint or does not fit at {}",
                         !s.feasible_at_low && !s.feasible_at_high ? "both"
                         : !s.feasible_at_low                      ? "low"
                                                                   : "high");
    if (s.wins_at_low && s.wins_at_high) return "yes";
    return fmt::format("not at {}", !s.wins_at_low && !s.wins_at_high ? "either"
                                    : !s.wins_at_low                  ? "low"
                                                                      : "high");
  };
  for (const InputSensitivity& s : result.sensitivity) {
    table.add({s.input, signed_percent(s.low - 1), signed_percent(s.high - 1) + (s.assumed ? " assumed" : ""),
               metric_text(study, metric, s.at_low), metric_text(study, metric, s.at_high), still(s)});
  }
  const StudyPoint& winner = result.front[result.best.front()];
  return {fmt::format("Sensitivity of point {}: {} {}", winner.index, metric_name(study, metric),
                      metric_text(study, metric, winner.metrics[metric])),
          std::move(table),
          0,
          {}};
}

}  // namespace

std::vector<StudyPart> study_tables(const Study& study, const StudyResult& result, std::size_t most) {
  std::vector<StudyPart> parts{front_part(study, result, most)};
  if (!result.top.empty()) parts.push_back(top_part(study, result));
  if (!result.constraints.empty()) parts.push_back(constraints_part(study, result));
  if (!result.errors.empty()) parts.push_back(errors_part(study, result, most));
  for (const UnknownGroup& group : result.unknown) parts.push_back(unknown_part(study, group, most));
  if (!result.verified.empty()) parts.push_back(verified_part(study, result));
  if (!result.sensitivity.empty()) parts.push_back(sensitivity_part(study, result));
  return parts;
}

}  // namespace ridgeline::report
