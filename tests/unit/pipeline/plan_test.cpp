// How stages find one another, and the one line that says why they do not.

#include <gmock/gmock.h>

#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;
using testing::HasSubstr;

Word word() { return {"tail"}; }
Length length(const Word& w) { return {w.text.size()}; }

TEST(PipelinePlan, OrdersByWhatIsNeededNotByWhatWasAddedFirst) {
  Pipeline p;
  p.add("last", [](const Length&) {});
  p.add("middle", length);
  p.add("first", word);
  const auto plan = p.plan();
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->size(), 3u);
  EXPECT_EQ((*plan)[0].stage, 2u);
  EXPECT_EQ((*plan)[1].stage, 1u);
  EXPECT_EQ((*plan)[2].stage, 0u);
  EXPECT_EQ((*plan)[2].inputs[0].stage, 1u);
}

TEST(PipelinePlan, NobodyMakesIt) {
  Pipeline p;
  p.add("count", length).result = true;
  EXPECT_EQ(plan_error(p), "stage 'count' needs test::Word, which no stage makes");
}

TEST(PipelinePlan, AStageDoesNotSupplyItself) {
  Pipeline p;
  p.add("trim", [](const Word& w) { return w; }).result = true;
  EXPECT_EQ(plan_error(p), "stage 'trim' needs test::Word, which no stage makes");
}

TEST(PipelinePlan, SeveralMakeIt) {
  Pipeline p;
  p.add("a", word);
  p.add("b", word);
  Stage& count = p.add("count", length);
  count.result = true;
  EXPECT_EQ(plan_error(p), "stage 'count' needs test::Word, which 'a' and 'b' make: name one in needs");
  count.needs = {"b"};
  EXPECT_EQ(plan_error(p),
            "stage 'a' makes test::Word, which no stage takes; take it, leave the stage out or mark "
            "it as a result");
  p.add("other", length).needs = {"a"};
  EXPECT_THAT(plan_error(p), HasSubstr("stage 'other' makes test::Length"));
}

TEST(PipelinePlan, TwoOfOneTypeComeInTheOrderOfNeeds) {
  Pipeline p;
  p.add("a", [] { return Word{"a"}; });
  p.add("b", [] { return Word{"b"}; });
  Stage& join = p.add("join", [](const Word& x, const Word& y) { return Shout{x.text + y.text}; });
  join.result = true;
  EXPECT_EQ(plan_error(p),
            "stage 'join' needs 2 of test::Word: name 2 stages that make it in needs, in order");
  join.needs = {"b"};
  EXPECT_EQ(plan_error(p),
            "stage 'join' needs 2 of test::Word: name 2 stages that make it in needs, in order");
  join.needs = {"b", "a"};
  const PipelineRun run = p.run({});
  ASSERT_TRUE(run.done());
  EXPECT_EQ(run.get<Shout>("join")->text, "ba");
}

TEST(PipelinePlan, NeedsThatAreWrong) {
  Pipeline p;
  p.add("first", word);
  p.add("second", word).result = true;
  Stage& count = p.add("count", length);
  count.result = true;
  count.needs = {"frist"};
  EXPECT_EQ(plan_error(p), "stage 'count' needs 'frist', and no stage is called so; did you mean 'first'?");
  count.needs = {"count"};
  EXPECT_EQ(plan_error(p), "stage 'count' needs itself");
  count.needs = {"first", "second"};
  EXPECT_EQ(plan_error(p),
            "stage 'count' needs test::Word, and its needs name 2 that make it: 'first' and 'second'");
  p.provide("size", Length{3}).result = true;
  count.needs = {"first", "size"};
  EXPECT_EQ(plan_error(p),
            "stage 'count' names 'size' in needs, which makes nothing that it takes (test::Word)");
}

TEST(PipelinePlan, TwoOfOneName) {
  Pipeline p;
  p.add("a", word).result = true;
  p.add("a", word).result = true;
  EXPECT_EQ(plan_error(p), "two stages are called 'a'; rename one");
}

TEST(PipelinePlan, ACircle) {
  Pipeline p;
  p.add("count", length);
  p.add("repeat", [](const Length& n) { return Shout{std::string(n.letters, 'a')}; });
  p.add("quiet", [](const Shout& s) { return Word{s.text}; });
  EXPECT_EQ(plan_error(p),
            "stages need one another in a circle: 'count' needs 'quiet' needs 'repeat' needs 'count'");
}

TEST(PipelinePlan, AResultThatNobodyTakes) {
  Pipeline p;
  p.add("a", word);
  EXPECT_EQ(plan_error(p),
            "stage 'a' makes test::Word, which no stage takes; take it, leave the stage out or mark it as a "
            "result");
  // One of two is enough.
  Pipeline q;
  q.add("both", [] { return std::tuple{Word{"x"}, Length{1}}; });
  q.add("use", [](const Length&) {});
  EXPECT_EQ(plan_error(q), "");
}

TEST(PipelinePlan, ABrokenPlanRunsNothing) {
  Pipeline p;
  bool ran = false;
  p.add("a", [&] {
     ran = true;
     return Word{};
   }).result = true;
  p.add("count", [](const Length&) {});
  const PipelineRun run = p.run({});
  EXPECT_FALSE(run.done());
  EXPECT_FALSE(ran);
  EXPECT_EQ(run.error->message, "stage 'count' needs test::Length, which no stage makes");
}

}  // namespace
}  // namespace ridgeline
