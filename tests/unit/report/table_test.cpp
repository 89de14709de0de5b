#include "report/table.h"

#include <gtest/gtest.h>

#include "report/format.h"

namespace ridgeline::report {
namespace {

TEST(Table, AlignsByCodePointsAndTrims) {
  Table table({{"what"}, {"value", Align::right}, {"why"}});
  table.add({"wait", "5 µs", "a"});
  table.rule();
  table.add({"x", "12 ms"});
  EXPECT_EQ(table.text(),
            "what  value  why\n"
            "────────────────\n"
            "wait   5 µs  a\n"
            "────────────────\n"
            "x     12 ms\n");
}

TEST(Table, MarkdownEscapesPipesAndHasNoRules) {
  Table table({{"a"}, {"b", Align::right}});
  table.add({"x|y", "1"});
  table.rule();
  EXPECT_EQ(table.markdown(), "| a | b |\n|---|---:|\n| x\\|y | 1 |\n");
}

TEST(Format, IntervalsShareTheValuesPrefixAndOpenEndsAreDashes) {
  EXPECT_EQ(with_interval(Estimate{0.1036, 0.0998, 1.07}, "s"), "104 ms [99.8, 1070]");
  EXPECT_EQ(with_interval(Estimate{0.1036, std::nullopt, 0.11}, "s"), "104 ms [–, 110]");
  EXPECT_EQ(with_interval(Estimate{2.5, std::nullopt, std::nullopt}, "s"), "2.50 s");
  EXPECT_EQ(with_interval(std::optional<Estimate>(), "s"), "–");
}

TEST(Format, RatesKeepTheirUnit) {
  EXPECT_EQ(samples_per_second(Estimate{0.725, 0.7, std::nullopt}), "0.725 samples/s [0.7, –]");
  EXPECT_EQ(samples_per_second(Estimate{2310.4, 2309.6, 2311}), "2310 samples/s [2310, 2311]");
  EXPECT_EQ(samples_per_second(std::nullopt), "–");
}

TEST(Format, PercentagesKeepTwoDigitsAndTheirSign) {
  EXPECT_EQ(signed_percent(0.1234), "+12 %");
  EXPECT_EQ(signed_percent(-0.0312), "-3.1 %");
  EXPECT_EQ(signed_percent(std::optional<double>()), "–");
  EXPECT_EQ(percent(0.289), "29 %");
  EXPECT_EQ(percent(0.031), "3.1 %");
}

}  // namespace
}  // namespace ridgeline::report
