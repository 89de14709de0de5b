#include "report/prediction_page.h"

#include <gtest/gtest.h>

#include <cmath>

#include "report/document_page.h"
#include "report/roofline_chart.h"
#include "report/waterfall_chart.h"

namespace ridgeline::report {
namespace {

Result<Profile> predicted(const char* model, const char* hardware, PrecisionPlan plan, StepShape shape,
                          Calibration calibration = Calibration::ideal(), Parallelism parallelism = {}) {
  static const Catalog catalog = *Catalog::load(RIDGELINE_DATA_DIR);
  return predict(**catalog.model(model), **catalog.hardware(hardware), plan, shape, calibration, parallelism);
}

std::vector<Profile> profiles() {
  Parallelism four;
  four.tensor = 4;
  PrecisionPlan mixed = PrecisionPlan::quantized(Precision::fp8);
  mixed.attention = Precision::bf16;
  Calibration textbook = Calibration::textbook(0.5, Seconds(1e-4));
  textbook.provenance.date = "2024-01";
  std::vector<Profile> all;
  all.push_back(
      *predicted("llama-3-8b", "h100", PrecisionPlan::uniform(Precision::fp16), StepShape::decode(4, 512)));
  all.push_back(*predicted("llama-3.1-70b", "h100", mixed, StepShape::prefill(2, 333), textbook, four));
  all.push_back(
      *predicted("resnet-50", "l4", PrecisionPlan::uniform(Precision::int8), StepShape::samples(8)));
  all.push_back(
      *predicted("llama-3.1-405b", "l4", PrecisionPlan::uniform(Precision::fp16), StepShape::decode(1, 9)));
  return all;
}

TEST(ProfileReader, GivesBackWhatWasWritten) {
  for (const Profile& p : profiles()) {
    const Json written = to_json(p);
    std::string complaint;
    Profile read = read_profile(JsonPlace(written, complaint));
    EXPECT_EQ(complaint, "");
    read.inputs = p.inputs;
    EXPECT_EQ(to_json(read), written) << p.model;
    EXPECT_EQ(text(read), text(p));
  }
}

TEST(ServingReader, GivesBackWhatIsPrinted) {
  const Catalog catalog = *Catalog::load(RIDGELINE_DATA_DIR);
  ServingPoint point;
  point.precision = PrecisionPlan::quantized(Precision::fp8);
  point.worker.parallelism.tensor = 4;
  point.concurrency = 64;
  for (const bool disaggregated : {false, true}) {
    if (disaggregated) point.prefill = Worker{point.worker.parallelism, 2};
    const auto p = *predict_serving(**catalog.model("llama-3.1-70b"), **catalog.hardware("h100"), point,
                                    Calibration::ideal());
    const Json written = Json::parse(json(point, p));
    std::string complaint;
    const ReadServing read = read_serving(JsonPlace(written, complaint));
    EXPECT_EQ(complaint, "");
    EXPECT_EQ(text(read.point, read.prediction), text(point, p));
  }
}

TEST(ProfileReader, SaysTheFirstThingThatIsWrong) {
  const Json whole = to_json(profiles()[0]);
  const auto complaint_with = [&](const char* pointer, const Json& value) {
    Json changed = whole;
    changed[Json::json_pointer(pointer)] = value;
    std::string complaint;
    read_profile(JsonPlace(changed, complaint));
    return complaint;
  };
  EXPECT_EQ(complaint_with("/mfu", "much"), "mfu must be a number or null");
  EXPECT_EQ(complaint_with("/footprint/total_bytes", Json()), "footprint/total_bytes must be a number");
  EXPECT_EQ(complaint_with("/operators/1/class", "magic"),
            "operators/1/class is 'magic', which this version does not know");
  EXPECT_EQ(complaint_with("/shape/0/sequences", -1), "shape/0/sequences must be a whole number");
  EXPECT_EQ(complaint_with("/shape/0/sequences", std::uint64_t{1} << 40),
            "shape/0/sequences is out of range");
  EXPECT_EQ(complaint_with("/precision/weights", "fp17"),
            "precision/weights must be a number format, such as bf16");
  EXPECT_EQ(complaint_with("/latency_interval_seconds", {1}), "latency_interval_seconds must have two ends");
  EXPECT_EQ(complaint_with("/operators", Json::object()), "operators must be a list");
  Json less = whole;
  less.erase("peak_flops_per_second");
  std::string complaint;
  read_profile(JsonPlace(less, complaint));
  EXPECT_EQ(complaint, "peak_flops_per_second is missing");
}

// A device of 100 FLOP/s and 10 B/s has its ridge at 10 FLOP/B: on logarithmic axes the roof is a straight
// line up to there, and flat beyond.
TEST(RooflineChart, MarksLieUnderTheRoof) {
  RooflinePlot plot{"", 100, 10, {}};
  plot.marks.push_back({"on the slope", 4, 4, 10, 0.5, "memory"});      // 1 FLOP/B: the roof is 10 FLOP/s
  plot.marks.push_back({"on the flat", 4000, 4, 100, 0.5, "compute"});  // 1000 FLOP/B
  plot.marks.push_back({"nowhere", 0, 4, 0, 0, "memory"});
  const Chart chart = roofline_chart({plot}, "roofline", "Roofline");
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0, right = 0;
  const std::size_t roof = chart.svg.find("M", chart.svg.find("class=\"roof"));
  ASSERT_EQ(std::sscanf(chart.svg.c_str() + roof, "M%lf %lfL%lf %lfH%lf", &x0, &y0, &x1, &y1, &right), 5);
  std::vector<std::pair<double, double>> marks;
  for (std::size_t at = chart.svg.find("translate("); at != std::string::npos;
       at = chart.svg.find("translate(", at + 1)) {
    double x = 0, y = 0;
    if (std::sscanf(chart.svg.c_str() + at, "translate(%lf %lf)", &x, &y) == 2 && y < 300)
      marks.emplace_back(x, y);
  }
  ASSERT_EQ(marks.size(), 3u);  // and the turned label of the vertical axis
  marks.erase(marks.begin());
  EXPECT_NEAR(marks[0].second, y0 + (y1 - y0) * (marks[0].first - x0) / (x1 - x0), 0.2);
  EXPECT_NEAR(marks[1].second, y1, 0.11);
  EXPECT_LT(marks[0].first, x1);
  EXPECT_GT(marks[1].first, x1);
  EXPECT_EQ(chart.table.markdown(),
            "| operator | FLOPs | bytes | FLOP/B | attained | of the time | bound by |\n"
            "|---|---:|---:|---:|---:|---:|---|\n"
            "| on the slope | 4.00 FLOP | 4.00 B | 1 | 10.0 FLOP/s | 50 % | memory |\n"
            "| on the flat | 4.00 kFLOP | 4.00 B | 1000 | 100 FLOP/s | 50 % | compute |\n"
            "| nowhere | 0 FLOP | 4.00 B | – | – | 0.0 % | memory |\n");
  EXPECT_NE(chart.caption.find("Without FLOPs to place: nowhere."), std::string::npos);
}

/// x and width of each bar.
std::vector<std::pair<double, double>> bars_of(const Chart& chart) {
  std::vector<std::pair<double, double>> bars;
  for (std::size_t at = chart.svg.find("<rect class=\"k-"); at != std::string::npos;
       at = chart.svg.find("<rect class=\"k-", at + 1)) {
    double x = 0, y = 0, width = 0;
    std::sscanf(chart.svg.c_str() + chart.svg.find(" x=", at), " x=\"%lf\" y=\"%lf\" width=\"%lf\"", &x, &y,
                &width);
    bars.emplace_back(x, width);
  }
  return bars;
}

TEST(WaterfallChart, EachBarBeginsWhereTheOneBeforeEnded) {
  // 10 s: 6 less, 3 more, so 7.
  const auto bars = bars_of(waterfall_chart(
      {{"A", 10, "total", true}, {"faster", -6, "less"}, {"slower", 3, "more"}, {"B", 7, "total", true}}, "s",
      "difference", "From A to B", ""));
  ASSERT_EQ(bars.size(), 4u);
  const double second = bars[0].second / 10;
  EXPECT_NEAR(bars[1].first + bars[1].second, bars[0].first + bars[0].second, 0.02);
  EXPECT_NEAR(bars[1].second, 6 * second, 0.02);
  EXPECT_NEAR(bars[2].first, bars[1].first, 0.02);
  EXPECT_NEAR(bars[2].first + bars[2].second, bars[3].first + bars[3].second, 0.02);
  EXPECT_NEAR(bars[3].second, 7 * second, 0.02);
}

TEST(WaterfallChart, ManySmallOnesAreDrawnAsOne) {
  std::vector<WaterfallStep> steps;
  for (int i = 1; i <= 40; ++i)
    steps.push_back({"op " + std::to_string(i), static_cast<double>(i), "memory"});
  steps.push_back({"latency", 820, "total", true});
  const Chart chart = waterfall_chart(steps, "s", "latency", "", "");
  const auto bars = bars_of(chart);
  ASSERT_EQ(bars.size(), 16u);
  // Those of 1 to 26 together: 351 of 820.
  EXPECT_NE(chart.svg.find("26 smaller ones: 351 s"), std::string::npos) << chart.svg;
  EXPECT_NEAR(bars[0].second, bars.back().second * 351 / 820, 0.02);
  EXPECT_NE(chart.table.markdown().find("| op 7 | 7.00 s | memory |"), std::string::npos);
}

std::string prediction_page_of(const std::string& document) {
  const auto read = *read_document(document, "p.json");
  PageSource source;
  source.name = "p.json";
  source.document = document;
  const auto page = document_page(read, source, "p.json");
  return page ? *page : page.error().message;
}

TEST(PredictionPage, WhatDoesNotFitSaysSo) {
  EXPECT_NE(prediction_page_of(json(profiles()[3])).find("<strong>DOES NOT FIT</strong>"), std::string::npos);
  EXPECT_EQ(prediction_page_of(json(profiles()[0])).find("DOES NOT FIT"), std::string::npos);
}

TEST(PredictionPage, NothingInTheDocumentIsMarkup) {
  const std::string evil = "</script><script>alert(1)</script><!--\"'";
  Profile p = profiles()[0];
  p.model = p.hardware = p.ops[0].name = p.inputs[0].value = evil;
  const std::string page = prediction_page_of(json(p));
  std::size_t scripts = 0;
  for (std::size_t at = page.find("<script"); at != std::string::npos; at = page.find("<script", at + 1))
    ++scripts;
  EXPECT_EQ(scripts, 2u);
  EXPECT_EQ(page.find("<!--"), std::string::npos);
}

TEST(PredictionPage, NoOperatorsNoPicture) {
  Profile p = profiles()[0];
  p.ops.clear();
  EXPECT_TRUE(prediction_charts(p).empty());
  p = profiles()[0];
  p.latency = Seconds(std::nan(""));
  EXPECT_TRUE(prediction_charts(p).empty());
  EXPECT_EQ(prediction_page_of(json(p)).find("<svg"), std::string::npos);
}

}  // namespace
}  // namespace ridgeline::report
