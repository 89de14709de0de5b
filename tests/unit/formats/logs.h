#pragma once
// Lines as LoadGen writes them.

#include <fmt/format.h>

#include <string>

#include "folder.h"
#include "ridgeline/mlperf_log.h"

namespace ridgeline::formats {

/// A line of the detail log; `value` as JSON.
inline std::string entry(const std::string& key, const std::string& value, const std::string& kind = "") {
  return fmt::format(
      ":::MLLOG {{\"key\": \"{}\", \"value\": {}, \"time_ms\": 1.5, \"namespace\": \"mlperf::logging\", "
      "\"event_type\": \"POINT_IN_TIME\", \"metadata\": {{\"is_error\": {}, \"is_warning\": {}, \"file\": "
      "\"x.cc\", "
      "\"line_no\": 7, \"pid\": 1, \"tid\": 1}}}}\n",
      key, value, kind == "error", kind == "warning");
}

inline std::string quoted(const std::string& text) { return "\"" + text + "\""; }

/// A small Server run, VALID: 3 queries at 100/s with a limit of 15 ms.
inline std::string server_detail() {
  return entry("loadgen_version", quoted("6.0.17 @ abc")) + entry("sut_name", quoted("small")) +
         entry("qsl_reported_total_count", "50") + entry("requested_scenario", quoted("Server")) +
         entry("requested_server_target_qps", "100") +
         entry("requested_server_target_latency_ns", "15000000") +
         entry("effective_scenario", quoted("Server")) +
         entry("effective_test_mode", quoted("PerformanceOnly")) + entry("effective_samples_per_query", "1") +
         entry("effective_target_qps", "100") + entry("effective_target_latency_ns", "15000000") +
         entry("effective_target_latency_percentile", "0.99") + entry("effective_min_duration_ms", "20") +
         entry("effective_min_query_count", "3") + entry("effective_qsl_rng_seed", "2085463073848966840") +
         entry("effective_sample_index_rng_seed", "2747215439041700203") +
         entry("effective_schedule_rng_seed", "16159082839903944936") +
         entry("effective_performance_sample_count", "2") +
         entry("power_begin", quoted("07-17-2024 06:25:31.341")) +
         entry("power_end", quoted("07-17-2024 06:25:41.341")) + entry("result_validity", quoted("VALID")) +
         entry("result_perf_constraints_met", "true") + entry("result_min_duration_met", "true") +
         entry("result_min_queries_met", "true") + entry("early_stopping_met", "true") +
         entry("early_stopping_result", quoted(" * Run successful.")) + entry("result_query_count", "3") +
         entry("result_overlatency_query_count", "1") + entry("result_scheduled_samples_per_sec", "100") +
         entry("result_completed_samples_per_sec", "80") + entry("result_min_latency_ns", "2000000") +
         entry("result_max_latency_ns", "16000000") + entry("result_mean_latency_ns", "7666666") +
         entry("result_50.00_percentile_latency_ns", "5000000") +
         entry("result_99.00_percentile_latency_ns", "16000000");
}

/// The same run's summary.
inline std::string server_summary() {
  return "================================================\nMLPerf Results Summary\n"
         "================================================\nSUT name : small\nScenario : Server\nMode     : "
         "PerformanceOnly\n"
         "Completed samples per second    : 80.00\nResult is : VALID\n  Performance constraints satisfied : "
         "Yes\n"
         "  Min duration satisfied : Yes\n  Min queries satisfied : Yes\n  Early stopping satisfied: Yes\n"
         "Early Stopping Result:\n * Run successful.\n\n================================================\n"
         "Additional Stats\n================================================\nScheduled samples per second : "
         "100.00\n"
         "Min latency (ns)                : 2000000\nMax latency (ns)                : 16000000\n"
         "Mean latency (ns)               : 7666666\n50.00 percentile latency (ns)   : 5000000\n"
         "99.00 percentile latency (ns)   : 16000000\n\n"
         "================================================\nTest Parameters Used\n"
         "================================================\nsamples_per_query : 1\ntarget_qps : 100\n"
         "target_latency (ns): 15000000\nmin_duration (ms): 20\nmin_query_count : 3\n"
         "schedule_rng_seed : 16159082839903944936\nperformance_sample_count : 2\n\n"
         "No warnings encountered during test.\n\nNo errors encountered during test.\n";
}

/// A Sample event; times in ns, `at` when the query was scheduled.
inline std::string sample(int number, int query, long long at, long long issued, long long done) {
  return fmt::format(
      "{{\"name\":\"Sample\",\"cat\":\"default\",\"ph\":\"b\",\"pid\":1,\"id\":{0},\"ts\":{2}.{3:03},"
      "\"args\":{{\"sample_seq\":{0},"
      "\"query_seq\":{1},\"sample_idx\":5,\"issue_start_ns\":{4},\"complete_ns\":{5}}}}},\n",
      number, query, at / 1000, at % 1000, issued, done);
}

/// The trace of that run: queries at 1 ms, 11 ms and 21 ms of the logger's clock.
inline std::string server_trace() {
  return "{\"traceEvents\":[\n{\"name\":\"LogDetail\",\"ph\":\"X\",\"ts\":1.0,\"args\":{\"key\":\"\"loadgen_"
         "version\"\"}},\n" +
         sample(1, 1, 11'000'000, 200'000, 16'000'000) + sample(0, 0, 1'000'000, 100, 2'000'000) +
         sample(2, 2, 21'000'000, 300'000, 5'000'000) +
         "{\"name\":\"LastTrace\"}\n],\n\"displayTimeUnit\":\"ns\"\n}\n";
}

}  // namespace ridgeline::formats
