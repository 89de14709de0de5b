#include "explore/read_axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "catalog/units.h"
#include "explore/space.h"

namespace ridgeline::studies {
namespace {

constexpr std::size_t most_values = 1'000'000;
/// Of a range without steps where numbers need not be whole: a thousandth of it apart.
constexpr std::size_t continuous_values = 1001;

struct Name {
  std::string_view name;
  AxisKind kind;
};
constexpr Name names[] = {
    {"model", AxisKind::model},
    {"hardware", AxisKind::hardware},
    {"precision", AxisKind::precision},
    {"kv_cache", AxisKind::kv_cache},
    {"tp", AxisKind::tensor},
    {"pp", AxisKind::pipeline},
    {"dp", AxisKind::data},
    {"ep", AxisKind::expert},
    {"replicas", AxisKind::replicas},
    {"prefill_replicas", AxisKind::prefill_replicas},
    {"prefill_tp", AxisKind::prefill_tensor},
    {"prefill_pp", AxisKind::prefill_pipeline},
    {"prefill_dp", AxisKind::prefill_data},
    {"memory_fraction", AxisKind::memory_fraction},
    {"price_per_hour", AxisKind::price_per_hour},
    {"isl", AxisKind::isl},
    {"osl", AxisKind::osl},
    {"max_batch", AxisKind::max_batch},
    {"concurrency", AxisKind::concurrency},
    {"context", AxisKind::context},
    {"batch", AxisKind::batch},
};

/// A number, with the unit as it was written.
struct Quantity {
  double number = 0, scale = 1;
  std::string unit;
  bool relative = false;
  double si() const { return number * scale; }
};

const catalog::Measure& measure_of(std::string_view unit) {
  if (unit == "B/s") return catalog::link_bandwidth();
  if (unit == "B") return catalog::capacity();
  if (unit == "W") return catalog::power();
  if (unit == "USD") return catalog::price();
  return catalog::peak_of(Precision::int8);
}

Result<Quantity> read_quantity(const YamlNode& node, const catalog::Measure& measure) {
  RIDGELINE_TRY(text, node.as_string());
  Quantity q;
  q.relative = text.size() > 1 && text[0] == 'x';
  const char* begin = text.c_str() + (q.relative ? 1 : 0);
  char* end = nullptr;
  q.number = std::strtod(begin, &end);
  q.unit = end;
  q.unit.erase(0, q.unit.find_first_not_of(' '));
  bool found = q.relative && q.unit.empty();
  for (const catalog::Unit& unit : measure.units) {
    if (q.relative || unit.name != q.unit) continue;
    q.scale = unit.scale;
    found = true;
  }
  if (end != begin && found && std::isfinite(q.si()) && q.si() > 0) return q;
  std::vector<std::string> units;
  for (const catalog::Unit& unit : measure.units) units.emplace_back(unit.name);
  return node.error(fmt::format("'{}' is not {}; give a number and a unit ({})", text, measure.what,
                                catalog::any_of(units)));
}

/// The numbers of a range that says no step.
enum class Density { whole, fine };

/// Numbers of {from, to, step}, {from, to, factor} or {from, to}.
Result<std::vector<double>> steps(const YamlNode& map, double from, double to, std::optional<double> step,
                                  std::optional<double> factor, Density density) {
  if (step && factor) return map.error("a range has `step` or `factor`, one of them");
  if (!(to >= from)) return map.error("a range goes upward: `to` is below `from`");
  if (step && !(*step > 0)) return map.error("`step` must be above 0");
  if (factor && !(*factor > 1)) return map.error("`factor` must be above 1");
  std::vector<double> values;
  if (!step && !factor) {
    if (density == Density::fine) {
      constexpr double last = continuous_values - 1;
      for (double i = 0; i <= last; ++i) values.push_back(from + (to - from) * (i / last));
      return values;
    }
    step = 1;
  }
  const double last = to * (1 + 1e-12);
  double value = from;
  while (value <= last) {
    if (values.size() == most_values) return map.error(fmt::format("more than {} values", most_values));
    values.push_back(value);
    const double next = step ? from + *step * static_cast<double>(values.size()) : value * *factor;
    if (!(next > value)) return map.error("the range does not move on; `from` must be above 0 with `factor`");
    value = next;
  }
  return values;
}

Result<std::optional<double>> optional_number(const YamlNode& map, std::string_view key) {
  const auto node = map.find(key);
  if (!node) return std::optional<double>();
  RIDGELINE_TRY(value, node->as_number());
  return std::optional<double>(value);
}

bool is_real(AxisKind kind) { return kind == AxisKind::memory_fraction || kind == AxisKind::price_per_hour; }

Result<AxisValue> number_of(const YamlNode& node, double value, AxisKind kind) {
  if (kind == AxisKind::memory_fraction && !(value > 0 && value <= 1))
    return node.error(fmt::format("{:g}; give a share above 0 and up to 1", value));
  if (kind == AxisKind::price_per_hour && !(value > 0))
    return node.error(fmt::format("{:g}; give dollars an hour, above 0", value));
  if (is_real(kind)) return AxisValue{value, false, fmt::format("{:.6g}", value)};
  const bool fractions = kind == AxisKind::concurrency;
  const double least = kind == AxisKind::context || kind == AxisKind::prefill_replicas ? 0
                       : kind == AxisKind::osl                                         ? 2
                                                                                       : 1;
  constexpr double most = 1U << 30U;
  if (!(value >= least && value <= most) || (!fractions && value != std::floor(value)))
    return node.error(
        fmt::format("{:g}; give a {}number from {:g} to 2^30", value, fractions ? "" : "whole ", least));
  return AxisValue{value, false, fmt::format("{}", value)};
}

Status read_numbers(const YamlNode& node, StudyAxis& axis) {
  const auto add = [&](const YamlNode& at, double value) -> Status {
    RIDGELINE_TRY(read, number_of(at, value, axis.kind));
    axis.values.push_back(read);
    return Status::success();
  };
  if (node.is_map()) {
    RIDGELINE_CHECK(node.only_keys({"from", "to", "step", "factor"}));
    RIDGELINE_TRY(from, node.require("from"));
    RIDGELINE_TRY(to, node.require("to"));
    RIDGELINE_TRY(first, from.as_number());
    RIDGELINE_TRY(last, to.as_number());
    RIDGELINE_TRY(step, optional_number(node, "step"));
    RIDGELINE_TRY(factor, optional_number(node, "factor"));
    RIDGELINE_TRY(
        values, steps(node, first, last, step, factor, is_real(axis.kind) ? Density::fine : Density::whole));
    for (const double value : values) RIDGELINE_CHECK(add(node, value));
    axis.continuous = !step && !factor;
    return Status::success();
  }
  for (const YamlNode& item : node.is_sequence() ? node.items() : std::vector<YamlNode>{node}) {
    RIDGELINE_TRY(value, item.as_number());
    RIDGELINE_CHECK(add(item, value));
  }
  return Status::success();
}

Status read_field(const YamlNode& node, const HardwareField& field, StudyAxis& axis) {
  const catalog::Measure& measure = measure_of(field.unit);
  const auto add = [&](const Quantity& q, double number) {
    axis.values.push_back(
        {q.relative ? number : number * q.scale, q.relative,
         q.relative ? fmt::format("x{:.6g}", number) : fmt::format("{:.6g} {}", number, q.unit)});
  };
  if (node.is_map()) {
    RIDGELINE_CHECK(node.only_keys({"from", "to", "step", "factor"}));
    RIDGELINE_TRY(from, node.require("from"));
    RIDGELINE_TRY(to, node.require("to"));
    RIDGELINE_TRY(first, read_quantity(from, measure));
    RIDGELINE_TRY(last, read_quantity(to, measure));
    std::optional<double> step;
    if (const auto by = node.find("step")) {
      RIDGELINE_TRY(quantity, read_quantity(*by, measure));
      if (quantity.relative != first.relative) return by->error("is a multiple or a size, as `from` is");
      step = quantity.si() / first.scale;
    }
    if (first.relative != last.relative) return to.error("is a multiple or a size, as `from` is");
    RIDGELINE_TRY(factor, optional_number(node, "factor"));
    RIDGELINE_TRY(values, steps(node, first.number, last.si() / first.scale, step, factor, Density::fine));
    for (const double value : values) add(first, value);
    axis.continuous = !step && !factor;
    return Status::success();
  }
  for (const YamlNode& item : node.is_sequence() ? node.items() : std::vector<YamlNode>{node}) {
    RIDGELINE_TRY(q, read_quantity(item, measure));
    add(q, q.number);
  }
  return Status::success();
}

Status read_precisions(const YamlNode& node, StudyAxis& axis) {
  for (const YamlNode& item : node.is_sequence() ? node.items() : std::vector<YamlNode>{node}) {
    RIDGELINE_TRY(text, item.as_string());
    const auto precision = parse_precision(text);
    if (!precision)
      return item.error(fmt::format("unknown precision '{}'; use bf16, fp16, fp8, nvfp4, int4 ...", text));
    axis.values.push_back({static_cast<double>(*precision), false, std::string(to_string(*precision))});
  }
  return Status::success();
}

/// Names, or {tier, vendor}, or both: all devices of the catalog that match.
Status read_devices(const YamlNode& node, const Catalog& catalog, std::vector<StudyDevice>& devices) {
  const auto add = [&](const Hardware& hardware) { devices.push_back({hardware, {}, {}, {}}); };
  if (node.is_map()) {
    RIDGELINE_CHECK(node.only_keys({"tier", "vendor"}));
    if (node.entries().empty()) return node.error("give `tier`, `vendor` or both");
    std::string tier, vendor;
    for (const auto& [key, value] : node.entries()) {
      RIDGELINE_TRY(text, value.as_string());
      (key == "tier" ? tier : vendor) = text;
    }
    for (const Hardware& h : catalog.all_hardware()) {
      if ((tier.empty() || h.tier == tier) && (vendor.empty() || h.vendor == vendor)) add(h);
    }
    if (devices.empty()) return node.error("no device of the catalog matches");
    return Status::success();
  }
  for (const YamlNode& item : node.is_sequence() ? node.items() : std::vector<YamlNode>{node}) {
    RIDGELINE_TRY(name, item.as_string());
    const auto hardware = catalog.hardware(name);
    if (!hardware) return item.error(hardware.error().message);
    add(**hardware);
  }
  return Status::success();
}

Status read_models(const YamlNode& node, const Catalog& catalog, Study& study, StudyAxis& axis) {
  for (const YamlNode& item : node.is_sequence() ? node.items() : std::vector<YamlNode>{node}) {
    RIDGELINE_TRY(name, item.as_string());
    const auto model = catalog.model(name);
    if (!model) return item.error(model.error().message);
    axis.values.push_back({static_cast<double>(study.models.size()), false, (*model)->id});
    study.models.push_back(**model);
  }
  return Status::success();
}

Status read_names(const YamlNode& node, const Catalog& catalog, Study& study, StudyAxis& axis) {
  if (axis.kind == AxisKind::model) return read_models(node, catalog, study, axis);
  if (axis.kind != AxisKind::hardware) return read_precisions(node, axis);
  RIDGELINE_CHECK(read_devices(node, catalog, study.devices));
  for (std::size_t i = 0; i < study.devices.size(); ++i)
    axis.values.push_back({static_cast<double>(i), false, study.devices[i].hardware.id});
  return Status::success();
}

bool is_name(AxisKind kind) {
  return kind == AxisKind::model || kind == AxisKind::hardware || kind == AxisKind::precision ||
         kind == AxisKind::kv_cache;
}

}  // namespace

std::vector<std::string> axis_names() {
  std::vector<std::string> all;
  for (const Name& n : names) all.emplace_back(n.name);
  for (const HardwareField& f : hardware_fields()) all.push_back(fmt::format("hardware.{}", f.name));
  for (const ModelField& f : model_fields()) all.push_back(fmt::format("model.{}", f.name));
  return all;
}

Result<StudyAxis> read_axis(const std::string& name, const YamlNode& node, const Catalog& catalog,
                            Study& study) {
  StudyAxis axis;
  axis.name = name;
  if (name.starts_with("hardware.")) {
    axis.kind = AxisKind::field;
    RIDGELINE_CHECK(read_field(node, field_of(axis), axis));
  } else if (name.starts_with("model.")) {
    axis.kind = AxisKind::model_field;
    RIDGELINE_CHECK(read_numbers(node, axis));
  } else {
    axis.kind =
        std::find_if(std::begin(names), std::end(names), [&](const Name& n) { return n.name == name; })->kind;
    RIDGELINE_CHECK(is_name(axis.kind) ? read_names(node, catalog, study, axis) : read_numbers(node, axis));
  }
  if (axis.values.empty()) return node.error("no values; give a list or {from, to, step}");
  std::vector<std::string> texts;
  for (const AxisValue& value : axis.values) texts.push_back(value.text);
  std::sort(texts.begin(), texts.end());
  if (const auto twice = std::adjacent_find(texts.begin(), texts.end()); twice != texts.end())
    return node.error(fmt::format("{} is there twice", *twice));
  return axis;
}

Result<std::vector<std::uint32_t>> read_counts(const YamlNode& node, std::uint32_t least) {
  std::vector<std::uint32_t> counts;
  for (const YamlNode& item : node.is_sequence() ? node.items() : std::vector<YamlNode>{node}) {
    RIDGELINE_TRY(count, item.as_count());
    if (count < least) return item.error(fmt::format("{}; give {} or more", count, least));
    if (std::find(counts.begin(), counts.end(), count) != counts.end())
      return item.error(fmt::format("{} is there twice", count));
    counts.push_back(count);
  }
  if (counts.empty()) return node.error("no values; give a list");
  return counts;
}

Result<Seconds> read_time(const YamlNode& node) {
  RIDGELINE_TRY(q, read_quantity(node, catalog::latency()));
  if (q.relative) return node.error("a time, such as 500ms");
  return Seconds(q.si());
}

}  // namespace ridgeline::studies
