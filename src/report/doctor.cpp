#include <fmt/format.h>

#include <algorithm>

#include "report/json_parts.h"
#include "report/markup.h"
#include "report/table.h"
#include "ridgeline/doctor_report.h"

namespace ridgeline::report {
namespace {

const char* health_word(Health health) {
  static constexpr const char* words[] = {"OK", "LIMITED", "MISSING"};
  return words[static_cast<std::size_t>(health)];
}

const char* health_key(Health health) {
  static constexpr const char* keys[] = {"ok", "limited", "missing"};
  return keys[static_cast<std::size_t>(health)];
}

/// FAILED where nothing works without it.
const char* health_verdict(const Finding& finding) {
  return finding.required && finding.health != Health::ok ? "FAILED" : health_word(finding.health);
}

std::string doctor_headline(const Diagnosis& diagnosis) {
  std::size_t failed = 0, limited = 0, missing = 0;
  for (const Finding& f : diagnosis.findings) {
    if (f.health == Health::ok) continue;
    ++(f.required ? failed : f.health == Health::limited ? limited : missing);
  }
  const std::string rest = fmt::format("{} limited, {} missing", limited, missing);
  return failed == 0 ? fmt::format("everything that is required works; {}", rest)
                     : fmt::format("{} required FAILED; {}", failed, rest);
}

}  // namespace

std::string text(const Diagnosis& diagnosis) {
  std::string result = fmt::format("ridgeline {}: {}\n{}, {}\n", diagnosis.version,
                                   doctor_headline(diagnosis), diagnosis.machine, diagnosis.date);
  std::size_t width = 0;
  for (const Finding& f : diagnosis.findings) width = std::max(width, display_width(f.name));
  std::string area;
  for (const Finding& f : diagnosis.findings) {
    if (f.area != area) result += fmt::format("\n{}\n", area = f.area);
    result += fmt::format("  {:<8} {:<{}}  {}\n", health_verdict(f), f.name, width, f.found);
    if (!f.costs.empty()) result += fmt::format("  {:<8} {:<{}}  costs: {}\n", "", "", width, f.costs);
    if (!f.remedy.empty()) result += fmt::format("  {:<8} {:<{}}  do:    {}\n", "", "", width, f.remedy);
  }
  return result;
}

std::string markdown(const Diagnosis& diagnosis) {
  Table table({{"area"}, {"what"}, {""}, {"found"}, {"costs"}, {"do"}});
  for (const Finding& f : diagnosis.findings)
    table.add({f.area, f.name, health_verdict(f), escaped(f.found), escaped(f.costs),
               f.remedy.empty() ? "" : code(f.remedy)});
  return fmt::format("### ridgeline {}: {}\n\n{}, {}\n\n{}", diagnosis.version, doctor_headline(diagnosis),
                     diagnosis.machine, diagnosis.date, table.markdown());
}

std::string json(const Diagnosis& diagnosis) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  Json findings = Json::array();
  for (const Finding& f : diagnosis.findings) {
    findings.push_back({{"area", f.area},
                        {"name", f.name},
                        {"health", health_key(f.health)},
                        {"required", f.required},
                        {"found", f.found},
                        {"costs", or_null(f.costs)},
                        {"remedy", or_null(f.remedy)}});
  }
  return document("ridgeline.doctor/1", {{"works", diagnosis.works()},
                                         {"machine", diagnosis.machine},
                                         {"date", diagnosis.date},
                                         {"findings", findings}});
}

}  // namespace ridgeline::report
