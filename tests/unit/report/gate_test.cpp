// The report of a pair that can be checked by hand: P99 10 ms before and 12 ms after, (12 - 10) / 10 = +20 %.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/prediction_reader.h"
#include "ridgeline/gate_report.h"

namespace ridgeline {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr RunMetric p99{"p99", "99th percentile of the latency", MetricUnit::seconds, Better::lower};

Estimate estimate(double value, double low, double high) {
  Estimate e;
  e.value = value;
  e.low = low;
  e.high = high;
  return e;
}

CriterionResult result(std::string_view text) {
  constexpr CriterionMetric names[] = {{"p99", CriterionUnit::seconds},
                                       {"tpot_p50", CriterionUnit::seconds},
                                       {"throughput", CriterionUnit::per_second},
                                       {"attainment", CriterionUnit::share}};
  const auto criterion = parse_criterion(text, {"a run", names});
  EXPECT_TRUE(criterion) << text;
  CriterionResult r;
  if (criterion) r.criterion = *criterion;
  return r;
}

CriterionResult judged(CriterionResult r) {
  r.judgement = judge(r.criterion, r.seen);
  return r;
}

GateReport report_of_four() {
  GateReport report;
  report.base = "base.json";
  report.head = "head.json";
  CriterionResult slower = result("p99 > +5%");
  slower.seen.base = 0.010;
  slower.seen.head = estimate(0.012, 0.0115, 0.0125);
  slower.seen.absolute = estimate(0.002, 0.0015, 0.0025);
  slower.seen.relative = estimate(0.2, 0.15, 0.25);
  slower.seen.evidence = Evidence::shown;
  CriterionResult absolute = slower;
  absolute.criterion = result("p99 > +3ms").criterion;
  CriterionResult straddling = slower;
  straddling.criterion = result("p99 > 12ms").criterion;
  report.results = {judged(absolute), judged(straddling), judged(slower), judged(result("tpot_p50 > 40ms"))};
  RunDifference difference;
  difference.a_queries = 1000;
  difference.b_queries = 2000;
  MetricDifference m;
  m.metric = &p99;
  m.a = 0.010;
  m.b = 0.012;
  m.absolute = estimate(0.002, 0.0015, 0.0025);
  m.relative = estimate(0.2, 0.15, 0.25);
  m.evidence = Evidence::shown;
  difference.metrics = {m};
  // 0, 0.25 ... 2 ms: eighths of the greatest, so the nine heights are lround(7 i / 8) = 0 1 2 3 4 4 5 6 7.
  for (int i = 0; i <= 8; ++i) {
    DecileShift shift;
    shift.quantile = 0.1 * (i + 1);
    shift.seconds.value = 0.00025 * i;
    difference.shift.push_back(shift);
  }
  difference.sentences = {"B is slower."};
  report.difference = difference;
  return report;
}

/// Runs of blanks as one, and without rules: how wide columns are is Table's to say.
std::string squeezed(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 3, "─") == 0) {
      i += 2;
    } else if (text[i] != ' ' || result.empty() || result.back() != ' ') {
      result += text[i];
    }
  }
  return result;
}

TEST(GateText, SaysTheVerdictFirstThenEachCriterion) {
  EXPECT_EQ(
      squeezed(report::text(report_of_four())),
      "FAILED: 1 of 4 criteria failed, 2 can't be told\n"
      "base base.json, head head.json\n"
      "\n"
      "criterion base head change outcome why\n"
      "\n"
      "p99 > +3ms 10.0 ms 12.0 ms +2.00 ms [+1.50 ms, +2.50 ms] passed none of the interval is beyond the "
      "limit\n"
      "p99 > 12ms 10.0 ms 12.0 ms [11.5, 12.5] +20 % [+15, +25] can't tell the limit is within HEAD's "
      "interval\n"
      "p99 > +5% 10.0 ms 12.0 ms +20 % [+15, +25] failed beyond the limit, and shown\n"
      "tpot_p50 > 40ms – – – can't tell HEAD has no tpot_p50\n"
      "Intervals are 95 %.\n"
      "Latency by decile, head less base: ▁▂▃▄▅▅▆▇█ from +0 s at 10 % to +2.00 ms at 90 %\n");
}

