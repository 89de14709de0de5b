#include "base/cancel.h"

#include <gtest/gtest.h>

#include "ridgeline/continuous.h"
#include "ridgeline/simulation.h"

namespace ridgeline {
namespace {

/// Sets the flag of this thread while it lives.
class CancelledHere {
 public:
  CancelledHere() { cancel_flag() = &flag_; }
  ~CancelledHere() { cancel_flag() = nullptr; }
  CancelledHere(const CancelledHere&) = delete;
  CancelledHere& operator=(const CancelledHere&) = delete;

 private:
  std::atomic<bool> flag_{true};
};

SimulatedSystem one_millisecond() {
  SimulatedSystem system;
  system.name = "one millisecond";
  system.service.total = {std::chrono::milliseconds(1)};
  return system;
}

Schedule thousand_queries(ScenarioKind kind) {
  Scenario scenario = Scenario::mlperf(kind);
  scenario.min_duration = std::chrono::seconds(1);
  scenario.min_queries = 1000;
  scenario.target_qps = 500;
  scenario.target_latency = std::chrono::seconds(1);
  return *make_schedule(scenario);
}

TEST(Cancel, NoQueryIsAskedAfterIt) {
  for (const ScenarioKind kind : {ScenarioKind::single_stream, ScenarioKind::server}) {
    const auto whole = simulate(thousand_queries(kind), one_millisecond());
    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_GE(whole->queries.size(), 500U);
    EXPECT_FALSE(whole->interrupted);

    const CancelledHere cancelled;
    const auto cut = simulate(thousand_queries(kind), one_millisecond());
    ASSERT_TRUE(cut) << cut.error().message;
    EXPECT_EQ(cut->queries.size(), 1U);
    EXPECT_TRUE(cut->interrupted);
    EXPECT_FALSE(summarize(*cut).verdict.valid);
  }
}

}  // namespace
}  // namespace ridgeline
