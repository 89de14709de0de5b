#include "report/run_page.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "report/distribution_charts.h"
#include "report/run_charts.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

using namespace std::chrono_literals;

/// Query i comes at i ms and takes `latency(i)`.
template <class Latency>
Run run_of(int queries, Latency latency) {
  Run run;
  run.scenario = Scenario::mlperf(ScenarioKind::single_stream);
  run.system = "a system";
  run.workload = "a model";
  for (int i = 0; i < queries; ++i) {
    QueryRecord query;
    query.scheduled = query.issued = i * 1ms;
    query.completed = query.scheduled + latency(i);
    run.queries.push_back(query);
  }
  return run;
}
Run uniform() {
  return run_of(100, [](int i) { return (i + 1) * 1ms; });
}
std::string page_of(const Run& run, const std::string& document = "{}",
                    const std::string& name = "run.json") {
  SavedRun saved;
  saved.run = run;
  return run_page(saved, summarize(run), {name, document, "bench x", {}, "0.1.0", "release"});
}
std::size_t times(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(LatencySampleOfRun, RanksAreLoadGens) {
  const ridgeline::Run run = uniform();
  const LatencySample sample(run);
  EXPECT_EQ(sample.count(), 100u);
  EXPECT_EQ(sample.least(), 1ms);
  EXPECT_EQ(sample.most(), 100ms);
  EXPECT_EQ(sample.at_most(50ms), 50u);
  EXPECT_EQ(sample.at_most(50ms - 1ns), 49u);
  EXPECT_EQ(sample.quantile(0.95), 96ms);  // sorted[floor(100 * 0.95)]
  EXPECT_EQ(sample.quantile(0.99), 100ms);
  EXPECT_EQ(sample.quantile(0.999), std::nullopt);  // 0.1 of a query beyond
}

TEST(LatencySampleOfRun, ADigestTellsTheSameToAThousandth) {
  ridgeline::Run run = uniform();
  auto digest = std::make_shared<RunDigest>();
  for (const QueryRecord& query : run.queries) digest->latency.times.record(query.latency());
  run.queries.clear();
  run.digest = digest;
  const LatencySample sample(run);
  EXPECT_FALSE(sample.exact());
  EXPECT_EQ(sample.count(), 100u);
  EXPECT_EQ(sample.at_most(50ms), 50u);
  EXPECT_NEAR(static_cast<double>(sample.quantile(0.95)->count()), 96e6, 96e3);
}

TEST(LatencySampleOfRun, OfflineIsOfSamples) {
  ridgeline::Run run = run_of(1, [](int) { return 9ms; });
  run.scenario = Scenario::mlperf(ScenarioKind::offline);
  run.sample_completions = {9ms, 3ms};
  const LatencySample sample(run);
  EXPECT_EQ(sample.count(), 2u);
  EXPECT_EQ(sample.least(), 3ms);
}

TEST(Histogram, EveryQueryIsInOneBin) {
  const auto counted = [](const ridgeline::Run& run, Axes axes) {
    const std::string table =
        latency_histogram(run, summarize(run), LatencySample(run), axes).table.markdown();
    std::uint64_t sum = 0;
    std::size_t rows = 0;
    for (std::size_t line = 0; line < table.size(); line = table.find('\n', line) + 1, ++rows) {
      std::size_t at = line;
      for (int pipes = 0; pipes < 3; ++pipes) at = table.find('|', at) + 1;
      if (rows >= 2) sum += std::stoull(table.substr(at));
    }
    return sum;
  };
  const ridgeline::Run same = run_of(10, [](int) { return 5ms; });
  const ridgeline::Run none = run_of(10, [](int) { return 0ms; });
  const ridgeline::Run wide = run_of(50, [](int i) { return i == 0 ? 0ns : i < 40 ? 1ns * i : 10s * i; });
  for (const Axes axes : {Axes::linear, Axes::logarithmic}) {
    EXPECT_EQ(counted(uniform(), axes), 100u);
    EXPECT_EQ(counted(same, axes), 10u);
    EXPECT_EQ(counted(none, axes), 10u);
    EXPECT_EQ(counted(wide, axes), 50u);
  }
}

TEST(Histogram, LinesDoNotCrossTexts) {
  ridgeline::Run run = uniform();
  run.scenario.target_latency = 40ms;
  const auto svg = [&] {
    return latency_histogram(run, summarize(run), LatencySample(run), Axes::linear).svg;
  };
  // Downwards: what lies on the left ascends (mean 50.5 ms, P50 51 ms), what lies on the right descends.
  std::size_t at = 0;
  for (const char* name : {">limit 40.0 ms<", ">mean 50.5 ms<", ">P50 51.0 ms<", ">P99 100 ms<",
                           ">P95 96.0 ms<", ">P90 91.0 ms<"}) {
    const std::size_t next = svg().find(name);
    ASSERT_NE(next, std::string::npos) << name;
    EXPECT_GT(next, at) << name;
    at = next;
  }
  run.scenario.target_latency = 1s;  // beyond the axis
  EXPECT_EQ(svg().find("limit"), std::string::npos);
}

TEST(Axis, TicksAreRound) {
  const ChartAxis linear(0, 103, 0, 100, false), logarithmic(1e-3, 2e-2, 0, 100, true);
  EXPECT_EQ(linear.ticks(), (std::vector<double>{0, 20, 40, 60, 80, 100}));
  const std::vector<double> ticks = logarithmic.ticks();
  ASSERT_EQ(ticks.size(), 5u);  // 1, 2, 5, 10, 20 ms
  EXPECT_DOUBLE_EQ(ticks[1], 2e-3);
  EXPECT_NEAR(logarithmic.at(std::sqrt(1e-3 * 2e-2)), 50, 1e-9);
  EXPECT_DOUBLE_EQ(logarithmic.at(1), 100);  // beyond the end
}

TEST(Charts, AreThoseThatTheRunHasFiguresFor) {
  ridgeline::Run run = uniform();
  EXPECT_EQ(run_charts(run, summarize(run)).size(), 4u);
  for (std::size_t i = 0; i < run.queries.size(); ++i)
    run.phases.push_back({.queueing = 1ms * i, .prefill = 1ms});
  const auto charts = run_charts(run, summarize(run));
  ASSERT_EQ(charts.size(), 5u);
  EXPECT_EQ(charts.back().id, "phases");
  // Mean of 0 .. 99 ms, and of the slowest hundredth, which is the last query.
  EXPECT_EQ(
      charts.back().table.markdown(),
      "| mean latency by phase | all | slowest 1 % |\n|---|---:|---:|\n| queueing | 49.5 ms | 99.0 ms |\n"
      "| service | 1.00 ms | 1.00 ms |\n| total | 50.5 ms | 100 ms |\n");
  const ridgeline::Run empty = run_of(0, [](int) { return 1ms; });
  EXPECT_TRUE(run_charts(empty, summarize(empty)).empty());
}

TEST(RunPageHtml, HasATableForEachPicture) {
  const std::string page = page_of(uniform());
  EXPECT_EQ(times(page, "<svg "), 4u);
  EXPECT_EQ(times(page, "The same as a table"), 4u);
  EXPECT_TRUE(is_report_page(page));
  EXPECT_FALSE(is_report_page("<!DOCTYPE html><html>"));
}

TEST(RunPageHtml, NothingInTheRunIsMarkup) {
  const std::string evil = "</script><script>alert(1)</script><!--\"'";
  ridgeline::Run run = uniform();
  run.system = run.workload = run.machine = evil;
  run.notes = {evil};
  const std::string page = page_of(run, report::json(run, summarize(run)), evil + ".json");
  EXPECT_EQ(times(page, "<script"), 2u);  // the document and the page's own
  EXPECT_EQ(times(page, "</script"), 2u);
  EXPECT_EQ(times(page, "<!--"), 0u);
}

TEST(RunPageHtml, RefersToNothingOutside) {
  std::string page = page_of(uniform());
  for (std::size_t at; (at = page.find("http://www.w3.org/2000/svg")) != std::string::npos;)
    page.erase(at, 26);
  for (const char* reference : {"http:", "https:", "src=\"", "href=\"", "@import", "url("})
    EXPECT_EQ(times(page, reference), 0u) << reference;
}

TEST(RunPageHtml, NoQueriesNoPicture) {
  const std::string page = page_of(run_of(0, [](int) { return 1ms; }));
  EXPECT_EQ(times(page, "<svg "), 0u);
  EXPECT_EQ(times(page, "nan"), 0u);
  EXPECT_EQ(times(page, "INVALID"), 2u);  // the verdict, and among the figures
}

TEST(RunPageHtml, IsTheSameEachTime) { EXPECT_EQ(page_of(uniform()), page_of(uniform())); }

}  // namespace
}  // namespace ridgeline::report
