// One phase alone, and under scenarios that it was not written for.

#include <algorithm>
#include <tuple>

#include "missions.h"

namespace ridgeline {
namespace {

using testing::metric;
using testing::mission;
using testing::run_of;
using testing::table_of;
using enum ScenarioKind;

Mission played(const std::string& id, const std::string& phase, const std::vector<ScenarioKind>& as = {}) {
  Mission m = mission(id);
  const Status selected = select_phase(m, phase, as);
  EXPECT_TRUE(selected) << selected.error().message;
  return m;
}

const PhaseReport& report_of(const MissionReport& report, const std::string& id) {
  const auto found = std::find_if(report.phases.begin(), report.phases.end(),
                                  [&](const PhaseReport& phase) { return phase.id == id; });
  EXPECT_NE(found, report.phases.end()) << id;
  return *found;
}

std::string refusal(const std::string& id, const std::string& phase, const std::vector<ScenarioKind>& as) {
  Mission m = mission(id);
  const Status selected = select_phase(m, phase, as);
  return selected ? "" : selected.error().message;
}

TEST(SelectPhase, alone_it_is_what_it_was_among_the_others) {
  const MissionReport whole = run_of(mission("edge-guardian")), car = run_of(played("edge-guardian", "car"));
  ASSERT_EQ(car.phases.size(), 1U);
  for (const MissionMetric& m : report_of(whole, "car").metrics)
    EXPECT_EQ(metric(car, "car", m.name), m.value) << m.name;
  ASSERT_FALSE(car.thresholds.empty());
  for (const ThresholdReport& t : car.thresholds) EXPECT_EQ(t.threshold.phase, "car");
}

TEST(SelectPhase, under_its_own_scenario_only_its_name_changes) {
  for (const auto& [id, phase, kind, name] :
       {std::tuple{"tiny-pioneer", "street", server, "server"},
        std::tuple{"mobile-nomad", "walk", closed_loop, "closed-loop"}}) {
    const MissionReport plain = run_of(played(id, phase)), again = run_of(played(id, phase, {kind}));
    for (const MissionMetric& m : report_of(plain, phase).metrics)
      EXPECT_EQ(metric(again, name, m.name), m.value) << id << " " << m.name;
    EXPECT_EQ(report_of(again, name).story, report_of(plain, phase).story);
  }
}

/// The same run by another road: the mission's deployment put together here.
TEST(SelectPhase, server_is_the_simulation_of_poisson_arrivals) {
  Mission m = played("edge-guardian", "car", {server});
  ASSERT_TRUE(set(m, "duration", 20));
  ASSERT_TRUE(set(m, "noise.sigma", 0));
  Scenario scenario = Scenario::mlperf(server);
  scenario.min_duration = std::chrono::seconds(20);
  scenario.min_queries = 1;
  scenario.target_qps = 20;  // edge-guardian.yaml
  scenario.seed = m.seed;
  SimulatedSystem system;
  system.service = table_of(m, 1);
  const auto run = simulate(*make_schedule(scenario), system);
  ASSERT_TRUE(run);
  EXPECT_DOUBLE_EQ(*metric(run_of(m), "server", "latency.mean"), summarize(*run).mean->value);
}

TEST(SelectPhase, thresholds_are_those_of_the_phase_for_each) {
  const MissionReport report = run_of(played("edge-guardian", "car", {offline, constant_stream}));
  ASSERT_EQ(report.phases.size(), 2U);
  EXPECT_EQ(report.phases[0].id, "offline");
  EXPECT_EQ(report.phases[1].id, "constant-stream");
  ASSERT_EQ(report.thresholds.size(), 4U);
  EXPECT_EQ(report.thresholds[0].threshold.phase, "offline");
  EXPECT_FALSE(report.thresholds[0].value);  // one query has no P99
  EXPECT_EQ(report.thresholds[2].threshold.phase, "constant-stream");
  EXPECT_EQ(report.thresholds[2].value, metric(run_of(mission("edge-guardian")), "car", "latency.p99"));
}

TEST(SelectPhase, chooses_what_nobody_states) {
  Mission m = played("mobile-nomad", "walk", {multi_stream, server, offline, constant_stream});
  ASSERT_TRUE(set(m, "duration", 5));
  const MissionReport report = run_of(m);
  const double saturated = 1 / to_seconds(table_of(m, 1).total[0]).value();
  EXPECT_EQ(report_of(report, "multi-stream").run.scenario.samples_per_query, 8U);
  EXPECT_EQ(report_of(report, "constant-stream").run.scenario.samples_per_query, 1U);
  for (const char* id : {"server", "offline", "constant-stream"}) {
    const double rate = report_of(report, id).run.scenario.target_qps;
    EXPECT_NEAR(rate, 0.6 * saturated, 0.005 * rate) << id;
  }
  ASSERT_TRUE(set(m, "constant-stream.cameras", 4));
  const double rate = report_of(run_of(m), "constant-stream").run.scenario.target_qps;
  EXPECT_NEAR(rate, 0.6 * saturated / 4, 0.005 * rate);  // frames come four at a time
}

TEST(SelectPhase, what_is_set_stands) {
  Mission m = played("mobile-nomad", "walk", {server, closed_loop});
  ASSERT_TRUE(set(m, "duration", 5));
  ASSERT_TRUE(set(m, "qps", 7));
  ASSERT_TRUE(set(m, "users", 3));
  const MissionReport report = run_of(m);
  EXPECT_EQ(report_of(report, "server").run.scenario.target_qps, 7);
  EXPECT_EQ(report_of(report, "closed-loop").run.scenario.users, 3U);
}

/// "street.qps" reaches every play of the street that reads it, "offline.qps" one.
TEST(SelectPhase, names_of_the_phase_reach_its_plays) {
  Mission m = played("tiny-pioneer", "street", {single_stream, server, offline});
  ASSERT_TRUE(set(m, "street.duration", 2));
  ASSERT_TRUE(set(m, "street.qps", 30));
  ASSERT_TRUE(set(m, "offline.qps", 60));
  const MissionReport report = run_of(m);
  EXPECT_EQ(report_of(report, "server").run.scenario.target_qps, 30);
  EXPECT_EQ(report_of(report, "offline").run.scenario.target_qps, 60);
  EXPECT_EQ(report_of(report, "single-stream").run.scenario.min_duration, std::chrono::seconds(2));
  EXPECT_FALSE(set(m, "street.cameras", 2));
}

TEST(SelectPhase, refuses_in_one_line) {
  EXPECT_EQ(refusal("edge-guardian", "cra", {}), "edge-guardian has no phase 'cra'; it has: bench, car");
  EXPECT_EQ(refusal("edge-guardian", "car", {server, offline, server}), "--as: server twice");
  EXPECT_NE(refusal("edge-guardian", "car", {interactive}).find("interactive needs limits"),
            std::string::npos);
  EXPECT_NE(refusal("cloud-titan", "service", {server, multi_stream}).find("batches continuously"),
            std::string::npos);
  Mission m = played("cloud-titan", "service", {constant_stream});
  EXPECT_FALSE(set(m, "cameras", 2));  // each query is one request
}

/// A refusal leaves the mission as it was.
TEST(SelectPhase, refusal_changes_nothing) {
  Mission m = mission("cloud-titan");
  ASSERT_FALSE(select_phase(m, "service", {multi_stream}));
  EXPECT_EQ(m.phases.size(), 2U);
  EXPECT_EQ(m.thresholds.size(), 3U);
}

TEST(SelectPhase, continuous_engine_plays_what_it_can) {
  Mission m = played("cloud-titan", "service", {single_stream, server, offline, closed_loop});
  ASSERT_TRUE(set(m, "duration", 10));
  const MissionReport report = run_of(m);
  EXPECT_EQ(report_of(report, "closed-loop").run.scenario.users, 8U);  // max_batch x one replica
  // Eight at a time decode no faster however they come, and one alone is far below them.
  EXPECT_LT(*metric(report, "single-stream", "throughput"), *metric(report, "offline", "throughput") / 4);
}

/// A sweep of a play: where the first frame set breaks its limit, with the fix.
TEST(SelectPhase, can_be_swept) {
  Mission m = testing::fixed_mission("edge-guardian");
  ASSERT_TRUE(select_phase(m, "car", {multi_stream}));
  ASSERT_TRUE(set(m, "duration", 20));
  const auto found = sweep(m, testing::data(), "car.cameras");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->broken.front().threshold.phase, "multi-stream");
  EXPECT_EQ(found->breaks, found->holds + 1);
}

TEST(Metrics, p95_is_the_nearest_rank) {
  Mission m = played("edge-guardian", "car", {server});
  ASSERT_TRUE(set(m, "duration", 20));
  const MissionReport report = run_of(m);
  std::vector<Nanoseconds> latencies;
  for (const QueryRecord& query : report.phases[0].run.queries) latencies.push_back(query.latency());
  std::sort(latencies.begin(), latencies.end());
  const auto rank = static_cast<std::size_t>(0.95 * static_cast<double>(latencies.size()));
  EXPECT_EQ(*metric(report, "server", "latency.p95"), to_seconds(latencies[rank]).value());
}

}  // namespace
}  // namespace ridgeline
