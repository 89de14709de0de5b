// A run by two roads: through the store's bytes and through JSON.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "../support/random_runs.h"
#include "report/run_record.h"
#include "report/saved_runs.h"
#include "ridgeline/report.h"
#include "ridgeline/store.h"

namespace ridgeline::report {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing_runs::expect_equal;
using testing_runs::plain_run;

SavedRun saved_run(std::uint64_t seed) {
  SavedRun saved;
  saved.run = plain_run(seed);
  saved.id = run_id(saved.run);
  saved.saved = "2026-11-28T10:19:41Z";
  saved.command = "ridgeline bench";
  saved.note = "a \"note\"";
  saved.tags = {"a", "b"};
  Input input;
  input.key = "hardware.peak";
  input.value = "1 PFLOP/s";
  input.provenance = {ProvenanceKind::literature, "a paper", "2024"};
  saved.inputs = {input};
  return saved;
}

// The ids are hashes of the store's bytes: equal ids say that JSON lost nothing that those hold.
TEST(RunForms, JsonAndTheStoreHoldTheSame) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    const SavedRun saved = saved_run(seed);
    const std::string document = json(saved, Summary{});
    const auto read = read_run(document, "x.json");
    ASSERT_TRUE(read) << read.error().message;
    expect_equal(saved.run, read->run);
    EXPECT_EQ(run_id(read->run), saved.id);
    EXPECT_EQ(json(*read, Summary{}), document);  // export, import, export
  }
}

TEST(RunForms, WhatSimulatePrintsCanBeReadToo) {
  const ridgeline::Run run = plain_run(8);
  const auto read = read_run(json(run, Summary{}), "x.json");
  ASSERT_TRUE(read) << read.error().message;
  expect_equal(run, read->run);
  EXPECT_EQ(read->id, "");
}

std::string complaint(const std::function<void(nlohmann::json&)>& change) {
  auto document = nlohmann::json::parse(json(saved_run(5), Summary{}));
  change(document);
  const auto read = read_run(document.dump(), "x.json");
  return read ? "read" : read.error().message;
}

TEST(RunForms, WhatIsWrongWithADocumentIsNamed) {
  using J = nlohmann::json;
  EXPECT_EQ(complaint([](J&) {}), "read");
  EXPECT_THAT(complaint([](J& j) { j = 5; }), HasSubstr("x.json: not a run; its schema"));
  EXPECT_THAT(complaint([](J& j) { j["schema"] = "ridgeline.tail/1"; }), HasSubstr("not a run"));
  EXPECT_THAT(complaint([](J& j) { j["schema"] = 5; }), HasSubstr("not a run"));
  EXPECT_THAT(complaint([](J& j) { j.erase("record"); }), HasSubstr("did not write all of a run"));
  EXPECT_EQ(complaint([](J& j) { j["record"] = 5; }), "x.json: record: must be an object");
  EXPECT_EQ(complaint([](J& j) { j["record"].erase("refused"); }), "x.json: record: no 'refused'");
  EXPECT_EQ(complaint([](J& j) { j["record"]["more"] = 1; }), "x.json: record: unknown key 'more'");
  EXPECT_EQ(complaint([](J& j) { j["record"]["refused"] = -1; }), "x.json: record.refused: out of range");
  EXPECT_EQ(complaint([](J& j) { j["record"]["refused"] = 1.5; }),
            "x.json: record.refused: must be a whole number");
  EXPECT_EQ(complaint([](J& j) { j["record"]["scenario"]["percentile"] = 5; }),
            "x.json: record.scenario.percentile: must be between 0 and 1");
  EXPECT_EQ(complaint([](J& j) { j["record"]["scenario"]["kind"] = "Servers"; }),
            "x.json: record.scenario.kind: 'Servers' is not known");
  EXPECT_EQ(complaint([](J& j) { j["record"]["scenario"]["seed"] = "7"; }),
            "x.json: record.scenario.seed: must be a whole number");
  EXPECT_EQ(complaint([](J& j) { j["record"]["notes"] = {1}; }), "x.json: record.notes[0]: must be text");
  EXPECT_EQ(complaint([](J& j) { j["queries"] = {{1, 2, 3}}; }),
            "x.json: queries[0]: must be a row of 6 whole numbers");
  EXPECT_EQ(complaint([](J& j) { j["queries"] = {{1, 2, 3, nullptr, 1, -1}}; }),
            "x.json: queries[0]: figure 6 is no whole number in range");
  EXPECT_EQ(complaint([](J& j) { j["queries"] = {{1, 2, std::int64_t{1} << 61, nullptr, 1, 1}}; }),
            "x.json: queries[0]: figure 3 is beyond 36 years");
  EXPECT_EQ(complaint([](J& j) { j["saved"]["tags"] = "a"; }), "x.json: saved.tags: must be a list");
  EXPECT_EQ(complaint([](J& j) { j["saved"]["inputs"][0].erase("provenance"); }),
            "x.json: saved.inputs[0].provenance: no 'kind'");
  EXPECT_THAT(read_run("{\"schema\"", "x.json").error().message, StartsWith("x.json: not JSON"));
}

TEST(RunForms, AHistogramMustAddUp) {
  auto run = plain_run(1);
  auto digest = std::make_shared<RunDigest>();
  digest->latency.times.record(Nanoseconds(5));
  run.digest = digest;
  auto document = nlohmann::json::parse(json(run, Summary{}));
  auto& times = document["record"]["digest"]["latency"]["times"];
  ASSERT_EQ(times["counts"], nlohmann::json({{5, 1}}));
  times["max_ns"] = 7;
  const auto read = read_run(document.dump(), "x.json");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message,
            "x.json: record.digest.latency.times: is no histogram: its counts and ends disagree");
}

}  // namespace
}  // namespace ridgeline::report
