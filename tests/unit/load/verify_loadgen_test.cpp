#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "folder.h"
#include "load/loadgen_random.h"
#include "ridgeline/loadgen.h"

namespace ridgeline {
namespace {

using ::testing::HasSubstr;

const std::string golden = std::string(RIDGELINE_TEST_DIR) + "/golden/loadgen/";

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string written(const std::string& name, const std::string& text) {
  static const Folder folder;
  return folder.write(name, text);
}

/// The file with the one occurrence of `from` that is looked for replaced.
std::string spoilt(const std::string& name, const std::string& from, const std::string& to) {
  std::string text = content(golden + name);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return written("spoilt_" + name, text.replace(at, from.size(), to));
}

std::uint64_t lines(const std::string& name) {
  const std::string text = content(golden + name);
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(VerifyLoadgen, EveryRecordedRowIsReproduced) {
  for (const std::string name : {"schedules.csv", "early_stopping.csv"}) {
    const auto check = verify_loadgen(golden + name);
    ASSERT_TRUE(check) << check.error().message;
    EXPECT_FALSE(check->difference) << *check->difference;
    EXPECT_EQ(check->rows, lines(name) - 1);
  }
  const auto check = verify_loadgen(golden + "random_numbers.json");
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_FALSE(check->difference) << *check->difference;
  EXPECT_EQ(check->rows, 2u * (8 + 20 + 2 + 16 + 1 + 10));  // numbers of two rounds
}

TEST(VerifyLoadgen, TheFirstDifferenceIsNamed) {
  const auto stopping = verify_loadgen(spoilt("early_stopping.csv", ",2706,14", ",2706,15"));
  ASSERT_TRUE(stopping);
  EXPECT_EQ(stopping->rows, 1u);
  EXPECT_THAT(stopping->difference.value_or(""),
              HasSubstr("early_stopping.csv:2: would_discard is 15 in the file and 14 here"));
  const auto count = verify_loadgen(spoilt("schedules.csv", ",98304,", ",98305,"));
  ASSERT_TRUE(count);
  EXPECT_THAT(count->difference.value_or(""),
              HasSubstr("reproduced_query_count is 98305 in the file and 98304 here"));
  const auto last = verify_loadgen(spoilt("schedules.csv", "690911115083", "690911115084"));
  ASSERT_TRUE(last);
  EXPECT_THAT(last->difference.value_or(""),
              HasSubstr("last_scheduled_ns is 690911115084 in the file and 690911115083 here"));
  const auto number = verify_loadgen(spoilt("random_numbers.json", "3281570974", "3281570975"));
  ASSERT_TRUE(number);
  EXPECT_THAT(number->difference.value_or(""), HasSubstr("rounds[0]: schedule_raw_mt19937[0] is 3281570975"));
}

std::string complaint(const std::string& path) {
  const auto check = verify_loadgen(path);
  EXPECT_FALSE(check);
  return check ? "" : check.error().message;
}

TEST(VerifyLoadgen, RefusesWhatItCannotRead) {
  EXPECT_THAT(complaint("no-such-file.csv"), HasSubstr("cannot be read"));
  EXPECT_THAT(complaint(written("empty.csv", "")), HasSubstr("empty"));
  EXPECT_THAT(complaint(written("other.csv", "a,b\n1,2\n")), HasSubstr("other.csv:1: neither"));
  EXPECT_THAT(complaint(written("header.csv", "percentile,queries,would_discard\n")), HasSubstr("no rows"));
  EXPECT_THAT(complaint(written("words.csv", "percentile,queries,would_discard\n90,64,many\n")),
              HasSubstr("words.csv:2: would_discard is 'many'"));
  EXPECT_THAT(complaint(written("short.csv", "percentile,queries,would_discard\n90,64\n")),
              HasSubstr("short.csv:2: 2 fields, and the header has 3"));
  EXPECT_THAT(complaint(written("columns.csv", "schedule_rng_seed\n1\n")),
              HasSubstr("no column 'target_qps'"));
  EXPECT_THAT(complaint(written("bad.json", "{\"rounds\": ")), HasSubstr("not a JSON object"));
  EXPECT_THAT(complaint(written("keys.json", "{\"rounds\": [{}]}")), HasSubstr("rounds[0]: qsl_rng_seed"));
}

TEST(LoadgenShuffle, IsAPermutation) {
  for (const std::uint32_t n : {0u, 1u, 2u, 3u, 10u, 11u, 1000u}) {
    auto words = load::loadgen_generator(5);
    const auto order = load::loadgen_shuffle(words, n);
    EXPECT_EQ(std::set<std::uint32_t>(order.begin(), order.end()).size(), n);
    EXPECT_TRUE(std::all_of(order.begin(), order.end(), [n](std::uint32_t i) { return i < n; }));
  }
}

}  // namespace
}  // namespace ridgeline
