// The stories against the engine: what a file claims of its defaults and its fix is what comes out.

#include <algorithm>

#include "missions.h"
#include "ridgeline/serving.h"

namespace ridgeline {
namespace {

using testing::data;
using testing::figures;
using testing::fixed_mission;
using testing::metric;
using testing::mission;
using testing::run_of;
using testing::table_of;

std::vector<std::string> ids() {
  std::vector<std::string> all;
  const auto missions = load_missions(std::string(RIDGELINE_DATA_DIR) + "/missions");
  for (const Mission& m : *missions) all.push_back(m.id);
  return all;
}

class Story : public ::testing::TestWithParam<std::string> {};

TEST_P(Story, crisis_is_what_the_file_claims) {
  const MissionReport report = run_of(mission(GetParam()));
  for (const ThresholdReport& t : report.thresholds) {
    ASSERT_TRUE(t.value) << t.threshold.phase << " " << t.threshold.metric;
    EXPECT_EQ(t.holds, t.threshold.holds_at_first)
        << t.threshold.phase << " " << t.threshold.metric << " = " << *t.value;
  }
  const auto holds = [](const ThresholdReport& t) { return t.holds; };
  EXPECT_TRUE(std::any_of(report.thresholds.begin(), report.thresholds.end(), holds));
  EXPECT_FALSE(report.holds());
}

TEST_P(Story, fix_removes_it) {
  const MissionReport report = run_of(fixed_mission(GetParam()));
  for (const ThresholdReport& t : report.thresholds) {
    EXPECT_TRUE(t.holds) << t.threshold.phase << " " << t.threshold.metric << " = " << t.value.value_or(-1);
  }
}

TEST_P(Story, same_numbers_again) {
  EXPECT_EQ(figures(run_of(mission(GetParam()))), figures(run_of(mission(GetParam()))));
}

INSTANTIATE_TEST_SUITE_P(Missions, Story, ::testing::ValuesIn(ids()), [](const auto& story) {
  std::string name = story.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

/// Eight frames one after the other are answered after eight times the time of one.
TEST(EdgeGuardian, crisis_is_eight_frames_in_a_row) {
  Mission m = mission("edge-guardian");
  ASSERT_TRUE(set(m, "noise.sigma", 0));
  const Seconds one = to_seconds(table_of(m, 1).total[0]);
  const MissionReport report = run_of(m);
  EXPECT_NEAR(*metric(report, "bench", "latency.mean"), one.value(), 2e-9);
  EXPECT_NEAR(*metric(report, "car", "latency.mean"), 8 * one.value(), 2e-9);
}

/// Each change of the fix is needed: without one of them a threshold still breaks.
TEST(EdgeGuardian, every_change_of_the_fix_is_needed) {
  const std::size_t changes = mission("edge-guardian").fix.size();
  for (std::size_t left_out = 0; left_out < changes; ++left_out) {
    Mission m = mission("edge-guardian");
    m.fix.erase(m.fix.begin() + static_cast<std::ptrdiff_t>(left_out));
    ASSERT_TRUE(apply_fix(m));
    EXPECT_FALSE(run_of(m).holds()) << "without change " << left_out;
  }
}

/// Frames a second: what computing binds stretches with 1 / clock.
double rate_at(const ServiceTable& table, double clock) {
  const double share = table.compute_share.at(0);
  return 1 / (to_seconds(table.total[0]).value() * (share / clock + 1 - share));
}

/// The frames follow from the clock that the governor left.
TEST(MobileNomad, sustained_rate_is_that_of_the_clock) {
  const Mission m = mission("mobile-nomad");
  const ServiceTable table = table_of(m, 1);
  const MissionReport report = run_of(m);
  EXPECT_NEAR(*metric(report, "walk", "rate.first"), rate_at(table, 1), 0.02 * rate_at(table, 1));
  const double clock = report.phases[0].run.windows.back().clock.value();
  EXPECT_LT(clock, 0.5);
  EXPECT_NEAR(*metric(report, "walk", "rate.sustained"), rate_at(table, clock), 0.03 * rate_at(table, clock));
}

/// Two roads: the closed form knows neither frames nor the half hour. Its last step is above trip, so that it
/// has one steady state, and the last quarter of the walk is at it.
TEST(MobileNomad, settles_where_the_closed_form_says) {
  const Mission m = mission("mobile-nomad");
  HeatModel heat;
  for (const HeatModel& known : data().heats) {
    if (known.id == m.heat) heat = known;
  }
  heat.ambient_celsius.value = m.parameters.at("ambient").value;
  const SteadyHeat steady = steady_heat(heat);
  EXPECT_TRUE(steady.throttled);
  EXPECT_EQ(steady.least_clock, steady.clock);
  const MissionReport report = run_of(m);
  EXPECT_NEAR(*metric(report, "walk", "rate.sustained"), rate_at(table_of(m, 1), steady.clock),
              0.02 * rate_at(table_of(m, 1), steady.clock));
  const auto& windows = report.phases[0].run.windows;
  const double watts = windows.back().energy->value() / to_seconds(windows[1].start).value();
  EXPECT_NEAR(watts, steady.power.value(), 0.01 * watts);
}

TEST(MobileNomad, cool_air_keeps_the_rate) {
  Mission m = mission("mobile-nomad");
  const double hot = *metric(run_of(m), "walk", "rate.sustained");
  ASSERT_TRUE(set(m, "ambient", 10));
  EXPECT_GT(*metric(run_of(m), "walk", "rate.sustained"), 1.5 * hot);
}

/// P = idle + (active - idle) x rate x service, where the chip never throttles.
TEST(TinyPioneer, power_follows_the_share_of_the_time_that_it_computes) {
  const Mission m = mission("tiny-pioneer");
  const double service = to_seconds(table_of(m, 1).total[0]).value();
  const double idle = m.parameters.at("power.idle").value, active = m.parameters.at("power.active").value;
  const MissionReport report = run_of(m);
  for (const PhaseReport& phase : report.phases) {
    const double busy = *phase.summary.scheduled_rate * service;
    const double expected = idle + (active - idle) * busy;
    EXPECT_NEAR(*metric(report, phase.id, "power.mean"), expected, 0.02 * expected) << phase.id;
  }
}

TEST(TinyPioneer, accuracy_is_linear_between_the_points) {
  Mission m = mission("tiny-pioneer");
  const auto& points = m.curves.at("clean").points;
  const double middle = (points[0].first + points[1].first) / 2;
  ASSERT_TRUE(set(m, "street.snr", middle));
  EXPECT_DOUBLE_EQ(*metric(run_of(m), "street", "accuracy"), (points[0].second + points[1].second) / 2);
}

/// Two roads: the simulated engine with work enough reaches the closed form's saturated rate.
TEST(CloudTitan, long_acceptance_is_saturated) {
  Mission m = mission("cloud-titan");
  ASSERT_TRUE(set(m, "acceptance.duration", 300));
  EXPECT_NEAR(*metric(run_of(m), "acceptance", "utilisation"), 1, 0.05);
}

/// A queue that never empties keeps the small batch full: the closed form of eight users, over that of the
/// full batch.
TEST(CloudTitan, small_batch_is_bound_by_its_size) {
  const Mission m = mission("cloud-titan");
  const Model& model = **data().catalog.model(m.model);
  const Hardware& hardware = **data().catalog.hardware(m.hardware);
  ServingPoint point;
  point.isl = static_cast<std::uint32_t>(m.parameters.at("isl").value);
  point.osl = static_cast<std::uint32_t>(m.parameters.at("osl").value);
  point.precision = PrecisionPlan::quantized(*parse_precision(m.precision));
  point.worker.parallelism.tensor = 8;
  const auto calibration = data().calibrations.find(hardware, m.stack, "", model.id).calibration;
  const auto rate = [&](double users) {
    point.concurrency = users;
    return predict_serving(model, hardware, point, calibration)->requests;
  };
  const double expected = rate(m.parameters.at("max_batch").value) / rate(256);
  EXPECT_NEAR(*metric(run_of(m), "service", "utilisation"), expected, 0.1 * expected);
}

TEST(CloudTitan, load_below_saturation_is_what_a_full_batch_serves) {
  const Mission m = fixed_mission("cloud-titan");
  const MissionReport report = run_of(m);
  const double offered = *report.phases[1].summary.scheduled_rate;
  EXPECT_NEAR(*metric(report, "service", "throughput"), offered, 0.03 * offered);
}

/// What the missions are known for: data/missions states what goes in, these come out.
struct Figure {
  const char *mission, *phase, *metric;
  double value, tolerance;  ///< relative
};
class Figures : public ::testing::TestWithParam<Figure> {};

TEST_P(Figures, are_near_those_of_the_story) {
  const Figure& f = GetParam();
  EXPECT_NEAR(*metric(run_of(mission(f.mission)), f.phase, f.metric), f.value, f.tolerance * f.value);
}

INSTANTIATE_TEST_SUITE_P(Missions, Figures,
                         ::testing::Values(Figure{"cloud-titan", "acceptance", "utilisation", 0.90, 0.02},
                                           Figure{"cloud-titan", "service", "utilisation", 0.15, 0.1},
                                           Figure{"edge-guardian", "bench", "latency.mean", 0.005, 0.05},
                                           Figure{"mobile-nomad", "walk", "rate.first", 60, 0.05},
                                           Figure{"mobile-nomad", "walk", "rate.sustained", 10, 0.1},
                                           Figure{"tiny-pioneer", "laboratory", "accuracy", 0.99, 0.001},
                                           Figure{"tiny-pioneer", "street", "accuracy", 0.60, 0.001}));

/// What makes a fixed mission fail, and its value there.
struct Setback {
  const char *mission, *parameter, *harsh, *fixed;
};
class Setbacks : public ::testing::TestWithParam<Setback> {};

TEST_P(Setbacks, failure_is_reachable_and_reversible) {
  const Setback& s = GetParam();
  Mission m = fixed_mission(s.mission);
  const MissionReport before = run_of(m);
  ASSERT_TRUE(before.holds());
  ASSERT_TRUE(set(m, s.parameter, s.harsh));
  EXPECT_FALSE(run_of(m).holds());
  ASSERT_TRUE(set(m, s.parameter, s.fixed));
  EXPECT_EQ(figures(run_of(m)), figures(before));
}

INSTANTIATE_TEST_SUITE_P(Missions, Setbacks,
                         ::testing::Values(Setback{"cloud-titan", "max_batch", "8", "256"},
                                           Setback{"edge-guardian", "noise.sigma", "0.5", "0.02"},
                                           Setback{"mobile-nomad", "background.load", "0.5", "0"},
                                           Setback{"tiny-pioneer", "street.qps", "50", "20"}));

}  // namespace
}  // namespace ridgeline
