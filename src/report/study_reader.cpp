#include "report/study_reader.h"

#include <algorithm>
#include <limits>

namespace ridgeline::report {
namespace {

std::optional<std::size_t> find_study_metric(StudyKind kind, const std::string& name) {
  const auto metrics = study_metrics(kind);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (metrics[i].name == name) return i;
  }
  return std::nullopt;
}

std::size_t metric_at(const Study& study, const JsonPlace& at) {
  const auto metric = find_study_metric(study.kind, at.text());
  if (!metric) at.complain("must be a metric of studies");
  return metric.value_or(0);
}

/// Of the kinds that reports tell apart; any other is a number.
AxisKind axis_kind(const std::string& name) {
  if (name == "model") return AxisKind::model;
  if (name == "hardware") return AxisKind::hardware;
  if (name == "precision") return AxisKind::precision;
  if (name == "kv_cache") return AxisKind::kv_cache;
  if (name == "price_per_hour") return AxisKind::price_per_hour;
  return AxisKind::concurrency;
}

void read_models(const std::string& names, Study& study) {
  for (std::size_t from = 0; from <= names.size();) {
    const std::size_t to = std::min(names.find(", ", from), names.size());
    study.models.emplace_back().id = names.substr(from, to - from);
    from = to + 2;
  }
  study.model = study.models.front();
  if (study.models.size() == 1) study.models.clear();
}

Study read_question(const JsonPlace& at) {
  Study study;
  study.kind = at["kind"].text() == "step" ? StudyKind::step : StudyKind::serving;
  study.ideal = at["calibration"].text() == "ideal";
  study.stack = at["stack"].text();
  study.text = at["text"].text();
  read_models(at["model"].text(), study);
  for (const JsonPlace& axis : at["axes"].items()) {
    StudyAxis& a = study.axes.emplace_back();
    a.name = axis["name"].text();
    a.kind = axis_kind(a.name);
    for (const std::string& value : axis["values"].texts()) a.values.push_back({0, false, value});
  }
  if (std::none_of(study.axes.begin(), study.axes.end(),
                   [](const StudyAxis& a) { return a.kind == AxisKind::hardware; }))
    at["axes"].complain("must name the hardware");
  for (const JsonPlace& o : at["objectives"].items())
    study.objectives.push_back({metric_at(study, o["metric"]), o["direction"].text() == "minimise"
                                                                   ? Direction::minimise
                                                                   : Direction::maximise});
  if (study.objectives.empty()) at["objectives"].complain("must not be empty");
  for (const JsonPlace& c : at["constraints"].items()) {
    const auto criterion = parse_criterion(c.text(), study_vocabulary(study.kind));
    if (!criterion) {
      c.complain("must be a constraint on a metric of studies");
      continue;
    }
    study.constraints.push_back({*criterion, find_study_metric(study.kind, criterion->metric).value_or(0)});
  }
  for (const std::string& condition : at["conditions"].texts())
    study.conditions.emplace_back().text = condition;
  if (const JsonPlace search = at["search"]; search["method"].text() != "grid")
    study.search =
        StudySearch{search["population"].count(), search["generations"].count(), search["seed"].whole()};
  return study;
}

std::vector<std::string> read_at(const Study& study, const JsonPlace& at) {
  std::vector<std::string> values;
  for (const StudyAxis& axis : study.axes) values.push_back(at[axis.name].text());
  return values;
}

std::vector<std::optional<double>> read_metrics(const Study& study, const JsonPlace& at) {
  std::vector<std::optional<double>> values;
  for (const StudyMetric& metric : study_metrics(study.kind)) values.push_back(at[metric.name].figure());
  return values;
}

std::vector<StudyPoint> read_points(const Study& study, const JsonPlace& at) {
  std::vector<StudyPoint> points;
  for (const JsonPlace& p : at.items())
    points.push_back({p["index"].whole(), p["equal_points"].whole(), read_at(study, p["at"]),
                      read_metrics(study, p["metrics"])});
  return points;
}

/// Position in the front of a point that is named by its index in the grid.
std::size_t read_front_index(const StudyResult& result, const JsonPlace& at) {
  const std::uint64_t index = at.whole();
  const auto found = std::find_if(result.front.begin(), result.front.end(),
                                  [&](const StudyPoint& p) { return p.index == index; });
  if (found == result.front.end()) at.complain("must be a point of the front");
  return static_cast<std::size_t>(found - result.front.begin());
}

void read_constraint_reports(const Study& study, const JsonPlace& at, StudyResult& result) {
  for (const JsonPlace& c : at.items()) {
    ConstraintReport& report = result.constraints.emplace_back();
    report.text = c["constraint"].text();
    report.fell = c["fell"].whole();
    report.fell_alone = c["fell_alone"].whole();
    report.untold = c["untold"].whole();
    report.best_without = c["best_without"].figure();
    report.gain =
        c["leaves_nothing"].flag() ? std::numeric_limits<double>::infinity() : c["gain"].figure().value_or(0);
    const auto objective = c.find("objective");
    if (!objective) continue;
    const std::size_t metric = metric_at(study, *objective);
    const auto found = std::find_if(study.objectives.begin(), study.objectives.end(),
                                    [&](const StudyObjective& o) { return o.metric == metric; });
    if (found == study.objectives.end() || (result.best.empty() && report.gain <= 1e300)) {
      objective->complain("must be an objective with a best point");
      continue;
    }
    report.objective = static_cast<std::size_t>(found - study.objectives.begin());
  }
}

void read_verified(const Study& study, const JsonPlace& at, StudyResult& result) {
  for (const JsonPlace& p : at.items()) {
    VerifiedPoint& point = result.verified.emplace_back();
    point.front = read_front_index(result, p["index"]);
    point.chunk = static_cast<std::uint32_t>(p["chunk"].figure().value_or(0));
    point.rank = p["rank"].whole();
    point.predicted_rank = p["predicted_rank"].whole();
    point.error = p["error"].text_or_null().value_or("");
    point.requests = p["requests"].whole();
    if (point.error.empty()) point.metrics = read_metrics(study, p["metrics"]);
    point.ttft_p99 = p["ttft_p99"].figure();
    point.tpot_p99 = p["tpot_p99"].figure();
    point.attainment = p["attainment"].number_or_nan();
    point.goodput = p["goodput"].number_or_nan();
    point.meets_slo = p["meets_slo"].flag();
    point.keeps_constraints = p["keeps_constraints"].flag();
    point.on_front = p["on_front"].flag();
    point.disagreement = p["disagreement"].text_or_null().value_or("");
  }
}

void read_survival(const JsonPlace& at, StudyResult& result) {
  FrontSurvival& s = result.survival.emplace();
  s.draws = at["draws"].whole();
  s.contenders = at["contenders"].whole();
  s.unknown = at["error_unknown"].texts();
  for (const JsonPlace& p : at["points"].items()) {
    s.on_front.push_back(p["on_front"].number());
    s.feasible.push_back(p["feasible"].number());
  }
  if (!s.on_front.empty() && s.on_front.size() != result.front.size())
    at["points"].complain("must be those of the front");
}

InputSensitivity read_sensitivity(const JsonPlace& at) {
  InputSensitivity s;
  s.input = at["input"].text();
  s.assumed = at["interval_assumed"].flag();
  const auto end = [](const JsonPlace& e, double& factor, std::optional<double>& objective, bool& feasible,
                      bool& wins) {
    factor = e["factor"].number_or_nan();
    objective = e["objective"].figure();
    feasible = e["feasible"].flag();
    wins = e["wins"].flag();
  };
  end(at["low"], s.low, s.at_low, s.feasible_at_low, s.wins_at_low);
  end(at["high"], s.high, s.at_high, s.feasible_at_high, s.wins_at_high);
  return s;
}

void read_counts(const JsonPlace& at, StudyResult& result) {
  result.feasible = at["feasible"].whole();
  result.fell = at["fell"].whole();
  result.untold = at["untold"].whole();
  result.excluded = at["excluded"].whole();
  result.does_not_fit = at["does_not_fit"].whole();
  result.failed = at["failed"].whole();
}

}  // namespace

