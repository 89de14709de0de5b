// What happens while stages run: callbacks, failures, cancellation.

#include <gmock/gmock.h>

#include <stdexcept>

#include "fixtures.h"

// GCC 12 with sanitizers takes the reference that std::stop_source's constructor passes to itself for a use.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

namespace ridgeline {
namespace {

using namespace test;
using testing::ElementsAre;

/// Everything that the observer was told, in order.
class Log {
 public:
  PipelineOptions options() {
    PipelineOptions o;
    o.observer.on_start = [this](const StageReport& r) { lines.push_back("start " + r.name); };
    o.observer.on_end = [this](const StageReport& r) {
      lines.push_back("end " + r.name + " " + std::string(to_string(r.status)));
    };
    o.observer.on_failure = [this](const StageReport& r) { lines.push_back("failure " + r.name); };
    o.observer.on_progress = [this](const StageReport& r, double fraction, std::string_view what) {
      lines.push_back("progress " + r.name + " " + std::to_string(fraction).substr(0, 4) + " " +
                      std::string(what));
    };
    return o;
  }
  std::vector<std::string> lines;
};

TEST(PipelineRun, HandsValuesOnAndTellsWhatItDoes) {
  Pipeline p;
  p.provide("word", Word{"ridge"});
  p.add("count", [](const Word& w, StageContext& context) -> Result<Length> {
     context.progress(0.5, "half");
     return Length{w.text.size()};
   }).result = true;
  Log log;
  const PipelineRun run = p.run(log.options());
  ASSERT_TRUE(run.done());
  EXPECT_EQ(run.get<Length>("count")->letters, 5u);
  EXPECT_EQ(run.get<Word>("count"), nullptr);
  EXPECT_EQ(run.get<Length>("nobody"), nullptr);
  EXPECT_THAT(log.lines, ElementsAre("start word", "end word ran", "start count", "progress count 0.50 half",
                                     "end count ran"));
  EXPECT_GE(run.stages[1].time.value(), 0);
}

TEST(PipelineRun, AFailingStageNamesItselfAndNothingAfterItRuns) {
  Pipeline p;
  p.add("word", [] { return Word{"x"}; });
  p.add("count", [](const Word&) -> Result<Length> { return infeasible("too long"); });
  p.add("use", [](const Length&) {});
  Log log;
  const PipelineRun run = p.run(log.options());
  ASSERT_TRUE(run.error);
  EXPECT_EQ(run.error->message, "stage 'count': too long");
  EXPECT_EQ(run.error->kind, ErrorKind::infeasible);
  EXPECT_FALSE(run.cancelled);
  EXPECT_THAT(log.lines, ElementsAre("start word", "end word ran", "start count", "failure count"));
  EXPECT_EQ(run.find("use")->status, StageStatus::not_run);
}

TEST(PipelineRun, WhatAStageThrowsIsItsError) {
  Pipeline p;
  p.add("bad", []() -> Word { throw std::runtime_error("no such thing"); }).result = true;
  EXPECT_EQ(p.run({}).error->message, "stage 'bad': threw: no such thing");
  Pipeline q;
  q.add("worse", []() -> Word { throw 7; }).result = true;
  EXPECT_EQ(q.run({}).error->message, "stage 'worse': threw something that is no std::exception");
}

TEST(PipelineRun, CancelledInTheMiddleOfAStage) {
  std::stop_source source;
  Pipeline p;
  p.add("word", [] { return Word{"x"}; });
  p.add("slow", [&](const Word&, StageContext& context) -> Result<Length> {
    for (std::size_t i = 0; i < 1000; ++i) {
      if (i == 3) source.request_stop();
      if (context.stop_requested()) return unavailable("stopped at " + std::to_string(i));
    }
    return Length{1000};
  });
  p.add("use", [](const Length&) {});
  Log log;
  PipelineOptions options = log.options();
  options.stop = source.get_token();
  const PipelineRun run = p.run(options);
  EXPECT_TRUE(run.cancelled);
  EXPECT_FALSE(run.error);
  EXPECT_FALSE(run.done());
  EXPECT_THAT(log.lines, ElementsAre("start word", "end word ran", "start slow", "end slow cancelled"));
  EXPECT_EQ(run.find("slow")->error->message, "stage 'slow': stopped at 3");
  EXPECT_EQ(run.find("use")->status, StageStatus::not_run);
}

TEST(PipelineRun, CancelledBetweenStages) {
  std::stop_source source;
  Pipeline p;
  p.add("word", [&] {
    source.request_stop();
    return Word{"x"};
  });
  p.add("use", [](const Word&) {});
  PipelineOptions options;
  options.stop = source.get_token();
  const PipelineRun run = p.run(options);
  EXPECT_TRUE(run.cancelled);
  EXPECT_EQ(run.find("word")->status, StageStatus::ran);
  EXPECT_EQ(run.find("use")->status, StageStatus::not_run);
}

/// As another language makes them: types by name, values behind pointers.
TEST(PipelineRun, StagesWithoutTemplates) {
  Pipeline p;
  Stage make;
  make.name = "make";
  make.outputs = {"int"};
  make.run = [](std::span<const Artifact>, StageContext&) -> Result<std::vector<Artifact>> {
    return std::vector<Artifact>{{"", std::make_shared<const int>(41), ""}};
  };
  p.add(make);
  p.add("next", [](const int& n) { return n + 1; }).result = true;
  const PipelineRun run = p.run({});
  ASSERT_TRUE(run.done());
  ASSERT_EQ(run.find("next")->artifacts.size(), 1u);
  EXPECT_EQ(*run.get<int>("make"), 41);
  make.name = "lies";
  make.outputs = {"int", "text"};
  Pipeline q;
  q.add(make).result = true;
  EXPECT_EQ(q.run({}).error->message, "stage 'lies': made 1 values, and declares 2");
}

}  // namespace
}  // namespace ridgeline
