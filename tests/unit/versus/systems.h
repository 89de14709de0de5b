#pragma once
// The two systems of the example, and the shipped data that they are audited with.

#include <gtest/gtest.h>

#include "ridgeline/versus.h"

namespace ridgeline::testing {

inline std::string versus_example(const std::string& file) {
  return std::string(RIDGELINE_TEST_DIR) + "/../examples/audit/" + file;
}

/// The catalog with System A and System B in it.
inline const MissionData& versus_data() {
  static const MissionData all = [] {
    const std::string dir = RIDGELINE_DATA_DIR;
    MissionData read;
    read.catalog = *Catalog::load(dir);
    for (const char* file : {"system-a.yaml", "system-b.yaml"})
      EXPECT_TRUE(read.catalog.add(*read_hardware(versus_example(file))));
    read.calibrations = *Calibrations::load(dir + "/calibration");
    read.heats = *load_heats(dir + "/heat");
    return read;
  }();
  return all;
}

/// Both systems on a mission of the catalog or of the examples, on the mission's terms.
inline VersusQuestion question_of(const std::string& path, const std::string& a = "system-a",
                                  const std::string& b = "system-b") {
  VersusQuestion q;
  const auto mission = load_mission(path);
  EXPECT_TRUE(mission) << mission.error().message;
  q.a.mission = q.b.mission = *mission;
  q.a.mission.hardware = a;
  q.b.mission.hardware = b;
  q.a.economics = q.b.economics = economics_of(*mission);
  return q;
}
inline VersusQuestion shipped_question(const std::string& id, const std::string& a = "system-a",
                                       const std::string& b = "system-b") {
  return question_of(std::string(RIDGELINE_DATA_DIR) + "/missions/" + id + ".yaml", a, b);
}

/// Memory decides on one, arithmetic on the other. Played once for all tests that only look at the answer.
inline const Versus& memory_bound() {
  static const Versus answer = [] {
    VersusQuestion q = shipped_question("cloud-titan");
    for (VersusSide* side : {&q.a, &q.b}) EXPECT_TRUE(set(side->mission, "duration", 20));
    const auto found = audit_versus(q, versus_data());
    EXPECT_TRUE(found) << found.error().message;
    return *found;
  }();
  return answer;
}
inline const Versus& compute_bound() {
  static const Versus answer = [] {
    const auto found = audit_versus(question_of(versus_example("reading-room.yaml")), versus_data());
    EXPECT_TRUE(found) << found.error().message;
    return *found;
  }();
  return answer;
}

inline const BreakEven& break_even(const Versus& v, const std::string& input) {
  for (const BreakEven& b : v.break_evens) {
    if (b.input == input) return b;
  }
  ADD_FAILURE() << "no break-even of " << input;
  return v.break_evens.front();
}

inline const VersusMetric& versus_metric(const Versus& v, std::string_view name) {
  for (const VersusMetric& m : v.metrics) {
    if (m.kind->name == name) return m;
  }
  ADD_FAILURE() << "no metric " << name;
  return v.metrics.front();
}

}  // namespace ridgeline::testing
