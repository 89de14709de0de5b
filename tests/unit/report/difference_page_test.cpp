#include "report/difference_page.h"

#include <gtest/gtest.h>

#include "report/document_page.h"
#include "report/explanation.h"
#include "report/run_difference_page.h"
#include "report/shift_chart.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

using namespace std::chrono_literals;

Explanation explanation() {
  const Catalog catalog = *Catalog::load(RIDGELINE_DATA_DIR);
  Setup a{**catalog.model("llama-3-8b"), **catalog.hardware("a100"), PrecisionPlan::uniform(Precision::fp16),
          StepShape::decode(8, 512), Calibration::textbook(0.5, Seconds(1e-4))};
  Setup b = a;
  b.hardware = **catalog.hardware("h100");
  b.shape = StepShape::decode(16, 512);
  return *compare(a, b);
}

ridgeline::Run run_taking(Nanoseconds each) {
  ridgeline::Run run;
  run.scenario = Scenario::mlperf(ScenarioKind::single_stream);
  run.system = "a system";
  run.workload = "a model";
  for (int i = 0; i < 4000; ++i) {
    QueryRecord query;
    query.scheduled = query.issued = i * 20ms;
    query.completed = query.scheduled + each + i * 7919 % 101 * 10us;
    run.queries.push_back(query);
    run.phases.push_back({.queueing = each, .prefill = i * 7919 % 101 * 10us});
  }
  return run;
}

std::string difference_page_of(const std::string& document) {
  const auto read = *read_document(document, "d.json");
  PageSource source;
  source.name = "d.json";
  source.document = document;
  const auto page = document_page(read, source, "d.json");
  return page ? *page : page.error().message;
}

TEST(DifferenceReader, GivesBackWhatIsPrinted) {
  const Explanation e = explanation();
  const Json written = Json::parse(json(e));
  std::string complaint;
  const Explanation read = read_difference(JsonPlace(written, complaint));
  ASSERT_EQ(complaint, "");
  EXPECT_EQ(parts_table(read).table.text(), parts_table(e).table.text());
  EXPECT_EQ(sides_table(read.profiles).text(), sides_table(e.profiles).text());
  EXPECT_EQ(read.sentences, e.sentences);
  EXPECT_EQ(read.profiles.analysis, e.profiles.analysis);
  EXPECT_DOUBLE_EQ(read.latency.baseline, e.latency.baseline);
  EXPECT_DOUBLE_EQ(read.latency.proposal, e.latency.proposal);
  EXPECT_DOUBLE_EQ(read.throughput.difference, e.throughput.difference);
  ASSERT_EQ(read.cost.has_value(), e.cost.has_value());
}

TEST(DifferencePage, OfProfilesAloneToo) {
  const Explanation e = explanation();
  const std::string page = difference_page_of(json(e.profiles));
  EXPECT_NE(page.find("<h2>Parts of the difference</h2>"), std::string::npos);
  EXPECT_EQ(page.find("without it"), std::string::npos);
  EXPECT_NE(page.find("<figure id=\"rooflines\">"), std::string::npos);
  EXPECT_NE(page.find("<figure id=\"difference\">"), std::string::npos);
}

TEST(DifferencePage, APartWithoutItsCounterfactualIsRefused) {
  Json changed = Json::parse(json(explanation()));
  changed["counterfactuals"].erase(0);
  EXPECT_EQ(difference_page_of(changed.dump()),
            "d.json: counterfactuals must have every factor of the parts");
}

TEST(RunDifferenceReader, GivesBackWhatWasWritten) {
  const NamedRun a{"a.json", run_taking(5ms)}, b{"b.json", run_taking(7ms)};
  RunComparison how;
  how.replicas = 200;
  const RunDifference d = *compare(a.run, b.run, how);
  ASSERT_FALSE(d.shift.empty());
  ASSERT_FALSE(d.parts.empty());
  const std::string document = json(d, a, b, how);
  const Json written = Json::parse(document);
  std::string complaint;
  const ReadRunDifference read = read_run_difference(JsonPlace(written, complaint));
  ASSERT_EQ(complaint, "");
  EXPECT_EQ(json(read.difference, read.a, read.b, read.how), document);
  EXPECT_EQ(text(read.difference, read.a, read.b, read.how), text(d, a, b, how));
}

TEST(RunDifferencePage, RefusesWhatItDoesNotKnow) {
  const NamedRun a{"a.json", run_taking(5ms)}, b{"b.json", run_taking(7ms)};
  RunComparison how;
  how.replicas = 200;
  const Json whole = Json::parse(json(*compare(a.run, b.run, how), a, b, how));
  const auto complaint_with = [&](const char* pointer, const Json& value) {
    Json changed = whole;
    changed[Json::json_pointer(pointer)] = value;
    return difference_page_of(changed.dump());
  };
  EXPECT_EQ(complaint_with("/metrics/0/metric", "beauty"),
            "d.json: metrics/0/metric must be a metric of runs");
  EXPECT_EQ(complaint_with("/metrics/0/difference", Json()),
            "d.json: metrics/0/difference must be an estimate");
  EXPECT_EQ(complaint_with("/parts_of_mean/0/phase", "tea"),
            "d.json: parts_of_mean/0/phase must be a phase of a query");
  EXPECT_EQ(complaint_with("/shift/0/difference_seconds/value", "x"),
            "d.json: shift/0/difference_seconds/value must be a number");
}

// Two milliseconds more at every decile: all points at one height, above the line of no difference.
TEST(ShiftChart, SlowerIsAbove) {
  std::vector<DecileShift> shift;
  for (int i = 1; i < 10; ++i) shift.push_back({0.1 * i, Estimate{2e-3, 1e-3, 3e-3}});
  const Chart chart = shift_chart(shift, Table({{"decile"}}));
  std::vector<double> heights;
  for (std::size_t at = chart.svg.find("cy=\""); at != std::string::npos;
       at = chart.svg.find("cy=\"", at + 1))
    heights.push_back(std::stod(chart.svg.substr(at + 4)));
  ASSERT_EQ(heights.size(), 9u);
  double zero = 0;
  const std::size_t mark = chart.svg.find("d=\"M", chart.svg.find("class=\"mark\""));
  ASSERT_EQ(std::sscanf(chart.svg.c_str() + mark, "d=\"M%*f %lfH", &zero), 1);
  for (const double height : heights) {
    EXPECT_EQ(height, heights[0]);
    EXPECT_LT(height, zero);
  }
}

}  // namespace
}  // namespace ridgeline::report
