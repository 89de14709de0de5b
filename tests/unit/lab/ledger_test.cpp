#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ridgeline/lab.h"

namespace ridgeline {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

json good_ledger() {
  return json::parse(R"({"schema": "ridgeline.ledger/1", "lab": "queues", "track": "post", "learner": "Ada",
    "version": "0.1.0", "entries": [
      {"part": "wait", "id": "tail", "kind": "prediction", "answer": "12.5", "at": "2026-11-29T08:37:29.123Z"},
      {"part": "wait", "id": "e1", "kind": "evidence", "at": "2026-11-29T08:40Z", "command": ["tail", "--json"],
       "figures": {"/p99": 0.0125, "/none": null}},
      {"part": "wait", "id": "buy", "kind": "decision", "answer": "small", "text": "because", "evidence": ["e1"],
       "at": "2026-11-29T10:41:00+01:00"}]})");
}

std::string error_of(const std::string& text) {
  const auto ledger = read_ledger(text, "l.json");
  return ledger ? "read" : ledger.error().message;
}
std::string error_of(const json& document) { return error_of(document.dump()); }

TEST(ReadLedger, KeepsWhatTheLearnerWrote) {
  const auto ledger = read_ledger(good_ledger().dump(), "l.json");
  ASSERT_TRUE(ledger) << ledger.error().message;
  EXPECT_EQ(ledger->lab, "queues");
  EXPECT_EQ(ledger->track, "post");
  EXPECT_EQ(ledger->learner, "Ada");
  EXPECT_EQ(ledger->version, "0.1.0");
  ASSERT_EQ(ledger->entries.size(), 3U);
  EXPECT_EQ(ledger->entries[0].answer, "12.5");
  EXPECT_THAT(ledger->entries[1].command, ElementsAre("tail", "--json"));
  // A figure that the document did not have is not one of zero.
  EXPECT_THAT(ledger->entries[1].figures, ElementsAre(std::pair<const std::string, double>("/p99", 0.0125)));
  EXPECT_EQ(ledger->entries[2].text, "because");
  EXPECT_THAT(ledger->entries[2].evidence, ElementsAre("e1"));
}

TEST(ReadLedger, SaysWhichKeyIsWrong) {
  const auto with = [](const char* pointer, const json& value) {
    json document = good_ledger();
    document[json::json_pointer(pointer)] = value;
    return error_of(document);
  };
  EXPECT_THAT(with("/schema", "ridgeline.ledger/2"), HasSubstr("l.json: schema: must be ridgeline.ledger/1"));
  EXPECT_THAT(with("/surprise", 1), HasSubstr("the ledger: unknown key 'surprise'"));
  EXPECT_THAT(with("/lab", "../../etc/passwd"), HasSubstr("l.json: lab: must be an id"));
  EXPECT_THAT(with("/lab", ".."), HasSubstr("lab: must be an id"));
  EXPECT_THAT(with("/track", ""), HasSubstr("track: must be an id"));
  EXPECT_THAT(with("/learner", 7), HasSubstr("learner: must be a text"));
  EXPECT_THAT(with("/learner", std::string(201, 'x')), HasSubstr("learner: longer than 200 bytes"));
  EXPECT_THAT(with("/entries", json::object()), HasSubstr("entries: must be a list"));
  EXPECT_THAT(with("/entries/1", 3), HasSubstr("entries[1]: must be an object"));
  EXPECT_THAT(with("/entries/0/kind", "guess"),
              HasSubstr("entries[0].kind: must be one of prediction, evidence"));
  EXPECT_THAT(with("/entries/0/at", "yesterday"), HasSubstr("entries[0].at: must be a time"));
  EXPECT_THAT(with("/entries/0/points", 5), HasSubstr("entries[0]: unknown key 'points'"));
  EXPECT_THAT(with("/entries/1/command", "tail"), HasSubstr("entries[1].command: must be a list"));
  EXPECT_THAT(with("/entries/1/command/0", 1), HasSubstr("entries[1].command: must be texts"));
  EXPECT_THAT(with("/entries/1/figures", json{{"p99", 1}}), HasSubstr("must be a JSON pointer"));
  EXPECT_THAT(with("/entries/1/figures", json{{"/p99", "1"}}),
              HasSubstr("entries[1].figures: /p99 must be a number"));
  EXPECT_THAT(with("/entries/2/id", "a b"), HasSubstr("entries[2].id: must be an id"));
}

TEST(ReadLedger, TimesAreIso8601) {
  const auto at = [](const char* time) {
    json document = good_ledger();
    document["entries"][0]["at"] = time;
    return error_of(document);
  };
  for (const char* time :
       {"2026-11-29T08:37Z", "2026-11-29T08:37:29Z", "2026-11-29T08:37:29.1Z", "2026-11-29T08:37:29-08:00"})
    EXPECT_EQ(at(time), "read") << time;
  for (const char* time : {"", "2026-11-29", "2026-11-29T08:37:29", "2026-11-29T08:37:29.Z",
                           "2026-11-29T08:37:29Z ", "2026-11-29 08:37:29Z"})
    EXPECT_THAT(at(time), HasSubstr("must be a time")) << time;
}

// As big, as deep and as broken as a stranger can make it: one line, at once.
TEST(ReadLedger, HostileBytesAreRefusedInOneLine) {
  std::string many = R"({"schema": "ridgeline.ledger/1", "lab": "a", "track": "b", "entries": [)";
  for (int i = 0; i < 10'001; ++i) many += i > 0 ? ",{}" : "{}";
  const std::string deep_key = R"({"schema": "ridgeline.ledger/1", "x": )";
  const std::size_t depth = 2'000'000;
  for (const std::string& text :
       {std::string(), std::string("null"), std::string("[]"), std::string(4'000'000, '['),
        std::string(depth, '[') + std::string(depth, ']'),
        deep_key + std::string(depth, '[') + std::string(depth, ']') + "}", std::string("\xff\xfe{}"),
        std::string(R"({"schema": "ridgeline.ledger/1", "lab": ")") + "\xc3\x28\"}",
        std::string(R"({"schema": "ridgeline.ledger/1", "version": 1e999})"), many + "]}",
        std::string(R"({"schema": {"ridgeline.ledger/1": 1}})"), std::string(6'000'000, ' '),
        std::string(R"({"schema": "ridgeline.ledger/1", "\u001b[31m\n": 1})")}) {
    const std::string error = error_of(text);
    EXPECT_THAT(error, HasSubstr("l.json: ")) << text.substr(0, 60);
    EXPECT_THAT(error, Not(HasSubstr("\n")));
    EXPECT_THAT(error, Not(HasSubstr("\x1b")));
    EXPECT_LT(error.size(), 300U);
  }
}

}  // namespace
}  // namespace ridgeline
