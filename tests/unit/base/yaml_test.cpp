#include "base/yaml.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ridgeline {
namespace {

using ::testing::HasSubstr;

std::string yaml_error(const std::string& text) {
  const auto node = YamlNode::parse(text, "x.yaml");
  return node ? "parsed" : node.error().message;
}

TEST(Yaml, ErrorsNameFileLineAndKey) {
  const auto top = YamlNode::parse("memory:\n  capacity: {value: many, unit: GB}\n", "x.yaml");
  ASSERT_TRUE(top);
  const auto value = top->find("memory")->find("capacity")->find("value")->as_number();
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().message, "x.yaml:2: memory.capacity.value: expected a finite number, found 'many'");
  EXPECT_EQ(top->require("peak").error().message, "x.yaml:1: the key 'peak' is missing");
}

TEST(Yaml, RefusesWhatIsNotFinite) {
  const auto top = YamlNode::parse("a: .nan\nb: .inf\nc: 1e3\nd: -1\ne: 1.5\n", "x.yaml");
  ASSERT_TRUE(top);
  EXPECT_FALSE(top->find("a")->as_number());
  EXPECT_FALSE(top->find("b")->as_number());
  EXPECT_EQ(*top->find("c")->as_number(), 1000.0);
  EXPECT_EQ(*top->find("c")->as_count(), 1000u);
  EXPECT_FALSE(top->find("d")->as_count());
  EXPECT_FALSE(top->find("e")->as_count());
}

TEST(Yaml, UnknownKeysAreRefusedWithTheNearestOne) {
  const auto top = YamlNode::parse("id: a\nnmae: b\n", "x.yaml");
  ASSERT_TRUE(top);
  const auto status = top->only_keys({"id", "name"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "x.yaml:2: nmae: unknown key; did you mean 'name'?");
}

TEST(Yaml, HalfWrittenAndDoubledFilesAreRefused) {
  EXPECT_THAT(yaml_error("a: {value: 1, unit"), HasSubstr("x.yaml:1: not YAML"));
  EXPECT_EQ(yaml_error("a: 1\nb: 2\na: 3\n"), "x.yaml:3: a key stands here twice; keep one");
  EXPECT_THAT(yaml_error(""), HasSubstr("expected a map of keys"));
  EXPECT_THAT(yaml_error("- 1\n- 2\n"), HasSubstr("found a list"));
  EXPECT_THAT(YamlNode::load("/nonexistent.yaml").error().message, HasSubstr("cannot be read"));
}

TEST(Yaml, EndlessAndExplodingAliasesAreRefused) {
  EXPECT_EQ(yaml_error("a: &x {b: *x}\n"), "x.yaml:1: nested or repeated beyond reason");
  std::string text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";  // ten times as many values a line
  for (int i = 1; i < 12; ++i) {
    text += fmt::format(
        "a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  EXPECT_THAT(yaml_error(text), HasSubstr("nested or repeated beyond reason"));
}

TEST(Yaml, OneDocumentAFile) {
  EXPECT_EQ(yaml_error("a: 1\n---\nb: 2\n"), "x.yaml:3: a second document; keep one");
  EXPECT_EQ(yaml_error("---\na: 1\n"), "parsed");
}

TEST(Yaml, LongValuesStayOneShortLine) {
  const auto top = YamlNode::parse("a: \"one\\ntwo" + std::string(500, 'x') + "\"\n", "x.yaml");
  ASSERT_TRUE(top);
  const std::string message = top->find("a")->as_number().error().message;
  EXPECT_THAT(message, HasSubstr("found 'one twoxxx"));
  EXPECT_LT(message.size(), 120u);
}

}  // namespace
}  // namespace ridgeline
