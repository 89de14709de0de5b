#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "formats/figures.h"
#include "formats/log_file.h"
#include "ridgeline/mlperf_log.h"

namespace ridgeline {
namespace {

/// What LoadGen looks up, of any scenario.
constexpr std::array<std::string_view, 30> known = {"mode",
                                                    "min_duration",
                                                    "max_duration",
                                                    "min_query_count",
                                                    "max_query_count",
                                                    "qsl_rng_seed",
                                                    "sample_index_rng_seed",
                                                    "schedule_rng_seed",
                                                    "accuracy_log_rng_seed",
                                                    "accuracy_log_probability",
                                                    "accuracy_log_sampling_target",
                                                    "print_timestamps",
                                                    "performance_issue_unique",
                                                    "performance_issue_same",
                                                    "performance_issue_same_index",
                                                    "performance_sample_count_override",
                                                    "accuracy_sample_count_override",
                                                    "sample_concatenate_permutation",
                                                    "test05",
                                                    "use_token_latencies",
                                                    "infer_token_latencies",
                                                    "token_latency_scaling_factor",
                                                    "ttft_latency",
                                                    "tpot_latency",
                                                    "target_latency",
                                                    "target_latency_percentile",
                                                    "target_qps",
                                                    "samples_per_query",
                                                    "coalesce_queries",
                                                    "max_async_queries"};
/// Automotive's, and those that only LoadGen's own tests use.
constexpr std::array<std::string_view, 4> special = {"use_grouped_qsl", "constant_gen",
                                                     "find_peak_qps_decimals_of_precision",
                                                     "find_peak_qps_boundary_step_size"};

constexpr double longest_ms = 1e12;

bool is_known(std::string_view key) {
  return std::find(known.begin(), known.end(), key) != known.end() ||
         std::find(special.begin(), special.end(), key) != special.end();
}

/// model.scenario.key; the key holds no point, a model's name may ("llama3.1-8b").
struct Name {
  std::string model, scenario, key;
};
std::optional<Name> split_name(std::string_view text) {
  const std::size_t last = text.rfind('.');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const std::size_t middle = text.rfind('.', last - 1);
  if (middle == std::string_view::npos) return std::nullopt;
  Name name{std::string(text.substr(0, middle)), std::string(text.substr(middle + 1, last - middle - 1)),
            std::string(text.substr(last + 1))};
  if (name.model.empty() || name.scenario.empty() || name.key.empty()) return std::nullopt;
  return name;
}

std::string join(const std::string& model, const std::string& scenario, const std::string& key) {
  return fmt::format("{}.{}.{}", model, scenario, key);
}

/// A limit or duration, of 0 or more.
Status set_time(const MlperfConf& conf, std::optional<double> ms, std::string_view key, Nanoseconds& time) {
  if (!ms) return Status::success();
  if (*ms < 0 || *ms > longest_ms)
    return bad_input(fmt::format("{}: {} is {:g} ms; must be 0 to 1e12", conf.path(), key, *ms));
  time = to_nanoseconds(milliseconds(*ms));
  return Status::success();
}

Status set_count(const MlperfConf& conf, std::optional<double> value, std::string_view key,
                 std::uint64_t& count) {
  if (!value) return Status::success();
  if (*value < 0 || *value > 9e15 || std::floor(*value) != *value)
    return bad_input(
        fmt::format("{}: {} is {:g}; must be a whole number of 0 or more", conf.path(), key, *value));
  count = static_cast<std::uint64_t>(*value);
  return Status::success();
}

}  // namespace

Result<MlperfConf> MlperfConf::read(const std::string& path) {
  RIDGELINE_TRY(text, read_file(path));
  MlperfConf conf;
  conf.path_ = path;
  std::optional<Error> error;
  const auto wrong = [&](std::size_t line, std::string_view what) {
    if (!error) error = bad_input(fmt::format("{}:{}: {}", path, line, what));
  };
  formats::each_line(text, [&](std::size_t number, std::string_view raw) {
    const std::string_view line = formats::trim(raw.substr(0, raw.find('#')));
    if (line.empty()) return;
    const std::size_t equals = line.find('=');
    const auto name = split_name(formats::trim(line.substr(0, equals)));
    if (equals == std::string_view::npos || !name)
      return wrong(number, fmt::format("'{}' is not 'model.scenario.key = value'", line));
    const std::string_view text_of = formats::trim(line.substr(equals + 1));
    const auto value = parse_number(text_of);
    if (!value) return wrong(number, fmt::format("{} is '{}'; must be a number", name->key, text_of));
    if (!is_known(name->key)) conf.unknown_.push_back(fmt::format("{}:{}: {}", path, number, name->key));
    conf.values_[join(name->model, name->scenario, name->key)] = *value;
  });
  if (error) return *error;
  return conf;
}

std::optional<double> MlperfConf::find(const std::string& model, const std::string& scenario,
                                       const std::string& key) const {
  for (const auto& name :
       {join(model, scenario, key), join("*", scenario, key), join(model, "*", key), join("*", "*", key)}) {
    if (const auto found = values_.find(name); found != values_.end()) return found->second;
  }
  return std::nullopt;
}

Status MlperfConf::apply_to(Scenario& scenario, const std::string& model) const {
  // Interactive is a scenario of the rules only; LoadGen runs it as Server.
  const bool interactive = scenario.kind == ScenarioKind::interactive;
  const std::string name(to_string(interactive ? ScenarioKind::server : scenario.kind));
  const auto value = [&](const char* key) { return find(model, name, key); };
  RIDGELINE_CHECK(set_time(*this, value("min_duration"), "min_duration", scenario.min_duration));
  RIDGELINE_CHECK(set_count(*this, value("min_query_count"), "min_query_count", scenario.min_queries));
  RIDGELINE_CHECK(set_count(*this, value("max_query_count"), "max_query_count", scenario.max_queries));
  if (const auto percent = value("target_latency_percentile")) scenario.percentile = *percent / 100;
  if (const auto rate = value("target_qps")) scenario.target_qps = *rate;
  if (is_open_loop(scenario.kind)) {  // elsewhere a hint of how many queries to prepare
    RIDGELINE_CHECK(set_time(*this, value("target_latency"), "target_latency", scenario.target_latency));
    RIDGELINE_CHECK(set_time(*this, value("ttft_latency"), "ttft_latency", scenario.ttft_limit));
    RIDGELINE_CHECK(set_time(*this, value("tpot_latency"), "tpot_latency", scenario.tpot_limit));
  }
  if (const auto samples = value("samples_per_query"); samples && scenario.kind == ScenarioKind::multi_stream)
    scenario.samples_per_query = static_cast<std::uint32_t>(std::clamp(*samples, 0.0, 1e6));
  if (const auto valid = validate(scenario); !valid)
    return bad_input(fmt::format("{}: {}", path_, valid.error().message));
  return Status::success();
}

}  // namespace ridgeline
