#include "systems/command_lines.h"

#include <gtest/gtest.h>

#include "systems/lengths_of.h"

namespace ridgeline::systems {
namespace {

using Event = AnswerLine::Event;

TEST(CommandLines, AQueryIsOneLineOfJson) {
  EXPECT_EQ(query_line(Query{7, 1}, {}), "{\"id\":7,\"samples\":1}\n");
  EXPECT_EQ(query_line(Query{0, 1}, {{128, 64}}),
            "{\"id\":0,\"samples\":1,\"input_tokens\":128,\"output_tokens\":64}\n");
  // One number where all samples agree, else one each.
  EXPECT_EQ(query_line(Query{0, 3}, {{5, 1}, {5, 2}, {5, 3}}),
            "{\"id\":0,\"samples\":3,\"input_tokens\":5,\"output_tokens\":[1,2,3]}\n");
}

TEST(CommandLines, LengthsAreOfTheQueryOrOfflineOfTheSample) {
  Schedule schedule;
  schedule.lengths = {{1, 10}, {2, 20}};
  EXPECT_EQ(lengths_of(schedule, Query{3, 2}), (std::vector<TokenLengths>{{2, 20}, {2, 20}}));
  schedule.scenario.kind = ScenarioKind::offline;
  EXPECT_EQ(lengths_of(schedule, Query{0, 3}), (std::vector<TokenLengths>{{1, 10}, {2, 20}, {1, 10}}));
}

TEST(CommandLines, TheFirstLineSaysThatItIsReady) {
  const auto ready = parse_ready(R"({"ready": true, "name": "mine 1.2", "flush": true})");
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->name, "mine 1.2");
  EXPECT_TRUE(ready->flush);
  EXPECT_FALSE(parse_ready(R"({"ready":true})")->flush);
  for (const char* line :
       {"ready", "{}", R"({"ready":false})", R"({"ready":1})", R"({"ready":true,"nmae":"x"})",
        R"({"ready":true,"name":1})", R"([{"ready":true}])"})
    EXPECT_FALSE(parse_ready(line)) << line;
}

TEST(CommandLines, Answers) {
  const auto whole = parse_answer(R"({"id":7})");
  EXPECT_EQ(whole.event, Event::done);
  EXPECT_EQ(whole.query, 7U);
  EXPECT_FALSE(whole.samples);
  const auto part = parse_answer(R"({"id":7,"samples":2,"tokens":9,"text":"ignored"})");
  EXPECT_EQ(part.samples, 2U);
  EXPECT_EQ(part.tokens, 9U);
  EXPECT_EQ(parse_answer(R"({"id":7,"event":"first_token"})").event, Event::first_token);
  EXPECT_EQ(parse_answer(R"({"id":7,"event":"token"})").event, Event::token);
  EXPECT_EQ(parse_answer(R"({"id":7,"event":"done"})").event, Event::done);
  // An error ends the query, whatever comes beside it.
  const auto failed = parse_answer(R"({"id":7,"error":"out of\nmemory","event":"token"})");
  EXPECT_EQ(failed.event, Event::failed);
  EXPECT_EQ(failed.why, "out of memory");
}

TEST(CommandLines, WhatIsNoAnswerSaysWhy) {
  const auto why = [](const char* line) {
    const auto answer = parse_answer(line);
    return answer.event == Event::bad ? answer.why : "taken";
  };
  EXPECT_EQ(why("loading..."), "not JSON");
  EXPECT_EQ(why("\"\xff\""), "not JSON");
  EXPECT_EQ(why("[1]"), "not a JSON object");
  EXPECT_EQ(why("{}"), "no \"id\"");
  EXPECT_EQ(why(R"({"id":-1})"), "\"id\" is no whole number");
  EXPECT_EQ(why(R"({"id":1.0})"), "\"id\" is no whole number");
  EXPECT_EQ(why(R"({"id":1,"samples":0})"), "\"samples\" is no whole number above 0");
  EXPECT_EQ(why(R"({"id":1,"tokens":4294967296})"), "\"tokens\" is no whole number");
  EXPECT_EQ(why(R"({"id":1,"tokens":4294967295})"), "taken");
  EXPECT_EQ(why(R"({"id":1,"error":5})"), "\"error\" is no text");
  EXPECT_EQ(why(R"({"id":1,"event":"start"})"), "\"event\" is not first_token, token or done");
}

TEST(CommandLines, ShortenedKeepsWholeCharacters) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "abc...");
  EXPECT_EQ(shortened("a\xC3\xA9z", 2), "a...");  // é is two bytes
  EXPECT_EQ(shortened("a\tb\x7F", 9), "a b ");
}

}  // namespace
}  // namespace ridgeline::systems