ReadStudy read_study_document(const JsonPlace& at) {
  ReadStudy read;
  Study& study = read.study = read_question(at["study"]);
  StudyResult& result = read.result;
  read.money = at["study"]["money"].text();
  result.points = at["points"].whole();
  result.explored = at["explored"].whole();
  const bool interrupted = at["interrupted"].flag();
  result.searched = study.search.has_value() && !interrupted;
  result.cut_short = interrupted && result.explored >= result.points;
  read_counts(at["counts"], result);
  result.front = read_points(study, at["front"]);
  for (const StudyPoint& p : result.front) {
    for (const StudyObjective& o : study.objectives) {
      if (!p.metrics[o.metric]) at["front"].complain("must have a value of every objective");
    }
  }
  for (const JsonPlace& b : at["best"].items()) result.best.push_back(read_front_index(result, b["index"]));
  if (!result.best.empty() && result.best.size() != study.objectives.size())
    at["best"].complain("must name a point for every objective");
  result.top = read_points(study, at["top"]);
  read_constraint_reports(study, at["constraints"], result);
  const auto costliest = at["costliest_constraint"].text_or_null();
  for (std::size_t i = 0; i < result.constraints.size(); ++i) {
    if (costliest == result.constraints[i].text) result.costliest = i;
  }
  for (const JsonPlace& e : at["errors"].items())
    result.errors.push_back({e["does_not_fit"].flag(), e["count"].count(), e["example"]["index"].whole(),
                             read_at(study, e["example"]["at"]), e["message"].text()});
  for (const JsonPlace& g : at["unknown"].items())
    result.unknown.push_back({g["metrics"].texts(), g["count"].count(), read_points(study, g["points"])});
  read_verified(study, at["verified"], result);
  if (const auto survival = at.find("survival")) read_survival(*survival, result);
  for (const JsonPlace& s : at["sensitivity"].items()) result.sensitivity.push_back(read_sensitivity(s));
  if (!result.sensitivity.empty() && result.best.empty())
    at["sensitivity"].complain("must be of a front with a best point");
  return read;
}

}  // namespace ridgeline::report
