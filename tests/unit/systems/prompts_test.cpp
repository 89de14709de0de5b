#include "systems/http/prompts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "folder.h"
#include "systems/http/prompt_file.h"

namespace ridgeline::http {
namespace {

const PromptText& text() {
  static const PromptText pool(7);
  return pool;
}

std::string prompt(std::uint64_t index, std::uint32_t words) {
  std::string into;
  text().add(index, words, into);
  return into;
}

TEST(PromptText, HasAsManyWordsAsAsked) {
  for (const std::uint32_t words : {1U, 2U, 100U, 3000U}) {
    const std::string made = prompt(5, words);
    EXPECT_EQ(std::count(made.begin(), made.end(), ' '), words - 1);
    EXPECT_TRUE(
        std::all_of(made.begin(), made.end(), [](char c) { return c == ' ' || (c >= 'a' && c <= 'z'); }));
    EXPECT_NE(made.back(), ' ');
  }
  EXPECT_EQ(prompt(5, 0), "");
}

TEST(PromptText, GoesRoundThePool) {
  const std::string all = prompt(0, PromptText::pool);  // from the start
  const std::string twice = prompt(0, 2 * PromptText::pool);
  EXPECT_EQ(twice, all + " " + all);
}

TEST(PromptText, PromptsBeginDifferently) {
  std::set<std::string> starts;
  for (std::uint64_t i = 0; i < 20'000; ++i) starts.insert(prompt(i, 12));
  EXPECT_EQ(starts.size(), 20'000U);  // 277^12 beginnings: one met twice would be a start met twice
}

TEST(PromptText, IsTheSeeds) {
  std::string again, other;
  PromptText(7).add(3, 50, again);
  PromptText(8).add(3, 50, other);
  EXPECT_EQ(again, prompt(3, 50));
  EXPECT_NE(other, again);
}

class PromptFile : public testing::Test {
 protected:
  Result<std::vector<FilePrompt>> read(const std::string& content, HttpApi api = HttpApi::chat) {
    return read_prompts(folder_.write("prompts.jsonl", content), api);
  }
  std::string error(const std::string& content, HttpApi api = HttpApi::chat) {
    const auto prompts = read(content, api);
    return prompts ? "no error" : prompts.error().message.substr(folder_.path("prompts.jsonl").size());
  }
  Folder folder_;
};

TEST_F(PromptFile, BothForms) {
  const auto prompts = read(
      "{\"prompt\": \"say \\\"hi\\\"\", \"output_tokens\": 5}\n\n"
      "{\"messages\": [{\"role\": \"system\", \"content\": \"x\"}]}\r\n");
  ASSERT_TRUE(prompts) << prompts.error().message;
  ASSERT_EQ(prompts->size(), 2U);
  EXPECT_EQ((*prompts)[0].field, R"("messages":[{"content":"say \"hi\"","role":"user"}])");
  EXPECT_EQ((*prompts)[0].output_tokens, 5U);
  EXPECT_EQ((*prompts)[1].field, R"("messages":[{"content":"x","role":"system"}])");
  EXPECT_FALSE((*prompts)[1].output_tokens);
  const auto plain = read("{\"prompt\": \"a\"}", HttpApi::completions);
  ASSERT_TRUE(plain);
  EXPECT_EQ((*plain)[0].field, R"("prompt":"a")");
}

TEST_F(PromptFile, ErrorsNameTheLine) {
  const std::string good = "{\"prompt\": \"a\"}\n\n";
  EXPECT_EQ(error(good + "hello"), ":3: not a JSON object");
  EXPECT_EQ(error(good + "[]"), ":3: not a JSON object");
  EXPECT_EQ(error(good + "{}"), ":3: one of prompt and messages is needed");
  EXPECT_EQ(error(good + "{\"prompt\": 3}"), ":3: prompt is not a text");
  EXPECT_EQ(error(good + "{\"prompt\": \"a\", \"outputs\": 3}"),
            ":3: unknown key 'outputs'; use prompt or messages, and output_tokens");
  EXPECT_EQ(error(good + "{\"prompt\": \"a\", \"output_tokens\": 0}"),
            ":3: output_tokens is not a whole number of 1 to 1e8");
  EXPECT_EQ(error(good + "{\"prompt\": \"a\", \"output_tokens\": 1.5}"),
            ":3: output_tokens is not a whole number of 1 to 1e8");
  EXPECT_EQ(error(good + "{\"messages\": []}"), ":3: messages is not a list of messages");
  EXPECT_EQ(error(good + "{\"messages\": [{}]}"), ":3: a message is an object with role and content");
  EXPECT_EQ(error(good + "{\"messages\": [{\"role\": \"user\"}]}", HttpApi::completions),
            ":3: messages are for chat; give a prompt");
  EXPECT_EQ(error("\n\n"), ": no prompts");
  EXPECT_FALSE(read_prompts(folder_.path("none"), HttpApi::chat));
}

}  // namespace
}  // namespace ridgeline::http
