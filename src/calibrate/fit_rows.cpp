#include "calibrate/fit_rows.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "calibrate/parallel.h"

namespace ridgeline::calibrate {
namespace {

std::string reason_to_leave_out(const MeasuredPoint& point, const ValidatedPoint& checked) {
  if (!point.doubt.empty()) return point.doubt;
  if (!checked.suspect.empty()) return checked.suspect;
  if (!checked.error.empty()) return checked.error;
  if (!point.ttft && !point.tpot) return "neither TTFT nor TPOT was measured";
  for (const auto& time : {point.ttft, point.tpot}) {
    if (time && !(std::isfinite(time->value()) && time->value() > 0))
      return "a measured time is not positive";
  }
  return "";
}

/// What a model computes, as text: equal for models that differ in nothing that a prediction sees.
std::string work_of(const Model& model) {
  const auto ops = lower(model, StepShape::prefill(1, 128), PrecisionPlan::uniform(Precision::bf16));
  std::string text;
  if (!ops) return text;
  for (const Op& op : *ops) {
    text += fmt::format("{} {} {} {} {};", op.name, op.count, op.flops.value(), op.weights.value(),
                        op.kv_cache.value());
  }
  return text;
}

/// From the id of each model in the table to the first id, in order, of those that are alike.
using Families = std::map<std::string, std::string>;

Families families_of(const std::vector<MeasuredPoint>& points, const Catalog& catalog) {
  Families families;
  for (const MeasuredPoint& point : points) families.try_emplace(point.model, point.model);
  std::map<std::string, std::string> first;  // by work
  for (auto& [id, family] : families) {
    const auto model = catalog.model(id);
    if (!model) continue;
    const std::string work = work_of(**model);
    if (!work.empty()) family = first.try_emplace(work, id).first->second;
  }
  return families;
}

/// A row, or why there is none.
struct Prepared {
  std::optional<FitRow> row;
  std::string reason;
};

Prepared prepare(const MeasuredPoint& point, const ValidatedPoint& checked, const Catalog& catalog,
                 const Families& families) {
  if (auto reason = reason_to_leave_out(point, checked); !reason.empty()) return {std::nullopt, reason};
  const auto model = catalog.model(point.model);
  if (!model) return {std::nullopt, model.error().message};
  const auto hardware = catalog.hardware(point.hardware);
  if (!hardware) return {std::nullopt, hardware.error().message};

  const double decode = point.point.osl * point.tpot.value_or(checked.predicted_tpot).value();
  const double first = point.ttft.value_or(checked.predicted_ttft).value();
  auto serving = engine::ServingModel::make(**model, **hardware, point.point, decode / (decode + first));
  if (!serving) return {std::nullopt, serving.error().message};

  FitRow row;
  row.point = checked.row;
  row.model = *std::move(serving);
  row.scope = {(*hardware)->generation, point.stack, point.version};
  row.group = group_key(families.at(point.model), point.hardware, point.stack);
  if (point.tpot) row.log_tpot = std::log(point.tpot->value());
  if (point.ttft) row.log_ttft = std::log(point.ttft->value());
  return {std::move(row), ""};
}

}  // namespace

FitRows prepare_rows(const Validation& checked, const Catalog& catalog) {
  const std::vector<MeasuredPoint>& points = checked.table.points;
  const Families families = families_of(points, catalog);
  std::vector<Prepared> prepared(checked.points.size());
  for_each_index(prepared.size(), 64, [&](std::size_t i) {
    prepared[i] = prepare(points[checked.points[i].row], checked.points[i], catalog, families);
  });
  FitRows result;
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    if (prepared[i].row) {
      result.rows.push_back(*std::move(prepared[i].row));
    } else {
      result.left_out.push_back(
          fmt::format("line {}: {}", points[checked.points[i].row].line, prepared[i].reason));
    }
  }
  return result;
}

}  // namespace ridgeline::calibrate
