#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/version.h"
#include "lab/evidence.h"
#include "small_lab.h"

namespace ridgeline {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Grade : public ::testing::Test {
 protected:
  Grade() {
    ledger_.lab = "queues";
    ledger_.track = "post";
    ledger_.version = version;
  }
  void write(LedgerEntry entry) { ledger_.entries.push_back(std::move(entry)); }
  LabGrade graded() {
    const auto result = grade(lab_, ledger_, engine_.ask());
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
    return result ? *result : LabGrade();
  }
  LabGradeLine line(const std::string& id) {
    for (const LabGradeLine& found : graded().lines)
      if (found.id == id) return found;
    ADD_FAILURE() << "no line " << id;
    return {};
  }
  /// Of the number whose key is 40 ms, four points, 20 % tolerance.
  std::optional<double> points_for(const std::string& answer) {
    ledger_.entries = {entry("prediction", "tail", answer)};
    return line("tail").points;
  }

  Lab lab_ = small_lab();
  FakeEngine engine_;
  Ledger ledger_;
};

TEST_F(Grade, ANumberHasAllPointsWithinItsToleranceAndHalfWithinTwice) {
  const double key = 1000 * FakeEngine::tail_at(20);  // ms
  const auto off = [&](double share) { return std::to_string(key * (1 + share)); };
  EXPECT_EQ(points_for(off(0)), 4);
  EXPECT_EQ(points_for(off(0.199)), 4);
  EXPECT_EQ(points_for(off(-0.199)), 4);
  EXPECT_EQ(points_for(off(0.201)), 2);
  EXPECT_EQ(points_for(off(-0.399)), 2);
  EXPECT_EQ(points_for(off(0.401)), 0);
  EXPECT_EQ(points_for(" 40 ms "), 4);
  for (const char* answer : {"", "long", "inf", "nan", "40 s", "0x28", "4e999", "-40", "40 40"})
    EXPECT_EQ(points_for(answer), 0) << answer;
}

TEST_F(Grade, AChoiceIsRightOrNot) {
  write(entry("prediction", "device", "large"));
  LabGradeLine answered = line("device");
  EXPECT_EQ(answered.key, "large");
  EXPECT_EQ(answered.points, 2);
  EXPECT_EQ(answered.remark, "right");
  ledger_.entries = {entry("prediction", "device", "small")};
  answered = line("device");
  EXPECT_EQ(answered.points, 0);
  EXPECT_EQ(answered.remark, "wrong");
  EXPECT_EQ(answered.answer, "small");
}

TEST_F(Grade, TheFirstPredictionCounts) {
  write(entry("prediction", "tail", "4000"));
  write(evidence("e1", "20", FakeEngine::tail_at(20)));
  write(entry("prediction", "tail", "40"));
  EXPECT_EQ(line("tail").answer, "4000");
  EXPECT_EQ(line("tail").points, 0);
  EXPECT_THAT(line("tail").remark, HasSubstr("changed later"));
  EXPECT_THAT(line("tail").remark, Not(HasSubstr("instruments")));
}

// The page keeps such an entry where the instruments were opened at once.
TEST_F(Grade, WhoLookedWithoutPredictingHasNoPoints) {
  write(entry("prediction", "device", "", "looked without predicting"));
  write(entry("prediction", "device", "large"));
  EXPECT_EQ(line("device").points, 0);
  EXPECT_THAT(line("device").remark, HasSubstr("no prediction: looked without predicting; changed later"));
}

TEST_F(Grade, APredictionAfterTheInstrumentsIsSaidToBeOne) {
  write(evidence("e1", "20", FakeEngine::tail_at(20)));
  write(entry("prediction", "tail", "40"));
  EXPECT_THAT(line("tail").remark, HasSubstr("written after the part's instruments were used"));
}

TEST_F(Grade, WhatIsMissingIsNamedAndHasNoPoints) {
  const LabGrade empty = graded();
  EXPECT_EQ(empty.lines.size(), 4U);
  EXPECT_EQ(empty.points, 0);
  EXPECT_EQ(empty.judged, 4 + 2 + 3 + 5);
  EXPECT_EQ(empty.open, 0);
  EXPECT_EQ(line("tail").remark, "not answered");
  EXPECT_EQ(line("why").remark, "not written");
  EXPECT_EQ(line("buy").remark, "not written");
}

TEST_F(Grade, TheTeacherJudgesWhatWasWritten) {
  write(entry("prediction", "tail", "40"));
  write(entry("reflection", "why", "", "first thoughts"));
  write(entry("reflection", "why", "", "because  of the\nqueue"));
  const LabGrade result = graded();
  EXPECT_EQ(result.points, 4);
  EXPECT_EQ(result.judged, 4 + 2 + 5);
  EXPECT_EQ(result.open, 3);
  const LabGradeLine why = line("why");
  EXPECT_EQ(why.points, std::nullopt);
  EXPECT_EQ(why.answer, "because  of the\nqueue");
  EXPECT_EQ(why.remark, "4 words; the last of 2");
  EXPECT_THAT(why.look_for, ElementsAre("names the queue"));
}

TEST_F(Grade, EvidenceIsComputedAgain) {
  write(evidence("good", "30", FakeEngine::tail_at(30)));
  write(evidence("forged", "30", FakeEngine::tail_at(30) * 1.001));
  LedgerEntry nowhere = evidence("nowhere", "30", 1);
  nowhere.figures = {{"/p99/7", 1}, {"/name", 1}, {"no pointer", 1}};
  write(nowhere);
  EXPECT_EQ(line("good").remark, "as the engine computes it");
  EXPECT_EQ(line("good").key, "/p99/0 = 0.06");
  EXPECT_EQ(line("forged").remark, "differs from what the engine computes");
  EXPECT_THAT(line("nowhere").key, AllOf(HasSubstr("/p99/7 = not there"), HasSubstr("/name = not there")));
  EXPECT_THAT(line("nowhere").remark, HasSubstr("differs"));
  EXPECT_EQ(line("good").points, std::nullopt);
  EXPECT_EQ(line("good").most, 0);
}

// Each command once, however often it is named.
TEST_F(Grade, EqualCommandsAreComputedOnce) {
  for (int i = 0; i < 50; ++i) write(evidence("e" + std::to_string(i), "30", FakeEngine::tail_at(30)));
  graded();
  EXPECT_EQ(std::count(engine_.asked.begin(), engine_.asked.end(), wait_command("30")), 1);
}

TEST_F(Grade, ADecisionRestsOnEvidence) {
  write(evidence("e1", "30", FakeEngine::tail_at(30)));
  write(evidence("e2", "40", FakeEngine::tail_at(40)));
  write(evidence("forged", "40", 7));
  LedgerEntry decision = entry("decision", "buy", "small", "It is enough.");
  decision.evidence = {"e1", "e2"};
  write(decision);
  EXPECT_EQ(line("buy").points, std::nullopt);
  EXPECT_EQ(line("buy").answer, "small: It is enough.");
  EXPECT_EQ(line("buy").key, "small: 1 W, large: 3 W");
  EXPECT_THAT(line("buy").remark, HasSubstr("rests on 2 of 2 pieces of evidence"));
  decision.answer = "neither";
  decision.text = "";
  decision.evidence = {"e1", "e1", "forged", "e9"};
  write(decision);
  EXPECT_THAT(line("buy").remark,
              AllOf(HasSubstr("none of the options was chosen"), HasSubstr("no justification"),
                    HasSubstr("evidence forged differs from what the engine computes"),
                    HasSubstr("evidence e9 is not in the ledger"), HasSubstr("rests on 1 of 2"),
                    HasSubstr("the last of 2")));
}

// A forged piece is not cured by a good one of the same name.
TEST_F(Grade, OfSeveralPiecesOfOneNameTheWorstCounts) {
  write(evidence("e1", "40", 7));
  write(evidence("e1", "40", FakeEngine::tail_at(40)));
  LedgerEntry decision = entry("decision", "buy", "small", "It is enough.");
  decision.evidence = {"e1"};
  write(decision);
  EXPECT_THAT(line("buy").remark, HasSubstr("rests on 0 of 2"));
}

TEST_F(Grade, AnotherLabOrTrackIsRefusedAndAnotherVersionSaid) {
  EXPECT_THAT(graded().remarks, IsEmpty());
  ledger_.version = "0.0.7";
  EXPECT_THAT(graded().remarks, Contains(HasSubstr("written with version 0.0.7")));
  ledger_.track = "bank";
  const auto refused = grade(lab_, ledger_, engine_.ask());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(refused.error().message, HasSubstr("a ledger of lab 'queues', track 'bank'"));
}

TEST_F(Grade, WhatTheLabDidNotAskForIsNamed) {
  LedgerEntry elsewhere = entry("prediction", "x", "1");
  elsewhere.part = "nowhere";
  write(elsewhere);
  write(entry("reflection", "tail", "a question is no reflection"));
  EXPECT_THAT(graded().remarks, ElementsAre("not of this lab: prediction nowhere/x, reflection wait/tail"));
}

TEST_F(Grade, TimesThatGoBackAreSaid) {
  write(entry("prediction", "tail", "40"));
  write(entry("prediction", "device", "large"));
  ledger_.entries.back().at = "2026-11-29T08:10:00Z";
  EXPECT_THAT(graded().remarks, ElementsAre(HasSubstr("times go back after 2026-11-29T08:37:29Z")));
}

// ------------------------------------------------------------------------------ what a ledger may make it
// run

bool may_run(const std::vector<std::string>& command) {
  return lab::is_of_part(small_lab().parts[0], command);
}

TEST(EvidenceCommands, AreTheLabsOwnWithValuesOfItsControls) {
  EXPECT_TRUE(may_run(wait_command("20")));
  EXPECT_TRUE(may_run(wait_command("12.589254117941675", "offline")));
  EXPECT_TRUE(may_run(wait_command("1")));
  EXPECT_TRUE(may_run(wait_command("6e1")));
  EXPECT_TRUE(may_run({"simulate", "post", "--as", "server", "--set", "qps=20"}));  // --json or not
  EXPECT_TRUE(may_run({"tail", "--mean", "0.01s", "--sd", "0.005s", "--json"}));
  EXPECT_TRUE(may_run({"predict", "large", "--json"}));  // of an option
}

TEST(EvidenceCommands, NothingElseIsRun) {
  for (const char* rate :
       {"61", "0.99", "-20", "inf", "nan", "0x14", "20;id", "$(id)", "", " 20", "20 ", "+20", "1e9"})
    EXPECT_FALSE(may_run(wait_command(rate))) << rate;
  EXPECT_FALSE(may_run(wait_command("20", "multi-stream")));
  const auto with = [](std::vector<std::string> more) {
    std::vector<std::string> words = wait_command("20");
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  for (const std::vector<std::string>& command :
       {with({"--save"}),
        with({"--store", "/tmp/x.db"}),
        with({"--json-file", "/tmp/x"}),
        with({"--json-file=/tmp/x"}),
        with({"--format", "text"}),
        with({"--set", "duration=1e9"}),
        {},
        {""},
        {"--json"},
        {"runs", "list"},
        {"bench", "resnet-50"},
        {"simulate"},
        {"simulate", "bank"},
        {"simulate", "/etc/passwd.yaml"},
        {"tail", "--samples", "/etc/passwd"},
        {"tail", "--mean", "-1s", "--sd", "1s"},
        {"tail", "--mean", "{mean}s", "--sd", "1s"},
        {"predict", "large", "--calibration-file", "/etc/passwd"},
        {"lab", "grade", "x.json"},
        {"--data", "/tmp", "simulate", "post", "--as", "server", "--set", "qps=20"}})
    EXPECT_FALSE(may_run(command)) << ::testing::PrintToString(command);
}

TEST(EvidenceCommands, APlaceholderHasOneValue) {
  LabPart part = small_lab().parts[0];
  part.instruments[0].command = {"simulate", "a{rate}b{rate}", "{mode}"};
  EXPECT_TRUE(lab::is_of_part(part, {"simulate", "a2b2", "server"}));
  EXPECT_FALSE(lab::is_of_part(part, {"simulate", "a2b3", "server"}));
  EXPECT_FALSE(lab::is_of_part(part, {"simulate", "a2b2c", "server"}));
  EXPECT_FALSE(lab::is_of_part(part, {"simulate", "a2", "server"}));
}

TEST(EvidenceCommands, ALabCannotAskForWhatDoesNotCompute) {
  LabPart part = small_lab().parts[0];
  part.instruments[0].command = {"bench", "resnet-50"};
  EXPECT_FALSE(lab::is_of_part(part, {"bench", "resnet-50"}));
}

TEST_F(Grade, RefusedCommandsNeverReachTheEngine) {
  LedgerEntry hostile = evidence("e1", "20", 1);
  hostile.command = {"simulate", "post", "--save", "--store", "/tmp/x.db"};
  write(hostile);
  hostile.part = "nowhere";
  write(hostile);
  EXPECT_THAT(line("e1").remark, HasSubstr("not computed: no command of this part of the lab"));
  EXPECT_THAT(engine_.asked, Each(Not(Contains("--save"))));
}

TEST_F(Grade, ALedgerOfManyCommandsEndsSoon) {
  for (int i = 0; i < 2'000; ++i)
    write(evidence("e" + std::to_string(i), std::to_string(1 + i * 0.01), FakeEngine::tail_at(1 + i * 0.01)));
  EXPECT_THAT(graded().lines[1'999].remark, HasSubstr("more than 200 different commands"));
  EXPECT_LT(engine_.asked.size(), 300U);
}

}  // namespace
}  // namespace ridgeline
