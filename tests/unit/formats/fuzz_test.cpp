// Files that were cut short or changed: an error or a note, never a crash. Seeds are fixed.

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "logs.h"
#include "ridgeline/formats.h"

namespace ridgeline::formats {
namespace {

const std::string conf = "*.Server.target_qps = 100\nx.*.min_duration = 3 # ms\n";
const std::string spl =
    "Time,07-17-2024 06:25:32.000,Watts,60,Volts,1\nTime,07-17-2024 06:25:33.000,Watts,70,Volts,1\n";
const std::string vllm_seed =
    R"({"request_rate": 2.0, "ttfts": [0.5, 0.25], "itls": [[0.1, 0.2], [0.25]], "output_lens": [3, 2], "errors": ["", ""]})";
const std::string guidellm_seed =
    R"({"benchmarks": [{"config": {"strategy": {"rate": 4}}, "requests": {"successful": [{"start_time": 1, "end_time": 2}]}}]})";
const std::string genai =
    R"({"experiments": [{"experiment": {"mode": "concurrency", "value": 1}, "requests": [{"timestamp": 1, "response_timestamps": [3, 5]}]}]})";
const std::string aiperf_seed =
    R"({"metadata": {"request_start_ns": 5, "request_end_ns": 9}, "metrics": {}})";
const std::string csv = "arrival,completed\n1,2\n3,4\n";

void read_all(const Folder& folder, const std::array<std::string, 5>& log, const std::string& result) {
  folder.write("mlperf_log_detail.txt", log[0]);
  folder.write("mlperf_log_summary.txt", log[1]);
  folder.write("mlperf_log_trace.json", log[2]);
  folder.write("user.conf", log[3]);
  folder.write("spl.txt", log[4]);
  const auto audit = audit_mlperf_log(folder.path());
  EXPECT_TRUE(audit || !audit.error().message.empty());
  const auto run = import_run(folder.write("result", result));
  EXPECT_TRUE(run || !run.error().message.empty());
}

std::array<std::string, 5> whole() { return {server_detail(), server_summary(), server_trace(), conf, spl}; }

TEST(Fuzz, FilesCutShort) {
  const Folder folder;
  std::mt19937 random(1);
  const std::array<std::string, 5> results = {vllm_seed, guidellm_seed, genai, aiperf_seed, csv};
  for (int round = 0; round < 150; ++round) {
    auto log = whole();
    auto& file = log[random() % log.size()];
    file.resize(random() % file.size());
    std::string result = results[round % results.size()];
    result.resize(random() % result.size());
    read_all(folder, log, result);
  }
}

TEST(Fuzz, BytesChanged) {
  const Folder folder;
  std::mt19937 random(2);
  const std::string likely = "0123456789-+.eE\",:{}[]\n nu";
  const std::array<std::string, 5> results = {vllm_seed, guidellm_seed, genai, aiperf_seed, csv};
  const auto mangle = [&](std::string& text) {
    for (int changes = 0; changes < 4; ++changes) {
      const std::size_t at = random() % text.size();
      if (random() % 4 == 0)
        text.erase(at, 1 + random() % 8);
      else
        text[at] = random() % 8 ? likely[random() % likely.size()] : static_cast<char>(random());
      if (text.empty()) text = "x";
    }
  };
  for (int round = 0; round < 300; ++round) {
    auto log = whole();
    for (auto& file : log) {
      if (random() % 2) mangle(file);
    }
    std::string result = results[round % results.size()];
    mangle(result);
    read_all(folder, log, result);
  }
}

}  // namespace
}  // namespace ridgeline::formats