TEST(GateText, ColoursRowsWhereAskedTo) {
  const std::string text = report::text(report_of_four(), report::Colour::on);
  EXPECT_THAT(text, testing::StartsWith("\x1b[31mFAILED\x1b[0m: "));
  EXPECT_THAT(text, HasSubstr("\x1b[31mp99 > +5%"));
  EXPECT_THAT(text, HasSubstr("\x1b[33mtpot_p50 > 40ms"));
  EXPECT_THAT(text, HasSubstr("\np99 > +3ms"));
  EXPECT_THAT(report::text(report_of_four()), Not(HasSubstr("\x1b")));
}

TEST(GateText, StrictnessIsSaid) {
  GateReport report = report_of_four();
  report.results.erase(report.results.begin() + 2);
  EXPECT_THAT(report::text(report),
              testing::StartsWith("PASSED: 2 of 3 criteria can't be told, which passes without --strict\n"));
  report.strictness = Strictness::strict;
  EXPECT_THAT(report::text(report),
              testing::StartsWith("FAILED: 2 of 3 criteria can't be told, which --strict fails\n"));
  report.results = {report.results[0]};
  EXPECT_THAT(report::text(report), testing::StartsWith("PASSED: 1 criterion passed\n"));
}

TEST(GateMarkdown, VerdictFirstFailuresFirstDetailsFolded) {
  GateReport report = report_of_four();
  report.warnings = {"HEAD is INVALID: <script> | `x`"};
  const std::string page = report::markdown(report);
  EXPECT_THAT(page, testing::StartsWith(
                        "### ❌ ridgeline check: failed\n"
                        "\n"
                        "1 of 4 criteria failed, 2 can't be told. Base `base.json`, head `head.json`.\n"
                        "\n"
                        "| metric | base | head | change | fails if | outcome |\n"
                        "|---|---:|---:|---:|---:|---|\n"
                        "| `p99` | 10.0 ms | 12.0 ms | +20 % [+15, +25] | `> +5%` | ❌ failed |\n"
                        "| `p99` | 10.0 ms | 12.0 ms [11.5, 12.5] | +20 % [+15, +25] | `> 12ms` | ❔ "
                        "can't tell |\n"));
  EXPECT_THAT(page, HasSubstr("⚠️ HEAD is INVALID: &lt;script&gt; | \\`x\\`"));
  EXPECT_THAT(page, HasSubstr("▁▂▃▄▅▅▆▇█"));
  const std::string above = page.substr(0, page.find("<details>"));
  EXPECT_LT(std::count(above.begin(), above.end(), '\n'), 40);
  EXPECT_THAT(above, Not(HasSubstr("B is slower.")));
  EXPECT_THAT(page, HasSubstr("- B is slower."));
  EXPECT_THAT(page, testing::EndsWith("1000 queries against 2000.\n\n</details>\n"));
}

TEST(GateMarkdown, ManyCriteriaAreFolded) {
  GateReport report;
  for (int i = 0; i < 20; ++i) report.results.push_back(judged(result("p99 > +5%")));
  const std::string page = report::markdown(report);
  EXPECT_THAT(page, HasSubstr("and 8 more, folded below"));
  EXPECT_LT(page.substr(0, page.find("<details>")).size(), page.size() / 2);
}

TEST(GateGithub, AnnotatesWhatFailsAndWhatCannotBeTold) {
  GateReport report = report_of_four();
  report.warnings = {"two\nlines"};
  EXPECT_EQ(report::github_annotations(report),
            "::error title=ridgeline check::p99 > +5%25: 10.0 ms to 12.0 ms, +20 %25 [+15, +25]: beyond the "
            "limit, and "
            "shown\n"
            "::warning title=ridgeline check::can't tell: p99 > 12ms: 12.0 ms [11.5, 12.5], the limit is "
            "within HEAD's "
            "interval\n"
            "::warning title=ridgeline check::can't tell: tpot_p50 > 40ms: HEAD has no tpot_p50\n"
            "::warning title=ridgeline check::two%0Alines\n"
            "::notice title=ridgeline check::failed: 1 of 4 criteria failed, 2 can't be told\n");
}

