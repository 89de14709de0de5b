#include "report/json_parts.h"
#include "report/validation_parts.h"

namespace ridgeline::report {
namespace {

Json to_json(const ErrorSummary& e, bool with_interval) {
  const auto known = [&](double value) { return e.rows > 0 ? number(value) : Json(); };
  return {{"mape", known(e.mape)},
          {"median", known(e.median)},
          {"bias", known(e.bias)},
          {"rows", e.rows},
          {"coverage", with_interval ? known(e.coverage) : Json()}};
}

Json line_of(const MeasuredPoint& m, const std::string& reason) {
  return {
      {"line", m.line}, {"model", m.model}, {"hardware", m.hardware}, {"stack", m.stack}, {"reason", reason}};
}

}  // namespace

std::string json(const Validation& v) {
  const bool with_interval = has_intervals(v);
  Json groups = Json::array(), suspect = Json::array(), unanswered = Json::array(), doubtful = Json::array();
  for (const ValidationGroup& group : v.groups) {
    groups.push_back({{"key", group.key},
                      {"ttft", to_json(group.ttft, with_interval)},
                      {"tpot", to_json(group.tpot, with_interval)}});
  }
  for (const ValidatedPoint& p : v.points) {
    const MeasuredPoint& m = v.table.points[p.row];
    if (!p.suspect.empty()) suspect.push_back(line_of(m, p.suspect));
    if (!p.error.empty()) unanswered.push_back(line_of(m, p.error));
    if (!m.doubt.empty()) doubtful.push_back(line_of(m, m.doubt));
  }
  return document(
      "ridgeline.validation/1",
      {{"file", v.table.path},
       {"ttft", to_json(v.ttft, with_interval)},
       {"tpot", to_json(v.tpot, with_interval)},
       {"coverage", with_interval && v.ttft.rows + v.tpot.rows > 0 ? number(v.coverage) : Json()},
       {"cross_validated", v.cross_validated},
       {"rows", v.points.size()},
       {"groups", std::move(groups)},
       {"without_doubt",
        {{"ttft", to_json(v.clear_ttft, with_interval)}, {"tpot", to_json(v.clear_tpot, with_interval)}}},
       {"suspect", std::move(suspect)},
       {"unanswered", std::move(unanswered)},
       {"doubtful", std::move(doubtful)},
       {"notes", v.table.notes}});
}

}  // namespace ridgeline::report
