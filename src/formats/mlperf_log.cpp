#include "ridgeline/mlperf_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "base/file.h"
#include "base/number.h"
#include "formats/figures.h"
#include "formats/log_file.h"
#include "formats/power_log.h"
#include "formats/trace_check.h"
#include "formats/trace_log.h"

namespace ridgeline {
namespace {

using formats::Figures;
using formats::LogFile;
namespace fs = std::filesystem;

constexpr Nanoseconds no_limit{0};

bool is_there(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

std::optional<Nanoseconds> milliseconds_of(Figures& figures, std::string_view key) {
  const auto ms = figures.count(key);
  if (!ms || *ms > 1'000'000'000'000) return std::nullopt;
  return std::chrono::milliseconds(*ms);
}

/// The first of several names, old and new, under which a figure is logged.
std::optional<Nanoseconds> time_of(Figures& figures, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (const auto time = figures.time(key)) return time;
  }
  return std::nullopt;
}

std::optional<double> number_of(Figures& figures, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (const auto number = figures.number(key)) return number;
  }
  return std::nullopt;
}

Scenario scenario_of(Figures& figures, ScenarioKind kind) {
  Scenario s = Scenario::mlperf(kind);
  if (const auto d = milliseconds_of(figures, "effective_min_duration_ms")) s.min_duration = *d;
  if (const auto n = figures.count("effective_min_query_count"))
    s.min_queries = std::max<std::uint64_t>(*n, 1);
  if (const auto n = figures.count("effective_max_query_count")) s.max_queries = *n;
  if (const auto rate = figures.number("effective_target_qps"); rate && *rate >= 0) s.target_qps = *rate;
  if (const auto p = figures.number("effective_target_latency_percentile"); p && *p > 0 && *p < 1)
    s.percentile = *p;
  if (const auto seed = figures.count("effective_schedule_rng_seed")) s.seed = *seed;
  s.target_latency =
      is_open_loop(kind) ? figures.time("effective_target_latency_ns").value_or(no_limit) : no_limit;
  const auto ttft = time_of(figures, {"effective_ttft_latency", "effective_server_ttft_latency",
                                      "requested_server_ttft_latency", "requested_ttft_latency"});
  const auto tpot = time_of(figures, {"effective_tpot_latency", "effective_server_tpot_latency",
                                      "requested_server_tpot_latency", "requested_tpot_latency"});
  if (is_open_loop(kind)) {
    s.ttft_limit = ttft.value_or(no_limit);
    s.tpot_limit = tpot.value_or(no_limit);
  }
  const auto samples = figures.count("effective_samples_per_query");
  if (samples && (kind == ScenarioKind::multi_stream || kind == ScenarioKind::constant_stream))
    s.samples_per_query = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(*samples, 1, 1'000'000));
  return s;
}

/// Settings that were asked for under one name and used under another.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> renamed = {{
    {"requested_server_target_qps", "effective_target_qps"},
    {"requested_server_target_latency_ns", "effective_target_latency_ns"},
    {"requested_server_target_latency_percentile", "effective_target_latency_percentile"},
    {"requested_single_stream_target_latency_percentile", "effective_target_latency_percentile"},
    {"requested_multi_stream_target_latency_percentile", "effective_target_latency_percentile"},
    {"requested_multi_stream_samples_per_query", "effective_samples_per_query"},
    {"requested_offline_expected_qps", "effective_target_qps"},
    {"requested_server_max_async_queries", "effective_max_async_queries"},
}};

/// Offline turns its minimum count into one query by rule.
bool changes_by_rule(ScenarioKind kind, std::string_view key) {
  return kind == ScenarioKind::offline && key == "min_query_count";
}

std::vector<ChangedSetting> changed_settings(Figures& figures, const LogFile& detail, ScenarioKind kind) {
  std::vector<ChangedSetting> changed;
  const auto compare = [&](std::string_view asked, std::string_view used) {
    const auto requested = figures.text(asked), effective = figures.text(used);
    if (!requested || !effective || *requested == *effective) return;
    const auto a = parse_number(*requested), b = parse_number(*effective);
    if (a && b && *a == *b) return;
    changed.push_back({std::string(used.substr(10)), *requested, *effective});
  };
  constexpr std::string_view effective = "effective_";
  for (auto at = detail.entries.lower_bound(effective); at != detail.entries.end(); ++at) {
    const std::string_view key = at->first;
    if (key.substr(0, effective.size()) != effective) break;
    const std::string_view name = key.substr(effective.size());
    if (!changes_by_rule(kind, name)) compare(fmt::format("requested_{}", name), key);
  }
  for (const auto& [asked, used] : renamed) compare(asked, used);
  return changed;
}

