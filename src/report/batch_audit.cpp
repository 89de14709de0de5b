// Predicted against measured batch times, as text and JSON.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/format.h"
#include "report/json_parts.h"
#include "report/table.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

struct NamedFigure {
  const char* name;
  const BatchFigure* figure;
};

std::vector<NamedFigure> figures(const BatchCell& cell) {
  std::vector<NamedFigure> all = {{"batch", &cell.total}};
  if (cell.first_token) all.push_back({"first token", &*cell.first_token});
  if (cell.per_token) all.push_back({"each further token", &*cell.per_token});
  return all;
}

Json to_json(const BatchFigure& figure) {
  return {{"predicted_seconds", number(figure.predicted)},
          {"measured_seconds", number(figure.measured)},
          {"error_percent", number(100 * figure.error)}};
}

Json figure_or_null(const std::optional<BatchFigure>& figure) { return figure ? to_json(*figure) : Json(); }

Json size_or_null(const std::optional<BatchFigure>& figure) {
  return figure ? Json(number(100 * std::fabs(figure->error))) : Json();
}

std::string coefficients(const BatchAudit& audit) {
  const Calibration& c = audit.calibration;
  const auto share = [&](OpClass kind) {
    return percent(c.compute_efficiency[static_cast<std::size_t>(kind)]);
  };
  return fmt::format(
      "last probe: of the peak {} in products (half of it at {:.0f} rows; of that share {} up to "
      "{:.0f} "
      "rows), {} in convolutions, {} in attention; memory {}",
      share(OpClass::gemm), c.gemm_half_rows, percent(c.gemm_few_share), c.gemm_few_rows,
      share(OpClass::conv), share(OpClass::attention), show(audit.hardware.memory.bandwidth->value));
}

}  // namespace

std::string text(const BatchAudit& audit) {
  Table table({{"model"},
               {"batch", Align::right},
               {"time of"},
               {"predicted", Align::right},
               {"measured", Align::right},
               {"error", Align::right},
               {"on its core", Align::right}});
  for (const BatchedWorkload& workload : audit.workloads) {
    if (&workload != &audit.workloads.front()) table.rule();
    std::string model = workload.model;
    for (const BatchCell& cell : workload.cells) {
      std::string batch = fmt::format("{}", cell.batch), on_core = percent(cell.on_core);
      for (const NamedFigure& each : figures(cell)) {
        table.add({model, batch, each.name, show(each.figure->predicted), show(each.figure->measured),
                   signed_percent(each.figure->error), on_core});
        model.clear();
        batch.clear();
        on_core.clear();
      }
    }
  }
  return fmt::format(
      "{}\n{} thread{}, {} rounds, {}\n\n{}\nerror of a batch: {} on average, {} at most\n{}\n",
      audit.machine, audit.threads, audit.threads == 1 ? "" : "s", audit.rounds, show(audit.duration),
      table.text(), percent(audit.mean_error), percent(audit.largest_error), coefficients(audit));
}

std::string json(const BatchAudit& audit) {
  Json workloads = Json::array(), sizes = Json::object();
  for (const BatchedWorkload& workload : audit.workloads) {
    Json cells = Json::array();
    for (const BatchCell& cell : workload.cells) {
      cells.push_back({{"batch", cell.batch},
                       {"total", to_json(cell.total)},
                       {"first_token", figure_or_null(cell.first_token)},
                       {"per_token", figure_or_null(cell.per_token)},
                       {"on_core", number(cell.on_core)}});
      sizes[workload.model][fmt::format("batch_{}", cell.batch)] = {
          {"total", number(100 * std::fabs(cell.total.error))},
          {"first_token", size_or_null(cell.first_token)},
          {"per_token", size_or_null(cell.per_token)}};
    }
    workloads.push_back({{"model", workload.model},
                         {"prompt_tokens", workload.shape.prompt_tokens},
                         {"output_tokens", workload.shape.output_tokens},
                         {"batches", cells}});
  }
  return document("ridgeline.batch-audit/1", {{"version", audit.version},
                                              {"date", audit.date},
                                              {"machine", audit.machine},
                                              {"threads", audit.threads},
                                              {"rounds", audit.rounds},
                                              {"largest_error_percent", number(100 * audit.largest_error)},
                                              {"mean_error_percent", number(100 * audit.mean_error)},
                                              {"errors", sizes},
                                              {"workloads", workloads},
                                              {"calibration", to_json(audit.calibration)},
                                              {"warnings", audit.warnings},
                                              {"duration_seconds", number(audit.duration)}});
}

}  // namespace ridgeline::report
