#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "folder.h"
#include "missions.h"

namespace ridgeline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::mission;

/// The shipped file with one piece of its text replaced, read back.
class Edited : public ::testing::Test {
 protected:
  std::string error_of(const std::string& from, const std::string& to) {
    std::ifstream file(std::string(RIDGELINE_DATA_DIR) + "/missions/edge-guardian.yaml");
    std::stringstream buffer;
    buffer << file.rdbuf();
    std::string text = buffer.str();
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const Folder folder;
    const auto read = load_mission(folder.write("edge-guardian.yaml", text));  // named as its id
    return read ? "" : read.error().message;
  }
};

TEST_F(Edited, unchanged_it_reads) { EXPECT_EQ(error_of("seed: 1", "seed: 1"), ""); }

TEST_F(Edited, errors_name_line_and_key) {
  EXPECT_THAT(error_of("persona:", "person:"), AllOf(HasSubstr("edge-guardian.yaml:"), HasSubstr("person")));
  EXPECT_THAT(error_of("noise.sigma: {value: 0.02", "noise.sigma: {value: -1"),
              AllOf(HasSubstr("edge-guardian.yaml:"), HasSubstr("noise.sigma is -1; must be 0 to 1")));
  EXPECT_THAT(error_of("noise.sigma:", "noise.sgima:"), HasSubstr("did you mean: noise.sigma"));
  EXPECT_THAT(error_of("metric: latency.p99.9", "metric: latency.p98"),
              HasSubstr("unknown metric 'latency.p98'"));
  EXPECT_THAT(error_of("unit: degC", "unit: K"), HasSubstr("unit 'K'; use degC"));
  EXPECT_THAT(error_of("at_most: 10", "least: 10"), HasSubstr("least"));
  EXPECT_THAT(error_of("unit: ms", "unit: mW"), HasSubstr("use one of s, ms, us"));
  EXPECT_THAT(error_of("  - phase: car", "  - phase: cab"), HasSubstr("no phase is called 'cab'"));
  EXPECT_THAT(error_of("scenario: constant-stream", "scenario: many-stream"), HasSubstr("unknown scenario"));
  EXPECT_THAT(error_of("set: precision, to: int8", "set: precision, to: int9"),
              HasSubstr("'int9' is not a format"));
  EXPECT_THAT(error_of("id: car", "id: bench"), HasSubstr("two phases are called 'bench'"));
  EXPECT_THAT(error_of("id: edge-guardian", "id: guardian"), HasSubstr("must be the file's name"));
}

TEST_F(Edited, terms_are_known_positive_and_in_their_unit) {
  const auto with = [this](const std::string& term) {
    return error_of("phases:", "terms:\n  " + term + "\nphases:");
  };
  const std::string rest = ", kind: assumed, source: a guess}";
  EXPECT_EQ(with("electricity: {value: 0.1, unit: USD/kWh" + rest), "");
  EXPECT_THAT(with("electricity: {value: 0.1, unit: USD" + rest), HasSubstr("unit 'USD'; use USD/kWh"));
  EXPECT_THAT(with("pue: {value: 0" + rest), HasSubstr("pue is 0; must be above 0"));
  EXPECT_THAT(with("rent: {value: 2" + rest),
              HasSubstr("unknown term 'rent'; use one of amortise, electricity, utilisation, pue, carbon"));
}

TEST(SetParameter, a_phase_keeps_its_own_value) {
  Mission m = mission("edge-guardian");
  ASSERT_TRUE(set(m, "max_batch", 4));
  EXPECT_EQ(parameter_of(m, m.phases[0], "max_batch"), 1);  // bench
  EXPECT_EQ(parameter_of(m, m.phases[1], "max_batch"), 4);
  ASSERT_TRUE(set(m, "bench.max_batch", 2));
  EXPECT_EQ(parameter_of(m, m.phases[0], "max_batch"), 2);
  EXPECT_EQ(parameter_of(m, m.phases[1], "max_batch"), 4);
}

TEST(SetParameter, refuses_what_nobody_reads) {
  Mission cloud = mission("cloud-titan"), edge = mission("edge-guardian");
  EXPECT_FALSE(set(cloud, "batch_timeout", 0.1));  // a continuous engine waits for nobody
  EXPECT_FALSE(set(cloud, "ambient", 30));         // it has no heat model
  EXPECT_FALSE(set(edge, "users", 10));
  EXPECT_FALSE(set(edge, "snr", 10));
  const Status status = set(edge, "bench.cameras", 2);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "cameras: phase bench of edge-guardian does not read it");
}

TEST(SetParameter, refuses_what_changes_nothing_and_what_makes_no_sense) {
  Mission m = mission("tiny-pioneer");
  const auto message = [&m](const std::string& name, const std::string& value) {
    const Status status = set(m, name, value);
    return status ? std::string() : status.error().message;
  };
  EXPECT_THAT(message("qps", "7"), HasSubstr("name one, such as street.qps"));
  EXPECT_THAT(message("laboratory.qps", "many"), HasSubstr("'many' is not a number"));
  EXPECT_THAT(message("laboratory.qps", "nan"), HasSubstr("must be"));
  EXPECT_THAT(message("max_batch", "1.5"), HasSubstr("whole"));
  EXPECT_THAT(message("training", "loud"), HasSubstr("it has: clean, noisy"));
  EXPECT_THAT(message("volume", "3"), HasSubstr("unknown parameter 'volume'"));
}

TEST(RunMission, unknown_names_are_refused_with_the_nearest) {
  Mission m = mission("edge-guardian");
  ASSERT_TRUE(set(m, "model", std::string("yolov8mm")));
  const auto report = run(m, testing::data());
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("yolov8m"));
  Mission cold = mission("edge-guardian");
  ASSERT_TRUE(set(cold, "heat", std::string("fridge")));
  const auto refused = run(cold, testing::data());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("fridge"), HasSubstr("jetson")));
}

}  // namespace
}  // namespace ridgeline
