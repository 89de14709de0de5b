#include "criteria/units.h"

#include <algorithm>
#include <array>

namespace ridgeline::criteria {
namespace {

constexpr double kilo = 1e3, mega = 1e6, giga = 1e9, tera = 1e12;
constexpr double kibi = 1024, mebi = kibi * kibi, gibi = mebi * kibi, tebi = gibi * kibi;

constexpr Unit seconds[] = {{"ns", 1, giga}, {"us", 1, mega}, {"µs", 1, mega}, {"ms", 1, kilo},
                            {"s"},           {"min", 60},     {"h", 3600}};
constexpr Unit rates[] = {{"/s"}, {"/min", 1, 60}, {"/h", 1, 3600}};
constexpr Unit shares[] = {{"pp", 1, 100}};
constexpr Unit joules[] = {{"uJ", 1, mega}, {"mJ", 1, kilo}, {"J"},         {"kJ", kilo},
                           {"MJ", mega},    {"Wh", 3600},    {"kWh", 3.6e6}};
constexpr Unit bytes[] = {{"B"},         {"kB", kilo},  {"MB", mega},  {"GB", giga}, {"TB", tera},
                          {"KiB", kibi}, {"MiB", mebi}, {"GiB", gibi}, {"TiB", tebi}};
constexpr Unit watts[] = {{"mW", 1, kilo}, {"W"}, {"kW", kilo}, {"MW", mega}};
constexpr Unit dollars[] = {{"USD"}};

}  // namespace

std::span<const Unit> units_of(CriterionUnit kind) {
  switch (kind) {
    case CriterionUnit::seconds:
      return seconds;
    case CriterionUnit::per_second:
      return rates;
    case CriterionUnit::share:
      return shares;
    case CriterionUnit::joules:
      return joules;
    case CriterionUnit::count:
      return {};
    case CriterionUnit::bytes:
      return bytes;
    case CriterionUnit::watts:
      return watts;
    case CriterionUnit::dollars:
      return dollars;
  }
  return {};
}

const Unit* find_unit(CriterionUnit kind, std::string_view name) {
  const auto units = units_of(kind);
  const auto found = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
  return found == units.end() ? nullptr : &*found;
}

bool needs_no_unit(CriterionUnit kind) {
  return kind == CriterionUnit::count || kind == CriterionUnit::share;
}

std::string_view what_is(CriterionUnit kind) {
  static constexpr std::array<std::string_view, 8> names = {
      "a time", "a rate", "a share", "an energy", "a count", "a size", "a power", "an amount of money"};
  return names[static_cast<std::size_t>(kind)];
}

std::string unit_list(CriterionUnit kind, LimitKind limit) {
  std::string list;
  const auto add = [&list](std::string_view name) {
    if (!list.empty()) list += ", ";
    list += name;
  };
  for (const Unit& unit : units_of(kind)) {
    const bool only_of_changes = kind == CriterionUnit::share;
    if (unit.name != "µs" && (!only_of_changes || limit != LimitKind::value)) add(unit.name);
  }
  if (limit != LimitKind::value || kind == CriterionUnit::share) add("%");
  if (needs_no_unit(kind)) add("none");
  return list;
}

}  // namespace ridgeline::criteria
