#include "ridgeline/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ridgeline {
namespace {

using ::testing::HasSubstr;

constexpr ScenarioKind kinds[] = {ScenarioKind::single_stream,   ScenarioKind::multi_stream,
                                  ScenarioKind::server,          ScenarioKind::offline,
                                  ScenarioKind::constant_stream, ScenarioKind::interactive,
                                  ScenarioKind::closed_loop};

TEST(ScenarioName, ReadsBackAndForgivesSpelling) {
  for (const ScenarioKind kind : kinds) EXPECT_EQ(parse_scenario(to_string(kind)), kind);
  EXPECT_EQ(parse_scenario("single-stream"), ScenarioKind::single_stream);
  EXPECT_EQ(parse_scenario("MULTI_STREAM"), ScenarioKind::multi_stream);
  EXPECT_EQ(parse_scenario("oFFline"), ScenarioKind::offline);
  EXPECT_EQ(parse_scenario("constant-stream"), ScenarioKind::constant_stream);
  EXPECT_FALSE(parse_scenario("burst"));
  EXPECT_FALSE(parse_scenario(""));
}

TEST(ScenarioMlperf, IsValidOnceAServerHasItsRate) {
  for (const ScenarioKind kind : kinds) {
    Scenario s = Scenario::mlperf(kind);
    EXPECT_EQ(s.kind, kind);
    EXPECT_EQ(s.min_duration, std::chrono::minutes(10));
    EXPECT_EQ(static_cast<bool>(validate(s)), !is_open_loop(kind));
    s.target_qps = 10;
    if (kind == ScenarioKind::interactive) s.ttft_limit = s.tpot_limit = std::chrono::seconds(1);
    EXPECT_TRUE(validate(s));
  }
  EXPECT_EQ(Scenario::mlperf(ScenarioKind::single_stream).percentile, 0.90);
  EXPECT_EQ(Scenario::mlperf(ScenarioKind::multi_stream).samples_per_query, 8u);
  EXPECT_EQ(Scenario::mlperf(ScenarioKind::multi_stream).min_queries, 662u);
  EXPECT_EQ(Scenario::mlperf(ScenarioKind::offline).min_queries, 24576u);
}

Scenario server(double qps) {
  Scenario s = Scenario::mlperf(ScenarioKind::server);
  s.target_qps = qps;
  return s;
}

std::string complaint(const Scenario& s) {
  const Status status = validate(s);
  EXPECT_FALSE(status);
  return status ? "" : status.error().message;
}

TEST(ScenarioValidate, NamesWhatIsWrong) {
  EXPECT_THAT(complaint(server(0)), HasSubstr("needs an arrival rate"));
  EXPECT_THAT(complaint(server(-1)), HasSubstr("target_qps"));
  EXPECT_THAT(complaint(server(std::nan(""))), HasSubstr("target_qps"));
  EXPECT_THAT(complaint(server(std::numeric_limits<double>::infinity())), HasSubstr("target_qps"));
  EXPECT_THAT(complaint(server(1e-300)), HasSubstr("too low"));
  EXPECT_THAT(complaint(server(1e12)), HasSubstr("would need about 6e+14 samples"));
  Scenario s = server(10);
  s.percentile = 99;
  EXPECT_THAT(complaint(s), HasSubstr("0.99; it is 99"));
  s.percentile = std::nan("");
  EXPECT_THAT(complaint(s), HasSubstr("percentile"));
  s = server(10);
  s.target_latency = Nanoseconds(-1);
  EXPECT_THAT(complaint(s), HasSubstr("target_latency"));
  s = server(10);
  s.min_duration = Nanoseconds::max();
  EXPECT_THAT(complaint(s), HasSubstr("min_duration"));
  s.min_duration = Nanoseconds(-1);
  EXPECT_THAT(complaint(s), HasSubstr("min_duration"));
  s = server(10);
  s.min_queries = 0;
  EXPECT_THAT(complaint(s), HasSubstr("min_queries"));
  s = server(10);
  s.samples_per_query = 8;
  EXPECT_THAT(complaint(s), HasSubstr("Server needs 1, not 8"));
  s = Scenario::mlperf(ScenarioKind::multi_stream);
  s.samples_per_query = 0;
  EXPECT_THAT(complaint(s), HasSubstr("at least 1"));
}

}  // namespace
}  // namespace ridgeline
