#include "base/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ridgeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string error_of(const std::string& text) {
  const auto parsed = parse_csv(text, "f.csv");
  return parsed ? "no error" : parsed.error().message;
}

TEST(Csv, QuotesHoldCommasQuotesAndLines) {
  const auto parsed = parse_csv("a,\"b, c\"\n\"say \"\"x\"\"\",\"two\nlines\"\nlast,one\n", "f.csv");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_THAT(parsed->header.fields, ElementsAre("a", "b, c"));
  ASSERT_EQ(parsed->rows.size(), 2u);
  EXPECT_THAT(parsed->rows[0].fields, ElementsAre("say \"x\"", "two\nlines"));
  EXPECT_EQ(parsed->rows[0].line, 2u);
  EXPECT_EQ(parsed->rows[1].line, 4u);  // a field of row 2 took two lines
}

TEST(Csv, ByteOrderMarkCarriageReturnsEmptyLinesAndNoLastNewline) {
  const auto parsed = parse_csv(
      "\xEF\xBB\xBF"
      "a,b\r\n\r\n1,2\r\n,",
      "f.csv");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_THAT(parsed->header.fields, ElementsAre("a", "b"));
  ASSERT_EQ(parsed->rows.size(), 2u);
  EXPECT_EQ(parsed->rows[0].line, 3u);
  EXPECT_THAT(parsed->rows[1].fields, ElementsAre("", ""));
}

TEST(Csv, ErrorsNameTheLine) {
  EXPECT_EQ(error_of(""), "f.csv:1: empty; a header with column names is needed");
  EXPECT_EQ(error_of("a,b\n1,2\n1,2,3\n"), "f.csv:3: 3 fields, and the header has 2");
  EXPECT_EQ(error_of("a,b\n1\n"), "f.csv:2: 1 fields, and the header has 2");
  EXPECT_EQ(error_of("a,\"b\n1,2\n"), "f.csv:1: a quote that is never closed");
  EXPECT_THAT(error_of("a,b\n\"1\"x,2\n"), HasSubstr("f.csv:2: text after a closing quote"));
  EXPECT_THAT(error_of("a,b\n1\"x,2\n"), HasSubstr("f.csv:2: a quote inside a field"));
  EXPECT_THAT(error_of("a,b\r1,2\n"), HasSubstr("f.csv:1: a carriage return without a line feed"));
  EXPECT_EQ(error_of("a,\n1,2\n"), "f.csv:1: column 2 has no name");
  EXPECT_EQ(error_of("a,b\n\xC3\xBC,\xE2\x80\x93\n1,\xFC\n"),
            "f.csv:3: not UTF-8 text");                      // Latin-1 after good ones
  EXPECT_EQ(error_of("a,\xC3"), "f.csv:1: not UTF-8 text");  // cut off
  EXPECT_EQ(error_of("a,b,a\n"), "f.csv:1: the column 'a' is there twice");
}

TEST(Csv, ReadsRowByRowWithNumbersInTheirPlace) {
  auto csv = CsvReader::of("name,n,x\n\"a\nb\",3,1e-3\n\nc,-1,inf\n", "f.csv");
  ASSERT_TRUE(csv) << csv.error().message;
  EXPECT_EQ(*csv->require("n"), 1u);
  EXPECT_EQ(csv->require("y").error().message, "f.csv:1: no column 'y'; the header names name, n, x");
  ASSERT_TRUE(*csv->next());
  EXPECT_EQ(csv->cell(0), "a\nb");
  EXPECT_EQ(*csv->count(1), 3u);
  EXPECT_EQ(*csv->number(2), 1e-3);
  ASSERT_TRUE(*csv->next());
  EXPECT_EQ(csv->count(1).error().message, "f.csv:5: n is '-1'; must be a whole number of 0 or more");
  EXPECT_EQ(csv->number(2).error().message, "f.csv:5: x is 'inf'; must be a number");
  EXPECT_FALSE(*csv->next());
  EXPECT_EQ(CsvReader::open("no/such.csv").error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace ridgeline
