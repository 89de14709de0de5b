#include <fmt/format.h>

#include "report/format.h"
#include "report/json_parts.h"
#include "report/table.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

std::vector<std::string> cells(const std::string& name, std::size_t rows, std::size_t suspect,
                               std::size_t unanswered, const KernelErrors& errors) {
  const auto shown = [&](double value) {
    return rows > 0 ? fmt::format("{:.1f} %", value) : std::string(absent);
  };
  return {name,
          fmt::format("{}", rows),
          fmt::format("{}", suspect),
          fmt::format("{}", unanswered),
          shown(errors.median),
          shown(errors.mape)};
}

Json errors_json(std::size_t rows, std::size_t suspect, std::size_t unanswered, const KernelErrors& errors) {
  return {{"median", rows > 0 ? number(errors.median) : Json()},
          {"mape", rows > 0 ? number(errors.mape) : Json()},
          {"rows", rows},
          {"suspect", suspect},
          {"unanswered", unanswered}};
}

}  // namespace

std::string text(const KernelValidation& v) {
  Table table({{"kernels"},
               {"rows", Align::right},
               {"suspect", Align::right},
               {"unanswered", Align::right},
               {"median", Align::right},
               {"mean error", Align::right}});
  for (const KernelFileErrors& file : v.files) {
    table.add(cells(file_name(file.path), file.rows, file.suspect, file.unanswered, file.errors));
  }
  table.rule();
  for (const KernelOpErrors& op : v.ops) {
    table.add(cells(std::string(to_string(op.op)), op.rows, op.suspect, op.unanswered, op.errors));
  }
  std::string out = table.text();
  out += v.cross_validated ? "\nCross-validated: each group of shapes is predicted by a fit without it.\n"
                           : "\nBy coefficients that may have been fitted on these rows.\n";
  for (const KernelFileErrors& file : v.files) {
    if (file.unanswered > 0)
      out += fmt::format("{}: not answered, {}\n", file_name(file.path), file.unanswered_because);
  }
  return out;
}

std::string json(const KernelValidation& v) {
  Json ops = Json::object(), files = Json::array();
  for (const KernelOpErrors& op : v.ops) {
    ops[std::string(to_string(op.op))] = errors_json(op.rows, op.suspect, op.unanswered, op.errors);
  }
  for (const KernelFileErrors& file : v.files) {
    Json entry = {{"file", file_name(file.path)},
                  {"hardware", file.hardware},
                  {"stack", file.stack},
                  {"op", to_string(file.op)}};
    entry.update(errors_json(file.rows, file.suspect, file.unanswered, file.errors));
    files.push_back(std::move(entry));
  }
  return document(
      "ridgeline.kernel_validation/1",
      {{"cross_validated", v.cross_validated}, {"kernels", std::move(ops)}, {"files", std::move(files)}});
}

}  // namespace ridgeline::report
