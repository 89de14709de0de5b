#include "studies.h"

namespace ridgeline::testing {
namespace {

/// Points one after the other in pieces of `most`, each from the journal of the one before.
StudyResult in_pieces(const Study& s, std::uint64_t most) {
  std::string journal;
  ExploreOptions options;
  options.most_points = most;
  options.keep_journal = [&](const std::string& state) { journal = state; };
  StudyResult result = result_of(s, options);
  for (int piece = 0; piece < 50 && result.interrupted(); ++piece) {
    options.resume = journal;
    result = result_of(s, options);
  }
  return result;
}

TEST(Resume, GivesWhatAnUninterruptedStudyGives) {
  const Study s = study(serving_space + two_objectives);
  const StudyResult whole = result_of(s), pieces = in_pieces(s, 37);
  EXPECT_FALSE(pieces.interrupted());
  EXPECT_EQ(indices(whole.front), indices(pieces.front));
  EXPECT_EQ(indices(whole.top), indices(pieces.top));
  EXPECT_EQ(whole.feasible, pieces.feasible);
  EXPECT_EQ(whole.excluded, pieces.excluded);
  EXPECT_EQ(whole.does_not_fit, pieces.does_not_fit);
  ASSERT_EQ(whole.errors.size(), pieces.errors.size());
  for (std::size_t i = 0; i < whole.errors.size(); ++i) {
    EXPECT_EQ(whole.errors[i].count, pieces.errors[i].count);
    EXPECT_EQ(whole.errors[i].example, pieces.errors[i].example);
    EXPECT_EQ(whole.errors[i].message, pieces.errors[i].message);
  }
  for (std::size_t i = 0; i < whole.constraints.size(); ++i) {
    EXPECT_EQ(whole.constraints[i].fell, pieces.constraints[i].fell);
    EXPECT_EQ(whole.constraints[i].best_without, pieces.constraints[i].best_without);
  }
}

TEST(Resume, TheStopFlagEndsWithWhatIsKnown) {
  const Study s = study(serving_space + two_objectives);
  std::atomic<bool> stop{true};
  std::string journal;
  ExploreOptions options;
  options.stop = &stop;
  options.keep_journal = [&](const std::string& state) { journal = state; };
  const StudyResult none = result_of(s, options);
  EXPECT_TRUE(none.interrupted());
  EXPECT_EQ(none.explored, 0U);
  EXPECT_TRUE(none.front.empty());
  stop = false;
  options.resume = journal;
  EXPECT_EQ(indices(result_of(s, options).front), indices(result_of(s).front));
}

TEST(Resume, RefusesAnotherStudysJournalAndWhatIsNone) {
  const Study s = study(serving_space + two_objectives);
  std::string journal;
  ExploreOptions options;
  options.most_points = 5;
  options.keep_journal = [&](const std::string& state) { journal = state; };
  result_of(s, options);
  const Study other = study(serving_space + "objectives: [{minimise: ttft}]\n");
  options.resume = journal;
  const auto wrong = explore(other, options);
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("another study"), std::string::npos);
  for (const std::string& broken :
       {std::string(""), std::string("{}"), journal.substr(0, journal.size() / 2)}) {
    options.resume = broken;
    EXPECT_FALSE(explore(s, options)) << broken;
  }
  // An index beyond the grid.
  std::string beyond = journal;
  beyond.replace(beyond.find("\"top\": [") + 8, 0, "[999999, 0],");
  options.resume = beyond;
  EXPECT_FALSE(explore(s, options));
}

}  // namespace
}  // namespace ridgeline::testing
