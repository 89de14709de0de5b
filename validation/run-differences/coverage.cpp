// How often the intervals of compare() contain the difference that is true: pairs of runs are drawn whose
// figures are known, over and over.
//
//   run_coverage [--trials N] [--replicas N] [SETTING...]
//
// Prints one JSON document: for each setting and metric the share of trials with an interval ("given"), of
// those the shares whose interval contains the true difference ("covered", "covered_relative") and excludes
// zero
// ("shown": false alarms, where both sides are equal), in per cent, and the mean width of the relative
// interval.

#include "../../tests/support/coverage.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

using namespace ridgeline;
using namespace ridgeline::coverage;

namespace {

std::vector<Setting> settings() {
  return {
      lognormals("independent_2000", 2000, 0, 1),
      lognormals("correlated_2000", 2000, 0.8, 1.05),
      lognormals("correlated_10000", 10'000, 0.8, 1.05),
      queues("queue_equal_10000", 10'000, 0.7, 0.7, Coming::own),
      queues("queue_shifted_10000", 10'000, 0.7, 0.72, Coming::own),
      queues("queue_paired_10000", 10'000, 0.7, 0.72, Coming::same),
      queues("queue_equal_50000", 50'000, 0.7, 0.7, Coming::own),
  };
}

std::vector<Covered> tried(const Setting& setting, std::uint64_t trials, const RunComparison& how) {
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::vector<Covered>> parts(threads);
  std::vector<std::thread> workers;
  for (unsigned t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      for (std::uint64_t seed = t; seed < trials; seed += threads) add_trial(setting, seed, how, parts[t]);
    });
  }
  for (std::thread& worker : workers) worker.join();
  std::vector<Covered> all;
  for (const auto& part : parts) add(part, all);
  return all;
}

nlohmann::ordered_json to_json(const Covered& c) {
  const auto percent = [&](std::uint64_t count) -> nlohmann::ordered_json {
    if (c.given == 0) return nullptr;
    return 100.0 * static_cast<double>(count) / static_cast<double>(c.given);
  };
  return {
      {"given", 100.0 * static_cast<double>(c.given) / static_cast<double>(c.trials)},
      {"covered", percent(c.covered)},
      {"covered_relative", percent(c.covered_relative)},
      {"shown", percent(c.shown)},
      {"relative_width", c.given ? nlohmann::ordered_json(c.width / static_cast<double>(c.given)) : nullptr}};
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t trials = 10'000;
  RunComparison how;
  how.replicas = 1000;
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--trials" && i + 1 < argc) {
      trials = std::strtoull(argv[++i], nullptr, 10);
    } else if (word == "--replicas" && i + 1 < argc) {
      how.replicas = static_cast<std::uint32_t>(std::strtoul(argv[++i], nullptr, 10));
    } else {
      names.push_back(word);
    }
  }
  nlohmann::ordered_json document{{"trials", trials}, {"replicas", how.replicas}};
  for (const Setting& setting : settings()) {
    if (!names.empty() && std::find(names.begin(), names.end(), setting.name) == names.end()) continue;
    for (const Covered& c : tried(setting, trials, how)) document[setting.name][c.metric] = to_json(c);
    std::fprintf(stderr, "%s done\n", setting.name.c_str());
  }
  std::printf("%s\n", document.dump(2).c_str());
}