MlperfSettings settings_of(Figures& figures, const LogFile* detail, ScenarioKind kind) {
  MlperfSettings s;
  s.mode = figures.text("effective_test_mode").value_or("");
  s.qsl_seed = figures.count("effective_qsl_rng_seed");
  s.sample_index_seed = figures.count("effective_sample_index_rng_seed");
  s.schedule_seed = figures.count("effective_schedule_rng_seed");
  s.samples_per_query = figures.count("effective_samples_per_query");
  s.performance_samples = figures.count("effective_performance_sample_count");
  s.dataset_samples = figures.count("qsl_reported_total_count");
  s.expected_latency = time_of(
      figures, {"requested_single_stream_expected_latency_ns", "requested_multi_stream_expected_latency_ns"});
  s.equal_issue = figures.flag("effective_sample_concatenate_permutation");
  s.coalesce = figures.flag("requested_server_coalesce_queries");
  s.issue_unique = figures.flag("effective_performance_issue_unique");
  s.issue_same = figures.flag("effective_performance_issue_same");
  s.tokens = figures.flag("requested_use_token_latencies").value_or(false) ||
             figures.has("result_tokens_per_second") || figures.has("result_completed_tokens_per_second");
  s.inferred_tokens = figures.flag("requested_infer_token_latencies").value_or(false) ||
                      figures.has("result_inferred_tokens_per_second") ||
                      figures.has("result_inferred_completed_tokens_per_second");
  if (detail) s.changed = changed_settings(figures, *detail, kind);
  return s;
}

void read_verdict(Figures& figures, MlperfLog& log) {
  if (const auto verdict = figures.text("result_validity")) log.valid = *verdict == "VALID";
  log.constraints_met = figures.flag("result_perf_constraints_met");
  log.duration_met = figures.flag("result_min_duration_met");
  log.queries_met = figures.flag("result_min_queries_met");
  log.early_stopping_met = figures.flag("early_stopping_met");
  log.early_stopping = figures.text("early_stopping_result");
  log.early_stopping_ttft = figures.text("early_stopping_ttft_result");
  log.early_stopping_tpot = figures.text("early_stopping_tpot_result");
  log.early_stopping_single = figures.time("early_stopping_latency_ss");
  log.early_stopping_multi = figures.time("early_stopping_latency_ms");
}

void read_figures(Figures& figures, MlperfLog& log) {
  log.loadgen_version = figures.text("loadgen_version").value_or("");
  log.loadgen_changes = figures.text("loadgen_git_status_message").value_or("");
  log.date = figures.text("test_datetime").value_or("");
  log.sut = figures.text("sut_name").value_or("");
  log.queries = figures.count("result_query_count");
  log.over_latency = figures.count("result_overlatency_query_count");
  log.generated_queries = figures.count("generated_query_count");
  log.scheduled_rate = figures.number("result_scheduled_samples_per_sec");
  log.completed_rate = figures.number("result_completed_samples_per_sec");
  log.offline_rate = figures.number("result_samples_per_second");
  log.rate_with_overhead = figures.number("result_qps_with_loadgen_overhead");
  log.rate_without_overhead = figures.number("result_qps_without_loadgen_overhead");
  log.tokens_per_second =
      number_of(figures, {"result_completed_tokens_per_second", "result_tokens_per_second",
                          "result_token_throughput_with_loadgen_overhead"});
  log.inferred_tokens_per_second = number_of(
      figures, {"result_inferred_completed_tokens_per_second", "result_inferred_tokens_per_second"});
  if (const auto rate = figures.number("result_token_throughput"); rate && log.tokens_per_second)
    log.token_rate_per_nanosecond = *rate > 0 && *rate < 1e-6 * *log.tokens_per_second;
  log.latency = figures.times("result_", "_latency_ns", "result_", "_percentile_latency_ns");
  log.query_latency =
      figures.times("result_", "_query_latency_ns", "result_", "_percentile_per_query_latency_ns");
  log.first_token =
      figures.times("result_first_token_", "_latency_ns", "result_first_token_", "_percentile_latency_ns");
  log.per_token =
      figures.times("result_time_per_output_token_", "", "result_time_per_output_token_", "_percentile_ns");
  log.group = figures.times("result_group_", "_latency_ns", "result_group_", "_percentile_latency_ns");
  log.power_begin = figures.text("power_begin");
  log.power_end = figures.text("power_end");
}

