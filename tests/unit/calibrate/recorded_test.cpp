#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "folder.h"
#include "ridgeline/simulator_validation.h"

namespace ridgeline {
namespace {

const Catalog& catalog() {
  static const Catalog loaded = *Catalog::load(RIDGELINE_DATA_DIR);
  return loaded;
}
const Calibrations& shipped() {
  static const Calibrations loaded = *Calibrations::load(RIDGELINE_DATA_DIR "/calibration/serving.yaml");
  return loaded;
}

constexpr const char* config = R"({"nodes": [{"instances": [{"hardware": "RTXPRO6000"}]}]})";
constexpr const char* meta = R"({"model": "meta-llama/Llama-3.1-8B", "vllm_version": "0.19.0",
  "engine_kwargs": {"tensor_parallel_size": 1, "data_parallel_size": 1, "enable_expert_parallel": false,
                    "max_num_seqs": 16, "max_num_batched_tokens": 2048, "dtype": "bfloat16"},
  "kv_cache": {"num_gpu_blocks": 2588, "block_size": 16, "gpu_memory_utilization": 0.9}})";

constexpr double client_clock = 1000, engine_clock = 70;  // what each shows when the first request is sent
constexpr std::uint32_t requests = 60;
TokenLengths length_of(std::uint32_t i) { return {200 + 37 * (i % 11), 40 + 9 * (i % 7)}; }
double sent_at(std::uint32_t i) { return 0.05 * i; }

class Recorded : public ::testing::Test {
 protected:
  Folder top_;

  void write(const std::string& run, const std::string& log) {
    top_.write(run + "/config.json", config);
    top_.write(run + "/vllm/meta.json", meta);
    top_.write(run + "/vllm/requests.jsonl", log);
  }
  static std::string line(std::uint32_t i, double queued, double first, double last) {
    return fmt::format(
        "{{\"input_toks\": {}, \"output_toks\": {}, \"arrival_time\": {:.9f}, \"queued_ts\": {:.9f}, "
        "\"first_token_ts\": {:.9f}, \"last_token_ts\": {:.9f}}}\n",
        length_of(i).input, length_of(i).output, client_clock + sent_at(i), engine_clock + queued,
        engine_clock + first, engine_clock + last);
  }

  /// What the simulator itself makes of the requests, as a log. `gemm`: of the shipped compute efficiency.
  static std::string simulated_log(double gemm) {
    const Hardware& hardware = **catalog().hardware("rtx-pro-6000-blackwell");
    Calibration calibration = shipped().find(hardware, "vllm", "0.19.0", "llama-3.1-8b").calibration;
    const Coefficient& c = coefficients()[*find_coefficient("gemm")];
    c.set(calibration, gemm * c.get(calibration));
    ContinuousOptions options;
    options.precision = PrecisionPlan::uniform(Precision::bf16);
    options.limits.max_sequences = 16;
    options.limits.kv_blocks = 2588;
    Schedule schedule;
    schedule.scenario = Scenario::mlperf(ScenarioKind::server);
    schedule.scenario.target_qps = 20;
    TokenLengths sum;
    for (std::uint32_t i = 0; i < requests; ++i) {
      schedule.arrivals.push_back(to_nanoseconds(Seconds(sent_at(i))));
      schedule.lengths.push_back(length_of(i));
      options.longest = std::max(options.longest, length_of(i).input + length_of(i).output);
      sum.input += length_of(i).input, sum.output += length_of(i).output;
    }
    options.lengths = {sum.input / requests, sum.output / requests};
    const auto system =
        make_continuous_system(**catalog().model("llama-3.1-8b"), hardware, options, calibration);
    const auto run = simulate_continuous(schedule, *system);
    std::string log;
    for (std::uint32_t i = 0; i < requests; ++i) {
      const QueryRecord& q = run->queries[i];
      log += line(i, sent_at(i), to_seconds(*q.first_token).value(), to_seconds(q.completed).value());
    }
    return log;
  }
};

