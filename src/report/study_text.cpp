#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/format.h"
#include "report/gate_parts.h"
#include "report/study_parts.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

/// Points of a table that fits a screen; the others are in the CSV and JSON.
constexpr std::size_t most_rows = 20;

std::string more_rows(std::size_t rows) {
  return rows > most_rows ? fmt::format("and {} more: see --csv or --json\n", whole(rows - most_rows)) : "";
}

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
  std::string text() const { return table_->text(); }

 private:
  const Study& study_;
  std::vector<std::size_t> axes_, metrics_;
  std::optional<Table> table_;
};

std::string head(const Study& study, const StudyResult& result) {
  std::string text = fmt::format("{}, {}: {} points, {}\n", models_text(study),
                                 study.kind == StudyKind::serving ? "serving" : "passes",
                                 whole(result.points), calibration_text(study));
  if (const std::string fixed = fixed_text(study); !fixed.empty())
    text += fmt::format("  all           {}\n", fixed);
  std::vector<std::string> parts;
  for (const StudyObjective& o : study.objectives) parts.push_back(objective_text(study, o));
  text += fmt::format("  objectives    {}\n", fmt::join(parts, ", "));
  parts.clear();
  for (const StudyConstraint& c : study.constraints) parts.push_back(to_string(c.criterion));
  if (!parts.empty()) text += fmt::format("  constraints   {}\n", fmt::join(parts, ", "));
  parts.clear();
  for (const StudyCondition& c : study.conditions) parts.push_back(c.text);
  if (!parts.empty()) text += fmt::format("  conditions    {}\n", fmt::join(parts, ", "));
  if (has_money(study)) text += fmt::format("  money         {}\n", money_text(study));
  if (study.search)
    text += fmt::format("  searched      {} of the points, NSGA-II: population {}, {} generations, seed {}\n",
                        whole(result.explored), study.search->population, study.search->generations,
                        study.search->seed);
  if (study.search && result.interrupted())
    text += "INTERRUPTED; what follows is of the points seen\n";
  else if (result.explored < result.points && !result.searched)
    text += fmt::format("INTERRUPTED after {} of {} points; what follows is of those. --resume goes on\n",
                        whole(result.explored), whole(result.points));
  else if (result.interrupted())
    text += "INTERRUPTED while simulating; --resume goes on\n";
  text += fmt::format("  predicted     {} keep to the constraints, {} break one", whole(result.feasible),
                      whole(result.fell));
  if (result.untold > 0)
    text += fmt::format(", of {} a constraint's metric is unknown", whole(result.untold));
  text += fmt::format("\n  not predicted {} excluded by conditions, {} do not fit, {} impossible\n",
                      whole(result.excluded), whole(result.does_not_fit), whole(result.failed));
  return text;
}

