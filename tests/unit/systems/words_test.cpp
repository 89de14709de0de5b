#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ridgeline/systems.h"

namespace ridgeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SplitWords, CutsAsAShellDoes) {
  EXPECT_THAT(*split_words("  python3  -u server.py "), ElementsAre("python3", "-u", "server.py"));
  EXPECT_THAT(*split_words(R"(a 'b c' "d \" e"f '' g\ h '\')"),
              ElementsAre("a", "b c", "d \" ef", "", "g h", "\\"));
  EXPECT_THAT(*split_words(""), IsEmpty());
}

TEST(SplitWords, AnOpenQuoteIsAnError) {
  const auto words = split_words("a 'b");
  ASSERT_FALSE(words);
  EXPECT_EQ(words.error().message, "command: a ' is not closed: a 'b");
}

}  // namespace
}  // namespace ridgeline
