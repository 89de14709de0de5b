#include <fmt/format.h>

#include <algorithm>

#include "catalog/identity.h"
#include "catalog/sources.h"

namespace ridgeline {

namespace {

using catalog::Measure;
using catalog::required_text;
using catalog::Sources;

Result<std::string> read_tier(const YamlNode& top) {
  RIDGELINE_TRY(node, top.require("tier"));
  RIDGELINE_TRY(tier, node.as_string());
  const std::vector<std::string> tiers = {"datacenter", "workstation", "edge", "mobile", "tiny", "host"};
  if (std::find(tiers.begin(), tiers.end(), tier) == tiers.end())
    return node.error(fmt::format("'{}' is not a tier; use {}", tier, catalog::any_of(tiers)));
  return tier;
}

Result<int> read_year(const YamlNode& top) {
  RIDGELINE_TRY(node, top.require("year"));
  RIDGELINE_TRY(year, node.as_count());
  if (year < 1970 || year > 2100) return node.error(fmt::format("{} is not a year of release", year));
  return static_cast<int>(year);
}

Result<Precision> read_format(const std::string& name, const YamlNode& node) {
  const auto format = parse_precision(name);
  if (format && to_string(*format) == name && compute_format(*format) == *format) return *format;
  return node.error(fmt::format(
      "'{}' is not a number format; use fp64, fp32, tf32, bf16, fp16, fp8, int8, fp4 or int4", name));
}

using Peaks = std::map<Precision, Sourced<FlopsPerSecond>>;

Result<Peaks> read_peaks(const YamlNode& map, const Measure& (*measure_of)(Precision),
                         const Sources& sources) {
  if (!map.is_map() || map.entries().empty())
    return map.error("expected FORMAT: {value: ..., unit: ..., scope: ..., source: ...}");
  Peaks peaks;
  for (const auto& [name, node] : map.entries()) {
    RIDGELINE_TRY(format, read_format(name, node));
    RIDGELINE_TRY(peak, sources.value<FlopsPerSecond>(node, measure_of(format)));
    peaks.emplace(format, std::move(peak));
  }
  return peaks;
}

Result<MemoryLevel> read_level(const YamlNode& node, const Sources& sources) {
  RIDGELINE_CHECK(node.only_keys({"name", "capacity", "bandwidth"}));
  RIDGELINE_TRY(name, required_text(node, "name"));
  RIDGELINE_TRY(capacity, sources.optional_value<Bytes>(node, "capacity", catalog::capacity()));
  RIDGELINE_TRY(bandwidth,
                sources.optional_value<BytesPerSecond>(node, "bandwidth", catalog::memory_bandwidth()));
  return MemoryLevel{std::move(name), std::move(capacity), std::move(bandwidth)};
}

Result<MemoryLevel> read_memory(const YamlNode& top, const Sources& sources) {
  RIDGELINE_TRY(node, top.require("memory"));
  RIDGELINE_TRY(level, read_level(node, sources));
  if (!level.capacity) return node.require("capacity").error();
  if (!level.bandwidth) return node.require("bandwidth").error();
  return level;
}

Result<Link> read_link(const YamlNode& node, const Sources& sources) {
  RIDGELINE_CHECK(node.only_keys({"name", "bandwidth", "latency", "domain"}));
  RIDGELINE_TRY(name, required_text(node, "name"));
  RIDGELINE_TRY(bandwidth_node, node.require("bandwidth"));
  RIDGELINE_TRY(bandwidth, sources.value<BytesPerSecond>(bandwidth_node, catalog::link_bandwidth()));
  RIDGELINE_TRY(latency, sources.optional_value<Seconds>(node, "latency", catalog::latency()));
  unsigned domain = 0;
  if (const auto domain_node = node.find("domain")) {
    RIDGELINE_TRY(devices, domain_node->as_count());
    if (devices == 1) return domain_node->error("a link joins at least 2 devices; 0 is any number");
    domain = devices;
  }
  return Link{std::move(name), std::move(bandwidth), std::move(latency), domain};
}

/// The list under `top.key`, each item by `read_item`; empty when the key is absent.
template <class Item>
Result<std::vector<Item>> read_list(const YamlNode& top, std::string_view key, const Sources& sources,
                                    Result<Item> (*read_item)(const YamlNode&, const Sources&)) {
  std::vector<Item> items;
  const auto list = top.find(key);
  if (!list) return items;
  if (!list->is_sequence()) return list->error("expected a list");
  for (const YamlNode& node : list->items()) {
    RIDGELINE_TRY(item, read_item(node, sources));
    items.push_back(std::move(item));
  }
  return items;
}

Status read_compute(const YamlNode& top, const Sources& sources, Hardware& hardware) {
  RIDGELINE_TRY(dense, top.require("peak"));
  RIDGELINE_TRY(peak, read_peaks(dense, catalog::peak_of, sources));
  hardware.peak = std::move(peak);
  if (const auto sparse = top.find("peak_sparse")) {
    RIDGELINE_TRY(peak_sparse, read_peaks(*sparse, catalog::sparse_peak_of, sources));
    hardware.peak_sparse = std::move(peak_sparse);
  }
  return Status::success();
}

}  // namespace

Result<Hardware> read_hardware(const std::string& path) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  RIDGELINE_CHECK(
      top.only_keys({"id", "name", "vendor", "tier", "year", "generation", "aliases", "note", "sources",
                     "peak", "peak_sparse", "memory", "caches", "links", "compute_units", "tdp", "price"}));
  Hardware hardware;
  RIDGELINE_TRY(identity, catalog::read_identity(top));
  hardware.id = std::move(identity.id);
  hardware.name = std::move(identity.name);
  hardware.aliases = std::move(identity.aliases);
  hardware.note = std::move(identity.note);
  RIDGELINE_TRY(vendor, required_text(top, "vendor"));
  hardware.vendor = std::move(vendor);
  RIDGELINE_TRY(tier, read_tier(top));
  hardware.tier = std::move(tier);
  RIDGELINE_TRY(year, read_year(top));
  hardware.year = year;
  if (top.find("generation")) {
    RIDGELINE_TRY(generation, required_text(top, "generation"));
    hardware.generation = std::move(generation);
  }
  RIDGELINE_TRY(sources, Sources::read(top));
  RIDGELINE_CHECK(read_compute(top, sources, hardware));
  RIDGELINE_TRY(memory, read_memory(top, sources));
  hardware.memory = std::move(memory);
  RIDGELINE_TRY(caches, read_list<MemoryLevel>(top, "caches", sources, read_level));
  hardware.caches = std::move(caches);
  RIDGELINE_TRY(links, read_list<Link>(top, "links", sources, read_link));
  hardware.links = std::move(links);
  RIDGELINE_TRY(units, sources.optional_value<double>(top, "compute_units", catalog::compute_units()));
  hardware.compute_units = std::move(units);
  RIDGELINE_TRY(tdp, sources.optional_value<Watts>(top, "tdp", catalog::power()));
  hardware.tdp = std::move(tdp);
  RIDGELINE_TRY(price, sources.optional_value<Dollars>(top, "price", catalog::price()));
  hardware.price = std::move(price);
  return hardware;
}

}  // namespace ridgeline
