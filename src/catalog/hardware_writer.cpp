#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "catalog/source_names.h"
#include "catalog/units.h"

namespace ridgeline {

namespace {

using catalog::Measure;
using catalog::SourceNames;
using catalog::Unit;

/// `si` in `unit`, or nothing when that does not read back to the last bit.
std::optional<std::string> exactly_in(double si, const Unit& unit) {
  const double number = si / unit.scale;
  if (number * unit.scale != si) return std::nullopt;
  return fmt::format("{}", number);
}

/// The numbers of a value as text, in one unit.
struct Written {
  std::vector<std::string> numbers;
  std::string_view unit;
  std::size_t length() const {
    std::size_t sum = 0;
    for (const auto& number : numbers) sum += number.size();
    return sum;
  }
};

/// In the unit that takes the fewest digits among those that read back exactly; the SI unit always does.
Written shortest(const std::vector<double>& si, const Measure& measure) {
  std::optional<Written> best;
  for (const Unit& unit : measure.units) {
    Written candidate{{}, unit.name};
    for (const double number : si) {
      if (auto text = exactly_in(number, unit)) candidate.numbers.push_back(std::move(*text));
    }
    if (candidate.numbers.size() != si.size()) continue;
    if (!best || candidate.length() < best->length()) best = std::move(candidate);
  }
  return *best;
}

double number_of(double value) { return value; }
template <class Q>
double number_of(Q value) {
  return value.value();
}

template <class Q>
void write_value(YAML::Emitter& out, const Sourced<Q>& value, const Measure& measure, SourceNames& names) {
  std::vector<double> si = {number_of(value.value)};
  if (value.interval) {
    si.push_back(number_of(value.interval->first));
    si.push_back(number_of(value.interval->second));
  }
  const Written written = shortest(si, measure);
  out << YAML::Flow << YAML::BeginMap;
  out << YAML::Key << "value" << YAML::Value << written.numbers[0];
  out << YAML::Key << "unit" << YAML::Value << std::string(written.unit);
  out << YAML::Key << "scope" << YAML::Value << std::string(measure.scope);
  out << YAML::Key << "source" << YAML::Value << names.name(value.provenance);
  if (value.interval) {
    out << YAML::Key << "interval" << YAML::Value << YAML::Flow << YAML::BeginSeq << written.numbers[1]
        << written.numbers[2] << YAML::EndSeq;
  }
  out << YAML::EndMap;
}

template <class Q>
void write_optional(YAML::Emitter& out, const char* key, const std::optional<Sourced<Q>>& value,
                    const Measure& measure, SourceNames& names) {
  if (!value) return;
  out << YAML::Key << key << YAML::Value;
  write_value(out, *value, measure, names);
}

void write_peaks(YAML::Emitter& out, const char* key,
                 const std::map<Precision, Sourced<FlopsPerSecond>>& peaks,
                 const Measure& (*measure_of)(Precision), SourceNames& names) {
  if (peaks.empty()) return;
  out << YAML::Key << key << YAML::Value << YAML::BeginMap;
  for (const auto& [format, peak] : peaks) {
    out << YAML::Key << std::string(to_string(format)) << YAML::Value;
    write_value(out, peak, measure_of(format), names);
  }
  out << YAML::EndMap;
}

void write_level(YAML::Emitter& out, const MemoryLevel& level, SourceNames& names) {
  out << YAML::BeginMap << YAML::Key << "name" << YAML::Value << level.name;
  write_optional(out, "capacity", level.capacity, catalog::capacity(), names);
  write_optional(out, "bandwidth", level.bandwidth, catalog::memory_bandwidth(), names);
  out << YAML::EndMap;
}

void write_caches(YAML::Emitter& out, const Hardware& hardware, SourceNames& names) {
  if (hardware.caches.empty()) return;
  out << YAML::Key << "caches" << YAML::Value << YAML::BeginSeq;
  for (const MemoryLevel& level : hardware.caches) write_level(out, level, names);
  out << YAML::EndSeq;
}

void write_links(YAML::Emitter& out, const Hardware& hardware, SourceNames& names) {
  if (hardware.links.empty()) return;
  out << YAML::Key << "links" << YAML::Value << YAML::BeginSeq;
  for (const Link& link : hardware.links) {
    out << YAML::BeginMap << YAML::Key << "name" << YAML::Value << link.name;
    out << YAML::Key << "bandwidth" << YAML::Value;
    write_value(out, link.bandwidth, catalog::link_bandwidth(), names);
    write_optional(out, "latency", link.latency, catalog::latency(), names);
    if (link.domain > 0) out << YAML::Key << "domain" << YAML::Value << link.domain;
    out << YAML::EndMap;
  }
  out << YAML::EndSeq;
}

void write_identity(YAML::Emitter& out, const Hardware& hardware) {
  out << YAML::Key << "id" << YAML::Value << hardware.id;
  out << YAML::Key << "name" << YAML::Value << hardware.name;
  out << YAML::Key << "vendor" << YAML::Value << hardware.vendor;
  out << YAML::Key << "tier" << YAML::Value << hardware.tier;
  out << YAML::Key << "year" << YAML::Value << hardware.year;
  if (!hardware.generation.empty()) out << YAML::Key << "generation" << YAML::Value << hardware.generation;
  if (!hardware.aliases.empty())
    out << YAML::Key << "aliases" << YAML::Value << YAML::Flow << hardware.aliases;
  if (!hardware.note.empty()) out << YAML::Key << "note" << YAML::Value << hardware.note;
}

}  // namespace

std::string write_hardware(const Hardware& hardware) {
  YAML::Emitter out;
  SourceNames names;
  out << YAML::BeginMap;
  write_identity(out, hardware);
  write_peaks(out, "peak", hardware.peak, catalog::peak_of, names);
  write_peaks(out, "peak_sparse", hardware.peak_sparse, catalog::sparse_peak_of, names);
  out << YAML::Key << "memory" << YAML::Value;
  write_level(out, hardware.memory, names);
  write_caches(out, hardware, names);
  write_links(out, hardware, names);
  write_optional(out, "compute_units", hardware.compute_units, catalog::compute_units(), names);
  write_optional(out, "tdp", hardware.tdp, catalog::power(), names);
  write_optional(out, "price", hardware.price, catalog::price(), names);
  catalog::write_sources(out, names);
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace ridgeline
