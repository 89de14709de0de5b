#include "ridgeline/provenance.h"

#include <gtest/gtest.h>

#include <set>

#include "ridgeline/calibration.h"

namespace ridgeline {
namespace {

Input input(const char* key, ProvenanceKind kind) { return {key, "1", {kind, "somewhere", ""}}; }

std::vector<std::string> keys_of(const std::vector<Input>& inputs) {
  std::vector<std::string> keys;
  for (const Input& each : inputs) keys.push_back(each.key);
  return keys;
}

TEST(Provenance, TheWeakestKindComesFirstAndTheRestKeepsItsOrder) {
  const auto sorted =
      weakest_first({input("a", ProvenanceKind::measured), input("b", ProvenanceKind::datasheet),
                     input("c", ProvenanceKind::assumed), input("d", ProvenanceKind::datasheet),
                     input("e", ProvenanceKind::given), input("b", ProvenanceKind::datasheet),
                     input("b", ProvenanceKind::fitted)});
  EXPECT_EQ(keys_of(sorted), (std::vector<std::string>{"c", "e", "b", "d", "b", "a"}));
  EXPECT_EQ(rests_on(sorted), "rests on 1 assumed, 1 given, 2 datasheet, 1 fitted, 1 measured values");
}

TEST(Provenance, CountsReadAsASentence) {
  EXPECT_EQ(rests_on({}), "rests on no values");
  EXPECT_EQ(rests_on({input("a", ProvenanceKind::derived)}), "rests on 1 derived value");
}

TEST(Provenance, OfAComparisonOnlyWhatDiffersHasASide) {
  const Input shared = input("model.architecture", ProvenanceKind::literature);
  Input old_peak = input("hardware.peak", ProvenanceKind::datasheet), new_peak = old_peak;
  new_peak.value = "2";
  EXPECT_EQ(
      keys_of(of_both_sides({shared, old_peak}, {shared, new_peak})),
      (std::vector<std::string>{"model.architecture", "baseline.hardware.peak", "proposal.hardware.peak"}));
}

TEST(Provenance, EveryServingCoefficientIsListed) {
  // Those of ServingCoefficients: what changes when they do, and no other coefficient.
  Calibration plain;
  std::set<std::string> serving;
  for (const Coefficient& c : coefficients()) {
    Calibration changed = plain;
    c.set(changed, 0.3 * c.limit);
    if (changed.serving != plain.serving) serving.insert("calibration.serving." + std::string(c.name));
  }
  const auto listed = keys_of(serving_inputs(plain));
  EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()), serving);
}

}  // namespace
}  // namespace ridgeline
