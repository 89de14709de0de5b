// The one coefficient of training, and what is known of the device besides.

#include <fmt/format.h>

#include <boost/math/tools/minima.hpp>
#include <cmath>

#include "base/portable_math.h"
#include "base/yaml.h"
#include "ridgeline/training.h"

namespace ridgeline {
namespace {

/// Memory, links and fused attention as measured, and nothing else: a step of seconds hides its launches.
Calibration of_training(const Calibration& of_device, double products) {
  constexpr auto gemm = static_cast<std::size_t>(OpClass::gemm);
  constexpr auto attention = static_cast<std::size_t>(OpClass::attention);
  Calibration c;
  c.kind = CalibrationKind::fitted;
  c.compute_efficiency[gemm] = products;
  c.compute_efficiency[attention] = of_device.compute_efficiency[attention];
  c.memory_efficiency = of_device.memory_efficiency;
  c.hop = of_device.hop;
  c.remote_hop = of_device.remote_hop;
  c.link_efficiency = of_device.link_efficiency;
  c.remote_link_efficiency = of_device.remote_link_efficiency;
  c.provenance = of_device.provenance;
  return c;
}

std::optional<KernelCalibration> kernels_of(const Hardware& hardware, const KernelCalibrations& all,
                                            std::initializer_list<std::string_view> stacks) {
  for (const std::string_view stack : stacks) {
    if (const KernelCalibration* found = all.find(hardware.id, stack)) return *found;
  }
  return std::nullopt;
}

double square(double x) { return x * x; }

Result<double> share(const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  RIDGELINE_TRY(value, node.as_number());
  if (!(value > 0 && value <= 1))
    return node.error(fmt::format("is {}, and must be above 0 and at most 1", value));
  return value;
}

}  // namespace

Result<TrainingCoefficients> load_training_coefficients(const std::string& path, const Hardware& hardware,
                                                        const Calibration& of_device,
                                                        const KernelCalibrations& kernels) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  RIDGELINE_CHECK(top.only_keys({"source", "date", "rows", "sustained", "error", "device", "spread",
                                 "spread_elsewhere", "unmeasured_products"}));
  RIDGELINE_TRY(sustained, share(top, "sustained"));
  RIDGELINE_TRY(spread, share(top, "spread"));
  RIDGELINE_TRY(elsewhere, share(top, "spread_elsewhere"));
  RIDGELINE_TRY(device_node, top.require("device"));
  RIDGELINE_TRY(device, device_node.as_string());
  RIDGELINE_TRY(unmeasured, share(top, "unmeasured_products"));
  RIDGELINE_TRY(source_node, top.require("source"));
  RIDGELINE_TRY(source, source_node.as_string());
  RIDGELINE_TRY(date_node, top.require("date"));
  RIDGELINE_TRY(date, date_node.as_string());
  TrainingCoefficients coefficients;
  coefficients.sustained = sustained;
  coefficients.compared = device == hardware.id;
  coefficients.spread = coefficients.compared ? spread : elsewhere;
  coefficients.provenance = {ProvenanceKind::fitted, source, date};
  coefficients.calibration = of_training(of_device, unmeasured);
  coefficients.products = kernels_of(hardware, kernels, {"vllm", "trtllm"});
  coefficients.collectives = kernels_of(hardware, kernels, {"nccl"});
  return coefficients;
}

Result<FittedShare> fit_training(const std::vector<TrainingRow>& rows, const Catalog& catalog,
                                 const TrainingCoefficients& start) {
  std::vector<TrainingRow> seen;
  for (const TrainingRow& row : rows) {
    if (row.fitted) seen.push_back(row);
  }
  if (seen.size() < 2) return bad_input("training: a fit needs two rows at least whose split is fit");
  RIDGELINE_CHECK(validate_training(seen, catalog, start));
  const auto squares = [&](double log_share) {
    TrainingCoefficients trial = start;
    trial.sustained = portable_exp(log_share);
    double sum = 0;
    const auto errors = *validate_training(seen, catalog, trial);
    for (const TrainingError& error : errors) sum += square(portable_log(1 + error.time));
    return sum;
  };
  constexpr int digits = 26;  // the square root of a double's precision, which is as far as a minimum shows
  const auto [best, sum] = boost::math::tools::brent_find_minima(squares, portable_log(0.05), 0.0, digits);
  // The curvature of the sum of squares, by a difference, gives the standard error.
  constexpr double step = 0.01;
  const double curvature = (squares(best + step) - 2 * sum + squares(best - step)) / (2 * step * step);
  const double variance = sum / static_cast<double>(seen.size() - 1);
  return FittedShare{portable_exp(best), std::sqrt(variance / curvature), seen.size()};
}

}  // namespace ridgeline
