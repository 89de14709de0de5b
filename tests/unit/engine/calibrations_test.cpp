#include <gmock/gmock.h>

#include <cmath>

#include "folder.h"
#include "ridgeline/calibration.h"

namespace ridgeline {
namespace {

using testing::HasSubstr;

Hardware device(const std::string& generation) {
  Hardware hardware;
  hardware.id = generation + "-card";
  hardware.generation = generation;
  return hardware;
}

CalibrationLevel level(CalibrationScope scope, std::size_t rows, std::string_view name, double log_factor) {
  return {std::move(scope), rows, {{*find_coefficient(name), log_factor, 0.05}}};
}

/// Two stacks, of which vllm was measured on hopper and blackwell, trtllm on hopper alone.
Calibrations sample() {
  Calibrations c;
  c.source = "a \"quoted\" source\\";
  c.date = "2026-11-24";
  c.rows = 12905;
  c.groups = 45;
  c.spread = 0.3;
  c.first_token_spread = 0.5;
  c.seen_spread = 0.1;
  c.seen_first_token_spread = 0.2;
  c.seen = {group_key("llama", "hopper-card", "vllm")};
  c.levels = {level({"", "", ""}, 12905, "memory", 0.1),
              level({"", "trtllm", ""}, 900, "memory", -0.03),
              level({"", "vllm", ""}, 800, "memory", -0.2),
              level({"blackwell", "", ""}, 300, "launch", 0.4),
              level({"hopper", "", ""}, 1400, "launch", -0.1),
              level({"blackwell", "vllm", ""}, 300, "gemm", 0.11),
              level({"hopper", "trtllm", ""}, 900, "gemm", 0.12),
              level({"hopper", "vllm", ""}, 500, "gemm", -0.0123456789),
              level({"", "vllm", "0.19.0"}, 120, "launch", 0.25)};
  return c;
}

double value(const Calibration& c, std::string_view name) {
  return coefficients()[*find_coefficient(name)].get(c);
}
double prior(std::string_view name) { return coefficients()[*find_coefficient(name)].prior; }

TEST(Calibrations, ACoefficientIsThePriorTimesTheFactorsOfItsLevels) {
  const auto match = sample().find(device("hopper"), "vllm", "0.19.0");
  EXPECT_NEAR(value(match.calibration, "memory"), prior("memory") * std::exp(0.1 - 0.2), 1e-12);
  EXPECT_NEAR(value(match.calibration, "launch"), prior("launch") * std::exp(-0.1 + 0.25), 1e-18);
  EXPECT_NEAR(value(match.calibration, "gemm"), prior("gemm") * std::exp(-0.0123456789), 1e-12);
  EXPECT_EQ(value(match.calibration, "attention"), prior("attention"));
}

TEST(Calibrations, WhatWasMeasuredIsFittedWithTheSeenSpread) {
  const auto match = sample().find(device("hopper"), "vllm", "0.19.0");
  EXPECT_TRUE(match.generation_measured && match.stack_measured && match.version_measured);
  EXPECT_EQ(match.calibration.spread, 0.1);
  EXPECT_EQ(match.calibration.first_token_spread, 0.2);
  EXPECT_EQ(match.calibration.provenance.kind, ProvenanceKind::fitted);
  EXPECT_EQ(match.calibration.provenance.source,
            "fitted on 12,905 serving points, 500 of vllm on hopper, 120 of version 0.19.0");
  EXPECT_EQ(match.calibration.provenance.date, "2026-11-24");
}

TEST(Calibrations, AnUnknownModelHasTheSpreadOfUnseenGroups) {
  EXPECT_EQ(sample().find(device("hopper"), "vllm", "", "llama").calibration.spread, 0.1);
  EXPECT_EQ(sample().find(device("hopper"), "vllm", "", "qwen").calibration.spread, 0.3);
}

TEST(Calibrations, AVersionThatNobodyMeasuredIsTransported) {
  const auto match = sample().find(device("hopper"), "vllm", "9.9");
  EXPECT_FALSE(match.version_measured);
  EXPECT_EQ(match.calibration.spread, 0.3);
  EXPECT_EQ(match.calibration.provenance.kind, ProvenanceKind::derived);
  EXPECT_EQ(match.calibration.provenance.source, "transported: vllm, hopper (version 9.9 not measured)");
}

TEST(Calibrations, EachTransportedPartWidensTheSpread) {
  const auto generation = sample().find(device("ampere"), "vllm", "");
  EXPECT_FALSE(generation.generation_measured);
  EXPECT_NEAR(generation.calibration.spread, 0.3 * std::sqrt(2.0), 1e-12);
  EXPECT_EQ(generation.calibration.provenance.source,
            "transported: vllm, mean of all generations (ampere not measured)");
  const auto both = sample().find(device("ampere"), "sglang", "");
  EXPECT_NEAR(both.calibration.spread, 0.3 * std::sqrt(3.0), 1e-12);
  EXPECT_NEAR(both.calibration.first_token_spread, 0.5 * std::sqrt(3.0), 1e-12);
  EXPECT_NEAR(value(both.calibration, "memory"), prior("memory") * std::exp(0.1), 1e-12);
}

TEST(Calibrations, APairOfKnownPartsThatNeverMetIsTransported) {
  const auto match = sample().find(device("blackwell"), "trtllm", "");
  EXPECT_TRUE(match.generation_measured && match.stack_measured);
  EXPECT_EQ(match.calibration.spread, 0.3);
  EXPECT_EQ(match.calibration.provenance.source, "transported: trtllm, blackwell as other stacks found it");
}

TEST(Calibrations, NothingFittedGivesThePriorsAndSaysSo) {
  const auto match = Calibrations().find(device("hopper"), "vllm", "");
  EXPECT_EQ(match.calibration.provenance.kind, ProvenanceKind::assumed);
  EXPECT_EQ(value(match.calibration, "memory"), prior("memory"));
  EXPECT_EQ(match.calibration.spread, 0);
}

class CalibrationFiles : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) { return folder_.write(name, text); }
  std::string error_of(const std::string& text) {
    const auto read = Calibrations::load(write("bad.yaml", text));
    return read ? "no error" : read.error().message;
  }

