#include <fmt/format.h>

#include "report/gate_parts.h"
#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

std::string property(const char* name, const std::string& value) {
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, xml_escaped(value));
}

enum class Case { passed, failed, skipped };

std::string testcase(const std::string& name, Case how, const std::string& message) {
  const std::string head =
      fmt::format("    <testcase classname=\"ridgeline.check\" name=\"{}\"", xml_escaped(name));
  if (how == Case::passed) return head + "/>\n";
  const char* element = how == Case::failed ? "failure" : "skipped";
  return fmt::format("{}>\n      <{} message=\"{}\"/>\n    </testcase>\n", head, element,
                     xml_escaped(message));
}

Case case_of(const CriterionResult& r, Strictness strictness) {
  if (r.judgement.outcome == Outcome::passed) return Case::passed;
  const bool fails = r.judgement.outcome == Outcome::failed || strictness == Strictness::strict;
  return fails ? Case::failed : Case::skipped;
}

}  // namespace

std::string junit(const GateReport& report) {
  std::string cases;
  std::size_t tests = 0, failures = 0, skipped = 0;
  const auto add = [&](const std::string& name, Case how, const std::string& message) {
    cases += testcase(name, how, message);
    ++tests;
    failures += how == Case::failed;
    skipped += how == Case::skipped;
  };
  for (const CriterionResult& r : report.results)
    add(to_string(r.criterion), case_of(r, report.strictness), gate_sentence(r));
  for (const std::string& broken : report.broken) add("fits", Case::failed, broken);
  std::string properties = property("base", report.base) + property("head", report.head);
  for (const std::string& warning : report.warnings) properties += property("warning", warning);
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"", tests, failures, skipped);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ridgeline check\" {0}>\n"
      "  <testsuite name=\"ridgeline check\" {0}>\n    <properties>\n{1}    </properties>\n{2}"
      "  </testsuite>\n</testsuites>\n",
      counts, properties, cases);
}

}  // namespace ridgeline::report
