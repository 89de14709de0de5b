#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ridgeline/report.h"

namespace ridgeline {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Two rows that count, one suspect, one without a prediction.
Validation sample() {
  Validation v;
  v.table.path = "folder/mine.csv";
  v.table.notes = {"columns not used: weather"};
  for (std::size_t i = 0; i < 4; ++i) {
    MeasuredPoint m;
    m.line = i + 2;
    m.model = "llama-3.1-8b";
    m.hardware = "h100-sxm-80gb";
    m.stack = i % 2 == 0 ? "vllm" : "sglang";
    m.tpot = milliseconds(10);
    m.ttft = milliseconds(100);
    v.table.points.push_back(m);
    ValidatedPoint p;
    p.row = i;
    p.predicted_tpot = milliseconds(11);
    p.predicted_ttft = milliseconds(80);
    p.tpot_interval = std::pair{milliseconds(9), milliseconds(13)};
    v.points.push_back(p);
  }
  v.table.points[1].doubt = "number of workers not given; taken as 1";
  v.points[2].suspect = "TPOT 1.00 ms beats the roofline's 2.00 ms";
  v.points[3].error = "does not fit";
  v.tpot = {2, 10, 10, 10, 100};
  v.ttft = {2, 20, 20, -20, 0};
  v.clear_tpot = {1, 10, 10, 10, 100};
  v.clear_ttft = {1, 20, 20, -20, 0};
  v.coverage = 100;
  v.groups = {{"sglang", {1, 20, 20, -20, 0}, {1, 10, 10, 10, 100}}, {"vllm", {}, {1, 10, 10, 10, 100}}};
  return v;
}

TEST(ValidationJson, HasTheDocumentedShape) {
  const auto json = nlohmann::json::parse(report::json(sample()));
  EXPECT_EQ(json["schema"], "ridgeline.validation/1");
  EXPECT_EQ(json["tpot"]["mape"], 10);
  EXPECT_EQ(json["ttft"]["mape"], 20);
  EXPECT_EQ(json["ttft"]["bias"], -20);
  EXPECT_EQ(json["ttft"]["median"], 20);
  EXPECT_EQ(json["ttft"]["rows"], 2);
  EXPECT_EQ(json["coverage"], 100);
  ASSERT_EQ(json["groups"].size(), 2u);
  EXPECT_EQ(json["groups"][0]["key"], "sglang");
  EXPECT_TRUE(json["groups"][1]["ttft"]["mape"].is_null());  // of no rows: unknown, not 0
  EXPECT_EQ(json["groups"][1]["ttft"]["rows"], 0);
  EXPECT_EQ(json["without_doubt"]["tpot"]["rows"], 1);
  ASSERT_EQ(json["suspect"].size(), 1u);
  EXPECT_EQ(json["suspect"][0]["line"], 4);
  EXPECT_EQ(json["unanswered"][0]["reason"], "does not fit");
  EXPECT_EQ(json["doubtful"][0]["line"], 3);
  EXPECT_EQ(json["notes"][0], "columns not used: weather");
}

TEST(ValidationJson, WithoutIntervalsThereIsNoCoverage) {
  Validation v = sample();
  for (ValidatedPoint& p : v.points) p.tpot_interval.reset();
  const auto json = nlohmann::json::parse(report::json(v));
  EXPECT_TRUE(json["coverage"].is_null());
  EXPECT_TRUE(json["tpot"]["coverage"].is_null());
  EXPECT_EQ(json["tpot"]["mape"], 10);
}

TEST(ValidationText, ListsOdditiesWithTheirLines) {
  const std::string text = report::text(sample());
  EXPECT_THAT(text, HasSubstr("folder/mine.csv: 4 rows, 1 of them suspect, 1 without a prediction"));
  EXPECT_THAT(
      text,
      HasSubstr("line 4: llama-3.1-8b on h100-sxm-80gb, vllm: TPOT 1.00 ms beats the roofline's 2.00 ms"));
  EXPECT_THAT(text, HasSubstr("line 5: llama-3.1-8b on h100-sxm-80gb, sglang: does not fit"));
  EXPECT_THAT(text, HasSubstr("1 from line 3 on: number of workers not given"));
  EXPECT_THAT(text, HasSubstr("columns not used: weather"));
  EXPECT_THAT(text, HasSubstr("without a doubt"));
  EXPECT_THAT(report::text(sample(), 0), HasSubstr("... and 1 more; --json has all"));
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t n = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
  return n;
}

TEST(ValidationSvg, EachRowThatCountsHasAMarkInEachPanel) {
  const std::string svg = report::svg(sample());
  // sglang is mark 0 and vllm mark 1: one row each in two panels, and one in the legend.
  EXPECT_EQ(count(svg, "<use href=\"#mark0\""), 3u);
  EXPECT_EQ(count(svg, "<use href=\"#mark1\""), 3u);
  EXPECT_THAT(svg, HasSubstr("<title id=\"title\">Predicted against measured: mine.csv</title>"));
  EXPECT_THAT(svg, HasSubstr("measured TPOT, ms"));
  EXPECT_THAT(svg, HasSubstr("predicted TTFT, ms"));
  EXPECT_THAT(svg, HasSubstr("1 that beat the roofline are not shown"));
}

TEST(ValidationSvg, PlacesAMarkByItsLogarithm) {
  Validation v = sample();
  v.points.resize(1);
  v.points[0].predicted_tpot = v.points[0].predicted_ttft = milliseconds(40);
  v.table.points[0].tpot = v.table.points[0].ttft = milliseconds(20);
  // The axes go from 20 to 80 or 100, the steps of 1-2-5 around 20 .. 40; measured is at the left edge.
  EXPECT_THAT(report::svg(v), HasSubstr("<use href=\"#mark0\" x=\"0.0\" y="));
}

TEST(ValidationSvg, NamesCannotBreakIt) {
  Validation v = sample();
  v.table.path = "a<b>&\"c\".csv";
  v.table.points[0].stack = "<script>";
  const std::string svg = report::svg(v);
  EXPECT_THAT(svg, HasSubstr("a&lt;b&gt;&amp;&quot;c&quot;.csv"));
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
}

TEST(ValidationSvg, NoRowsIsStillAPicture) {
  Validation v;
  v.table.path = "empty.csv";
  EXPECT_THAT(report::svg(v), HasSubstr("TPOT: no rows"));
}

}  // namespace
}  // namespace ridgeline
