#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>

#include "base/csv.h"
#include "base/text.h"
#include "ridgeline/mlperf.h"

namespace ridgeline {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return to_lower(text).find(to_lower(part)) != std::string::npos;
}
bool contains_any(std::string_view text, const std::vector<std::string>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const std::string& part) { return contains(text, part); });
}

/// Fields by the name of their column.
class Fields {
 public:
  Fields(const CsvText& csv, const std::string& path) : csv_(csv), path_(path) {}
  bool has(std::string_view column) const { return csv_.column(column).has_value(); }
  std::string text(const CsvRecord& row, std::string_view column) const {
    const auto index = csv_.column(column);
    return index ? row.fields[*index] : std::string();
  }
  /// 0 where the field is empty.
  Result<double> number(const CsvRecord& row, std::string_view column) const {
    const std::string field = text(row, column);
    if (field.empty()) return 0;
    char* end = nullptr;
    const double value = std::strtod(field.c_str(), &end);
    if (*end == '\0' && std::isfinite(value) && value >= 0) return value;
    return bad_input(
        fmt::format("{}:{}: {}: '{}' is not a number, 0 or more", path_, row.line, column, field));
  }

 private:
  const CsvText& csv_;
  const std::string& path_;
};

/// A result as published, of either file.
struct Published {
  std::size_t line = 0;
  std::string round, submitter, system, accelerator, benchmark, scenario, software;
  double devices = 0, rate = 0, watts = 0;  ///< rate: of the system, in `unit`
  bool in_tokens = false;

  std::string column(std::string_view name) const {
    if (name == "accelerator") return accelerator;
    if (name == "software") return software;
    if (name == "submitter") return submitter;
    return system;
  }
};

Result<Published> read_result(const Fields& fields, const CsvRecord& row) {
  Published p;
  p.line = row.line;
  p.round = fields.text(row, "round");
  if (!p.round.empty() && p.round.front() == 'v') p.round.erase(0, 1);
  p.submitter = fields.text(row, "submitter");
  p.system = fields.text(row, "system");
  p.accelerator = fields.text(row, "accelerator");
  p.benchmark = fields.text(row, "model");
  p.scenario = to_lower(fields.text(row, "scenario"));
  p.software = fields.text(row, "software");
  RIDGELINE_TRY(devices, fields.number(row, "accel_total"));
  p.devices = devices;
  p.in_tokens = to_lower(fields.text(row, "unit")) == "tokens/s";
  if (p.scenario == "offline" || p.scenario == "server") {
    RIDGELINE_TRY(rate, fields.number(row, "value"));
    p.rate = rate;
  }
  if (to_lower(fields.text(row, "power_unit")) == "watts") {
    RIDGELINE_TRY(watts, fields.number(row, "power_value"));
    p.watts = watts;
  }
  return p;
}

/// Power runs name a system such as H200-SXM-141GBx8_TRT_MaxQ: device, x, number.
Result<Published> read_power_run(const Fields& fields, const CsvRecord& row, const MlperfRules& rules) {
  Published p;
  p.round = rules.power_runs_round;
  p.line = row.line;
  p.submitter = fields.text(row, "submitter");
  p.system = fields.text(row, "system");
  const std::string first = p.system.substr(0, p.system.find('_'));
  const std::size_t x = first.rfind('x');
  if (x != std::string::npos) {
    p.accelerator = first.substr(0, x);
    p.devices = std::atoi(first.c_str() + x + 1);
  }
  if (p.devices <= 0) p.accelerator = p.system, p.devices = 1;
  p.benchmark = fields.text(row, "model");
  p.scenario = to_lower(fields.text(row, "scenario"));
  RIDGELINE_TRY(tokens, fields.number(row, "tokens_per_s"));
  RIDGELINE_TRY(samples, fields.number(row, "samples_per_s"));
  p.in_tokens = tokens > 0;
  p.rate = tokens > 0 ? tokens : samples;
  RIDGELINE_TRY(watts, fields.number(row, "avg_watts"));
  p.watts = watts;
  return p;
}

bool applies(const MlperfRules::LeftOut& rule, const Published& p, const std::string& workload) {
  const std::string column = p.column(rule.column);
  return contains(column, rule.contains) && (rule.but_not.empty() || !contains(column, rule.but_not)) &&
         (rule.workload.empty() || rule.workload == workload) &&
         (rule.round.empty() || rule.round == p.round);
}

bool has_watts(const Published& p, const MlperfRules& rules, const std::string& workload) {
  return p.watts > 0 && std::none_of(rules.left_out.begin(), rules.left_out.end(), [&](const auto& rule) {
           return rule.only_watts && applies(rule, p, workload);
         });
}