std::string front_text(const Study& study, const StudyResult& result) {
  if (result.front.empty()) return "\nNo point keeps to all constraints with all objectives known.\n";
  const bool survives = result.survival && !result.survival->on_front.empty();
  std::vector<Table::Column> more{{"best of"}};
  if (survives) more.push_back({"stays", Align::right});
  PointTable table(study, more);
  for (std::size_t i = 0; i < std::min(result.front.size(), most_rows); ++i) {
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
  std::string text =
      fmt::format("\nPareto front: {} {}{}\n{}{}", whole(result.front.size()),
                  result.front.size() == 1 ? "point" : "points",
                  equals > 0 ? fmt::format(", and {} equal to one of them", whole(equals)) : "", table.text(),
                  more_rows(result.front.size()));
  if (survives) {
    text += fmt::format(
        "stays: on the front, and within the constraints, in so many of {} draws of the predictions' "
        "errors\n",
        whole(result.survival->draws));
    if (!result.survival->unknown.empty())
      text += fmt::format("  (no error is known of predictions on {})\n",
                          fmt::join(result.survival->unknown, ", "));
  } else if (result.survival) {
    text += "Whether it survives the predictions' errors can't be told: none are known.\n";
  }
  return text;
}

std::string top_text(const Study& study, const StudyResult& result) {
  if (result.top.empty()) return "";
  PointTable table(study, {});
  for (const StudyPoint& p : result.top) table.add(p, p.metrics, {});
  return fmt::format("\nTop {} by {}, dominated ones too\n{}", result.top.size(),
                     metric_name(study, study.objectives.front().metric), table.text());
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

std::string constraints_text(const Study& study, const StudyResult& result) {
  if (result.constraints.empty()) return "";
  Table table({{"constraint"},
               {"break it", Align::right},
               {"it alone", Align::right},
               {"unknown", Align::right},
               {"without it"}});
  for (const ConstraintReport& c : result.constraints)
    table.add({c.text, whole(c.fell), whole(c.fell_alone), whole(c.untold), gain_text(study, result, c)});
  std::string text = fmt::format("\nWhy the rest fell\n{}", table.text());
  if (result.costliest) text += fmt::format("costs most: {}\n", result.constraints[*result.costliest].text);
  return text;
}

std::string errors_text(const Study& study, const StudyResult& result) {
  if (result.errors.empty()) return "";
  Table table({{"points", Align::right}, {"first", Align::right}, {"at"}, {"why"}});
  for (std::size_t i = 0; i < std::min(result.errors.size(), most_rows); ++i) {
    const StudyError& e = result.errors[i];
    table.add({whole(e.count), std::to_string(e.example), point_text(study, e.at), e.message});
  }
  return fmt::format("\nNot predicted, by reason\n{}{}", table.text(), more_rows(result.errors.size()));
}

std::string unknown_text(const Study& study, const StudyResult& result) {
  std::string text;
  for (const UnknownGroup& group : result.unknown) {
    PointTable table(study, {});
    for (std::size_t i = 0; i < std::min(group.points.size(), most_rows); ++i)
      table.add(group.points[i], group.points[i].metrics, {});
    text += fmt::format("\nNot compared: {} {} whose {} {} unknown; the best by the rest\n{}{}",
                        whole(group.count), group.count == 1 ? "point" : "points",
                        fmt::join(group.metrics, " and "), group.metrics.size() == 1 ? "is" : "are",
                        table.text(), more_rows(group.points.size()));
  }
  return text;
}

std::string verified_text(const Study& study, const StudyResult& result) {
  if (result.verified.empty()) return "";
  const StudyVerification& v = *study.verify;
  std::vector<Table::Column> more{{"TTFT P99", Align::right},       {"TPOT P99", Align::right},
                                  {"within SLO", Align::right},     {"goodput", Align::right},
                                  {"predicted rank", Align::right}, {"disagreement"}};
  if (!v.chunks.empty()) more.insert(more.begin(), {"chunk", Align::right});
  PointTable table(study, more);
  const auto time = [](const std::optional<double>& t) {
    return t ? figure_text(*t, CriterionUnit::seconds) : absent;
  };
  std::size_t disagree = 0;
  for (const VerifiedPoint& p : result.verified) {
    disagree += !p.disagreement.empty();
    const bool has_slo = v.ttft_limit || v.tpot_limit;
    const bool simulated = p.error.empty();
    std::vector<std::string> cells{
        time(p.ttft_p99),
        time(p.tpot_p99),
        has_slo && simulated ? fmt::format("{:.1f} %", 100 * p.attainment) : absent,
        simulated ? plain(p.goodput) + " /s" : absent,
        std::to_string(p.predicted_rank),
        p.disagreement};
    if (!v.chunks.empty()) cells.insert(cells.begin(), std::to_string(p.chunk));
    table.add(result.front[p.front], p.metrics, cells);
  }
  std::string load = "as many users as `concurrency` says";
  if (v.scenario == ScenarioKind::server)
    load = v.qps ? fmt::format("Poisson arrivals, {:g} a second", *v.qps)
                 : fmt::format("Poisson arrivals at {:g} of the predicted rate", v.load);
  std::string slo;
  if (v.ttft_limit) slo += fmt::format(", TTFT within {}", show(*v.ttft_limit));
  if (v.tpot_limit) slo += fmt::format(", TPOT within {}", show(*v.tpot_limit));
  return fmt::format(
      "\nSimulated: {} of the front's points{} in their new order; {}{}\n{}"
      "metrics are the simulation's; it disagrees at {} of {}\n",
      whole(result.verified.size() / std::max<std::size_t>(1, v.chunks.size())),
      v.chunks.empty() ? "" : fmt::format(", each with chunks of {} tokens,", fmt::join(v.chunks, ", ")),
      load, slo, table.text(), disagree, result.verified.size());
}

std::string sensitivity_text(const Study& study, const StudyResult& result) {
  if (result.sensitivity.empty()) return "";
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
  return fmt::format("\nSensitivity of point {}: {} {}\n{}", winner.index, metric_name(study, metric),
                     metric_text(study, metric, winner.metrics[metric]), table.text());
}

}  // namespace

std::string text(const Study& study, const StudyResult& result) {
  return head(study, result) + front_text(study, result) + top_text(study, result) +
         constraints_text(study, result) + errors_text(study, result) + unknown_text(study, result) +
         verified_text(study, result) + sensitivity_text(study, result);
}

}  // namespace ridgeline::report
