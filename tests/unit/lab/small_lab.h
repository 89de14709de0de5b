#pragma once
// A lab of one part, an engine that is a formula, and ledgers.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ridgeline/lab.h"

namespace ridgeline {

/// What the fake engine says: `simulate` has a tail of 40 ms at 20 queries a second and in proportion to
/// them, `predict` of the two options 1 and 3 W, anything else fails. It counts what it is asked.
struct FakeEngine {
  std::vector<std::vector<std::string>> asked;

  static double tail_at(double rate) { return 0.04 * rate / 20; }
  LabAsk ask() {
    return [this](const std::vector<std::string>& words) -> Result<std::string> {
      asked.push_back(words);
      if (words.front() == "predict")
        return std::string(words[1] == "small" ? R"({"power": 1})" : R"({"power": 3})");
      if (words.front() != "simulate" || words[1] != "post") return bad_input("no such command");
      double rate = 20;
      for (const std::string& word : words)
        if (word.starts_with("qps=")) rate = std::stod(word.substr(4));
      return nlohmann::json{{"p99", {tail_at(rate)}}, {"name", "post"}}.dump();
    };
  }
};

inline LabFigure figure(std::vector<std::string> command, std::string at, std::string unit, double per_si) {
  LabFigure made;
  made.command = std::move(command);
  made.at = std::move(at);
  made.unit = std::move(unit);
  made.unit_per_si = per_si;
  return made;
}

inline LabOption option(std::string id, std::string device) {
  LabOption made;
  made.id = std::move(id);
  made.figure = figure({"predict", std::move(device), "--json"}, "/power", "W", 1);
  return made;
}

/// Asks for the tail (40 ms) and for the option that is nearest to 3 W, shows the tail by rate and mode, and
/// wants one reflection and one decision that rests on two pieces of evidence.
inline Lab small_lab() {
  LabPart part;
  part.id = "wait";
  part.name = "The wait";
  LabQuestion tail;
  tail.id = "tail";
  tail.kind = LabQuestionKind::number;
  tail.text = "How long is the tail?";
  tail.unit = "ms";
  tail.figure = figure({"simulate", "post", "--json"}, "/p99/0", "ms", 1000);
  tail.tolerance = 0.2;
  tail.points = 4;
  LabQuestion device;
  device.id = "device";
  device.text = "Which?";
  device.rule = LabRule::nearest;
  device.options = {option("small", "small"), option("large", "large")};
  device.figure = figure({"predict", "large", "--json"}, "/power", "W", 1);
  device.points = 2;
  part.questions = {tail, device};
  LabControl rate, mode;
  rate.id = "rate";
  rate.least = 1;
  rate.most = 60;
  rate.value = "20";
  mode.id = "mode";
  mode.choice = true;
  mode.options.resize(2);
  mode.options[0].id = "server";
  mode.options[1].id = "offline";
  part.controls = {rate, mode};
  LabInstrument picture, math;
  picture.id = "wait";
  picture.kind = "scenarios";
  picture.command = {"simulate", "post", "--as", "{mode}", "--set", "qps={rate}", "--json"};
  math.id = "math";
  math.kind = "math";
  math.command = {"tail", "--mean", "{mean}s", "--sd", "{sd}s", "--json"};
  part.instruments = {picture, math};
  LabReflection why;
  why.id = "why";
  why.text = "Why?";
  why.look_for = {"names the queue"};
  why.points = 3;
  part.reflections = {why};
  LabDecision buy;
  buy.id = "buy";
  buy.text = "What do you buy?";
  buy.options = {option("small", "small"), option("large", "large")};
  buy.evidence = 2;
  buy.points = 5;
  part.decisions = {buy};
  Lab lab;
  lab.id = "queues";
  lab.name = "Queues";
  lab.mission.id = "post";
  lab.track_name = "Post office";
  lab.parts = {part};
  return lab;
}

inline std::vector<std::string> wait_command(const std::string& rate, const std::string& mode = "server") {
  return {"simulate", "post", "--as", mode, "--set", "qps=" + rate, "--json"};
}

inline LedgerEntry entry(std::string kind, std::string id, std::string answer, std::string text = "") {
  LedgerEntry made;
  made.part = "wait";
  made.kind = std::move(kind);
  made.id = std::move(id);
  made.answer = std::move(answer);
  made.text = std::move(text);
  made.at = "2026-11-29T08:37:29Z";
  return made;
}

inline LedgerEntry evidence(std::string id, const std::string& rate, double tail) {
  LedgerEntry made = entry("evidence", std::move(id), "");
  made.command = wait_command(rate);
  made.figures["/p99/0"] = tail;
  return made;
}

}  // namespace ridgeline