/// Why the row says nothing about the model; empty: it does. `workload` as the coefficients call it.
std::string reason_to_leave_out(const Published& p, const MlperfRules& rules, const std::string& workload) {
  if (p.scenario != "offline" && p.scenario != "server") return "neither the Offline nor the Server scenario";
  if (p.devices <= 0) return "no accelerator";
  for (const MlperfRules::LeftOut& rule : rules.left_out) {
    if (!rule.only_watts && applies(rule, p, workload)) return rule.reason;
  }
  const bool watts = has_watts(p, rules, workload);
  if (workload.empty() && !watts) return "a benchmark without a model here";
  if (p.scenario == "server" && !watts) return "the Server scenario without power";
  return "";
}

const MlperfRules::Device* device_of(const Published& p, const MlperfRules& rules) {
  for (const MlperfRules::Device& device : rules.devices) {
    if (contains(p.accelerator, device.contains)) return &device;
  }
  return nullptr;
}

PowerMode power_mode(const Published& p, const MlperfRules& rules, const MlperfRow& row) {
  const auto& never = rules.never_saving;
  if (std::find(never.begin(), never.end(), row.hardware) != never.end()) return PowerMode::full;
  if (contains_any(p.system, rules.saving_systems)) return PowerMode::saving;
  const auto with_power = rules.saving_with_power.find(row.generation);
  const bool saves =
      with_power != rules.saving_with_power.end() && p.watts > 0 && p.submitter == with_power->second;
  return saves ? PowerMode::saving : PowerMode::full;
}

HostClass host_of(const Published& p, const MlperfRules& rules, const Hardware& hardware, unsigned devices) {
  if (contains_any(p.system, rules.module_systems)) return HostClass::module;
  if (contains_any(p.system, rules.edge_systems)) return HostClass::edge;
  return host_class(hardware, devices);
}

/// Fills the row, or returns why it is left out.
Result<std::string> resolve(const Published& p, const Catalog& catalog, const MlperfRules& rules,
                            MlperfRow& row) {
  const MlperfWorkload* workload = rules.workload(p.benchmark);
  const std::string name = workload ? workload->name : "";
  if (std::string reason = reason_to_leave_out(p, rules, name); !reason.empty()) return reason;
  const MlperfRules::Device* device = device_of(p, rules);
  if (!device) return std::string("no such device in the catalog");
  RIDGELINE_TRY(hardware, catalog.hardware(device->device));
  row.line = p.line;
  row.workload = name;
  row.benchmark = p.benchmark;
  row.hardware = hardware->id;
  const auto shared = rules.shared.find(hardware->generation);
  row.generation = shared == rules.shared.end() ? hardware->generation : shared->second;
  row.round = p.round;
  row.system = p.system;
  row.server = p.scenario == "server";
  row.devices = static_cast<unsigned>(p.devices);
  if (has_watts(p, rules, name)) row.watts = Watts(p.watts);
  if (workload) {
    RIDGELINE_TRY(offline, offline_workload(rules, *workload, *hardware, row.generation, p.round));
    row.offline = offline;
    const double per_sample = p.in_tokens ? workload->output_tokens : 1;
    if (per_sample > 0) row.samples = Hertz(p.rate / per_sample / row.devices);
  }
  while (row.offline.max_devices > row.devices) row.offline.max_devices /= 2;
  row.offline.power_limit = device->power_limit;
  row.offline.power_mode = power_mode(p, rules, row);
  row.host = host_of(p, rules, *hardware, row.devices);
  return std::string();
}

}  // namespace

bool is_mlperf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string header;
  std::getline(file, header);
  const bool results = header.find("accel_total") != std::string::npos && contains(header, "scenario");
  return results || (contains(header, "avg_watts") && contains(header, "scenario"));
}

Result<MlperfTable> read_mlperf(const std::string& path, const Catalog& catalog, const MlperfRules& rules) {
  RIDGELINE_TRY(csv, read_csv(path));
  const Fields fields(csv, path);
  const bool power_runs = fields.has("avg_watts");
  MlperfTable table;
  table.path = path;
  for (const CsvRecord& record : csv.rows) {
    RIDGELINE_TRY(published,
                  power_runs ? read_power_run(fields, record, rules) : read_result(fields, record));
    MlperfRow row;
    RIDGELINE_TRY(reason, resolve(published, catalog, rules, row));
    if (reason.empty()) {
      table.rows.push_back(std::move(row));
    } else {
      ++table.left_out[reason];
    }
  }
  return table;
}

}  // namespace ridgeline
