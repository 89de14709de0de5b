#include "systems/http/answer_json.h"

#include <gtest/gtest.h>

namespace ridgeline::http {
namespace {

AnswerPart part_of(std::string_view json) {
  const auto part = read_answer(json);
  EXPECT_TRUE(part) << json;
  return part.value_or(AnswerPart());
}

TEST(AnswerJson, ChatChunkWithText) {
  const auto part =
      part_of(R"({"id":"x","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]})");
  EXPECT_TRUE(part.has_choices && part.has_text);
  EXPECT_FALSE(part.finished || part.is_error);
  EXPECT_FALSE(part.completion_tokens);
}

TEST(AnswerJson, TheRoleAloneIsNoText) {
  EXPECT_FALSE(part_of(R"({"choices":[{"delta":{"role":"assistant","content":""}}]})").has_text);
  EXPECT_FALSE(part_of(R"({"choices":[{"delta":{"role":"assistant","content":null}}]})").has_text);
}

TEST(AnswerJson, WhatReasoningModelsThinkIsText) {
  EXPECT_TRUE(part_of(R"({"choices":[{"delta":{"reasoning_content":"hm"}}]})").has_text);
  EXPECT_TRUE(part_of(R"({"choices":[{"delta":{"reasoning":"hm"}}]})").has_text);
}

TEST(AnswerJson, CompletionChunk) {
  EXPECT_TRUE(part_of(R"({"choices":[{"text":" a","index":0}]})").has_text);
  EXPECT_TRUE(part_of(R"({"choices":[{"text":"","index":0},{"text":" a","index":1}]})").has_text);
  EXPECT_FALSE(part_of(R"({"choices":[{"text":"","index":0}]})").has_text);
}

TEST(AnswerJson, TextElsewhereIsNotTheAnswers) {
  EXPECT_FALSE(part_of(R"({"text":"a","content":"b","choices":[{"delta":{},"logprobs":{"text":["x"],
      "content":[{"token":"a","text":"b"}]}}]})")
                   .has_text);
  EXPECT_FALSE(part_of(R"({"other":[{"text":"a"}],"choices":[]})").has_text);
}

TEST(AnswerJson, UsageAndEnd) {
  const auto part = part_of(
      R"({"choices":[{"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],
          "usage":{"prompt_tokens":12,"completion_tokens":7,"details":{"completion_tokens":99}}})");
  EXPECT_TRUE(part.has_text && part.finished);
  EXPECT_EQ(part.prompt_tokens, 12U);
  EXPECT_EQ(part.completion_tokens, 7U);
  EXPECT_FALSE(part_of(R"({"choices":[],"usage":null})").completion_tokens);
}

TEST(AnswerJson, Errors) {
  for (const char* json :
       {R"({"error":{"message":"no such model","type":"x"}})", R"({"error":"no such model"})",
        R"({"object":"error","message":"no such model","code":404})"}) {
    const auto part = part_of(json);
    EXPECT_TRUE(part.is_error) << json;
    EXPECT_EQ(part.message, "no such model") << json;
  }
  EXPECT_FALSE(part_of(R"({"error":null,"choices":[]})").is_error);
}

TEST(AnswerJson, WhatIsNotJson) {
  for (const char* text : {"", "{", "hello", "{\"a\":1}}", "{\"a\": \"\xff\"}"})
    EXPECT_FALSE(read_answer(text)) << text;
}

}  // namespace
}  // namespace ridgeline::http
