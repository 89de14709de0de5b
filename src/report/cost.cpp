#include "report/cost.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/format.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

std::string title_of(const CostReport& r) {
  const std::string devices = r.devices > 1 ? fmt::format("{} x ", r.devices) : "";
  return fmt::format("{} on {}{}{}{}", r.model, devices, r.hardware, r.work.empty() ? "" : ": ", r.work);
}

std::string range(const std::optional<std::pair<double, double>>& ends, CostUnit unit) {
  if (!ends || ends->second == 0) return absent;
  return fmt::format("{} to {}", amount(ends->first, unit), amount(ends->second, unit));
}

Table parts(const CostReport& r) {
  Table table({{"takes"},
               {"an hour at work", Align::right},
               {"a " + r.query, Align::right},
               {"a million " + r.unit, Align::right},
               {"90 % interval of that", Align::right}});
  for (const CostLine& line : r.lines) {
    if (line.part.key == "devices" || line.part.key == "operational") table.rule();
    table.add({label_of(line.part), amount_of(line.part, line.per_hour), amount_of(line.part, line.per_query),
               amount_of(line.part, line.per_million), range(line.million_interval, line.part.unit)});
  }
  return table;
}

std::vector<std::string> remarks(const CostReport& r) {
  if (!r.unfit.empty()) return {r.unfit};
  std::vector<const CostPart*> all;
  for (const CostLine& line : r.lines) all.push_back(&line.part);
  std::vector<std::string> lines = reasons_of(all);
  lines.insert(lines.end(), r.notes.begin(), r.notes.end());
  return lines;
}

/// Whose query and unit are the others', too.
const CostReport& first_that_runs(const std::vector<CostReport>& all) {
  const auto first =
      std::find_if(all.begin(), all.end(), [](const CostReport& r) { return !r.query.empty(); });
  return first == all.end() ? all.front() : *first;
}

/// A row a device, in the order asked for.
Table beside(const std::vector<CostReport>& all) {
  const CostReport& first = first_that_runs(all);
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
      table.add({name, "does not run"});
      continue;
    }
    const CostLine &money = r.line("cost"), &energy = r.line("energy"), &carbon = r.line("carbon"),
                   &embodied = r.line("embodied");
    table.add({name, r.units ? plain(r.units->value()) : absent, amount_of(money.part, money.per_hour),
               amount_of(money.part, money.per_million), range(money.million_interval, CostUnit::dollars),
               amount_of(energy.part, energy.per_query), amount_of(carbon.part, carbon.per_query),
               amount_of(embodied.part, embodied.per_query)});
  }
  return table;
}

std::string rendered(const std::vector<CostReport>& all, bool marked) {
  const auto table = [&](const Table& t) { return marked ? t.markdown() : t.text(); };
  const char* point = marked ? "- " : "· ";
  std::string result;
  if (all.size() > 1) {
    const CostReport& first = first_that_runs(all);
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
          {"runs", r.unfit.empty()},
          {"parts", std::move(lines)},
          {"notes", remarks(r)}};
}

}  // namespace

std::string amount(double value, CostUnit unit) {
  constexpr double tonne = 1e6;
  if (unit == CostUnit::grams && value >= tonne) return si(value / tonne, "t");
  if (unit != CostUnit::dollars) return si(value, to_string(unit));
  return value != 0 && value < 1e-3 ? si(value, "USD") : fmt::format("{} USD", plain(value));
}

std::string amount_of(const CostPart& part, const std::optional<double>& value) {
  if (!value) return part.in_rent ? "in the rent" : "unknown";
  return (part.at_most && *value > 0 ? "≤ " : "") + amount(*value, part.unit);
}

std::string label_of(const CostPart& part) { return (part.total ? "all " : "") + std::string(part.what); }

std::vector<std::string> reasons_of(const std::vector<const CostPart*>& parts) {
  std::vector<std::pair<std::string, std::string>> found;  // parts, and why they are unknown
  for (const CostPart* part : parts) {
    if (part->rate.value || part->in_rent) continue;
    const auto same = std::find_if(found.begin(), found.end(),
                                   [&](const auto& each) { return each.second == part->rate.missing; });
    if (same == found.end()) {
      found.emplace_back(label_of(*part), part->rate.missing);
    } else if (same->first.find(label_of(*part)) == std::string::npos) {
      same->first += ", " + label_of(*part);
    }
  }
  std::vector<std::string> lines;
  for (const auto& [what, why] : found) lines.push_back(fmt::format("{}: unknown, {}", what, why));
  return lines;
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
