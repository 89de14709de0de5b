#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../support/reported.h"
#include "ridgeline/sut_abi.h"
#include "ridgeline/systems.h"

namespace ridgeline {
namespace {

using ::testing::ElementsAre;

const Schedule schedule;

std::string refusal(const std::string& path, const std::string& options = "") {
  const auto system = make_shared_library_system({path, options}, schedule);
  return system ? "loaded" : system.error().message;
}

TEST(SharedLibrary, ReportsThroughTheSinkOfEachQuery) {
  const auto system = make_shared_library_system({RIDGELINE_SUT_ECHO, "x"}, schedule);
  ASSERT_TRUE(system) << system.error().message;
  EXPECT_EQ((*system)->name(), "echo of 'x'");
  Reported one, other;
  (*system)->issue(Query{0, 2}, one);
  (*system)->issue(Query{1, 1}, other);
  (*system)->flush();
  EXPECT_THAT(one.lines(), ElementsAre("done 0 samples 2 tokens 0"));
  EXPECT_THAT(other.lines(), ElementsAre("done 1 samples 1 tokens 0"));
}

TEST(SharedLibrary, IsToldTheLengths) {
  Schedule offline;
  offline.scenario.kind = ScenarioKind::offline;
  offline.lengths = {{10, 1}, {20, 2}, {30, 3}};
  const auto system = make_shared_library_system({RIDGELINE_SUT_ECHO, ""}, offline);
  ASSERT_TRUE(system);
  Reported reported;
  (*system)->issue(Query{0, 3}, reported);
  EXPECT_THAT(reported.lines(), ElementsAre("first 0", "done 0 samples 3 tokens 6"));  // 1 + 2 + 3
  EXPECT_THAT(reported.gaps(), ElementsAre(Nanoseconds(30)));                          // the last one's input
}

TEST(SharedLibrary, FailuresHaveItsNames) {
  const auto system = make_shared_library_system({RIDGELINE_SUT_ECHO, "fail"}, schedule);
  ASSERT_TRUE(system);
  Reported reported;
  (*system)->issue(Query{4, 2}, reported);
  EXPECT_THAT(reported.lines(), ElementsAre("fail 4 samples 2: as asked"));
}

TEST(SharedLibrary, TheExampleBatches) {
  // 5 samples and then 2, in batches of 4: every sample once, whatever the batches were.
  const auto system = make_shared_library_system({RIDGELINE_BATCHER, "batch=4 time=100"}, schedule);
  ASSERT_TRUE(system) << system.error().message;
  Reported reported;
  (*system)->issue(Query{0, 5}, reported);
  (*system)->issue(Query{1, 2}, reported);
  ASSERT_TRUE(reported.wait_for_samples(7));
  EXPECT_EQ(reported.lines().front(), "done 0 samples 4 tokens 0");
}

TEST(SharedLibrary, WhatCannotBeLoadedSaysWhy) {
  EXPECT_EQ(refusal("libnone.so"), "./libnone.so: cannot open shared object file: No such file or directory");
  EXPECT_EQ(refusal(RIDGELINE_SUT_OLD),
            std::string(RIDGELINE_SUT_OLD) +
                ": made for version 0 of sut_abi.h, and this program has 1; compile it anew");
  EXPECT_EQ(refusal(RIDGELINE_SUT_PARTIAL),
            std::string(RIDGELINE_SUT_PARTIAL) +
                ": no ridgeline_sut_flush(); a system under test has all functions of sut_abi.h");
  EXPECT_EQ(refusal(RIDGELINE_SUT_ECHO, "refuse"), std::string(RIDGELINE_SUT_ECHO) + ": not today");
  EXPECT_EQ(refusal(RIDGELINE_SUT_ECHO, "silent"), std::string(RIDGELINE_SUT_ECHO) + ": it cannot be set up");
  EXPECT_EQ(refusal(RIDGELINE_BATCHER, "batch=0"),
            std::string(RIDGELINE_BATCHER) + ": 'batch=0' is not batch=N, 1 to 65536, and time=MICROSECONDS");
}

}  // namespace
}  // namespace ridgeline
