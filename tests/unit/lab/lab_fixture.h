#pragma once
// A small lab of two tracks, and a change of its text.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "folder.h"
#include "ridgeline/lab.h"

namespace ridgeline::testing {

inline const std::string lab_text = R"(name: Tails
summary: what a mean hides
minutes: 20
text: intro.md
tracks:
  edge-guardian:
    name: Edge
    text: "{persona}: {crisis}"
    words: {loop: the braking loop, limit: "{threshold.car.latency.p99}", flags: --mean 10ms --sd 5ms}
  tiny-pioneer:
    name: Tiny
    text: Small.
    words: {loop: the hearable, limit: 1 ms, flags: --mean 1ms --sd 5ms}
parts:
  - id: tail
    name: The tail
    minutes: 15
    text: "{loop} on {hardware} answers within {limit}; {parameters.cameras} cameras, {{braces}}."
    questions:
      - id: p99
        kind: number
        text: Mean 10 ms, standard deviation 5 ms. P99?
        unit: ms
        figure: {command: "tail {flags} --json", at: /normal, unit: ms, unit_per_si: 1000}
        why: "{value} and {{more}} of {loop}"
        points: 2
      - id: shape
        kind: choice
        text: Which is nearest?
        rule: nearest
        figure: {command: tail --json, at: /actual, unit: ms, unit_per_si: 1000}
        options:
          - {id: normal, text: Normal, figure: {command: tail --json, at: /normal, unit: ms, unit_per_si: 1000}}
          - {id: heavy, text: Lognormal, figure: {command: tail --json, at: /lognormal, unit: ms, unit_per_si: 1000}}
          - {id: other, text: Other, tracks: [tiny-pioneer], figure: {command: tail --json, at: /other, unit: ms, unit_per_si: 1000}}
        why: "{key} with {heavy}, not {normal}: {value}"
    controls:
      - {id: rate, name: Arrival rate, unit: 1/s, least: 1, most: "{parameters.qps}", step: 1, value: 2}
      - {id: mode, name: Mode, options: [{id: server, text: Server}, {id: offline, text: Offline}], value: server}
    instruments:
      - {id: main, title: Latencies, kind: tail, command: "simulate {mission} --set qps={rate} --json"}
      - {id: math, title: Mathematics, kind: math, command: "tail --mean {mean}s --sd {sd}s --json"}
    goals:
      - {text: "Stay within {limit}.", at: /phases/0/metrics/latency.p99/value, kind: at_most, limit: "{threshold.car.latency.p99}", unit: ms, unit_per_si: 1000, iterations: 10, violate: true, first_aid: [less load]}
    reflections:
      - {id: goodhart, text: "What is measured?", look_for: [the measure became the target], points: 3}
    decisions:
      - id: strategy
        text: Decide.
        evidence: 3
        options:
          - {id: a, text: A, figure: {command: tail --json, at: /normal}}
          - {id: b, text: B}
)";

/// The lab read as a track sees it, after one piece of lab.yaml was replaced.
class LabTest : public ::testing::Test {
 protected:
  Result<Lab> load(const std::string& from = "", const std::string& to = "",
                   const std::string& track = "edge-guardian") {
    std::string text = lab_text;
    if (!from.empty()) {
      const std::size_t at = text.find(from);
      EXPECT_NE(at, std::string::npos) << from;
      text.replace(at, from.size(), to);
    }
    folder_.write("tails/lab.yaml", text);
    folder_.write("tails/intro.md", intro_);
    return load_lab(folder_.path(), "tails", track, std::string(RIDGELINE_DATA_DIR) + "/missions");
  }
  std::string error_of(const std::string& from, const std::string& to,
                       const std::string& track = "edge-guardian") {
    const auto lab = load(from, to, track);
    return lab ? "" : lab.error().message;
  }
  Lab loaded(const std::string& from = "", const std::string& to = "",
             const std::string& track = "edge-guardian") {
    const auto lab = load(from, to, track);
    EXPECT_TRUE(lab) << lab.error().message;
    return lab ? *lab : Lab();
  }

  Folder folder_;
  std::string intro_ = "# Tails\n\nFor {loop}.\n";
};

}  // namespace ridgeline::testing
