#include "setup_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <functional>

#include "base/text.h"

namespace ridgeline::cli {
namespace {

using Setter = std::function<Status(SetupFlags&, const std::string& value, const std::string& key)>;

Setter text(std::string SetupFlags::* member) {
  return [member](SetupFlags& f, const std::string& value, const std::string&) {
    f.*member = value;
    return Status::success();
  };
}
Setter deployed(std::string DeploymentFlags::* member) {
  return [member](SetupFlags& f, const std::string& value, const std::string&) {
    f.deployment.*member = value;
    return Status::success();
  };
}

Result<std::uint32_t> whole_number(const std::string& value, const std::string& key, std::uint32_t least,
                                   std::uint32_t most) {
  std::uint32_t number = 0;
  const char* end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, number);
  if (error == std::errc() && rest == end && number >= least && number <= most) return number;
  return bad_input(
      fmt::format("--change {}: '{}' is not a whole number from {} to {}", key, value, least, most));
}

template <class Flags, class Number>
Setter count(Flags SetupFlags::* flags, Number Flags::* member, std::uint32_t least, std::uint32_t most) {
  return [=](SetupFlags& f, const std::string& value, const std::string& key) -> Status {
    RIDGELINE_TRY(number, whole_number(value, key, least, most));
    f.*flags.*member = number;
    return Status::success();
  };
}

/// The number that a text begins with, and what follows it. 0 where there is none.
std::pair<double, std::string_view> leading_number(const std::string& text) {
  char* rest = nullptr;
  const double number = std::strtod(text.c_str(), &rest);
  return {std::isfinite(number) ? number : 0, rest};
}

/// A positive number with nothing after it.
Result<double> positive(const std::string& value, const std::string& key) {
  const auto [number, rest] = leading_number(value);
  if (rest.empty() && number > 0) return number;
  return bad_input(fmt::format("--change {}: '{}' is not a positive number", key, value));
}

/// "2x" times what is there, or a number with its unit in an SI prefix: "4.8TB/s".
Result<double> quantity(const std::string& value, const std::string& key, std::string_view unit, double now) {
  auto [number, suffix] = leading_number(value);
  if (number > 0) {
    if (suffix == "x" && now > 0) return number * now;
    suffix.remove_prefix(std::min(suffix.find_first_not_of(' '), suffix.size()));
    static constexpr std::pair<std::string_view, double> prefixes[] = {
        {"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}, {"P", 1e15}, {"E", 1e18}};
    for (const auto& [prefix, scale] : prefixes) {
      if (suffix.size() == prefix.size() + unit.size() && suffix.starts_with(prefix) &&
          suffix.ends_with(unit))
        return number * scale;
    }
  }
  return bad_input(fmt::format("--change {}: '{}' is not a factor such as 2x or a value in {} such as {}",
                               key, value, unit, si(now > 0 ? now : 1e9, unit)));
}

template <class Q>
Status set_quantity(std::optional<Sourced<Q>>& sourced, const std::string& value, const std::string& key,
                    std::string_view unit) {
  RIDGELINE_TRY(number, quantity(value, key, unit, sourced ? sourced->value.value() : 0));
  sourced = Sourced<Q>{Q(number), {ProvenanceKind::assumed, "--change " + key + "=" + value, ""}, {}};
  return Status::success();
}

Status set_peaks(Hardware& hardware, const std::string& key, const std::string& value) {
  const std::string format = key.substr(std::min(key.size(), std::string("hardware.peak.").size()));
  const auto only = parse_precision(format);
  if (!format.empty() && !only)
    return bad_input(fmt::format("--change {}: unknown precision '{}'", key, format));
  if (!only && !value.ends_with("x")) {
    return bad_input(
        fmt::format("--change {}: all formats change by a factor, such as 2x; one has a value, such as "
                    "hardware.peak.fp16=500TFLOP/s",
                    key));
  }
  if (only) {
    const auto found = hardware.peak.find(*only);
    std::optional<Sourced<FlopsPerSecond>> peak;
    if (found != hardware.peak.end()) peak = found->second;
    RIDGELINE_CHECK(set_quantity(peak, value, key, "FLOP/s"));
    hardware.peak[*only] = *peak;
    return Status::success();
  }
  for (auto& [precision, peak] : hardware.peak) {
    std::optional<Sourced<FlopsPerSecond>> changed = peak;
    RIDGELINE_CHECK(set_quantity(changed, value, key, "FLOP/s"));
    peak = *changed;
  }
  return Status::success();
}

Status set_links(Hardware& hardware, const std::string& key, const std::string& value) {
  if (hardware.links.empty()) return bad_input(fmt::format("--change {}: {} has no link", key, hardware.id));
  std::optional<Sourced<BytesPerSecond>> link = hardware.links.front().bandwidth;
  RIDGELINE_CHECK(set_quantity(link, value, key, "B/s"));
  hardware.links.front().bandwidth = *link;
  return Status::success();
}

Status set_hardware(Hardware& hardware, const std::string& key, const std::string& value) {
  if (key == "hardware.memory.bandwidth") return set_quantity(hardware.memory.bandwidth, value, key, "B/s");
  if (key == "hardware.memory.capacity") return set_quantity(hardware.memory.capacity, value, key, "B");
  if (key == "hardware.link.bandwidth") return set_links(hardware, key, value);
  if (key == "hardware.tdp") return set_quantity(hardware.tdp, value, key, "W");
  if (key == "hardware.price") return set_quantity(hardware.price, value, key, "USD");
  return set_peaks(hardware, key, value);
}

Status set_coefficient(Calibration& calibration, const std::string& key, const std::string& value) {
  const std::string name = key.substr(std::string("calibration.").size());
  const auto index = find_coefficient(name);
  if (!index) {
    std::vector<std::string> names;
    for (const Coefficient& c : coefficients()) names.emplace_back(c.name);
    return bad_input(
        fmt::format("--change {}: no coefficient '{}'; there are {}", key, name, fmt::join(names, ", ")));
  }
  const Coefficient& coefficient = coefficients()[*index];
  RIDGELINE_TRY(number, positive(value, key));
  if (number > coefficient.limit) {
    return bad_input(
        fmt::format("--change {}: {} is beyond the largest value, {:g}", key, value, coefficient.limit));
  }
  coefficient.set(calibration, number);
  return Status::success();
}

const std::vector<std::pair<std::string, Setter>>& setters() {
  constexpr std::uint32_t many = 1U << 30U, devices = 65536;
  static const std::vector<std::pair<std::string, Setter>> all{
      {"model", text(&SetupFlags::model)},
      {"hardware", text(&SetupFlags::hardware)},
      {"batch", count(&SetupFlags::step, &StepFlags::batch, 1, many)},
      {"context", count(&SetupFlags::step, &StepFlags::context, 0, many)},
      {"tokens", count(&SetupFlags::step, &StepFlags::tokens, 1, many)},
      {"phase",
       [](SetupFlags& f, const std::string& value, const std::string&) {
         f.step.phase = value;
         return Status::success();
       }},
      {"precision", deployed(&DeploymentFlags::precision)},
      {"weights", deployed(&DeploymentFlags::weights)},
      {"kv-cache", deployed(&DeploymentFlags::kv_cache)},
      {"experts", deployed(&DeploymentFlags::experts)},
      {"attention", deployed(&DeploymentFlags::attention)},
      {"tp", count(&SetupFlags::parallelism, &ParallelismFlags::tensor, 1, devices)},
      {"pp", count(&SetupFlags::parallelism, &ParallelismFlags::pipeline, 1, devices)},
      {"dp", count(&SetupFlags::parallelism, &ParallelismFlags::data, 1, devices)},
      {"ep", count(&SetupFlags::parallelism, &ParallelismFlags::expert, 1, devices)},
      {"calibration", deployed(&DeploymentFlags::calibration)},
      {"efficiency",
       [](SetupFlags& f, const std::string& value, const std::string& key) -> Status {
         RIDGELINE_TRY(share, positive(value, key));
         f.deployment.efficiency = share;
         return Status::success();
       }},
      {"overhead-per-layer", deployed(&DeploymentFlags::overhead_per_layer)},
      {"stack", deployed(&DeploymentFlags::stack)},
      {"stack-version", deployed(&DeploymentFlags::stack_version)},
      {"price-per-hour", [](SetupFlags& f, const std::string& value, const std::string& key) -> Status {
         RIDGELINE_TRY(dollars, positive(value, key));
         f.price_per_hour = dollars;
         return Status::success();
       }}};
  return all;
}

constexpr std::string_view value_keys[] = {"hardware.peak",
                                           "hardware.memory.bandwidth",
                                           "hardware.memory.capacity",
                                           "hardware.link.bandwidth",
                                           "hardware.tdp",
                                           "hardware.price"};

bool names_a_value(const std::string& key) {
  return std::find(std::begin(value_keys), std::end(value_keys), key) != std::end(value_keys) ||
         key.starts_with("hardware.peak.") || key.starts_with("calibration.");
}

}  // namespace

std::string change_keys() {
  std::string list;
  for (const auto& entry : setters()) list += entry.first + ", ";
  for (const std::string_view key : value_keys) {
    list += key;
    if (key == "hardware.peak") list += "[.PRECISION]";
    list += ", ";
  }
  return list + "calibration.COEFFICIENT";
}

Status apply_change(SetupFlags& flags, const std::string& change) {
  const std::size_t equals = change.find('=');
  const std::string key = change.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : change.substr(equals + 1);
  if (value.empty()) {
    return bad_input(fmt::format(
        "--change: '{}' is not KEY=VALUE, such as batch=16 or hardware.memory.bandwidth=2x", change));
  }
  for (const auto& [name, set] : setters()) {
    if (name == key) return set(flags, value, key);
  }
  if (!names_a_value(key)) {
    return bad_input(fmt::format("--change: unknown key '{}'; use {}", key, change_keys()));
  }
  flags.values.emplace_back(key, value);
  return Status::success();
}

Result<Setup> SetupFlags::setup(const Context& context, const Catalog& catalog) const {
  RIDGELINE_TRY(found_model, find_model(context, catalog, model));
  RIDGELINE_TRY(found_hardware, find_hardware(context, catalog, hardware));
  RIDGELINE_TRY(plan, deployment.plan(*found_model));
  RIDGELINE_TRY(shape, step.shape(*found_model));
  RIDGELINE_TRY(spread, parallelism.parallelism(*found_model));
  RIDGELINE_TRY(calibration, deployment.calibrate(context, *found_model, *found_hardware));
  Setup setup{*found_model, *found_hardware, plan, shape, calibration, spread, {}};
  if (price_per_hour) setup.price_per_hour = Dollars(*price_per_hour);
  for (const auto& [key, value] : values) {
    if (key.starts_with("calibration.")) {
      RIDGELINE_CHECK(set_coefficient(setup.calibration, key, value));
    } else {
      RIDGELINE_CHECK(set_hardware(setup.hardware, key, value));
    }
  }
  return setup;
}

}  // namespace ridgeline::cli
