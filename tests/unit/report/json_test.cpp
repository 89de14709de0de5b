#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "report/json_parts.h"

namespace ridgeline::report {
namespace {

TEST(Json, UnknownAndNotFiniteAreNullNeverZero) {
  EXPECT_TRUE(number(std::nan("")).is_null());
  EXPECT_TRUE(number(std::numeric_limits<double>::infinity()).is_null());
  EXPECT_TRUE(number(std::optional<Seconds>()).is_null());
  EXPECT_EQ(number(Seconds(0.25)), Json(0.25));

  Profile profile;
  profile.model = "toy";
  const auto parsed = nlohmann::json::parse(json(profile));
  EXPECT_EQ(parsed["schema"], "ridgeline.profile/1");
  EXPECT_TRUE(parsed["energy_at_most_joules"].is_null());
}

TEST(Json, ARunKeepsEveryQueryInNanoseconds) {
  ridgeline::Run run;  // testing::Test::Run hides it
  run.scenario.kind = ScenarioKind::server;
  QueryRecord query;
  query.scheduled = Nanoseconds(5);
  query.issued = Nanoseconds(7);
  query.completed = Nanoseconds(1234567890123);
  run.queries.push_back(query);
  const auto parsed = nlohmann::json::parse(json(run, Summary{}));
  EXPECT_EQ(parsed["queries"][0], nlohmann::json({5, 7, 1234567890123, nullptr, 1, 0}));
  EXPECT_TRUE(parsed["summary"]["latency_seconds"]["p99"].is_null());
}

TEST(Json, BrokenUtf8InANameIsStillJson) {
  Profile profile;
  profile.model = "bad\xff name";
  EXPECT_TRUE(nlohmann::json::accept(json(profile)));
}

TEST(Audit, FailuresAndMissingFiguresAreShownAsSuch) {
  AuditReport report;
  report.version = "test";
  report.workloads.emplace_back();
  auto& workload = report.workloads.back();
  workload.model = "toy";
  workload.failure = "no executor";
  workload.cells.emplace_back();
  AuditMetric metric;
  metric.name = "P99";
  metric.unit = "s";
  metric.measured = Estimate{0.104, 0.102, 0.107};
  workload.cells.back().metrics.push_back(metric);
  EXPECT_NE(text(report).find("FAILED: no executor"), std::string::npos);
  const std::string page = markdown(report);
  EXPECT_NE(page.find("| SingleStream | P99 | – | – | 104 ms [102, 107] | – | – |"), std::string::npos)
      << page;
  const auto parsed = nlohmann::json::parse(json(report));
  EXPECT_TRUE(parsed["workloads"][0]["scenarios"][0]["metrics"][0]["predicted"].is_null());
  EXPECT_EQ(parsed["workloads"][0]["failure"], "no executor");
}

}  // namespace
}  // namespace ridgeline::report
