#include "report/record.h"

#include <gtest/gtest.h>

#include "report/reproduction.h"

namespace ridgeline::report {
namespace {

const Input assumed{"calibration.launch", "1.50 µs", {ProvenanceKind::assumed, "a guess", ""}};
const Input sheet{
    "hardware.memory.bandwidth", "2.04 TB/s", {ProvenanceKind::datasheet, "a sheet", "2020-05"}};

MadeBy made_by() {
  return {{"predict", "m", "h", "--note", "it's \"so\""},
          {{"models/m.yaml", true, "0123456789abcdef"}, {"/tmp/a.csv", false, "fedcba9876543210"}},
          {assumed, sheet}};
}

TEST(Record, StandsBehindTheHeadAndIsReadBack) {
  const std::string plain = document("ridgeline.serving/1", {{"isl", 8}});
  const std::string made = with_made_by(plain, made_by());
  // Nothing else moves: the head, then the record, then the body as it was.
  const Json json = Json::parse(made);
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  EXPECT_EQ(keys,
            (std::vector<std::string>{"schema", "ridgeline", "build", "command", "files", "inputs", "isl"}));
  EXPECT_EQ(json.dump(2) + "\n", made);  // indented as the rest

  const auto read = read_document(made, "a.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->schema, "ridgeline.serving/1");
  EXPECT_TRUE(read->recorded);
  EXPECT_EQ(read->made_by.command, made_by().command);
  EXPECT_EQ(read->made_by.files, made_by().files);
  ASSERT_EQ(read->made_by.inputs.size(), 2u);
  EXPECT_EQ(read->made_by.inputs[1].provenance, sheet.provenance);
}

TEST(Record, ListsInADocumentWithoutItsOwnAreFoundWhereverTheyStand) {
  const std::string plain = document(
      "ridgeline.difference/1", {{"baseline", {{"inputs", to_json(std::vector<Input>{sheet})}}},
                                 {"proposal", {{"inputs", to_json(std::vector<Input>{sheet, assumed})}}}});
  const auto read = read_document(plain, "a.json");
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->recorded);
  ASSERT_EQ(read->made_by.inputs.size(), 2u);  // the sheet's value once
  EXPECT_EQ(read->made_by.inputs.front().key, assumed.key);
}

TEST(Record, WhatIsNoDocumentIsRefused) {
  for (const char* text : {"", "{", "[]", "3", "{\"schema\": 4}", "{\"schema\": \"other/1\"}",
                           "{\"schema\": \"ridgeline.run/1\", \"command\": [1]}",
                           "{\"schema\": \"ridgeline.run/1\", \"command\": [], \"files\": [1]}"}) {
    const auto read = read_document(text, "bad.json");
    ASSERT_FALSE(read) << text;
    EXPECT_TRUE(read.error().message.starts_with("bad.json: ")) << read.error().message;
  }
}

TEST(Reproduction, NamesTheFirstLineThatDiffers) {
  Reproduction equal;
  compare("a\nb\n", "a\nb\n", equal);
  EXPECT_TRUE(equal.equal());
  EXPECT_EQ(equal.bytes, 4u);

  Reproduction second;
  compare("a\n  bcd\ne\n", "a\n  bxd\ne\n", second);
  ASSERT_FALSE(second.equal());
  EXPECT_EQ(second.difference->line, 2u);
  EXPECT_EQ(second.difference->before, "  bcd");
  EXPECT_EQ(second.difference->after, "  bxd");

  Reproduction shorter;
  compare("a\nb\n", "a\n", shorter);
  ASSERT_FALSE(shorter.equal());
  EXPECT_EQ(shorter.difference->line, 2u);
  EXPECT_EQ(shorter.difference->after, "");
}

TEST(Reproduction, TellsFiguresFromWhatTheyWereMadeOf) {
  const std::string old = document("ridgeline.serving/1", {{"isl", 8}});
  MadeBy changed = made_by();
  changed.files[0].hash = "0000000000000000";
  changed.inputs[1].value = "2.00 TB/s";
  changed.inputs.erase(changed.inputs.begin());
  Reproduction result;
  compare(with_made_by(old, made_by()), with_made_by(old, changed), result);
  compare(made_by(), changed, result);
  EXPECT_FALSE(result.equal());
  EXPECT_TRUE(result.same_figures);
  EXPECT_EQ(result.changed_inputs,
            (std::vector<std::string>{"calibration.launch was 1.50 µs, is no input now",
                                      "hardware.memory.bandwidth was 2.04 TB/s, is 2.00 TB/s"}));
  EXPECT_EQ(result.changed_files, std::vector<std::string>{"models/m.yaml"});

  Reproduction other;
  compare(old, document("ridgeline.serving/1", {{"isl", 9}}), other);
  EXPECT_FALSE(other.same_figures);
}

}  // namespace
}  // namespace ridgeline::report
