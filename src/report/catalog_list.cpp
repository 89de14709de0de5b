#include <fmt/format.h>

#include "report/format.h"
#include "report/json_parts.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

// The formats that tell a device's class at a glance: most devices have one or two of them.
constexpr Precision listed[] = {Precision::fp32, Precision::fp16, Precision::fp8, Precision::int8};

std::string hardware_table(const Catalog& catalog) {
  std::vector<Table::Column> columns = {{"hardware"}, {"name"}, {"tier"}, {"year", Align::right}};
  for (const Precision precision : listed) {
    columns.push_back({std::string(to_string(precision)) + " FLOP/s", Align::right});
  }
  columns.push_back({"memory", Align::right});
  columns.push_back({"bandwidth", Align::right});
  columns.push_back({"TDP", Align::right});
  Table table(columns);
  for (const auto& h : catalog.all_hardware()) {
    std::vector<std::string> row = {h.id, h.name, h.tier, std::to_string(h.year)};
    for (const Precision precision : listed) {
      const auto peak = h.peak.find(precision);
      row.push_back(peak == h.peak.end() ? absent : si(peak->second.value.value(), ""));
    }
    row.push_back(h.memory.capacity ? show(h.memory.capacity->value) : absent);
    row.push_back(h.memory.bandwidth ? show(h.memory.bandwidth->value) : absent);
    row.push_back(h.tdp ? show(h.tdp->value) : absent);
    table.add(std::move(row));
  }
  return table.text();
}

std::string model_table(const Catalog& catalog) {
  Table table(
      {{"model"}, {"name"}, {"task"}, {"parameters", Align::right}, {"active a token", Align::right}});
  for (const auto& m : catalog.all_models()) {
    const ParameterCount parameters = count_parameters(m);
    table.add({m.id, m.name, m.task, count(parameters.total),
               parameters.active < parameters.total ? count(parameters.active) : ""});
  }
  return table.text();
}

template <class Entry>
Json brief(const std::vector<Entry>& entries) {
  Json list = Json::array();
  for (const auto& entry : entries)
    list.push_back({{"id", entry.id}, {"name", entry.name}, {"aliases", entry.aliases}});
  return list;
}

}  // namespace

std::string list_text(const Catalog& catalog, bool hardware, bool models) {
  std::string result;
  if (hardware) result += hardware_table(catalog);
  if (hardware && models) result += "\n";
  if (models) result += model_table(catalog);
  return result;
}

std::string list_json(const Catalog& catalog, bool hardware, bool models) {
  Json body = Json::object();
  if (hardware) body["hardware"] = brief(catalog.all_hardware());
  if (models) body["models"] = brief(catalog.all_models());
  return document("ridgeline.catalog/1", std::move(body));
}

std::string ids_text(const Catalog& catalog, bool hardware, bool models) {
  std::string result;
  if (hardware) {
    for (const auto& entry : catalog.all_hardware()) result += entry.id + "\n";
  }
  if (models) {
    for (const auto& entry : catalog.all_models()) result += entry.id + "\n";
  }
  return result;
}

std::string check_json(const Catalog& catalog, const std::vector<std::string>& complaints) {
  return document("ridgeline.check/1", {{"hardware", catalog.all_hardware().size()},
                                        {"models", catalog.all_models().size()},
                                        {"complaints", complaints}});
}

}  // namespace ridgeline::report
