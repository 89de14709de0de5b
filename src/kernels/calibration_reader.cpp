#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "base/yaml.h"
#include "kernels/dispatch.h"
#include "kernels/fields.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

Result<std::string> text_of(const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  return node.as_string();
}

Result<double> at_least_zero(const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  RIDGELINE_TRY(value, node.as_number());
  if (value < 0) return node.error(fmt::format("is {}, and must be 0 or more", value));
  return value;
}

Result<KernelErrors> read_errors(const YamlNode& node) {
  RIDGELINE_CHECK(node.only_keys({"median", "mape"}));
  RIDGELINE_TRY(median, at_least_zero(node, "median"));
  RIDGELINE_TRY(mape, at_least_zero(node, "mape"));
  return KernelErrors{median, mape};
}

template <class C>
Status read_coefficient(const std::string& name, const YamlNode& node, FittedKernel<C>& fitted) {
  const kernels::Field<C>* field = kernels::find_field<C>(name);
  if (!field) {
    std::vector<std::string> names;
    for (const auto& known : kernels::fields<C>()) names.emplace_back(known.name);
    return node.error(
        fmt::format("no such coefficient; did you mean '{}'?", fmt::join(nearest(name, names, 1), "")));
  }
  RIDGELINE_CHECK(node.only_keys({"value", "error", "unit"}));
  if (!field->unit.empty()) {
    RIDGELINE_TRY(unit_node, node.require("unit"));
    RIDGELINE_TRY(unit, unit_node.as_string());
    if (unit != field->unit)
      return unit_node.error(fmt::format("is {}; this is given in {}", unit, field->unit));
  } else if (const auto unit = node.find("unit")) {
    return unit->error("this coefficient is a plain number");
  }
  RIDGELINE_TRY(value, at_least_zero(node, "value"));
  RIDGELINE_TRY(error, at_least_zero(node, "error"));
  kernels::set(*field, fitted.value, value);
  kernels::set(*field, fitted.error, error);
  return Status::success();
}

template <class C>
Result<FittedKernel<C>> read_fitted(const YamlNode& node) {
  RIDGELINE_CHECK(
      node.only_keys({"rows", "suspect", "in_sample", "cross_validated", "choices", "coefficients"}));
  FittedKernel<C> fitted;
  for (const auto& field : kernels::fields<C>()) kernels::set(field, fitted.error, 0);
  RIDGELINE_TRY(rows_node, node.require("rows"));
  RIDGELINE_TRY(rows, rows_node.as_count());
  fitted.rows = rows;
  RIDGELINE_TRY(suspect_node, node.require("suspect"));
  RIDGELINE_TRY(suspect, suspect_node.as_count());
  fitted.suspect = suspect;
  RIDGELINE_TRY(errors_node, node.require("in_sample"));
  RIDGELINE_TRY(errors, read_errors(errors_node));
  fitted.in_sample = errors;
  if (const auto unseen = node.find("cross_validated")) {
    RIDGELINE_TRY(cross_validated, read_errors(*unseen));
    fitted.cross_validated = cross_validated;
  }
  if (const auto choices = node.find("choices"))
    RIDGELINE_CHECK(kernels::read_choices(*choices, fitted.value));
  RIDGELINE_TRY(coefficients, node.require("coefficients"));
  if (!coefficients.is_map()) return coefficients.error("expected a map from coefficients to values");
  for (const auto& [name, entry] : coefficients.entries()) {
    RIDGELINE_CHECK(read_coefficient(name, entry, fitted));
  }
  return fitted;
}

template <class C>
Status read_one(const YamlNode& top, std::string_view key, MaybeFitted<C>& into) {
  const auto node = top.find(key);
  if (!node) return Status::success();
  RIDGELINE_TRY(fitted, read_fitted<C>(*node));
  into = std::move(fitted);
  return Status::success();
}

/// A map whose keys are the names of an enumeration's values.
template <class E, class C, std::size_t N>
Status read_each(const YamlNode& top, std::string_view key, std::array<MaybeFitted<C>, N>& into) {
  const auto node = top.find(key);
  if (!node) return Status::success();
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < N; ++i) names.push_back(to_string(static_cast<E>(i)));
  RIDGELINE_CHECK(node->only_keys(names));
  for (std::size_t i = 0; i < N; ++i) RIDGELINE_CHECK(read_one(*node, names[i], into[i]));
  return Status::success();
}

}  // namespace

Result<KernelCalibration> read_kernel_calibration(const std::string& path) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  RIDGELINE_CHECK(top.only_keys({"hardware", "stack", "version", "source", "date", "gemm",
                                 "context_attention", "generation_attention", "collectives", "moe"}));
  KernelCalibration result;
  RIDGELINE_TRY(hardware, text_of(top, "hardware"));
  RIDGELINE_TRY(stack, text_of(top, "stack"));
  RIDGELINE_TRY(version, text_of(top, "version"));
  RIDGELINE_TRY(source, text_of(top, "source"));
  RIDGELINE_TRY(date, text_of(top, "date"));
  result.hardware = hardware;
  result.stack = stack;
  result.version = version;
  result.source = source;
  result.date = date;
  RIDGELINE_CHECK(read_each<KernelFormat>(top, "gemm", result.gemm));
  RIDGELINE_CHECK(read_one(top, "context_attention", result.context_attention));
  RIDGELINE_CHECK(read_one(top, "generation_attention", result.generation_attention));
  RIDGELINE_CHECK(read_each<CollectiveOp>(top, "collectives", result.collectives));
  RIDGELINE_CHECK(read_each<KernelFormat>(top, "moe", result.moe));
  return result;
}

Status KernelCalibrations::add(KernelCalibration one) {
  if (find(one.hardware, one.stack)) {
    return bad_input(
        fmt::format("kernels of {} on {} are calibrated twice; keep one file", one.stack, one.hardware));
  }
  all_.push_back(std::move(one));
  return Status::success();
}

Result<KernelCalibrations> KernelCalibrations::load(const std::string& dir) {
  std::vector<std::string> files;
  std::error_code failure;
  std::filesystem::directory_iterator entry(dir, failure);
  for (; !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
    if (entry->path().extension() == ".yaml") files.push_back(entry->path().string());
  }
  if (failure) return unavailable(fmt::format("{}: cannot be read: {}", dir, failure.message()));
  std::sort(files.begin(), files.end());
  KernelCalibrations result;
  for (const std::string& file : files) {
    RIDGELINE_TRY(one, read_kernel_calibration(file));
    if (const Status added = result.add(std::move(one)); !added) {
      return bad_input(fmt::format("{}: {}", file, added.error().message));
    }
  }
  return result;
}

const KernelCalibration* KernelCalibrations::find(std::string_view hardware_id,
                                                  std::string_view stack) const {
  for (const KernelCalibration& one : all_) {
    if (one.hardware == hardware_id && one.stack == stack) return &one;
  }
  return nullptr;
}

}  // namespace ridgeline
