#include "report/cost.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/format.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

std::string title_of(const CostReport& r) {
  const std::string devices = r.devices > 1 ? fmt::format("{} x ", r.devices) : "";
  return fmt::format("{} on {}{}: {}", r.model, devices, r.hardware, r.work);
}

std::string shown(const std::optional<double>& value, const CostPart& part) {
  if (!value) return "unknown";
  return (part.at_most ? "≤ " : "") + amount(*value, part.unit);
}

std::string range(const std::optional<std::pair<double, double>>& ends, CostUnit unit) {
  if (!ends) return absent;
  return fmt::format("{} to {}", amount(ends->first, unit), amount(ends->second, unit));
}

std::string label(const CostPart& part) { return (part.total ? "all " : "") + std::string(part.what); }

Table parts(const CostReport& r) {
  Table table({{"takes"},
               {"an hour at work", Align::right},
               {"a " + r.query, Align::right},
               {"a million " + r.unit, Align::right},
               {"90 % interval of that", Align::right}});
  for (const CostLine& line : r.lines) {
    if (line.part.key == "devices" || line.part.key == "operational") table.rule();
    table.add({label(line.part), shown(line.per_hour, line.part), shown(line.per_query, line.part),
               shown(line.per_million, line.part), range(line.million_interval, line.part.unit)});
  }
  return table;
}

/// Each reason once, with the parts that it keeps unknown.
std::vector<std::string> reasons(const CostReport& r) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const CostLine& line : r.lines) {
    const CostPart& part = line.part;
    if (part.rate.value) continue;
    const auto same = std::find_if(found.begin(), found.end(),
                                   [&](const auto& each) { return each.second == part.rate.missing; });
    if (same == found.end()) {
      found.emplace_back(label(part), part.rate.missing);
    } else if (same->first != label(part)) {
      same->first += ", " + label(part);
    }
  }
  std::vector<std::string> lines;
  for (const auto& [what, why] : found) lines.push_back(fmt::format("{}: unknown, {}", what, why));
  return lines;
}

std::vector<std::string> remarks(const CostReport& r) {
  if (!r.unfit.empty()) return {r.unfit};
  std::vector<std::string> lines = reasons(r);
  lines.insert(lines.end(), r.notes.begin(), r.notes.end());
  return lines;
}

/// A row a device, in the order asked for.
Table beside(const std::vector<CostReport>& all) {
  const CostReport& first = all.front();
  Table table({{"device"},
               {first.unit + " a second", Align::right},
               {"money an hour", Align::right},
               {"money a million", Align::right},
               {"90 % interval", Align::right},
               {"energy a " + first.query, Align::right},
               {"carbon a " + first.query, Align::right},
               {"of it embodied", Align::right}});
  for (const CostReport& r : all) {
    const std::string name = r.devices > 1 ? fmt::format("{} x {}", r.devices, r.hardware) : r.hardware;
    if (!r.unfit.empty()) {
      table.add({name, "does not fit"});
      continue;
    }
    const CostLine &money = r.line("cost"), &energy = r.line("energy"), &carbon = r.line("carbon"),
                   &embodied = r.line("embodied");
    table.add({name, r.units ? plain(r.units->value()) : absent, shown(money.per_hour, money.part),
               shown(money.per_million, money.part), range(money.million_interval, CostUnit::dollars),
               shown(energy.per_query, energy.part), shown(carbon.per_query, carbon.part),
               shown(embodied.per_query, embodied.part)});
  }
  return table;
}

std::string rendered(const std::vector<CostReport>& all, bool marked) {
  const auto table = [&](const Table& t) { return marked ? t.markdown() : t.text(); };
  const char* point = marked ? "- " : "· ";
  std::string result;
  if (all.size() > 1) {
    const CostReport& first = all.front();
    result = fmt::format("{}{}: {}\n\n{}", marked ? "### " : "", first.model, first.work, table(beside(all)));
  }
  for (const CostReport& r : all) {
    if (!result.empty()) result += "\n";
    result += fmt::format("{}{}\n", marked ? "### " : "", title_of(r));
    if (r.unfit.empty()) result += "\n" + table(parts(r)) + "\n";
    for (const std::string& line : remarks(r)) result += point + line + "\n";
  }
  return result;
}

Json pair_json(const std::optional<std::pair<double, double>>& ends) {
  return ends ? Json{number(ends->first), number(ends->second)} : Json();
}

Json report_json(const CostReport& r) {
  Json lines = Json::array();
  for (const CostLine& line : r.lines) {
    Json part = cost_part_json(line.part);
    part["per_hour"] = number(line.per_hour);
    part["per_query"] = number(line.per_query);
    part["per_query_interval"] = pair_json(line.query_interval);
    part["per_million"] = number(line.per_million);
    part["per_million_interval"] = pair_json(line.million_interval);
    lines.push_back(std::move(part));
  }
  return {{"model", r.model},
          {"hardware", r.hardware},
          {"devices", r.devices},
          {"work", r.work},
          {"query", r.query},
          {"million_of", r.unit},
          {"queries_per_second", number(r.queries)},
          {"units_per_second", number(r.units)},
          {"fits", r.unfit.empty()},
          {"parts", std::move(lines)},
          {"notes", remarks(r)}};
}

}  // namespace

std::string amount(double value, CostUnit unit) {
  if (unit != CostUnit::dollars) return si(value, to_string(unit));
  return value != 0 && value < 1e-3 ? si(value, "USD") : fmt::format("{} USD", plain(value));
}

Json cost_part_json(const CostPart& part) {
  return {{"part", part.key},    {"what", part.what},       {"unit", to_string(part.unit)},
          {"total", part.total}, {"at_most", part.at_most}, {"missing", part.rate.missing}};
}

std::string text(const std::vector<CostReport>& all) { return rendered(all, false); }
std::string markdown(const std::vector<CostReport>& all) { return rendered(all, true); }

std::string json(const std::vector<CostReport>& all) {
  Json devices = Json::array();
  for (const CostReport& r : all) devices.push_back(report_json(r));
  return document("ridgeline.cost/1", {{"devices", std::move(devices)}});
}

}  // namespace ridgeline::report
