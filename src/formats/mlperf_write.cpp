#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/version.h"
#include "formats/run_figures.h"
#include "ridgeline/mlperf_log.h"

namespace ridgeline {
namespace {

using formats::RunFigures;

constexpr std::string_view rule = "================================================\n";

/// Interactive is a name for Server with limits on tokens; LoadGen does not know it.
std::string_view scenario_name(const Scenario& s) {
  return to_string(s.kind == ScenarioKind::interactive ? ScenarioKind::server : s.kind);
}

const char* yes_or_no(bool yes) { return yes ? "Yes" : "NO"; }

std::uint64_t milliseconds_of(Nanoseconds t) { return static_cast<std::uint64_t>(t.count() / 1'000'000); }

std::uint64_t samples_per_query(const Run& run) {
  return run.scenario.kind == ScenarioKind::offline ? run.queries.front().samples
                                                    : run.scenario.samples_per_query;
}

bool has_limits_on_tokens(const Scenario& s) {
  return s.ttft_limit > Nanoseconds(0) || s.tpot_limit > Nanoseconds(0);
}

// ------------------------------------------------------------------------------------------- summary

void add_times(std::string& out, const ReportedTimes& times, std::string_view of,
               std::string_view percentile_of, int width) {
  if (times.empty()) return;
  const auto line = [&](const std::string& label, Nanoseconds t) {
    out += fmt::format("{:<{}}: {}\n", label, width, t.count());
  };
  line(fmt::format("Min {} (ns)", of), *times.min);
  line(fmt::format("Max {} (ns)", of), *times.max);
  line(fmt::format("Mean {} (ns)", of), *times.mean);
  for (const auto& [p, t] : times.percentiles)
    line(fmt::format("{:.2f} percentile {} (ns)   ", 100 * p, percentile_of), t);
}

std::string headline(const Run& run, const RunFigures& f) {
  switch (run.scenario.kind) {
    case ScenarioKind::single_stream:
    case ScenarioKind::multi_stream:
      return fmt::format("{:.1f}th percentile latency (ns) : {}\n", 100 * run.scenario.percentile,
                         f.decisive->count());
    case ScenarioKind::offline:
      return fmt::format("Samples per second: {:.6g}\n", f.offline_rate) +
             (f.with_tokens ? fmt::format("Tokens per second: {:.6g}\n", f.token_rate) : "");
    default:
      return fmt::format("Completed samples per second    : {:.2f}\n", f.completed_rate) +
             (f.with_tokens ? fmt::format("Completed tokens per second: {:.2f}\n", f.token_rate) : "");
  }
}

std::string verdict_text(const Run& run, const RunFigures& f) {
  const ScenarioKind kind = run.scenario.kind;
  std::string out = fmt::format("Result is : {}\n", f.valid ? "VALID" : "INVALID");
  if (is_open_loop(kind))
    out += fmt::format("  Performance constraints satisfied : {}\n", yes_or_no(f.constraints_met));
  out += fmt::format(
      "  Min duration satisfied : {}\n  Min queries satisfied : {}\n  Early stopping satisfied: {}\n",
      yes_or_no(f.duration_met), yes_or_no(f.queries_met),
      yes_or_no(f.early.met && f.early_ttft.met && f.early_tpot.met));
  if (!f.valid) out += "Recommendations:\n";
  for (const std::string& reason : f.reasons) out += fmt::format(" * {}\n", reason);
  if (kind == ScenarioKind::offline) return out;
  if (has_limits_on_tokens(run.scenario))
    return out + fmt::format("TTFT Early Stopping Result:\n{}\nTPOT Early Stopping Result:\n{}\n",
                             f.early_ttft.text, f.early_tpot.text);
  return out + fmt::format("Early Stopping Result:\n{}\n", f.early.text);
}

std::string statistics_text(const Run& run, const RunFigures& f) {
  std::string out = fmt::format("\n{}Additional Stats\n{}", rule, rule);
  const ScenarioKind kind = run.scenario.kind;
  if (kind == ScenarioKind::single_stream) {
    out +=
        fmt::format("QPS w/ loadgen overhead         : {:.2f}\nQPS w/o loadgen overhead        : {:.2f}\n\n",
                    f.overhead_rate, f.issue_rate);
  }
  if (is_open_loop(kind)) out += fmt::format("Scheduled samples per second : {:.2f}\n", f.scheduled_rate);
  if (kind == ScenarioKind::multi_stream) out += "Per-query latency:  \n";
  add_times(out, kind == ScenarioKind::multi_stream ? f.query_latency : f.latency, "latency", "latency", 32);
  if (!f.with_tokens || kind == ScenarioKind::offline) return out;
  out += "\n";
  if (is_open_loop(kind)) out += fmt::format("{:<44}: {:.2f}\n", "Completed tokens per second", f.token_rate);
  add_times(out, f.first_token, "First Token latency", "first token latency", 44);
  out += "\n";
  add_times(out, f.per_token, "Time per Output Token", "time per output token", 44);
  return out;
}

/// Settings as keys and values, in LoadGen's order; the summary has those with a label.
struct Setting {
  const char *label, *key;
  std::string value;
};
std::vector<Setting> settings_of(const Run& run) {
  const Scenario& s = run.scenario;
  const auto number = [](auto n) { return fmt::format("{}", n); };
  std::vector<Setting> all = {{"samples_per_query", "samples_per_query", number(samples_per_query(run))},
                              {"target_qps", "target_qps", number(s.target_qps)}};
  const Nanoseconds limit = is_open_loop(s.kind) ? s.latency_limit() : Nanoseconds(0);
  if (!has_limits_on_tokens(s) || limit > Nanoseconds(0))
    all.push_back({"target_latency (ns)", "target_latency_ns", number(limit.count())});
  all.push_back({"", "target_latency_percentile", number(s.percentile)});
  all.push_back({"max_async_queries", "max_async_queries", is_open_loop(s.kind) ? "0" : "1"});
  all.push_back({"min_duration (ms)", "min_duration_ms", number(milliseconds_of(s.min_duration))});
  all.push_back({"max_duration (ms)", "max_duration_ms", "0"});
  all.push_back({"min_query_count", "min_query_count", number(s.min_queries)});
  all.push_back({"max_query_count", "max_query_count", number(s.max_queries)});
  all.push_back({"schedule_rng_seed", "schedule_rng_seed", number(s.seed)});
  if (s.dataset_samples > 0) {
    all.push_back({"performance_sample_count", "performance_sample_count", number(s.dataset_samples)});
    all.push_back({"", "sample_concatenate_permutation", "true"});
  }
  return all;
}

std::string summary_text(const Run& run, const RunFigures& f) {
  std::string out =
      fmt::format("{}MLPerf Results Summary\n{}SUT name : {}\nScenario : {}\nMode     : PerformanceOnly\n",
                  rule, rule, run.system, scenario_name(run.scenario));
  out += headline(run, f) + verdict_text(run, f) + statistics_text(run, f);
  out += fmt::format("\n{}Test Parameters Used\n{}", rule, rule);
  for (const Setting& setting : settings_of(run)) {
    if (*setting.label) out += fmt::format("{} : {}\n", setting.label, setting.value);
    if (std::string_view(setting.label) == "target_qps" && has_limits_on_tokens(run.scenario))
      out += fmt::format("ttft_latency (ns): {}\ntpot_latency (ns): {}\n", run.scenario.ttft_limit.count(),
                         run.scenario.tpot_limit.count());
  }
  const std::size_t warnings = run.notes.size();
  out += warnings ? fmt::format("\n{} warning{} encountered. See detailed log.\n", warnings,
                                warnings > 1 ? "s" : "")
                  : "\nNo warnings encountered during test.\n";
  return out + "\nNo errors encountered during test.\n";
}

// ------------------------------------------------------------------------------------------- detail

class DetailWriter {
 public:
  /// `value` as JSON.
  void add(std::string_view key, const nlohmann::json& value, bool warning = false) {
    text_ += fmt::format(
        ":::MLLOG {{\"key\": \"{}\", \"value\": {}, \"time_ms\": {:.6f}, \"namespace\": \"mlperf::logging\", "
        "\"event_type\": \"POINT_IN_TIME\", \"metadata\": {{\"is_error\": false, \"is_warning\": {}, "
        "\"file\": "
        "\"\", \"line_no\": 0, \"pid\": 0, \"tid\": 0}}}}\n",
        key, value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), ms_, warning);
  }
  void add_times(const ReportedTimes& times, std::string_view prefix, std::string_view after,
                 std::string_view percentile_after) {
    if (times.empty()) return;
    add(fmt::format("{}min{}", prefix, after), times.min->count());
    add(fmt::format("{}max{}", prefix, after), times.max->count());
    add(fmt::format("{}mean{}", prefix, after), times.mean->count());
    for (const auto& [p, t] : times.percentiles)
      add(fmt::format("{}{:.2f}{}", prefix, 100 * p, percentile_after), t.count());
  }
  void at(Nanoseconds t) { ms_ = to_seconds(t).value() * 1e3; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  double ms_ = 0;
};

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

void add_settings(const Run& run, DetailWriter& out) {
  const char* origin = run.origin == RunOrigin::measured ? "measured" : "simulated";
  out.add("loadgen_version", fmt::format("Ridgeline {} ({}), not LoadGen", version, origin));
  out.add("sut_name", run.system);
  out.add("qsl_name", run.workload);
  for (const std::string& note : run.notes) out.add("warning_generic_message", note, true);
  for (const char* how : {"requested", "effective"}) {
    out.add(fmt::format("{}_scenario", how), scenario_name(run.scenario));
    out.add(fmt::format("{}_test_mode", how), "PerformanceOnly");
    if (std::string_view(how) == "effective") {
      for (const Setting& s : settings_of(run))
        out.add(fmt::format("effective_{}", s.key), nlohmann::json::parse(s.value, nullptr, false));
    } else if (has_limits_on_tokens(run.scenario)) {
      out.add("requested_use_token_latencies", true);
      out.add("requested_server_ttft_latency", run.scenario.ttft_limit.count());
      out.add("requested_server_tpot_latency", run.scenario.tpot_limit.count());
    }
  }
  out.add("generated_query_count", run.queries.size());
  out.add("generated_samples_per_query", samples_per_query(run));
}

void add_verdict(const Run& run, const RunFigures& f, DetailWriter& out) {
  out.add("result_validity", f.valid ? "VALID" : "INVALID");
  if (is_open_loop(run.scenario.kind)) out.add("result_perf_constraints_met", f.constraints_met);
  out.add("result_min_duration_met", f.duration_met);
  out.add("result_min_queries_met", f.queries_met);
  out.add("early_stopping_met", f.early.met && f.early_ttft.met && f.early_tpot.met);
  if (!f.valid) out.add("result_invalid_reason", fmt::format("{} ", fmt::join(f.reasons, " ")));
  if (run.scenario.kind == ScenarioKind::offline) return;
  if (has_limits_on_tokens(run.scenario)) {
    out.add("early_stopping_ttft_result", one_line(f.early_ttft.text));
    out.add("early_stopping_tpot_result", one_line(f.early_tpot.text));
  } else {
    out.add("early_stopping_result", one_line(f.early.text));
  }
}

void add_results(const Run& run, const RunFigures& f, DetailWriter& out) {
  out.add("result_query_count", f.queries);
  switch (run.scenario.kind) {
    case ScenarioKind::single_stream:
      out.add("result_qps_with_loadgen_overhead", f.overhead_rate);
      out.add("result_qps_without_loadgen_overhead", f.issue_rate);
      out.add("early_stopping_latency_ss", f.early.estimate.value_or(Nanoseconds(0)).count());
      out.add("early_stopping_latency_ms", f.early.estimate_99.value_or(Nanoseconds(0)).count());
      break;
    case ScenarioKind::multi_stream:
      out.add("early_stopping_latency_ms", f.early.estimate.value_or(Nanoseconds(0)).count());
      break;
    case ScenarioKind::offline:
      out.add("result_samples_per_second", f.offline_rate);
      break;
    default:
      out.add("result_overlatency_query_count", f.over_limit);
      out.add("result_scheduled_samples_per_sec", f.scheduled_rate);
      out.add("result_completed_samples_per_sec", f.completed_rate);
  }
  if (const ReportedTimes& q = f.query_latency; !q.empty()) {
    out.add("result_min_query_latency_ns", q.min->count());
    out.add("result_max_query_latency_ns", q.max->count());
    out.add("result_mean_query_latency_ns", q.mean->count());
    for (const auto& [p, t] : q.percentiles)
      out.add(fmt::format("result_{:.2f}_percentile_per_query_latency_ns", 100 * p), t.count());
  }
  out.add_times(f.latency, "result_", "_latency_ns", "_percentile_latency_ns");
  if (!f.with_tokens) return;
  const bool offline = run.scenario.kind == ScenarioKind::offline;
  out.add_times(f.first_token, "result_first_token_", "_latency_ns", "_percentile_latency_ns");
  out.add_times(f.per_token, "result_time_per_output_token_", "", "_percentile_ns");
  out.add(offline ? "result_tokens_per_second" : "result_completed_tokens_per_second", f.token_rate);
}

std::string detail_text(const Run& run, const RunFigures& f) {
  DetailWriter out;
  add_settings(run, out);
  out.at(run.queries.back().completed);
  add_verdict(run, f, out);
  add_results(run, f, out);
  out.add("num_errors", 0);
  return out.text();
}

// ------------------------------------------------------------------------------------------- trace

std::string microseconds_of(Nanoseconds t) {
  const auto ns = t.count();
  return fmt::format("{}{}.{:03}", ns < 0 ? "-" : "", std::abs(ns / 1000), std::abs(ns % 1000));
}

/// `tokens` is no argument of LoadGen's, whose trace does not count them; absent where there are none.
void write_sample(std::ostream& out, std::string_view name, std::uint64_t sample, std::uint64_t query,
                  const QueryRecord& q, Nanoseconds done, std::uint32_t tokens) {
  out << fmt::format(
      "{{\"name\":\"{0}\",\"cat\":\"default\",\"ph\":\"b\",\"pid\":0,\"id\":{1},\"ts\":{2},\"args\":{{"
      "\"sample_seq\":{1},"
      "\"query_seq\":{3},\"sample_idx\":{1},\"issue_start_ns\":{4},\"complete_ns\":{5}{6}}}}},\n"
      "{{\"name\":\"{0}\",\"cat\":\"default\",\"ph\":\"e\",\"pid\":0,\"id\":{1},\"ts\":{7}}},\n",
      name, sample, microseconds_of(q.scheduled), query, (q.issued - q.scheduled).count(),
      (done - q.scheduled).count(), tokens ? fmt::format(",\"n_tokens\":{}", tokens) : "",
      microseconds_of(done));
}

void write_counter(std::ostream& out, std::string_view name, const QueryRecord& q, Nanoseconds done) {
  out << fmt::format(
      "{{\"name\":\"{}\",\"ph\":\"C\",\"pid\":0,\"ts\":{},\"args\":{{\"issue_delay\":{},\"issue_to_done\":{}}"
      "}}},\n",
      name, microseconds_of(q.scheduled), (q.issued - q.scheduled).count(), (done - q.issued).count());
}

void write_trace(const Run& run, const RunFigures& f, std::ostream& out) {
  out << "{\"traceEvents\":[\n";
  const bool open = is_open_loop(run.scenario.kind);
  std::uint64_t sample = 0, query = 0;
  for (const QueryRecord& q : run.queries) {
    if (open && q.first_token) write_counter(out, "Token_Latency", q, *q.first_token);
    if (open) write_counter(out, "Latency", q, q.completed);
    for (std::uint32_t i = 0; i < q.samples; ++i, ++sample) {
      const std::uint32_t tokens = q.tokens / q.samples + (i < q.tokens % q.samples ? 1 : 0);
      if (!open && q.first_token) write_sample(out, "Token", sample, query, q, *q.first_token, 0);
      write_sample(out, "Sample", sample, query, q, q.scheduled + f.sample_latencies[sample], tokens);
    }
    ++query;
  }
  out << fmt::format(
      "{{\"name\":\"LastTrace\"}}\n],\n\"displayTimeUnit\":\"ns\",\n\"otherData\":{{\n\"version\":"
      "\"Ridgeline {}\"\n}}\n}}\n",
      version);
}

template <class Write>
Status write_to(const std::string& path, Write&& write) {
  std::ofstream file(path, std::ios::binary);
  write(file);
  file.close();
  if (file) return Status::success();
  return unavailable(fmt::format("{}: cannot be written; is the folder writable, and the disk full?", path));
}

Status check(const Run& run) {
  if (run.scenario.kind == ScenarioKind::closed_loop)
    return bad_input("a ClosedLoop of users is no scenario of LoadGen's; its logs cannot say it");
  if (run.digest)
    return bad_input(
        "the run keeps a digest in place of its queries, and LoadGen's logs need each; keep more of them");
  if (run.queries.empty()) return bad_input("the run has no queries to write");
  for (const QueryRecord& q : run.queries) {
    if (q.samples == 0) return bad_input("the run has a query without samples");
  }
  return Status::success();
}

}  // namespace

Status write_mlperf_log(const Run& run, const std::string& dir) {
  RIDGELINE_CHECK(check(run));
  std::error_code failed;
  std::filesystem::create_directories(dir, failed);
  if (failed) return unavailable(fmt::format("{}: cannot be made: {}", dir, failed.message()));
  const RunFigures figures = formats::figures_of(run);
  RIDGELINE_CHECK(write_to(dir + "/mlperf_log_summary.txt",
                           [&](std::ostream& out) { out << summary_text(run, figures); }));
  RIDGELINE_CHECK(
      write_to(dir + "/mlperf_log_detail.txt", [&](std::ostream& out) { out << detail_text(run, figures); }));
  return write_to(dir + "/mlperf_log_trace.json", [&](std::ostream& out) { write_trace(run, figures, out); });
}

}  // namespace ridgeline
