#include <gmock/gmock.h>

#include "studies.h"

namespace ridgeline::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string base =
    "model: llama-3.1-8b\nspace:\n  hardware: [h100]\n  tp: [1, 2]\n  concurrency: [1, 8]\n";
const std::string objective = "objectives: [{minimise: ttft}]\n";

std::string error_of(const std::string& text) {
  const auto s = read(text);
  return s ? "" : s.error().message;
}

TEST(ReadStudy, RangesAreListsOfTheirValues) {
  EXPECT_THAT(error_of("model: llama-3.1-8b\nspace:\n  hardware: h100\n  concurrency: 1\n"
                       "  replicas: {from: 1, to: 4, step: 1.5}\n" +
                       objective),
              HasSubstr("2.5; give a whole number"));
  const Study t = study(
      "model: llama-3.1-8b\nspace:\n  hardware: {tier: datacenter, vendor: AMD}\n"
      "  concurrency: {from: 1, to: 1000, factor: 10}\n"
      "  hardware.memory.bandwidth: {from: 2 TB/s, to: 4 TB/s, step: 500 GB/s}\n" +
      objective);
  ASSERT_EQ(t.axes.size(), 3U);
  EXPECT_GT(t.devices.size(), 3U);
  EXPECT_EQ(t.axes[1].name, "hardware.memory.bandwidth");
  ASSERT_EQ(t.axes[1].values.size(), 5U);
  EXPECT_DOUBLE_EQ(t.axes[1].values[3].number, 3.5e12);
  EXPECT_EQ(t.axes[1].values[3].text, "3.5 TB/s");
  ASSERT_EQ(t.axes[2].values.size(), 4U);
  EXPECT_EQ(t.axes[2].values[3].number, 1000);
}

TEST(ReadStudy, RefusesWithLineAndWhatWouldBeRight) {
  EXPECT_THAT(error_of(base + objective + "constraint: [a]\n"),
              AllOf(StartsWith("s.yaml:7"), HasSubstr("constraints")));
  EXPECT_THAT(error_of("model: llama-3.1-8b\nspace:\n  hardware: [h100]\n  tpp: 2\n" + objective),
              HasSubstr("tp"));
  EXPECT_THAT(error_of("model: llama-3.1-8b\nspace:\n  hardware: [h100]\n  tp: [1]\n" + objective),
              HasSubstr("concurrency"));
  EXPECT_THAT(error_of("model: llama-3.1-8b\nspace:\n  tp: [1]\n  batch: 1\n" + objective),
              HasSubstr("hardware"));
  EXPECT_THAT(error_of("model: resnet-50\nspace:\n  hardware: l4\n  concurrency: 1\n" + objective),
              HasSubstr("generates no tokens"));
  EXPECT_THAT(error_of("model: llama-3.1-8b\nspace:\n  hardware: [h100, h100-sxm]\n  batch: 1\n" + objective),
              HasSubstr("twice"));
  EXPECT_THAT(error_of(base + "objectives: [{minimize: ttft}]\n"), HasSubstr("minimise"));
  EXPECT_THAT(error_of(base + "objectives: [{minimise: tft}]\n"), HasSubstr("did you mean ttft"));
  EXPECT_THAT(error_of(base + "objectives: []\n"), HasSubstr("a list of objectives"));
  EXPECT_THAT(error_of(base + objective + "constraints: [ttft < +5%]\n"), HasSubstr("is a change"));
  EXPECT_THAT(error_of(base + objective + "verify: {qps: 3}\n"), HasSubstr("server"));
  EXPECT_THAT(error_of(base + objective + "money: {price_per_hour: -1}\n"), HasSubstr("above 0"));
  EXPECT_THAT(error_of("model: llama-3.1-8b\nspace:\n  hardware: l4\n  batch: 1\n  hardware.tdp: 300 GB\n" +
                       objective),
              HasSubstr("a power"));
  EXPECT_THAT(error_of("model: llama-3.1-8b\nspace:\n  hardware: l4\n  batch: {from: 0, to: 8, factor: 2}\n" +
                       objective),
              HasSubstr("does not move on"));
}

TEST(ReadStudy, MalformedConstraintsAndConditionsPointAtTheColumn) {
  // "ttft < 500xs": the unit begins at column 11.
  EXPECT_THAT(
      error_of(base + objective + "constraints: [ttft < 500xs]\n"),
      AllOf(StartsWith("s.yaml:7"), HasSubstr("column 11"), HasSubstr("\n  ttft < 500xs\n            ^")));
  // "tp ~ 8": the relation belongs at column 4.
  EXPECT_THAT(error_of(base + objective + "conditions: [tp ~ 8]\n"),
              AllOf(HasSubstr("column 4"), HasSubstr("\n  tp ~ 8\n     ^")));
  EXPECT_THAT(error_of(base + objective + "conditions: [tp <= 8 <= 9]\n"), HasSubstr("column 9"));
  EXPECT_THAT(error_of(base + objective + "conditions: [dp * tp <= 8]\n"),
              AllOf(HasSubstr("column 1"), HasSubstr("dp")));
  EXPECT_THAT(error_of(base + objective + "conditions: [tp * <= 8]\n"), HasSubstr("column 6"));
}

TEST(ReadStudy, ConditionsHoldWhereTheyApply) {
  const Study s = study(
      "model: llama-3.1-8b\nspace:\n  hardware: [h100, l4]\n  tp: [1, 2, 4]\n  replicas: [1, 2]\n"
      "  concurrency: [1]\nconditions:\n  - devices <= 4\n"
      "  - {when: {hardware: l4, replicas: [2]}, need: tp == 1}\nuncertainty: {draws: 0, "
      "sensitivity: false}\n" +
      objective);
  // h100: 6 less tp 4 x 2; l4 besides less tp 2 x 2.
  EXPECT_EQ(result_of(s).excluded, 3U);
}

}  // namespace
}  // namespace ridgeline::testing
