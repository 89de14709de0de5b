#include <fmt/format.h>

#include "lab_fixture.h"

namespace ridgeline {
namespace {

using ::testing::HasSubstr;
using testing::LabTest;
using ::testing::SizeIs;
using Words = std::vector<std::string>;

/// Answers every command alike, and counts.
struct Engine {
  std::string document =
      R"({"normal": 0.0216, "lognormal": 0.027, "actual": 0.025, "none": null, "text": "x"})";
  unsigned asked = 0;

  LabAsk ask() {
    return [this](const Words&) -> Result<std::string> {
      ++asked;
      return document;
    };
  }
};

class Keys : public LabTest {
 protected:
  LabKey shape_key(const std::string& from = "", const std::string& to = "") {
    const auto keys = lab_keys(loaded(from, to), engine_.ask(), "tail", "shape");
    EXPECT_TRUE(keys) << keys.error().message;
    return keys ? keys->front() : LabKey();
  }
  std::string shape_error(const std::string& from, const std::string& to) {
    const auto keys = lab_keys(loaded(from, to), engine_.ask(), "tail", "shape");
    return keys ? "" : keys.error().message;
  }
  Engine engine_;
};

TEST_F(Keys, a_number_is_the_figure_in_its_unit) {
  const auto keys = lab_keys(loaded(), engine_.ask());
  ASSERT_TRUE(keys) << keys.error().message;
  ASSERT_THAT(*keys, SizeIs(2));
  const LabKey& key = keys->front();
  EXPECT_EQ(key.part, "tail");
  EXPECT_EQ(key.question, "p99");
  EXPECT_EQ(key.key, "21.6");  // 0.0216 s
  EXPECT_DOUBLE_EQ(*key.value, 21.6);
  EXPECT_EQ(key.unit, "ms");
  EXPECT_EQ(key.why, "21.6 ms and {more} of the braking loop");
  EXPECT_EQ(key.commands, (std::vector<Words>{{"tail", "--mean", "10ms", "--sd", "5ms", "--json"}}));
}

TEST_F(Keys, nearest_is_by_ratio) {
  // 27 / 25 = 1.08 and 25 / 21.6 = 1.157.
  const LabKey key = shape_key();
  EXPECT_EQ(key.key, "heavy");
  EXPECT_EQ(key.why, "Lognormal with 27 ms, not 21.6 ms: 25 ms");
  EXPECT_DOUBLE_EQ(*key.values.at("normal"), 21.6);
  // 100 is 70 from 30 and 100 from 200, and nearer to 200: a factor of 2, not of 3.33.
  engine_.document = R"({"normal": 30, "lognormal": 200, "actual": 100})";
  EXPECT_EQ(shape_key().key, "heavy");
  engine_.document = R"({"normal": 30, "lognormal": 200, "actual": -1})";
  EXPECT_THAT(shape_error("", ""), HasSubstr("compares ratios"));
}

TEST_F(Keys, greatest_and_least_compare_the_options) {
  const std::string figure =
      "        rule: nearest\n"
      "        figure: {command: tail --json, at: /actual, unit: ms, unit_per_si: 1000}\n";
  EXPECT_EQ(shape_key(figure, "        rule: greatest\n").key, "heavy");
  const LabKey least = shape_key(figure, "        rule: least\n");
  EXPECT_EQ(least.key, "normal");
  EXPECT_DOUBLE_EQ(*least.value, 21.6);
  engine_.document = R"({"normal": 1, "lognormal": 1})";
  EXPECT_THAT(shape_error(figure, "        rule: least\n"), HasSubstr("normal and heavy answer it alike"));
}

TEST_F(Keys, an_absent_figure_is_no_answer) {
  engine_.document = R"({"normal": 0.03, "lognormal": null, "actual": 0.001})";
  const LabKey key = shape_key();
  EXPECT_EQ(key.key, "normal");
  EXPECT_FALSE(key.values.at("heavy"));
  EXPECT_EQ(key.why, "Normal with unknown, not 30 ms: 1 ms");
  engine_.document = R"({"normal": null, "lognormal": null, "actual": 1})";
  EXPECT_THAT(shape_error("", ""), HasSubstr("no option answers it"));
  engine_.document = R"({"normal": 1, "lognormal": 2, "actual": null})";
  EXPECT_THAT(shape_error("", ""), HasSubstr("is null"));
}

TEST_F(Keys, within_reads_bounds) {
  const std::string options =
      "        options:\n          - {id: normal, text: Normal, figure: {command: tail --json, at: "
      "/normal, unit: ms, unit_per_si: 1000}}\n          - {id: heavy, text: Lognormal, figure: "
      "{command: tail --json, at: /lognormal, unit: ms, unit_per_si: 1000}}\n";
  const auto bounds = [](double middle) {
    return fmt::format(
        "        options:\n          - {{id: normal, text: Normal, most: {0}}}\n          - {{id: heavy, "
        "text: "
        "Lognormal, least: {0}, most: 100}}\n",
        middle);
  };
  const auto key = [&](double middle) {
    std::string text = testing::lab_text;
    const std::size_t at = text.find("rule: nearest"), end = text.find("          - {id: other");
    std::string piece = text.substr(at, end - at), changed = piece;
    changed.replace(0, 13, "rule: within");
    const std::size_t begin = changed.find(options);
    EXPECT_NE(begin, std::string::npos);
    changed.replace(begin, options.size(), bounds(middle));
    const std::string why = "        why: \"{key} with {heavy}, not {normal}: {value}\"\n";
    folder_.write("tails/intro.md", intro_);
    text.replace(at, end - at, changed);
    text.replace(text.find(why), why.size(), "        why: \"{key}: {value}\"\n");
    folder_.write("tails/lab.yaml", text);
    const auto lab =
        load_lab(folder_.path(), "tails", "edge-guardian", std::string(RIDGELINE_DATA_DIR) + "/missions");
    EXPECT_TRUE(lab) << lab.error().message;
    return *lab_keys(*lab, engine_.ask(), "tail", "shape");
  };
  EXPECT_EQ(key(25.5).front().key, "normal");  // 25 ms
  EXPECT_EQ(key(24.5).front().key, "heavy");
  EXPECT_EQ(key(24.5).front().why, "Lognormal: 25 ms");
}

TEST_F(Keys, a_command_is_run_once) {
  ASSERT_TRUE(lab_keys(loaded(), engine_.ask()));
  EXPECT_EQ(engine_.asked, 2);  // tail --mean ... and tail
}

TEST_F(Keys, errors_say_which_question) {
  EXPECT_THAT(shape_error("at: /lognormal", "at: /heavy"),
              HasSubstr("tails, tail.shape: /heavy leads nowhere"));
  EXPECT_THAT(shape_error("at: /lognormal", "at: /text"), HasSubstr("no number"));
  engine_.document = "not JSON";
  EXPECT_THAT(shape_error("", ""), HasSubstr("no JSON document"));
  const LabAsk refuses = [](const Words&) -> Result<std::string> { return infeasible("does not fit"); };
  const auto refused = lab_keys(loaded(), refuses);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::infeasible);
  EXPECT_THAT(refused.error().message, HasSubstr("tail.p99: does not fit"));
  EXPECT_THAT(lab_keys(loaded(), refuses, "tale").error().message, HasSubstr("no part 'tale'"));
  EXPECT_THAT(lab_keys(loaded(), refuses, "tail", "p98").error().message, HasSubstr("no question 'p98'"));
}

}  // namespace
}  // namespace ridgeline
