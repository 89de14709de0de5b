// A folder of vLLM's request log: config.json (device), vllm/meta.json (settings), vllm/requests.jsonl.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.h"
#include "calibrate/measured_csv_precision.h"
#include "ridgeline/simulator_validation.h"

namespace ridgeline {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

bool is_recorded_run(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "config.json", ignored) && fs::exists(folder / "vllm/meta.json", ignored) &&
         fs::exists(folder / "vllm/requests.jsonl", ignored);
}

std::vector<fs::path> folders_of_runs(const std::string& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  if (is_recorded_run(folder)) found.emplace_back(folder);
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->is_directory(error) && is_recorded_run(at->path())) found.push_back(at->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// A JSON document with the place it came from, for messages.
struct Document {
  Json json;
  std::string where;

  static Result<Document> parse(const std::string& text, std::string where) {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_object()) return Document{std::move(json), std::move(where)};
    return bad_input(where + ": is no JSON object");
  }
  /// Null when the path is not there.
  const Json* find(const char* path) const {
    const Json::json_pointer pointer(path);
    return json.contains(pointer) ? &json[pointer] : nullptr;
  }
  Result<double> number(const char* path) const {
    const Json* value = find(path);
    if (value && value->is_number()) return value->get<double>();
    return bad_input(fmt::format("{}: {} must be a number", where, path));
  }
  Result<std::uint32_t> count(const char* path) const {
    RIDGELINE_TRY(value, number(path));
    if (value >= 1 && value <= 1e9 && value == std::floor(value)) return static_cast<std::uint32_t>(value);
    return bad_input(fmt::format("{}: {} is {:g}; must be a whole number above 0", where, path, value));
  }
  Result<std::uint32_t> count_or(const char* path, std::uint32_t otherwise) const {
    return find(path) ? count(path) : Result<std::uint32_t>(otherwise);
  }
  Result<std::string> text(const char* path) const {
    const Json* value = find(path);
    if (value && value->is_string()) return value->get<std::string>();
    return bad_input(fmt::format("{}: {} must be a text", where, path));
  }
};

Result<Document> read_document(const fs::path& path) {
  RIDGELINE_TRY(text, read_file(path.string()));
  return Document::parse(text, path.string());
}

Result<Precision> precision_of(const Document& meta) {
  RIDGELINE_TRY(word, meta.text("/engine_kwargs/dtype"));
  if (word == "bfloat16") return Precision::bf16;
  if (word == "float16") return Precision::fp16;
  return bad_input(fmt::format("{}: dtype is '{}'; only bfloat16 and float16 are known", meta.where, word));
}

/// The limits are of one data-parallel rank; the simulator's are of the replica.
Status read_settings(const Document& meta, const Catalog& catalog, RecordedRun& run) {
  RIDGELINE_TRY(name, meta.text("/model"));
  RIDGELINE_TRY(model, catalog.model(name));
  run.model = model->id;
  run.stack = "vllm";
  RIDGELINE_TRY(version, meta.text("/vllm_version"));
  run.version = version;
  RIDGELINE_TRY(precision, precision_of(meta));
  run.precision = PrecisionPlan::uniform(precision);
  RIDGELINE_TRY(tensor, meta.count("/engine_kwargs/tensor_parallel_size"));
  RIDGELINE_TRY(data, meta.count("/engine_kwargs/data_parallel_size"));
  run.parallelism.tensor = tensor;
  run.parallelism.data = data;
  if (calibrate::has_experts(*model)) {
    const Json* experts = meta.find("/engine_kwargs/enable_expert_parallel");
    const bool by_expert = experts && experts->is_boolean() && experts->get<bool>();
    (by_expert ? run.parallelism.expert : run.parallelism.expert_tensor) = tensor * data;
  }
  RIDGELINE_TRY(sequences, meta.count("/engine_kwargs/max_num_seqs"));
  RIDGELINE_TRY(budget, meta.count("/engine_kwargs/max_num_batched_tokens"));
  RIDGELINE_TRY(block, meta.count_or("/kv_cache/block_size", 16));
  run.limits.max_sequences = sequences * data;
  run.limits.token_budget = budget * data;
  run.limits.block_tokens = block;
  RIDGELINE_TRY(blocks, meta.count_or("/kv_cache/num_gpu_blocks", 0));
  run.limits.kv_blocks = std::uint64_t{blocks} * data;
  if (meta.find("/kv_cache/gpu_memory_utilization")) {
    RIDGELINE_TRY(fraction, meta.number("/kv_cache/gpu_memory_utilization"));
    run.memory_fraction = fraction;
  }
  return Status::success();
}

