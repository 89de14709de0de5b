// Memory is taken when a run is set up, and when more requests are in the system than ever before.

#include <gtest/gtest.h>

#include "allocation_count.h"
#include "continuous_systems.h"

namespace ridgeline::serve {
namespace {

std::size_t allocations(const ContinuousSystem& system, std::size_t requests) {
  const Schedule schedule = server_schedule(requests, Hertz(20), 1);
  const std::size_t before = test::allocation_count();
  EXPECT_TRUE(simulate_continuous(schedule, system));
  return test::allocation_count() - before;
}

ContinuousSystem busy() {
  ContinuousSystem system = continuous();
  system.lengths = {200, 40};
  system.replicas = 2;
  return system;
}

// The logarithm of the most that wait, run or are due grows a little: each of the structures that hold them
// may double once more.
TEST(ContinuousAllocation, IsNotByRequest) {
  constexpr std::size_t doublings = 12;
  ContinuousSystem disturbed = busy();
  disturbed.interference.noise_sigma = 0.2;
  disturbed.interference.pause_rate = Hertz(1);
  disturbed.interference.pause_lengths = {std::chrono::milliseconds(100)};
  disturbed.hedge_after = std::chrono::milliseconds(60);
  for (const ContinuousSystem& system : {busy(), disturbed}) {
    const std::size_t few = allocations(system, 2000), many = allocations(system, 20'000);
    EXPECT_LE(many, few + doublings);
    EXPECT_LT(many, 200U);
  }
}

}  // namespace
}  // namespace ridgeline::serve
