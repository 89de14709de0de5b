#include "catalog/sources.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/text.h"
#include "catalog/identity.h"

namespace ridgeline::catalog {

namespace {

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

int number(std::string_view text) { return std::stoi(std::string(text)); }

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/// "2020", "2020-05" or "2020-05-14", and a day that exists.
bool is_date(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  if (!digits(text.substr(0, 4))) return false;
  if (text.size() == 4) return true;
  if (text[4] != '-' || !digits(text.substr(5, 2))) return false;
  const int month = number(text.substr(5, 2));
  if (month < 1 || month > 12) return false;
  if (text.size() == 7) return true;
  if (text[7] != '-' || !digits(text.substr(8, 2))) return false;
  static constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int longest = month == 2 && is_leap(number(text.substr(0, 4))) ? 29 : days[month - 1];
  const int day = number(text.substr(8, 2));
  return day >= 1 && day <= longest;
}

Result<Provenance> read_source(const YamlNode& node) {
  RIDGELINE_CHECK(node.only_keys({"kind", "title", "date"}));
  RIDGELINE_TRY(kind_node, node.require("kind"));
  RIDGELINE_TRY(kind, provenance_kind(kind_node));
  RIDGELINE_TRY(title_node, node.require("title"));
  RIDGELINE_TRY(title, title_node.as_string());
  RIDGELINE_TRY(date_node, node.require("date"));
  RIDGELINE_TRY(date, date_node.as_string());
  if (!is_date(date))
    return date_node.error(fmt::format("'{}' is not a date; use 2020, 2020-05 or 2020-05-14", date));
  return Provenance{kind, title, date};
}

Result<double> read_unit(const YamlNode& map, const Measure& measure) {
  RIDGELINE_TRY(node, map.require("unit"));
  RIDGELINE_TRY(text, node.as_string());
  std::vector<std::string> names;
  for (const Unit& unit : measure.units) {
    if (text == unit.name) return unit.scale;
    names.emplace_back(unit.name);
  }
  return node.error(fmt::format("'{}' is not {}; use {}", text, measure.what, any_of(names)));
}

Status check_scope(const YamlNode& map, const Measure& measure) {
  RIDGELINE_TRY(node, map.require("scope"));
  RIDGELINE_TRY(text, node.as_string());
  if (text == measure.scope) return Status::success();
  return node.error(fmt::format("'{}' is not the scope of this value; use {}", text, measure.scope));
}

/// `number` in SI units; refused where the conversion leaves the range of a double.
Result<double> in_si(const YamlNode& node, double number, double scale) {
  const double si = number * scale;
  if (!std::isfinite(si) || si <= 0)
    return node.error(fmt::format("{} in this unit is out of range", number));
  return si;
}

Result<std::pair<double, double>> read_interval(const YamlNode& node, const Sourced<double>& estimate,
                                                double scale) {
  const auto kind = estimate.provenance.kind;
  if (kind != ProvenanceKind::measured && kind != ProvenanceKind::fitted)
    return node.error(
        fmt::format("a {} value has no interval; only measured and fitted ones do", to_string(kind)));
  const auto ends = node.items();
  if (ends.size() != 2) return node.error("expected [low, high]");
  std::array<double, 2> si{};
  for (std::size_t i = 0; i < 2; ++i) {
    RIDGELINE_TRY(end, positive_number(ends[i]));
    RIDGELINE_TRY(end_si, in_si(ends[i], end, scale));
    si[i] = end_si;
  }
  if (si[0] > estimate.value || estimate.value > si[1])
    return node.error("expected [low, high] with the value between them");
  return std::pair(si[0], si[1]);
}

}  // namespace

Result<ProvenanceKind> provenance_kind(const YamlNode& node) {
  RIDGELINE_TRY(text, node.as_string());
  std::vector<std::string> names;
  for (const auto kind : {ProvenanceKind::measured, ProvenanceKind::fitted, ProvenanceKind::datasheet,
                          ProvenanceKind::literature, ProvenanceKind::derived, ProvenanceKind::assumed}) {
    if (text == to_string(kind)) return kind;
    names.emplace_back(to_string(kind));
  }
  return node.error(fmt::format("'{}' is not a kind of source; use {}", text, any_of(names)));
}

Result<Provenance> provenance_beside(const YamlNode& map) {
  RIDGELINE_TRY(kind_node, map.require("kind"));
  RIDGELINE_TRY(kind, provenance_kind(kind_node));
  RIDGELINE_TRY(source, required_text(map, "source"));
  return Provenance{kind, source, ""};
}

Result<double> positive_number(const YamlNode& node) {
  RIDGELINE_TRY(value, node.as_number());
  if (value <= 0)
    return node.error(fmt::format("expected a number above 0, found {}; leave out what is unknown", value));
  return value;
}

Result<Sources> Sources::read(const YamlNode& top) {
  RIDGELINE_TRY(map, top.require("sources"));
  if (!map.is_map() || map.entries().empty())
    return map.error("expected at least one source: NAME: {kind: ..., title: ..., date: ...}");
  Sources sources;
  for (const auto& [name, node] : map.entries()) {
    RIDGELINE_TRY(source, read_source(node));
    sources.named_.emplace(name, std::move(source));
  }
  return sources;
}

Result<Provenance> Sources::of(const YamlNode& map) const {
  RIDGELINE_TRY(node, map.require("source"));
  RIDGELINE_TRY(name, node.as_string());
  if (const auto found = named_.find(name); found != named_.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& entry : named_) names.push_back(entry.first);
  return node.error(fmt::format("no source is named '{}'; 'sources' has {}", name, fmt::join(names, ", ")));
}

Result<Sourced<double>> Sources::si_value(const YamlNode& map, const Measure& measure) const {
  RIDGELINE_CHECK(map.only_keys({"value", "unit", "scope", "source", "interval"}));
  RIDGELINE_TRY(number_node, map.require("value"));
  RIDGELINE_TRY(number, positive_number(number_node));
  RIDGELINE_TRY(scale, read_unit(map, measure));
  RIDGELINE_CHECK(check_scope(map, measure));
  RIDGELINE_TRY(provenance, of(map));
  RIDGELINE_TRY(si, in_si(number_node, number, scale));
  Sourced<double> result{si, std::move(provenance), {}};
  if (const auto interval = map.find("interval")) {
    RIDGELINE_TRY(ends, read_interval(*interval, result, scale));
    result.interval = ends;
  }
  return result;
}

}  // namespace ridgeline::catalog
