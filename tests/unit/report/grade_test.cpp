#include "report/grade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/markup.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

LabGradeLine graded_line(std::string id, std::string kind, std::string answer, std::optional<double> points,
                         double most) {
  LabGradeLine line;
  line.part = "wait";
  line.id = std::move(id);
  line.kind = std::move(kind);
  line.asked = "What is **it**?";
  line.answer = std::move(answer);
  line.points = points;
  line.most = most;
  return line;
}

GradedLedger graded_ledger(std::string learner) {
  GradedLedger ledger;
  ledger.file = "l.json";
  LabGrade& grade = ledger.grade;
  grade.lab = "queues";
  grade.lab_name = "Queues";
  grade.track = "post";
  grade.track_name = "Post office";
  grade.learner = std::move(learner);
  grade.parts = {{"wait", "The wait"}};
  grade.lines = {graded_line("tail", "prediction", "40", 4, 4), graded_line("device", "prediction", "", 0, 2),
                 graded_line("why", "reflection", "Because.", std::nullopt, 3)};
  grade.lines[0].key = "41.5";
  grade.lines[0].unit = "ms";
  grade.lines[2].look_for = {"names the queue"};
  grade.points = 4;
  grade.judged = 6;
  grade.open = 3;
  return ledger;
}

/// What a page that renders Markdown would make something of, in the reflection's text and elsewhere.
std::string sheet_with(const std::string& text) {
  GradedLedger ledger = graded_ledger(text);
  ledger.grade.lines[0].answer = text;
  ledger.grade.lines[2].answer = text;
  ledger.grade.lines[2].remark = text;
  ledger.grade.lines[2].kind = "reflection";
  return markdown({ledger});
}

TEST(GradeSheet, SaysWhatWasAskedAnsweredAndGivenAndLeavesRoomForTheTeacher) {
  const std::string sheet = markdown({graded_ledger("Ada")});
  EXPECT_THAT(sheet, AllOf(HasSubstr("## Ada: Queues, Post office"),
                           HasSubstr("4 of 6 points; 3 more are the teacher's to give"),
                           HasSubstr("### The wait"), HasSubstr("**prediction tail**, 4 of 4 points"),
                           HasSubstr("What is **it**?"), HasSubstr("> 40 ms"), HasSubstr("Key: 41.5 ms"),
                           HasSubstr("- [ ] names the queue"), HasSubstr("Points: \\_\\_\\_\\_ of 3.")));
  EXPECT_THAT(sheet, Not(HasSubstr("The class")));
}

TEST(GradeSheet, NoMarkupOfALearnerTakesEffect) {
  for (const char* hostile :
       {"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://evil.example/a.png)",
        "[x](javascript:alert(1))", "`<b>`", "&lt;script&gt;"}) {
    const std::string sheet = sheet_with(hostile);
    EXPECT_THAT(sheet,
                AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img")), Not(HasSubstr("![x](")),
                      Not(HasSubstr("\n[x](")), Not(HasSubstr("<b>")), Not(HasSubstr("> &lt;script&gt;\n"))))
        << hostile;
  }
  // Nothing begins a block of its own, or leaves the quotation.
  const std::string sheet =
      sheet_with("# heading\n- [x] done\n1. one\n2) two\n| a | b |\n|---|---|\n> out\n---\n===");
  for (const char* line : {"> \\# heading\n", "> \\- \\[x\\] done\n", "> 1\\. one\n", "> 2\\) two\n",
                           "> \\| a", "> &gt; out\n", "> \\---\n", "> \\===\n"})
    EXPECT_THAT(sheet, HasSubstr(line));
}

TEST(GradeSheet, NoTerminalIsMoved) {
  GradedLedger ledger = graded_ledger(
      "A\x1b[2Jda\r\nB\x07\xc2\x9b"
      "31m");
  ledger.grade.lines[0].answer = std::string(100'000, 'x') + "\x1b[0m";
  ledger.grade.remarks = {"\x1b]0;title\x07"};
  for (const std::string& shown : {text({ledger}), markdown({ledger})})
    EXPECT_THAT(shown, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\x07")), Not(HasSubstr("\r")),
                             Not(HasSubstr("\xc2\x9b"))));
  EXPECT_THAT(text({ledger}), HasSubstr("A[2Jda B31m: Queues, Post office"));
  EXPECT_LT(text({ledger}).size(), 2'000U);
}

TEST(GradeSheet, AClassHasATableAndItsQuestions) {
  GradedLedger wrong = graded_ledger("Bob");
  wrong.grade.lines[0].points = 2;
  wrong.grade.lines[1].answer = "large";
  wrong.grade.lines[1].points = 2;
  const std::vector<GradedLedger> both{graded_ledger("Ada"), wrong};
  const auto questions = questions_of(both);
  ASSERT_EQ(questions.size(), 2U);
  EXPECT_EQ(questions[0].id, "tail");
  EXPECT_EQ(questions[0].asked, 2U);
  EXPECT_EQ(questions[0].answered, 2U);
  EXPECT_EQ(questions[0].right, 1U);  // half of the points is not right
  EXPECT_EQ(questions[1].answered, 1U);
  EXPECT_EQ(questions[1].right, 1U);
  EXPECT_THAT(text(both), AllOf(HasSubstr("The class"), HasSubstr("queues/wait/tail")));
  EXPECT_THAT(markdown(both), HasSubstr("## The class"));
  const auto document = nlohmann::json::parse(json(both));
  EXPECT_EQ(document["schema"], "ridgeline.lab-grade/1");
  EXPECT_EQ(document["ledgers"].size(), 2U);
  EXPECT_TRUE(document["ledgers"][0]["lines"][2]["points"].is_null());
  EXPECT_EQ(document["questions"][0]["right"], 1);
}

TEST(Markup, ALineIsCutBetweenSigns) {
  EXPECT_EQ(in_a_line("as it is", 8), "as it is");
  EXPECT_EQ(in_a_line("two\nlines", 20), "two lines");
  EXPECT_EQ(in_a_line("ééééé", 4), "ééé…");
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "é€😀";
  for (std::size_t columns : {4U, 5U, 6U, 7U}) {
    const std::string line = in_a_line(many, columns);
    EXPECT_EQ(display_width(line), columns);
    EXPECT_TRUE(nlohmann::json::accept("\"" + line + "\"")) << line;  // UTF-8
  }
}

}  // namespace
}  // namespace ridgeline::report
