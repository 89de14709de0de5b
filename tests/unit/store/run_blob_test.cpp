#include "store/run_blob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../support/random_runs.h"
#include "ridgeline/run_fields.h"
#include "ridgeline/store.h"
#include "store/bytes.h"

namespace ridgeline::store {
namespace {

using testing_runs::expect_equal;
using testing_runs::random_run;

TEST(Bytes, NumbersAreBase128AndDifferencesZigzag) {
  ByteWriter writer;
  writer.number(300);      // 2 * 128 + 44: AC 02
  writer.difference(-1);   // 1
  writer.difference(-64);  // 127: the last of one byte
  writer.difference(64);   // 128: 80 01
  EXPECT_EQ(std::move(writer).take(), std::string("\xac\x02\x01\x7f\x80\x01"));
}

TEST(Bytes, AZeroSaysHowManyMoreFollow) {
  ByteWriter writer;
  ColumnWriter column(writer);
  for (const int value : {0, 0, 0, 1, 0}) column.add(value);
  column.end();
  // 0 and 2 more, 1 as zigzag 2, 0 and none more.
  EXPECT_EQ(std::move(writer).take(), std::string("\0\x02\x02\0\0", 5));
}

TEST(RunBlob, EveryFieldComesBack) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const ridgeline::Run run = random_run(seed);
    const auto read = read_run(write_run(run));
    ASSERT_TRUE(read) << read.error().message;
    expect_equal(run, *read);
  }
}

TEST(RunBlob, AnyCutIsAnErrorAndNoCrash) {
  const std::string blob = write_run(random_run(4));
  for (std::size_t size = 0; size < blob.size(); ++size) EXPECT_FALSE(read_run(blob.substr(0, size))) << size;
  EXPECT_FALSE(read_run(blob + '\0'));
}

TEST(RunBlob, AVersionThatIsNotKnownIsRefused) {
  std::string blob = write_run(random_run(4));
  blob[0] = newest_run_form + 1;
  const auto read = read_run(blob);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "the run has form 4, and this version knows only those up to 3");
}

// Arrivals a millisecond apart, all answered in 5 ms by computing alone: each of the 14 columns is constant.
TEST(RunBlob, WhatDoesNotChangeTakesNoRoom) {
  ridgeline::Run run;
  for (int i = 0; i < 100'000; ++i) {
    QueryRecord q;
    q.scheduled = q.issued = std::chrono::milliseconds(i);
    q.completed = q.scheduled + std::chrono::milliseconds(5);
    run.queries.push_back(q);
    Phases phases;
    phases.prefill = std::chrono::milliseconds(5);
    run.phases.push_back(phases);
  }
  // Gaps of 1e6 ns and latencies of 5e6 ns take 3 and 4 bytes each (below 2^20 and 2^27 as zigzag); nothing
  // else does.
  EXPECT_LT(write_run(run).size(), 100'000 * (3 + 4) + 500);
}

// Test vectors of the algorithm's authors: http://www.isthe.com/chongo/tech/comp/fnv
TEST(RunBlob, IdsAreFnv1a) {
  EXPECT_EQ(id_of(""), "cbf29ce484222325");
  EXPECT_EQ(id_of("a"), "af63dc4c8601ec8c");
  EXPECT_EQ(id_of("foobar"), "85944171f73967e8");
}

TEST(RunBlob, OneNanosecondMakesAnotherId) {
  ridgeline::Run run = random_run(6);
  ASSERT_FALSE(run.queries.empty());
  const std::string id = run_id(run);
  EXPECT_EQ(run_id(random_run(6)), id);
  run.queries.back().completed += Nanoseconds(1);
  EXPECT_NE(run_id(run), id);
}

}  // namespace
}  // namespace ridgeline::store