  Folder folder_;
};

constexpr const char* head =
    "rows: 3\ngroups: 1\nspread: {seen: 0.1, unseen: 0.2}\nfirst_token_spread: {seen: 0.1, unseen: 0.2}\n";

TEST_F(CalibrationFiles, RoundTripIsIdentity) {
  const std::string text = write_calibrations(sample());
  const auto read = Calibrations::load(write("one.yaml", text));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(write_calibrations(*read), text);
  EXPECT_EQ(read->source, sample().source);
  EXPECT_EQ(read->levels.size(), sample().levels.size());
  EXPECT_EQ(read->levels[8].scope, (CalibrationScope{"", "vllm", "0.19.0"}));
  EXPECT_EQ(read->levels[7].factors[0].log_factor, -0.0123456789);
  EXPECT_EQ(read->seen, sample().seen);
  EXPECT_EQ(read->rows, 12905u);
  EXPECT_EQ(read->seen_first_token_spread, 0.2);
}

TEST_F(CalibrationFiles, AnEmptyOneRoundTrips) {
  const std::string text = write_calibrations({});
  const auto read = Calibrations::load(write("one.yaml", text));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->empty());
  EXPECT_EQ(write_calibrations(*read), text);
}

TEST_F(CalibrationFiles, TheLaterFileWinsWhereScopesAreEqual) {
  Calibrations later;
  later.levels = {level({"", "vllm", ""}, 7, "memory", 0.5), level({"", "mlperf", ""}, 9, "gemm", 0.2)};
  later.rows = 16;
  later.spread = 0.25;
  later.source = "second";
  write("a.yaml", write_calibrations(sample()));
  write("b.yaml", write_calibrations(later));
  write("c.txt", "not: read");
  const auto merged = Calibrations::load(folder_.path());
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(merged->levels.size(), sample().levels.size() + 1);
  EXPECT_NEAR(value(merged->find(device("hopper"), "vllm", "").calibration, "memory"),
              prior("memory") * std::exp(0.1 + 0.5) > 0.98 ? 0.98 : prior("memory") * std::exp(0.6), 1e-12);
  EXPECT_TRUE(merged->find(device("hopper"), "mlperf", "").stack_measured);
  EXPECT_EQ(merged->rows, 12905u + 16u);
  EXPECT_EQ(merged->spread, 0.3);  // the wider
  EXPECT_THAT(merged->source, HasSubstr("; second"));
}

TEST_F(CalibrationFiles, ErrorsNameFileLineAndKey) {
  EXPECT_THAT(error_of("rows: 3\n"), HasSubstr("bad.yaml:1: the key 'groups' is missing"));
  EXPECT_THAT(error_of(std::string(head) + "levels: []\nlevel: []\n"),
              HasSubstr("bad.yaml:6: level: unknown key; did you mean 'levels'?"));
  EXPECT_THAT(error_of(std::string(head) + "levels:\n  - scope: {}\n    rows: 3\n    factors:\n"
                                           "      memroy: {log_factor: 0.1, error: 0.1}\n"),
              HasSubstr("bad.yaml:9: levels[0].factors.memroy: no such coefficient; did you mean 'memory'?"));
  EXPECT_THAT(
      error_of(std::string(head) + "levels:\n  - scope: {version: \"1\"}\n    rows: 3\n    factors: {}\n"),
      HasSubstr("levels[0].scope: a version needs the stack that it is of"));
  EXPECT_THAT(
      error_of(std::string(head) +
               "levels:\n  - {scope: {}, rows: 3, factors: {}}\n  - {scope: {}, rows: 3, factors: {}}\n"),
      HasSubstr("bad.yaml:7: levels[1]: a level with this scope stands above"));
  EXPECT_THAT(error_of(std::string(head) +
                       "levels:\n  - {scope: {}, rows: 3, factors: {gemm: {log_factor: 0.1, error: -1}}}\n"),
              HasSubstr("levels[0].factors.gemm.error: is -1, and must be 0 or more"));
}

TEST_F(CalibrationFiles, AMissingFileIsAnError) {
  const auto read = Calibrations::load(folder_.path("none.yaml"));
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("none.yaml: cannot be read"));
}

}  // namespace
}  // namespace ridgeline