Result<std::optional<LogFile>> read_log_file(const std::string& path,
                                             LogFile (*parse)(const std::string&, std::string_view)) {
  if (!is_there(path)) return std::optional<LogFile>();
  RIDGELINE_TRY(text, read_file(path));
  return std::optional<LogFile>(parse(path, text));
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

Status read_trace(const std::string& dir, MlperfLog& log) {
  const std::string path = dir + "/mlperf_log_trace.json";
  std::error_code ignored;
  // Submissions keep the empty file that LoadGen leaves where no trace is asked for.
  if (!is_there(path) || fs::file_size(path, ignored) == 0) return Status::success();
  RIDGELINE_TRY(trace, formats::read_trace_log(path, log.scenario));
  append(log.damage, trace.damage);
  if (trace.run.queries.empty()) return Status::success();
  trace.run.system = log.sut;
  trace.run.version = log.loadgen_version;
  // Only logs that Ridgeline writes are of simulations.
  if (log.loadgen_version.find("(simulated)") != std::string::npos) trace.run.origin = RunOrigin::simulated;
  log.run = std::move(trace.run);
  append(log.disagreements, formats::compare_with_trace(log, trace.sample_latencies));
  return Status::success();
}

Status read_power(const std::string& dir, MlperfLog& log) {
  const std::string path = dir + "/spl.txt";
  if (!is_there(path)) return Status::success();
  if (!log.power_begin || !log.power_end) {
    log.damage.push_back(fmt::format("{}: no use without power_begin and power_end in the detail log", path));
    return Status::success();
  }
  RIDGELINE_TRY(power, formats::read_power_log(path, *log.power_begin, *log.power_end));
  append(log.damage, power.damage);
  log.power = power.power;
  if (const auto samples = log.samples(); samples && *samples > 0 && log.power->energy)
    log.power->per_sample = *log.power->energy / static_cast<double>(*samples);
  return Status::success();
}

/// Summaries count nothing; without the detail log the trace does.
void fill_from_summary(Figures& figures, MlperfLog& log) {
  if (log.scenario.kind != ScenarioKind::offline || log.queries) return;
  if (figures.count("effective_samples_per_query")) log.queries = 1;
}

}  // namespace

std::optional<Nanoseconds> ReportedTimes::at(double percentile) const {
  for (const auto& [p, time] : percentiles) {
    if (std::abs(p - percentile) < 1e-9) return time;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> MlperfLog::samples() const {
  if (!queries) return std::nullopt;
  const bool one_by_one =
      scenario.kind != ScenarioKind::offline && scenario.kind != ScenarioKind::multi_stream;
  return one_by_one ? *queries : *queries * settings.samples_per_query.value_or(scenario.samples_per_query);
}

const ReportedTimes& MlperfLog::decisive() const { return query_latency.empty() ? latency : query_latency; }

Result<MlperfLog> read_mlperf_log(const std::string& dir) {
  RIDGELINE_TRY(detail, read_log_file(dir + "/mlperf_log_detail.txt", formats::parse_detail));
  RIDGELINE_TRY(summary, read_log_file(dir + "/mlperf_log_summary.txt", formats::parse_summary));
  if (!detail && !summary) {
    return unavailable(fmt::format(
        "{}: neither mlperf_log_summary.txt nor mlperf_log_detail.txt; is it LoadGen's folder?", dir));
  }
  Figures figures(detail ? &*detail : nullptr, summary ? &*summary : nullptr);
  MlperfLog log;
  log.dir = dir;
  const std::string& path = detail ? detail->path : summary->path;
  const auto name = figures.has("effective_scenario") ? figures.text("effective_scenario")
                                                      : figures.text("requested_scenario");
  if (!name) return bad_input(fmt::format("{}: names no scenario; was the run cut short?", path));
  const auto kind = parse_scenario(*name);
  if (!kind || *kind == ScenarioKind::closed_loop)
    return bad_input(fmt::format("{}: unknown scenario '{}'", path, *name));
  log.scenario = scenario_of(figures, *kind);
  log.settings = settings_of(figures, detail ? &*detail : nullptr, *kind);
  if (log.settings.equal_issue.value_or(false))
    log.scenario.dataset_samples = log.settings.performance_samples.value_or(0);
  read_verdict(figures, log);
  read_figures(figures, log);
  fill_from_summary(figures, log);
  if (figures.error()) return *figures.error();
  if (!log.valid && log.settings.mode != "AccuracyOnly") {
    return bad_input(fmt::format("{}: no result; LoadGen writes it last, so the run was cut short", path));
  }
  log.disagreements = figures.disagreements();
  for (const auto* file : {detail ? &*detail : nullptr, summary ? &*summary : nullptr}) {
    if (!file) continue;
    append(log.errors, file->errors);
    append(log.warnings, file->warnings);
    append(log.damage, file->damage);
  }
  if (!detail)
    log.damage.push_back("no mlperf_log_detail.txt: counts, seeds asked for and messages are missing");
  if (!summary) log.damage.push_back("no mlperf_log_summary.txt");
  if (summary) {
    log.recommendations = summary->recommendations;
    log.old_token_label = summary->old_token_label;
  }
  if (log.recommendations.empty()) {
    if (const auto reason = figures.text("result_invalid_reason"); reason && !reason->empty())
      log.recommendations.emplace_back(formats::trim(*reason));
  }
  RIDGELINE_CHECK(read_trace(dir, log));
  RIDGELINE_CHECK(read_power(dir, log));
  return log;
}

}  // namespace ridgeline
