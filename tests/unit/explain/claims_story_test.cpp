// What the story of a comparison says, case by case.

#include <fmt/format.h>

#include "base/text.h"
#include "claims.h"

namespace ridgeline::test {
namespace {

std::string percent(double share) {
  return share > 0 && share < 0.005 ? "under 1 %" : fmt::format("{:.0f} %", share * 100);
}

}  // namespace

std::string Claims::analysis() const {
  std::string all;
  for (const std::string& sentence : e_.profiles.analysis) {
    all += sentence + "\n";
  }
  return all;
}

void Claims::story() {
  const double na = units(a_, unit_), nb = units(b_, unit_);
  if (told("does not fit: it needs")) {
    for (const Profile* p : {&before_, &after_}) {
      if (p->footprint.fits()) {
        continue;
      }
      EXPECT_TRUE(told("it needs " + show(p->footprint.total()))) << analysis();
      EXPECT_TRUE(told(show(p->footprint.total() - p->footprint.capacity) + " are missing")) << analysis();
    }
    return;
  }
  const double ratio_of_speed = before() / after();
  if (told("The proposal is slower")) {
    EXPECT_LT(ratio_of_speed, 1);
  }
  if (told("The proposal is slower: ")) {
    EXPECT_TRUE(told(fmt::format("slower: {} against {}.", show(Seconds(after())), show(Seconds(before())))));
  }
  if (told("the same time within rounding")) {
    EXPECT_TRUE(told(fmt::format("rounding: {} and {}.", show(Seconds(before())), show(Seconds(after())))));
  }
  if (told("remained ")) {
    EXPECT_EQ(before_.regime, after_.regime);
  }
  if (told("shifted from ")) {
    EXPECT_TRUE(told(fmt::format("from {} to {}", to_string(before_.regime), to_string(after_.regime))));
  }
  if (told("in the baseline compute alone")) {
    EXPECT_TRUE(told(fmt::format("in the baseline compute alone takes {} and memory traffic alone {};",
                                 show(before_.compute / na), show(before_.memory / na))));
    EXPECT_TRUE(told(fmt::format("in the proposal compute alone takes {} and memory traffic alone {}.",
                                 show(after_.compute / nb), show(after_.memory / nb))));
  }
  if (told("Memory bandwidth is now")) {
    EXPECT_GE(after_.memory, after_.compute);
  }
  if (told("(FLOP/s) is now")) {
    EXPECT_GE(after_.compute, after_.memory);
  }
  if (told("Memory traffic alone takes")) {
    EXPECT_TRUE(told(fmt::format("traffic alone takes {} in the baseline and {} in",
                                 show(before_.memory / na), show(after_.memory / nb))));
  }
  if (told("Compute alone takes")) {
    EXPECT_TRUE(told(fmt::format("Compute alone takes {} in the baseline and {} in",
                                 show(before_.compute / na), show(after_.compute / nb))));
  }
  if (told("constrained strictly by the ratio")) {
    const bool memory = after_.regime == Regime::memory_bound;
    const double ratio = memory ? after_.bandwidth / before_.bandwidth : after_.peak / before_.peak;
    const double times = memory ? (before_.memory / na) / (after_.memory / nb)
                                : (before_.compute / na) / (after_.compute / nb);
    EXPECT_NEAR(times / ratio, 1, 0.005);
    EXPECT_GT(ratio, 1);
  }
  if (told("fixed overhead (") || told("Fixed overheads are")) {
    EXPECT_TRUE(told(fmt::format("{} of the baseline, {} of the proposal",
                                 percent(before_.overhead / before_.latency),
                                 percent(after_.overhead / after_.latency))));
  }
  if (told("would still take ")) {
    EXPECT_TRUE(told("would still take " + show((after_.overhead + after_.network) / nb) + "."));
  }
  if (told("The proposal moves ")) {
    EXPECT_TRUE(told(fmt::format("moves {} {}, the baseline {}.", show(after_.bytes / nb),
                                 unit_ == "pass" ? "a step" : "per " + unit_, show(before_.bytes / na))));
  }
  if (told(" gained: ")) {
    EXPECT_TRUE(told("Of the " + show(Seconds(before() - after())) + " gained: "));
  }
  if (told(" lost (minus")) {
    EXPECT_TRUE(told("Of the " + show(Seconds(after() - before())) + " lost (minus"));
  }
  const auto unused = [&](const char* input, double ratio) {
    EXPECT_GT(ratio, 1);
    EXPECT_LE(latency(scaled(input, 1 / ratio)), after() * 1.005 * (1 + 1e-12)) << analysis();
  };
  if (told("dditional compute capacity (FLOP/s)")) {
    unused("peak FLOP/s", after_.peak / before_.peak);
  }
  if (told("dditional memory bandwidth")) {
    unused("memory bandwidth", after_.bandwidth / before_.bandwidth);
  }
}

}  // namespace ridgeline::test
