// Studies: as `ridgeline explore` answers them, and what Python functions of their points need.

#include <fmt/format.h>

#include <cmath>
#include <span>

#include "explore/archive.h"
#include "explore/evaluate.h"
#include "python.h"
#include "ridgeline/criterion.h"
#include "ridgeline/study_report.h"
#include "study_flags.h"

namespace ridgeline::python {
namespace {

using studies::Archive;
using studies::Best;
using studies::Fate;
using studies::Member;

/// What the command makes, with the exit code that says how it ended.
struct HeldStudy {
  cli::Explored explored;
  bool interrupted = false;
};

HeldStudy explore_command(const std::vector<std::string>& words, nb::object progress) {
  const Outcome outcome = run_command(words, std::move(progress));
  for (const std::any& result : outcome.results) {
    if (const auto* explored = std::any_cast<cli::Explored>(&result)) return {*explored, outcome.interrupted};
  }
  throw Failed{unavailable("explore: ended before anything was known")};
}

// ---------------------------------------------------------------------------------------------- points of a
// study

/// A study whose points Python asks about one by one.
struct StudyGrid {
  Study study;

  StudyGrid(const std::string& text, const std::string& path) {
    const Catalog catalog = value_of(cli::load_catalog(context()));
    const auto calibrations = value_of(cli::load_calibrations(context(), ""));
    study = value_of(read_study(text, path, catalog, *calibrations));
  }
};

/// Formats, models and devices by their names, all other axes as numbers.
nb::object axis_value(const StudyAxis& axis, const AxisValue& value) {
  switch (axis.kind) {
    case AxisKind::model:
    case AxisKind::hardware:
    case AxisKind::precision:
    case AxisKind::kv_cache:
      return nb::cast(value.text);
    default:
      break;
  }
  if (value.number == std::floor(value.number) && std::abs(value.number) < 0x1p53)
    return nb::cast(static_cast<std::int64_t>(value.number));
  return nb::cast(value.number);
}

const char* fate_name(Fate fate) {
  switch (fate) {
    case Fate::excluded:
      return "excluded";
    case Fate::does_not_fit:
      return "does_not_fit";
    case Fate::failed:
      return "failed";
    case Fate::predicted:
      break;
  }
  return "predicted";
}

/// (fate, values of the axes, metrics, constraints that it breaks, constraints that are untold, why not).
nb::object grid_point(const StudyGrid& grid, std::uint64_t index) {
  const Study& study = grid.study;
  if (index >= study.points()) throw nb::index_error("no such point");
  const studies::Digits digits = studies::digits_of(study, index);
  studies::Evaluator evaluator(study);
  const studies::Evaluated point = evaluator.evaluate(digits);
  nb::dict at, metrics;
  nb::list broken, untold;
  for (std::size_t i = 0; i < study.axes.size(); ++i)
    at[study.axes[i].name.c_str()] = axis_value(study.axes[i], study.axes[i].values[digits[i]]);
  if (point.fate == Fate::predicted) {
    const auto described = studies::describe(study, {index, 0, {}});
    const auto all = study_metrics(study.kind);
    for (std::size_t i = 0; i < all.size(); ++i)
      metrics[std::string(all[i].name).c_str()] = nb::cast(described.metrics[i]);
    const studies::Standing standing = studies::standing_of(study, point.values);
    for (std::size_t i = 0; i < study.constraints.size(); ++i) {
      if ((standing.broken >> i & 1) != 0) broken.append(i);
      if ((standing.untold >> i & 1) != 0) untold.append(i);
    }
  }
  return nb::make_tuple(fate_name(point.fate), at, metrics, broken, untold, point.error.message);
}

// ---------------------------------------------------------------------------------------------- any points

/// Points of Python's own: which no other dominates, and the best by the first objective.
class Front {
 public:
  Front(std::vector<bool> maximise, std::size_t top)
      : maximise_(std::move(maximise)), archive_(maximise_.size()), best_(top) {
    if (maximise_.empty() || maximise_.size() > most_objectives)
      throw Failed{bad_input(fmt::format("objectives: {}; give 1 to {}", maximise_.size(), most_objectives))};
  }
  void add(std::uint64_t index, const std::vector<double>& values) {
    Member member;
    member.index = index;
    for (std::size_t i = 0; i < maximise_.size(); ++i)
      member.keys[i] = maximise_[i] ? -values.at(i) : values.at(i);
    archive_.add(member);
    best_.add(member);
  }
  /// (index, points that are equal) by the first objective, best first.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> front() const { return listed(archive_.sorted()); }
  std::vector<std::pair<std::uint64_t, std::uint64_t>> top() const { return listed(best_.members()); }

 private:
  static std::vector<std::pair<std::uint64_t, std::uint64_t>> listed(const std::vector<Member>& members) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> list;
    for (const Member& m : members) list.emplace_back(m.index, m.equals);
    return list;
  }

