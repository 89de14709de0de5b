#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "../../support/reported.h"
#include "folder.h"
#include "ridgeline/systems.h"

namespace ridgeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const Schedule schedule;

CommandOptions shell(const std::string& script) {
  CommandOptions options;
  options.words = {"sh", "-c", script};
  options.farewell = std::chrono::milliseconds(500);
  return options;
}
std::string ready(const std::string& rest) { return "echo '{\"ready\":true}'; " + rest; }

std::unique_ptr<SystemUnderTest> started(const std::string& script) {
  auto system = make_command_system(shell(script), schedule);
  EXPECT_TRUE(system) << system.error().message;
  return system ? *std::move(system) : nullptr;
}
std::string refusal(const CommandOptions& options) {
  const auto system = make_command_system(options, schedule);
  return system ? "started" : system.error().message;
}

void issue(SystemUnderTest& system, CompletionSink& sink, std::uint64_t id, std::uint32_t samples = 1) {
  Query query;
  query.id = id;
  query.samples = samples;
  system.issue(query, sink);
}

TEST(CommandSystem, AnswersComeInAnyOrder) {
  const auto system =
      started(ready("read a; read b; echo \"{\\\"id\\\":1,\\\"tokens\\\":5}\"; echo '{\"id\":0}'; cat"));
  ASSERT_TRUE(system);
  Reported reported;
  issue(*system, reported, 0, 3);
  issue(*system, reported, 1);
  ASSERT_TRUE(reported.wait_for_samples(4));
  EXPECT_THAT(reported.lines(), ElementsAre("done 1 samples 1 tokens 5", "done 0 samples 3 tokens 0"));
}

TEST(CommandSystem, ReadsTheQuery) {
  // Each line goes to a file before it is answered.
  const Folder folder;
  const std::string file = folder.path("queries");
  const auto system = started(ready("read a; echo \"$a\" > " + file + "; echo '{\"id\":0}'; cat"));
  ASSERT_TRUE(system);
  Reported reported;
  issue(*system, reported, 0, 2);
  ASSERT_TRUE(reported.wait_for_samples(2));
  std::ifstream written(file);
  std::string line;
  std::getline(written, line);
  EXPECT_EQ(line, "{\"id\":0,\"samples\":2}");
}

TEST(CommandSystem, TokensAndPartsOfAQuery) {
  const auto system = started(ready(
      "read a; echo '{\"id\":0,\"event\":\"first_token\"}'; echo '{\"id\":0,\"event\":\"token\"}'; echo "
      "'{\"id\":0,\"event\":\"token\"}'; echo '{\"id\":0,\"samples\":1,\"tokens\":3}'; echo '{\"id\":0}'; "
      "cat"));
  ASSERT_TRUE(system);
  Reported reported;
  issue(*system, reported, 0, 3);
  ASSERT_TRUE(reported.wait_for_samples(3));
  EXPECT_THAT(reported.lines(),
              ElementsAre("first 0", "done 0 samples 1 tokens 3", "done 0 samples 2 tokens 0"));
  EXPECT_EQ(reported.gaps().size(), 2U);
}

TEST(CommandSystem, ErrorsAndBadLinesFailByTheirKind) {
  const auto system =
      started(ready("read a; echo '{\"id\":0,\"error\":\"too long\"}'; read a; echo oops; read a; echo "
                    "'{\"id\":2,\"tokens\":-1}'; cat"));
  ASSERT_TRUE(system);
  Reported reported;
  for (std::uint64_t id = 0; id < 3; ++id) {
    issue(*system, reported, id);
    ASSERT_TRUE(reported.wait_for_samples(id + 1));
  }
  EXPECT_THAT(reported.lines(),
              ElementsAre("fail 0 samples 1: too long", "fail 1 samples 1: bad line, not JSON, such as: oops",
                          "fail 2 samples 1: bad line, \"tokens\" is no whole number"));
}

TEST(CommandSystem, ItsEndFailsWhatIsOutstandingAndWhatComesAfter) {
  // What it answered before still counts, even without the newline.
  const auto system = started(ready("read a; read b; printf '{\"id\":1}'; exit 3"));
  ASSERT_TRUE(system);
  Reported reported;
  issue(*system, reported, 0, 2);
  issue(*system, reported, 1);
  ASSERT_TRUE(reported.wait_for_samples(3));
  issue(*system, reported, 2);
  ASSERT_TRUE(reported.wait_for_samples(4));
  EXPECT_THAT(reported.lines(),
              ElementsAre("done 1 samples 1 tokens 0", "fail 0 samples 2: the command exited with 3",
                          "fail 2 samples 1: the command exited with 3"));
}

TEST(CommandSystem, AKillIsNamed) {
  const auto system = started(ready("read a; kill -9 $$"));
  ASSERT_TRUE(system);
  Reported reported;
  issue(*system, reported, 0);
  ASSERT_TRUE(reported.wait_for_samples(1));
  EXPECT_THAT(reported.lines(), ElementsAre("fail 0 samples 1: the command was killed by signal 9 (Killed)"));
}

