// A study in ranges that come back in any order, some twice, some never from who had them first.

#include <random>

#include "ridgeline/study_shares.h"
#include "studies.h"

namespace ridgeline::testing {
namespace {

constexpr int three_holders = 3;
const std::atomic<bool> never{false};

StudyShares shares_of(const Study& s, const std::optional<std::string>& journal = {},
                      std::uint64_t most = 0) {
  return *StudyShares::begin(s, journal, most);
}

void expect_same_result(const StudyResult& a, const StudyResult& b) {
  EXPECT_EQ(a.explored, b.explored);
  EXPECT_EQ(a.excluded, b.excluded);
  EXPECT_EQ(a.does_not_fit, b.does_not_fit);
  EXPECT_EQ(a.failed, b.failed);
  EXPECT_EQ(a.feasible, b.feasible);
  EXPECT_EQ(indices(a.front), indices(b.front));
  EXPECT_EQ(indices(a.top), indices(b.top));
  ASSERT_EQ(a.errors.size(), b.errors.size());
  for (std::size_t i = 0; i < a.errors.size(); ++i) {
    EXPECT_EQ(a.errors[i].count, b.errors[i].count);
    EXPECT_EQ(a.errors[i].message, b.errors[i].message);
  }
  for (std::size_t i = 0; i < a.constraints.size(); ++i) {
    EXPECT_EQ(a.constraints[i].fell, b.constraints[i].fell);
    EXPECT_EQ(a.constraints[i].best_without, b.constraints[i].best_without);
  }
}

TEST(Shares, ARangeThatIsPassedIsLostWithItsNewHolder) {
  const Study s = study(serving_space + two_objectives);
  StudyShares shares = shares_of(s);
  const auto range = shares.lease(1, 10, three_holders);
  shares.pass(*range, 2);
  shares.lose(1);
  EXPECT_NE(shares.lease(0, 10, three_holders), range);
  shares.lose(2);
  EXPECT_EQ(shares.lease(0, 10, three_holders), range);
}

TEST(Shares, InAnyOrderGiveWhatOneProcessGives) {
  const Study s = study(serving_space + two_objectives);
  const StudyResult whole = result_of(s);
  std::mt19937 random(3);
  for (int round = 0; round < 10; ++round) {
    StudyShares shares = shares_of(s);
    RangeScreen screen(s, 1);
    std::vector<StudyRange> out;
    std::vector<std::pair<StudyRange, std::string>> sent;
    while (!shares.complete()) {
      const int holder = static_cast<int>(random() % three_holders);
      if (const auto range = shares.lease(holder, 1 + random() % 20, three_holders)) out.push_back(*range);
      if (random() % 7 == 0) shares.lose(holder);  // what it has out comes back all the same
      if (out.empty()) continue;
      const std::size_t at = random() % out.size();
      sent.emplace_back(out[at], *screen.screen(out[at], never));
      ASSERT_TRUE(shares.take(sent.back().first, sent.back().second));
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(at));
      const auto& again = sent[random() % sent.size()];
      ASSERT_TRUE(shares.take(again.first, again.second));
      ASSERT_LE(shares.taken(), s.points());
    }
    EXPECT_EQ(shares.taken(), s.points());
    expect_same_result(whole, *shares.conclude({}));
  }
}

TEST(Shares, OfALostHolderGoToTheNext) {
  const Study s = study(serving_space + two_objectives);
  StudyShares shares = shares_of(s);
  const auto first = shares.lease(1, 10, 2), second = shares.lease(2, 10, 2);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->begin, 0U);
  EXPECT_EQ(second->begin, first->end);
  shares.lose(1);
  EXPECT_EQ(shares.lease(2, 10, 2), first);
  EXPECT_EQ(shares.lease(2, 10, 2)->begin, second->end);
}

/// Points beyond a range that is still out are known, but a journal has none of them.
TEST(Shares, KeepAJournalOfThePointsBeforeTheFirstOneOut) {
  const Study s = study(serving_space + two_objectives);
  StudyShares shares = shares_of(s);
  RangeScreen screen(s, 1);
  const StudyRange a = *shares.lease(0, 30, 1), b = *shares.lease(0, 30, 1), c = *shares.lease(0, 30, 1);
  for (const StudyRange& range : {a, c}) ASSERT_TRUE(shares.take(range, *screen.screen(range, never)));
  EXPECT_EQ(shares.taken(), a.end - a.begin + c.end - c.begin);
  EXPECT_EQ(shares.conclude({})->explored, a.end);
  EXPECT_EQ(shares_of(s, shares.journal()).lease(0, 30, 1)->begin, b.begin);
  ExploreOptions options;
  options.resume = shares.journal();
  expect_same_result(result_of(s), result_of(s, options));
}

TEST(Shares, EndWhereTheyAreToldTo) {
  const Study s = study(serving_space + two_objectives);
  StudyShares shares = shares_of(s, {}, 25);
  RangeScreen screen(s, 1);
  while (const auto range = shares.lease(0, 10, 1))
    ASSERT_TRUE(shares.take(*range, *screen.screen(*range, never)));
  EXPECT_TRUE(shares.complete());
  EXPECT_EQ(shares.taken(), 25U);
}

TEST(Shares, RefuseWhatIsNotWhole) {
  const Study s = study(serving_space + two_objectives);
  StudyShares shares = shares_of(s);
  RangeScreen screen(s, 1);
  const StudyRange range = *shares.lease(0, 30, 1);
  const std::string findings = *screen.screen(range, never);
  EXPECT_FALSE(shares.take(range, findings.substr(0, findings.size() - 1)));
  EXPECT_FALSE(shares.take(range, findings + "x"));
  EXPECT_FALSE(shares.take({range.begin, range.end + 1}, findings));
  EXPECT_EQ(shares.taken(), 0U);
  EXPECT_TRUE(shares.take(range, findings));
  const std::atomic<bool> stop{true};
  EXPECT_FALSE(screen.screen(range, stop));
}

}  // namespace
}  // namespace ridgeline::testing
