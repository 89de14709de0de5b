#include "report/study_page.h"

#include <gtest/gtest.h>

#include "report/document_page.h"
#include "report/front_chart.h"
#include "report/study_tables.h"
#include "ridgeline/study_report.h"

namespace ridgeline::report {
namespace {

struct Explored {
  Study study;
  StudyResult result;
};

Explored explored(const std::string& text) {
  static const Catalog catalog = *Catalog::load(RIDGELINE_DATA_DIR);
  static const Calibrations calibrations = *Calibrations::load(RIDGELINE_DATA_DIR "/calibration");
  Explored e;
  e.study = *read_study(text, "s.yaml", catalog, calibrations);
  e.result = *explore(e.study);
  return e;
}

/// Two objectives, a constraint, prices, simulations, survival and sensitivity.
const char* const serving_study =
    "model: llama-3.1-8b\nworkload: {isl: 512, osl: 128}\nstack: vllm\nspace: {hardware: [h100, l4], "
    "concurrency: [1, 4, 16, 64, 256]}\nobjectives: [{maximise: tokens_per_device}, {minimise: ttft}]\n"
    "constraints: [ttft < 300ms, cost_per_mtok < 9USD]\nverify: {ttft_p99: 200ms, duration: 2s}\n"
    "uncertainty: {draws: 50}\n";
const char* const one_objective =
    "model: llama-3.1-8b\nspace: {hardware: h100, concurrency: [1, 8]}\nobjectives: [{minimise: ttft}]\n"
    "constraints: [ttft < 1us]\nuncertainty: {draws: 0, sensitivity: false}\n";

std::string study_page_of(const std::string& document) {
  const auto read = *read_document(document, "s.json");
  PageSource source;
  source.name = "s.json";
  source.document = document;
  const auto page = document_page(read, source, "s.json");
  return page ? *page : page.error().message;
}

TEST(StudyReader, GivesBackWhatWasWritten) {
  for (const char* text : {serving_study, one_objective}) {
    const Explored e = explored(text);
    const Json written = Json::parse(json(e.study, e.result));
    std::string complaint;
    const ReadStudy read = read_study_document(JsonPlace(written, complaint));
    ASSERT_EQ(complaint, "");
    EXPECT_EQ(read.money, written["study"]["money"]);
    Json again = Json::parse(json(read.study, read.result));
    again["study"]["money"] = read.money;  // of prices, which the document does not have
    EXPECT_EQ(again, written);

    const auto parts = study_tables(e.study, e.result, 20),
               of_read = study_tables(read.study, read.result, 20);
    ASSERT_EQ(of_read.size(), parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string table = parts[i].table ? parts[i].table->text() : "";
      EXPECT_EQ(of_read[i].table ? of_read[i].table->text() : "", table);
      EXPECT_EQ(of_read[i].below, parts[i].below);
      EXPECT_TRUE(parts[i].heading.starts_with(of_read[i].heading)) << of_read[i].heading;
    }
  }
}

TEST(StudyReader, RefusesWhatDoesNotHangTogether) {
  const Explored e = explored(serving_study);
  const Json whole = Json::parse(json(e.study, e.result));
  const auto complaint_with = [&](const char* pointer, const Json& value) {
    Json changed = whole;
    changed[Json::json_pointer(pointer)] = value;
    return study_page_of(changed.dump());
  };
  EXPECT_EQ(complaint_with("/best/0/index", 12345), "s.json: best/0/index must be a point of the front");
  EXPECT_EQ(complaint_with("/front/0/metrics/ttft", Json()),
            "s.json: front must have a value of every objective");
  EXPECT_EQ(complaint_with("/study/objectives/0/metric", "beauty"),
            "s.json: study/objectives/0/metric must be a metric of studies");
  EXPECT_EQ(complaint_with("/study/objectives", Json::array()), "s.json: study/objectives must not be empty");
  EXPECT_EQ(complaint_with("/study/axes", Json::array()), "s.json: study/axes must name the hardware");
  EXPECT_EQ(complaint_with("/study/constraints/0", "ttft is small"),
            "s.json: study/constraints/0 must be a constraint on a metric of studies");
  EXPECT_EQ(complaint_with("/survival/points", Json::array({{{"on_front", 1}, {"feasible", 1}}})),
            "s.json: survival/points must be those of the front");
  EXPECT_EQ(complaint_with("/best", Json::array()),
            "s.json: sensitivity must be of a front with a best point");
}

// Each point of the front is drawn once, further right where its first objective is larger.
TEST(FrontChart, PointsLieInTheOrderOfTheirObjectives) {
  const Explored e = explored(serving_study);
  ASSERT_GE(e.result.front.size(), 3u);
  const Chart chart = front_chart(e.study, e.result);
  std::vector<double> xs, ys;
  for (std::size_t at = chart.svg.find("scale(1.5)"); at != std::string::npos;
       at = chart.svg.find("scale(1.5)", at + 1)) {
    double x = 0, y = 0;
    ASSERT_EQ(
        std::sscanf(chart.svg.c_str() + chart.svg.rfind("translate(", at), "translate(%lf %lf)", &x, &y), 2);
    xs.push_back(x);
    ys.push_back(y);
  }
  ASSERT_EQ(xs.size(), e.result.front.size());
  // The front is sorted by tokens_per_device, best first, and there a lower TTFT costs rate.
  EXPECT_TRUE(std::is_sorted(xs.rbegin(), xs.rend()));
  EXPECT_TRUE(std::is_sorted(ys.begin(), ys.end()));
}

TEST(StudyPage, WithoutAFrontThereIsNoPicture) {
  const Explored e = explored(one_objective);
  const std::string page = study_page_of(json(e.study, e.result));
  EXPECT_NE(page.find("<strong>No point keeps to the constraints</strong>"), std::string::npos);
  EXPECT_EQ(page.find("<svg"), std::string::npos);
  EXPECT_NE(page.find("with it no point is left"), std::string::npos);
}

}  // namespace
}  // namespace ridgeline::report