  std::vector<bool> maximise_;
  Archive archive_;
  Best best_;
};

/// "latency < 50ms" of a metric that Python names: (metric, operator, limit in SI). The limit's unit says of
/// what kind the metric is.
nb::object limit_of(const std::string& text) {
  std::string name;
  for (const char c : text.substr(std::min(text.size(), text.find_first_not_of(' ')))) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '.') break;
    name += c;
  }
  std::optional<Error> first;
  for (const auto unit :
       {CriterionUnit::count, CriterionUnit::seconds, CriterionUnit::per_second, CriterionUnit::share,
        CriterionUnit::bytes, CriterionUnit::watts, CriterionUnit::joules, CriterionUnit::dollars}) {
    const CriterionMetric metric{name, unit};
    const auto criterion = parse_criterion(text, {"it", std::span(&metric, 1)});
    if (criterion && criterion->kind != LimitKind::relative)
      return nb::make_tuple(criterion->metric, std::string(to_string(criterion->comparison)),
                            criterion->limit);
    if (!criterion && !first) first = criterion.error();
  }
  if (first) throw Failed{*first};
  throw Failed{
      bad_input(fmt::format("constraint '{}': a change; give the value that the metric must keep", text))};
}

bool keeps(const std::string& comparison, double value, double limit) {
  for (const Comparison c :
       {Comparison::above, Comparison::at_least, Comparison::below, Comparison::at_most}) {
    if (to_string(c) == comparison) return compares(c, value, limit);
  }
  return false;
}

const char* unit_text(CriterionUnit unit) {
  switch (unit) {
    case CriterionUnit::seconds:
      return "s";
    case CriterionUnit::per_second:
      return "1/s";
    case CriterionUnit::joules:
      return "J";
    case CriterionUnit::bytes:
      return "B";
    case CriterionUnit::watts:
      return "W";
    case CriterionUnit::dollars:
      return "USD";
    case CriterionUnit::share:
    case CriterionUnit::count:
      break;
  }
  return "";
}

/// Of every metric that studies may be about.
nb::dict metric_units() {
  nb::dict units;
  for (const StudyKind kind : {StudyKind::serving, StudyKind::step}) {
    for (const StudyMetric& m : study_metrics(kind)) units[std::string(m.name).c_str()] = unit_text(m.unit);
  }
  return units;
}

}  // namespace

void bind_explore(nb::module_& m) {
  nb::class_<HeldStudy>(m, "StudyResult", "A study with its answer.")
      .def_ro("interrupted", &HeldStudy::interrupted, "By Ctrl-C: what is here is what was known by then")
      .def_prop_ro(
          "document", [](const HeldStudy& s) { return report::json(s.explored.study, s.explored.result); },
          "JSON")
      .def_prop_ro(
          "text", [](const HeldStudy& s) { return report::text(s.explored.study, s.explored.result); },
          "As the command prints it")
      .def_prop_ro(
          "csv_text", [](const HeldStudy& s) { return report::csv(s.explored.study, s.explored.result); },
          "The front")
      .def_prop_ro(
          "svg_text",
          [](const HeldStudy& s) { return value_of(report::svg(s.explored.study, s.explored.result)); },
          "A picture of the front");
  m.def("explore_command", explore_command, nb::arg("words"), nb::arg("progress").none(),
        nb::sig("def explore_command(words: collections.abc.Sequence[str], progress: "
                "collections.abc.Callable[[str], object] | None) -> StudyResult"),
        "`ridgeline explore`, without the GIL.");

  nb::class_<StudyGrid>(m, "StudyGrid", "The points of a study, to be asked about one by one.")
      .def(nb::init<const std::string&, const std::string&>(), nb::arg("text"), nb::arg("path"))
      .def_prop_ro(
          "points", [](const StudyGrid& g) { return g.study.points(); }, "Of the whole grid")
      .def_prop_ro(
          "axes",
          [](const StudyGrid& g) {
            std::vector<std::string> names;
            for (const StudyAxis& axis : g.study.axes) names.push_back(axis.name);
            return names;
          },
          "Their names")
      .def_prop_ro(
          "constraints",
          [](const StudyGrid& g) {
            std::vector<std::string> texts;
            for (const StudyConstraint& c : g.study.constraints) texts.push_back(to_string(c.criterion));
            return texts;
          },
          "As they are written")
      .def(
          "point", grid_point, nb::arg("index"),
          nb::sig("def point(self, index: int) -> tuple[str, dict[str, typing.Any], dict[str, float | None], "
                  "list[int], list[int], str]"),
          "Fate, axes, metrics (SI), constraints broken and untold, and why there is no prediction.");

  nb::class_<Front>(m, "Front", "Points that no other dominates.")
      .def(nb::init<std::vector<bool>, std::size_t>(), nb::arg("maximise"), nb::arg("top"))
      .def("add", &Front::add, nb::arg("index"), nb::arg("values"), "A point's objectives.")
      .def("front", &Front::front, "Indices, and how many other points are equal, best first.")
      .def("top", &Front::top, "The best by the first objective, dominated or not.");
  m.def("limit_of", limit_of, nb::arg("text"), nb::sig("def limit_of(text: str) -> tuple[str, str, float]"),
        "Of 'latency < 50ms': metric, operator, limit in SI.");
  m.def("metric_units", metric_units, nb::sig("def metric_units() -> dict[str, str]"),
        "Units of the metrics of studies; '' for counts and shares.");
  m.def("keeps", keeps, nb::arg("comparison"), nb::arg("value"), nb::arg("limit"),
        "Whether value is on that side.");
}

}  // namespace ridgeline::python
