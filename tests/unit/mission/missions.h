#pragma once
// The shipped missions and what they are made of, read once for all tests.

#include <gtest/gtest.h>

#include "ridgeline/mission.h"
#include "ridgeline/simulation.h"

namespace ridgeline::testing {

inline const MissionData& data() {
  static const MissionData all = [] {
    const std::string dir = RIDGELINE_DATA_DIR;
    MissionData read;
    read.catalog = *Catalog::load(dir);
    read.calibrations = *Calibrations::load(dir + "/calibration");
    read.heats = *load_heats(dir + "/heat");
    return read;
  }();
  return all;
}

inline Mission mission(const std::string& id) {
  const auto read = load_mission(std::string(RIDGELINE_DATA_DIR) + "/missions/" + id + ".yaml");
  EXPECT_TRUE(read) << read.error().message;
  return *read;
}

inline Mission fixed_mission(const std::string& id) {
  Mission m = mission(id);
  EXPECT_TRUE(apply_fix(m));
  return m;
}

inline MissionReport run_of(const Mission& m) {
  const auto report = run(m, data());
  EXPECT_TRUE(report) << report.error().message;
  return *report;
}

inline std::optional<double> metric(const MissionReport& report, const std::string& phase,
                                    const std::string& name) {
  for (const PhaseReport& p : report.phases) {
    if (p.id != phase) continue;
    for (const MissionMetric& m : p.metrics) {
      if (m.name == name) return m.value;
    }
  }
  return std::nullopt;
}

/// Every figure of a report, in order.
inline std::vector<double> figures(const MissionReport& report) {
  std::vector<double> all;
  for (const PhaseReport& phase : report.phases) {
    for (const MissionMetric& m : phase.metrics) all.push_back(*m.value);
  }
  return all;
}

/// Time of one batch, straight from the cost model.
inline ServiceTable table_of(const Mission& m, std::uint32_t max_batch) {
  const Model& model = **data().catalog.model(m.model);
  const Hardware& hardware = **data().catalog.hardware(m.hardware);
  const auto plan = PrecisionPlan::uniform(*parse_precision(m.precision));
  const auto calibration = data().calibrations.find(hardware, m.stack, "", model.id).calibration;
  return *make_service_table(model, hardware, plan, {}, max_batch, calibration);
}

}  // namespace ridgeline::testing