TEST(GateJson, HasFiguresInSiAndAbsentOnesAsNull) {
  const auto json = nlohmann::json::parse(report::json(report_of_four()));
  EXPECT_EQ(json["schema"], "ridgeline.gate/1");
  EXPECT_EQ(json["passed"], false);
  EXPECT_EQ(json["outcome"], "failed");
  const auto& slower = json["criteria"][2];
  EXPECT_EQ(slower["criterion"], "p99 > +5%");
  EXPECT_EQ(slower["limit_kind"], "relative");
  EXPECT_EQ(slower["limit"], 0.05);
  EXPECT_EQ(slower["base"], 0.010);
  EXPECT_EQ(slower["head"]["value"], 0.012);
  EXPECT_EQ(slower["relative_change"]["high"], 0.25);
  EXPECT_EQ(slower["outcome"], "failed");
  const auto& absent = json["criteria"][3];
  EXPECT_EQ(absent["measured"], false);
  EXPECT_TRUE(absent["base"].is_null() && absent["head"].is_null() && absent["change"].is_null());
  EXPECT_EQ(json["latency_shift"].size(), 9u);
}

TEST(GateJunit, EscapesAndCounts) {
  GateReport report = report_of_four();
  report.base = "a<b>&\"c\"\x01";
  const std::string xml = report::junit(report);
  EXPECT_THAT(xml, HasSubstr("tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"2\""));
  EXPECT_THAT(xml, HasSubstr("value=\"a&lt;b&gt;&amp;&quot;c&quot; \""));
  EXPECT_THAT(
      xml, HasSubstr("name=\"p99 &gt; +5%\">\n      <failure message=\"p99 &gt; +5%: 10.0 ms to 12.0 ms, "));
}

TEST(Sparkline, SpansFromLeastToGreatestWithZero) {
  EXPECT_EQ(report::sparkline({}), "");
  EXPECT_EQ(report::sparkline({0, 0}), "▁▁");
  EXPECT_EQ(report::sparkline({7, 7}), "██");   // far from zero
  EXPECT_EQ(report::sparkline({-7, 0}), "▁█");  // zero is the greatest
  EXPECT_EQ(report::sparkline({-1, 6}), "▁█");  // and 1/7 of the way is one step up
  EXPECT_EQ(report::sparkline({-1, 0, 6}), "▁▂█");
}

TEST(PredictionReader, FindsTheSchemaWhereverItStands) {
  EXPECT_EQ(report::schema_of(R"({"a": {"schema": "inner"}, "b": [1, {"schema": 2}], "schema": "outer", )"),
            "outer");
  EXPECT_EQ(report::schema_of("{\"schema\": 3}"), "");
  EXPECT_EQ(report::schema_of("[\"schema\", \"x\"]"), "");
  EXPECT_EQ(report::schema_of("no JSON"), "");
  EXPECT_EQ(report::schema_of(""), "");
}

TEST(PredictionReader, SaysWhatIsMissing) {
  const auto complaint = [](const char* text) {
    const auto read = report::read_prediction(text, "p.json");
    return read ? "" : read.error().message;
  };
  EXPECT_EQ(complaint("{"), "p.json: not JSON, or cut short");
  EXPECT_THAT(complaint("{}"), HasSubstr("p.json: not a prediction; its schema must be"));
  EXPECT_EQ(complaint(R"({"schema": "ridgeline.profile/1"})"), "p.json: model is missing");
  EXPECT_EQ(complaint(R"({"schema": "ridgeline.profile/1", "model": 3})"), "p.json: model must be text");
  EXPECT_EQ(complaint(R"({"schema": "ridgeline.profile/1", "model": "m", "hardware": "h", "shape": 3})"),
            "p.json: shape must be a list");
}

}  // namespace
}  // namespace ridgeline
