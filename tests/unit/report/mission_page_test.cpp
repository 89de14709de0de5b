#include "report/mission_page.h"

#include <gtest/gtest.h>

#include "report/document_page.h"
#include "report/mission.h"
#include "report/mission_parts.h"
#include "report/thresholds_chart.h"

namespace ridgeline::report {
namespace {

MissionReport mission_report(double p99) {
  MissionReport report;
  Mission& m = report.mission;
  m.name = "Edge Guardian";
  m.persona = "a lead";
  m.model = "a model";
  m.hardware = "a device";
  m.precision = "int8";
  m.fix_story = "Fewer cameras.";
  m.fix = {{"cameras", "6", "they suffice"}};
  PhaseReport& phase = report.phases.emplace_back();
  phase.id = "car";
  phase.story = "it brakes";
  phase.run.scenario.kind = ScenarioKind::constant_stream;
  phase.run.notes = {"a note"};
  phase.summary.queries = 1234;
  phase.metrics = {{"latency.p99", p99, "s"}, {"rate", 30, "1/s"}, {"power.mean", std::nullopt, "W"}};
  const auto threshold = [&](const char* metric, MissionLimit kind, double limit, std::optional<double> value,
                             bool holds) {
    ThresholdReport& t = report.thresholds.emplace_back();
    t.threshold = {"car", metric, kind, limit, "", 1, "because"};
    t.value = value;
    t.holds = holds;
  };
  threshold("latency.p99", MissionLimit::at_most, 0.010, p99, p99 <= 0.010);
  threshold("rate", MissionLimit::at_least, 25, 30, true);
  threshold("power.mean", MissionLimit::at_most, 0.001, std::nullopt, false);
  return report;
}

std::string mission_page_of(const std::string& document) {
  const auto read = *read_document(document, "m.json");
  PageSource source;
  source.name = "m.json";
  source.document = document;
  const auto page = document_page(read, source, "m.json");
  return page ? *page : page.error().message;
}

TEST(MissionReader, GivesBackWhatWasWritten) {
  const Json written = Json::parse(json(mission_report(0.0112)));
  std::string complaint;
  const MissionReport read = read_mission(JsonPlace(written, complaint));
  ASSERT_EQ(complaint, "");
  const Json again = Json::parse(json(read));
  for (const char* key : {"name", "thresholds", "holds", "fix", "model"})
    EXPECT_EQ(again[key], written[key]) << key;
  EXPECT_EQ(again["phases"][0]["metrics"], written["phases"][0]["metrics"]);
  // Limits are in the prefix that suits them, whatever the mission's file had.
  EXPECT_EQ(threshold_table(read.thresholds).markdown(),
            "| phase | metric | computed | limit |  | because |\n|---|---|---:|---|---|---|\n"
            "| car | latency.p99 | 11.2 ms | at most 10 ms | BREAKS | because |\n"
            "| car | rate | 30 1/s | at least 25 1/s | holds | because |\n"
            "| car | power.mean | – | at most 1 mW | BREAKS | because |\n");
}

TEST(MissionPage, SaysWhatBreaksAndTheFix) {
  const std::string broken = mission_page_of(json(mission_report(0.0112)));
  EXPECT_NE(broken.find("<strong>A threshold breaks</strong>"), std::string::npos);
  EXPECT_NE(broken.find("--set cameras=6"), std::string::npos);
  EXPECT_NE(broken.find("1234 queries"), std::string::npos);
  Json wrong = Json::parse(json(mission_report(0.0112)));
  wrong["thresholds"][0]["value"] = "slow";
  EXPECT_EQ(mission_page_of(wrong.dump()), "m.json: thresholds/0/value must be a number or null");
}

// What is within its limit ends on the arrow's side of it, and what has no value is not drawn.
TEST(ThresholdsChart, EndsAreInTimesTheLimit) {
  const Chart chart = thresholds_chart(mission_report(0.005).thresholds);
  double limit = 0, from = 0, to = 0;
  ASSERT_EQ(
      std::sscanf(chart.svg.c_str() + chart.svg.find("M", chart.svg.find("class=\"limit\"")), "M%lf", &limit),
      1);
  std::vector<double> ends;
  for (std::size_t at = chart.svg.find("class=\"line\""); at != std::string::npos;
       at = chart.svg.find("class=\"line\"", at + 1)) {
    ASSERT_EQ(std::sscanf(chart.svg.c_str() + chart.svg.find("M", at), "M%lf %*fH%lf", &from, &to), 2);
    EXPECT_NEAR(from, limit, 0.11);
    ends.push_back(to);
  }
  ASSERT_EQ(ends.size(), 2u);  // half the limit, and 1.2 times one
  EXPECT_LT(ends[0], limit);
  EXPECT_GT(ends[1], limit);
  EXPECT_EQ(chart.svg.find("power.mean"), std::string::npos);
  EXPECT_NE(chart.table.markdown().find("power.mean"), std::string::npos);
}

}  // namespace
}  // namespace ridgeline::report
