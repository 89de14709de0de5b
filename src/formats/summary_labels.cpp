// Labels of mlperf_log_summary.txt, of every LoadGen since 1.0.

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "formats/log_file.h"

namespace ridgeline::formats {
namespace {

using Label = std::pair<std::string_view, std::string_view>;

constexpr std::array<Label, 42> labels = {{
    {"sut name", "sut_name"},
    {"scenario", "effective_scenario"},
    {"mode", "effective_test_mode"},
    {"result is", "result_validity"},
    {"performance constraints satisfied", "result_perf_constraints_met"},
    {"min duration satisfied", "result_min_duration_met"},
    {"min queries satisfied", "result_min_queries_met"},
    {"early stopping satisfied", "early_stopping_met"},
    {"completed samples per second", "result_completed_samples_per_sec"},
    {"scheduled samples per second", "result_scheduled_samples_per_sec"},
    {"samples per second", "result_samples_per_second"},
    {"tokens per second", "result_tokens_per_second"},
    {"completed tokens per second", "result_completed_tokens_per_second"},
    {"tokens per second (inferred)", "result_inferred_tokens_per_second"},
    {"completed tokens per second (inferred)", "result_inferred_completed_tokens_per_second"},
    {"qps w/ loadgen overhead", "result_qps_with_loadgen_overhead"},
    {"qps w/o loadgen overhead", "result_qps_without_loadgen_overhead"},
    {"tps w/ loadgen overhead", "result_token_throughput_with_loadgen_overhead"},
    {"samples_per_query", "effective_samples_per_query"},
    {"target_qps", "effective_target_qps"},
    {"target_latency (ns)", "effective_target_latency_ns"},
    {"target_latency_percentile", "effective_target_latency_percentile"},
    {"ttft_latency (ns)", "requested_server_ttft_latency"},
    {"tpot_latency (ns)", "requested_server_tpot_latency"},
    {"max_async_queries", "effective_max_async_queries"},
    {"min_duration (ms)", "effective_min_duration_ms"},
    {"max_duration (ms)", "effective_max_duration_ms"},
    {"min_query_count", "effective_min_query_count"},
    {"max_query_count", "effective_max_query_count"},
    {"qsl_rng_seed", "effective_qsl_rng_seed"},
    {"sample_index_rng_seed", "effective_sample_index_rng_seed"},
    {"schedule_rng_seed", "effective_schedule_rng_seed"},
    {"accuracy_log_rng_seed", "effective_accuracy_log_rng_seed"},
    {"accuracy_log_probability", "effective_accuracy_log_probability"},
    {"accuracy_log_sampling_target", "effective_accuracy_log_sampling_target"},
    {"print_timestamps", "effective_print_timestamps"},
    {"performance_issue_unique", "effective_performance_issue_unique"},
    {"performance_issue_same", "effective_performance_issue_same"},
    {"performance_issue_same_index", "effective_performance_issue_same_index"},
    {"performance_sample_count", "effective_performance_sample_count"},
    {"accuracy_sample_count", "effective_accuracy_sample_count"},
    {"sample_concatenate_permutation", "effective_sample_concatenate_permutation"},
}};

/// What the times of the summary are of, with the keys for "min" (around the word) and for a percentile.
struct TimeLabels {
  std::string_view of, before, after, percentile_before, percentile_after;
};
constexpr TimeLabels of_samples = {"latency (ns)", "result_", "_latency_ns", "result_",
                                   "_percentile_latency_ns"};
constexpr TimeLabels of_queries = {"latency (ns)", "result_", "_query_latency_ns", "result_",
                                   "_percentile_per_query_latency_ns"};
constexpr std::array<TimeLabels, 6> others = {{
    {"first token latency (ns)", "result_first_token_", "_latency_ns", "result_first_token_",
     "_percentile_latency_ns"},
    {"first token percentile latency (ns)", "", "", "result_first_token_", "_percentile_latency_ns"},
    {"time to output token (ns)", "result_time_per_output_token_", "", "result_time_per_output_token_",
     "_percentile_ns"},
    {"time per output token (ns)", "result_time_per_output_token_", "", "result_time_per_output_token_",
     "_percentile_ns"},
    {"group latency (ns)", "result_group_", "_latency_ns", "", ""},
    {"group percentile latency (ns)", "", "", "result_group_", "_percentile_latency_ns"},
}};

std::string key_of_times(std::string_view word, std::string_view of, const TimeLabels& times) {
  if (of != times.of) return "";
  if (word == "min" || word == "max" || word == "mean")
    return times.after.empty() && times.before.empty()
               ? ""
               : fmt::format("{}{}{}", times.before, word, times.after);
  char* rest = nullptr;
  const std::string number(word);
  const double percent = std::strtod(number.c_str(), &rest);
  const std::string_view ordinal = rest;
  if (rest == number.c_str() ||
      !(ordinal.empty() || ordinal == "th" || ordinal == "st" || ordinal == "nd" || ordinal == "rd") ||
      times.percentile_before.empty())
    return "";
  return fmt::format("{}{:.2f}{}", times.percentile_before, percent, times.percentile_after);
}

std::string squeezed(std::string_view label) {
  std::string result;
  for (const char c : to_lower(trim(label))) {
    if (c != ' ' || result.back() != ' ') result += c;
  }
  return result;
}

}  // namespace

std::string key_of_label(std::string_view raw, bool multi_stream) {
  const std::string label = squeezed(raw);
  for (const auto& [name, key] : labels) {
    if (label == name) return std::string(key);
  }
  const std::size_t blank = label.find(' ');
  if (blank == std::string::npos) return "";
  const std::string_view word = std::string_view(label).substr(0, blank);
  std::string_view of = std::string_view(label).substr(blank + 1);
  // "99.00 percentile latency (ns)" and "99.0th percentile latency (ns)" as "Min latency (ns)".
  constexpr std::string_view percentile = "percentile ";
  if (of.substr(0, percentile.size()) == percentile) of.remove_prefix(percentile.size());
  if (auto key = key_of_times(word, of, multi_stream ? of_queries : of_samples); !key.empty()) return key;
  for (const TimeLabels& times : others) {
    if (auto key = key_of_times(word, of, times); !key.empty()) return key;
  }
  return "";
}

}  // namespace ridgeline::formats