TEST(CommandSystem, AProgramThatDoesNotReadDoesNotHoldTheDriver) {
  // Far more than a pipe holds, then the end without an answer; and no signal of the broken pipe.
  const auto system = started(ready("sleep 0.2; exit 0"));
  ASSERT_TRUE(system);
  Reported reported;
  constexpr std::uint64_t many = 20000;
  for (std::uint64_t id = 0; id < many; ++id) issue(*system, reported, id);
  ASSERT_TRUE(reported.wait_for_samples(many));
  EXPECT_THAT(reported.lines(), testing::Each(HasSubstr("the command exited with 0")));
}

TEST(CommandSystem, LeavesNoProcessBehind) {
  // It ignores the end of its input and the polite signal, and so does its child.
  const Folder folder;
  const std::string file = folder.path("pids");
  {
    const auto system = started("trap '' TERM; (while :; do sleep 1; done) & echo $$ $! > " + file + "; " +
                                ready("while :; do sleep 1; done"));
    ASSERT_TRUE(system);
    Reported reported;
    issue(*system, reported, 0);
  }
  std::ifstream written(file);
  pid_t parent = 0, child = 0;
  written >> parent >> child;
  ASSERT_GT(parent, 0);
  ASSERT_GT(child, 0);
  EXPECT_EQ(kill(parent, 0), -1);
  EXPECT_EQ(waitpid(parent, nullptr, WNOHANG), -1) << "not reaped";
  // The child is init's to reap: soon it is gone, or a zombie.
  bool runs = true;
  for (int tries = 0; runs && tries < 1000; ++tries) {
    usleep(10'000);
    std::ifstream stat("/proc/" + std::to_string(child) + "/stat");
    const std::string text((std::istreambuf_iterator<char>(stat)), {});
    runs = !text.empty() && text.find(") Z ") == std::string::npos && text.find(") X ") == std::string::npos;
  }
  EXPECT_FALSE(runs);
}

TEST(CommandSystem, FlushIsForThoseWhoWantIt) {
  const auto wants = started(
      "echo '{\"ready\":true,\"flush\":true,\"name\":\"batcher\"}'; read a; read b; [ \"$b\" = "
      "'{\"flush\":true}' ] && echo "
      "'{\"id\":0}'; cat");
  ASSERT_TRUE(wants);
  EXPECT_EQ(wants->name(), "batcher");
  Reported reported;
  issue(*wants, reported, 0);
  wants->flush();
  ASSERT_TRUE(reported.wait_for_samples(1));
  EXPECT_THAT(reported.lines(), ElementsAre("done 0 samples 1 tokens 0"));
  // The next line that the other reads is a query.
  const auto wants_not =
      started(ready("read a; read b; [ \"$b\" = '{\"id\":1,\"samples\":1}' ] && echo '{\"id\":1}'; cat"));
  ASSERT_TRUE(wants_not);
  EXPECT_EQ(wants_not->name(), "command sh");
  Reported other;
  issue(*wants_not, other, 0);
  wants_not->flush();
  issue(*wants_not, other, 1);
  ASSERT_TRUE(other.wait_for_samples(1));
}

TEST(CommandSystem, ManyErrorsShareAName) {
  const auto system =
      started(ready("i=0; while [ $i -lt 40 ]; do read a; echo \"{\\\"id\\\":$i,\\\"error\\\":\\\"error "
                    "$i\\\"}\"; i=$((i+1)); done; cat"));
  ASSERT_TRUE(system);
  Reported reported;
  for (std::uint64_t id = 0; id < 40; ++id) issue(*system, reported, id);
  ASSERT_TRUE(reported.wait_for_samples(40));
  EXPECT_EQ(reported.lines()[31], "fail 31 samples 1: error 31");
  EXPECT_EQ(reported.lines()[32], "fail 32 samples 1: other errors");
}

TEST(CommandSystem, WhatDoesNotStartSaysWhy) {
  EXPECT_EQ(refusal(CommandOptions{}), "command: there is nothing to run; give a program");
  CommandOptions missing;
  missing.words = {"/no/such/program"};
  EXPECT_EQ(refusal(missing), "command: cannot run '/no/such/program': No such file or directory");
  EXPECT_EQ(refusal(shell("exit 4")), "the command exited with 4 before it wrote {\"ready\":true}");
  EXPECT_EQ(refusal(shell("echo hello; cat")), "command: its first line must be {\"ready\":true}, not hello");
  CommandOptions silent = shell("cat > /dev/null");
  silent.startup = std::chrono::milliseconds(50);
  EXPECT_EQ(refusal(silent),
            "command: it did not write {\"ready\":true} within 50.0 ms; does it flush its output?");
}

}  // namespace
}  // namespace ridgeline