TEST_F(Recorded, ReadsSettingsAndSetsTheClocks) {
  // The second request took no time from client to engine, so the first took 20 ms: it was sent at 0, and its
  // first token came 0.3 s after the engine had it.
  write("a/b", line(0, 0.02 + 0.5, 0.3 + 0.5, 1 + 0.5) + line(1, sent_at(1) + 0.5, 0.4 + 0.5, 2 + 0.5));
  EXPECT_TRUE(has_recorded_runs(top_.path()));
  const auto runs = read_recorded_runs(top_.path(), catalog());
  ASSERT_TRUE(runs) << runs.error().message;
  ASSERT_EQ(runs->size(), 1u);
  const RecordedRun& run = runs->front();
  EXPECT_EQ(run.name, "a/b");
  EXPECT_EQ(run.model, "llama-3.1-8b");
  EXPECT_EQ(run.hardware, "rtx-pro-6000-blackwell");
  EXPECT_EQ(run.limits.max_sequences, 16u);
  EXPECT_EQ(run.limits.kv_blocks, 2588u);
  EXPECT_EQ(run.precision.weights, Precision::bf16);
  ASSERT_EQ(run.measured.queries.size(), 2u);
  EXPECT_NEAR(to_seconds(*run.measured.queries[0].first_token).value(), 0.3, 1e-6);
  EXPECT_NEAR(to_seconds(run.measured.queries[1].scheduled).value(), sent_at(1), 1e-6);
  EXPECT_NEAR(to_seconds(run.measured.queries[1].completed).value(), 2, 1e-6);
}

TEST_F(Recorded, SaysWhatIsWrongWhere) {
  write("run", line(0, 0, 1, 2) + "{\"input_toks\": 0}\n");
  const auto runs = read_recorded_runs(top_.path(), catalog());
  ASSERT_FALSE(runs);
  EXPECT_NE(runs.error().message.find("requests.jsonl:2: /arrival_time must be a number"), std::string::npos)
      << runs.error().message;
  EXPECT_FALSE(has_recorded_runs(top_.path("run/vllm")));
}

/// Two roads to one answer: what the simulator wrote it plays back without an error.
TEST_F(Recorded, PlaysItsOwnRunsExactly) {
  write("own", simulated_log(1));
  const auto v = validate_recorded(*read_recorded_runs(top_.path(), catalog()), catalog(), shipped());
  ASSERT_TRUE(v) << v.error().message;
  ASSERT_EQ(v->shipped.medians.rows, 3u);
  ASSERT_EQ(v->shipped.tails.rows, 0u);  // 60 requests support no 99th percentile
  EXPECT_LT(v->shipped.medians.mape, 0.01);
  EXPECT_EQ(v->shipped.medians_close, 100);
  EXPECT_FALSE(v->fitted);
}

TEST_F(Recorded, FitsOnOneRunAndIsCheckedOnTheOther) {
  // Both devices compute at 1.4 times the shipped efficiency; the fit sees one of them.
  write("one", simulated_log(1.4));
  write("two", simulated_log(1.4));
  const auto runs = *read_recorded_runs(top_.path(), catalog());
  const auto v = validate_recorded(runs, catalog(), shipped(), "one");
  ASSERT_TRUE(v) << v.error().message;
  ASSERT_TRUE(v->fitted);
  EXPECT_FALSE(v->fitted->runs[0].held_out);
  EXPECT_TRUE(v->fitted->runs[1].held_out);
  EXPECT_EQ(v->fitted->medians.rows, 3u);  // of the other alone
  EXPECT_GT(v->shipped.medians.mape, 3);
  EXPECT_LT(v->fitted->medians.mape, v->shipped.medians.mape / 3);
  EXPECT_NEAR(v->fit[0].fitted / v->fit[0].shipped, 1.4, 0.2) << v->fit[0].name;
  EXPECT_FALSE(validate_recorded(runs, catalog(), shipped(), "three"));
}

}  // namespace
}  // namespace ridgeline