/// The devices' link: GB/s of each direction, and ns of a collective as the log's makers give it.
Status read_link(const Document& config, RecordedRun& run) {
  if (run.parallelism.devices() == 1 || !config.find("/link_bw")) return Status::success();
  RIDGELINE_TRY(bandwidth, config.count("/link_bw"));
  RIDGELINE_TRY(latency, config.count("/link_latency"));
  const Provenance source{ProvenanceKind::assumed, config.where, ""};
  run.link = Link{"config.json", {BytesPerSecond(bandwidth * 1e9), source, {}}, {}, 0};
  run.link->latency = Sourced<Seconds>{Seconds(latency * 1e-9), source, {}};
  return Status::success();
}

struct LoggedRequest {
  double sent = 0, queued = 0, first = 0, last = 0;  ///< seconds; `sent` by the client's clock
  TokenLengths length;
};

Result<std::vector<LoggedRequest>> read_requests(const fs::path& path) {
  RIDGELINE_TRY(text, read_file(path.string()));
  std::istringstream lines(text);
  std::vector<LoggedRequest> requests;
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.empty()) continue;
    RIDGELINE_TRY(entry, Document::parse(line, fmt::format("{}:{}", path.string(), number)));
    LoggedRequest r;
    const std::pair<const char*, double*> times[] = {{"/arrival_time", &r.sent},
                                                     {"/queued_ts", &r.queued},
                                                     {"/first_token_ts", &r.first},
                                                     {"/last_token_ts", &r.last}};
    for (const auto& [key, time] : times) {
      RIDGELINE_TRY(seconds, entry.number(key));
      *time = seconds;
    }
    RIDGELINE_TRY(input, entry.count("/input_toks"));
    RIDGELINE_TRY(output, entry.count("/output_toks"));
    r.length = {input, output};
    if (!(r.queued <= r.first && r.first <= r.last))
      return bad_input(entry.where + ": queued_ts, first_token_ts and last_token_ts must ascend");
    requests.push_back(r);
  }
  if (requests.empty()) return bad_input(path.string() + ": has no requests");
  return requests;
}

void set_requests(std::vector<LoggedRequest> requests, RecordedRun& run) {
  std::stable_sort(requests.begin(), requests.end(),
                   [](const auto& a, const auto& b) { return a.sent < b.sent; });
  const double start = requests.front().sent;
  double offset = requests.front().queued - start;  // of the engine's clock to the client's
  for (const LoggedRequest& r : requests) offset = std::min(offset, r.queued - r.sent);
  run.measured.origin = RunOrigin::measured;
  run.measured.workload = run.model;
  Scenario& scenario = run.schedule.scenario;
  scenario = Scenario::mlperf(ScenarioKind::server);
  scenario.min_duration = Nanoseconds(0);
  scenario.target_qps = static_cast<double>(requests.size()) / std::max(requests.back().sent - start, 1e-3);
  run.measured.scenario = scenario;
  for (const LoggedRequest& r : requests) {
    const auto since_start = [&](double engine_time) {
      return to_nanoseconds(Seconds(engine_time - offset - start));
    };
    QueryRecord query;
    query.scheduled = query.issued = to_nanoseconds(Seconds(r.sent - start));
    query.first_token = since_start(r.first);
    query.completed = since_start(r.last);
    query.tokens = r.length.output;
    run.measured.queries.push_back(query);
    run.schedule.arrivals.push_back(query.scheduled);
    run.schedule.lengths.push_back(r.length);
  }
}

Result<RecordedRun> read_run(const fs::path& folder, const fs::path& top, const Catalog& catalog) {
  RecordedRun run;
  run.name = folder == top ? folder.filename().string() : folder.lexically_relative(top).generic_string();
  RIDGELINE_TRY(config, read_document(folder / "config.json"));
  RIDGELINE_TRY(device, config.text("/nodes/0/instances/0/hardware"));
  RIDGELINE_TRY(hardware, catalog.hardware(device));
  run.hardware = hardware->id;
  RIDGELINE_TRY(meta, read_document(folder / "vllm/meta.json"));
  RIDGELINE_CHECK(read_settings(meta, catalog, run));
  RIDGELINE_CHECK(read_link(config, run));
  RIDGELINE_TRY(requests, read_requests(folder / "vllm/requests.jsonl"));
  set_requests(std::move(requests), run);
  return run;
}

}  // namespace

bool has_recorded_runs(const std::string& folder) { return !folders_of_runs(folder).empty(); }

Result<std::vector<RecordedRun>> read_recorded_runs(const std::string& folder, const Catalog& catalog) {
  std::vector<RecordedRun> runs;
  for (const fs::path& at : folders_of_runs(folder)) {
    RIDGELINE_TRY(run, read_run(at, folder, catalog));
    runs.push_back(std::move(run));
  }
  if (runs.empty()) return bad_input(folder + ": no folder with config.json and vllm/requests.jsonl in it");
  return runs;
}

}  // namespace ridgeline
