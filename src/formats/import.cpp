#include "formats/import.h"

#include <fmt/format.h>

#include <array>

#include "base/file.h"
#include "base/text.h"
#include "formats/log_file.h"

namespace ridgeline {
namespace {

using formats::Json;

constexpr std::array all_formats = {ResultFormat::vllm, ResultFormat::guidellm, ResultFormat::genai_perf,
                                    ResultFormat::aiperf, ResultFormat::csv};

/// A JSON document; or several, one a line.
Result<std::vector<Json>> parse_documents(const std::string& path, const std::string& text) {
  std::vector<Json> documents;
  Json whole = Json::parse(text, nullptr, false);
  if (!whole.is_discarded()) {
    documents.push_back(std::move(whole));
    return documents;
  }
  std::optional<Error> error;
  formats::each_line(text, [&](std::size_t number, std::string_view line) {
    if (error || formats::trim(line).empty()) return;
    Json document = Json::parse(line, nullptr, false);
    if (document.is_discarded())
      error = bad_input(
          fmt::format("{}:{}: not JSON, neither the file nor this line of it; cut short?", path, number));
    documents.push_back(std::move(document));
  });
  if (error) return *error;
  return documents;
}

bool is_aiperf_record(const Json& json) {
  return formats::find(json, {"metadata", "request_start_ns"}) != nullptr;
}

Result<ResultFormat> detect(const std::string& path, const Json& json) {
  if (is_aiperf_record(json)) return ResultFormat::aiperf;
  if (formats::find(json, {"benchmarks"})) return ResultFormat::guidellm;
  if (formats::find(json, {"experiments"})) return ResultFormat::genai_perf;
  if (formats::find(json, {"ttfts"}) || formats::find(json, {"request_throughput"})) {
    const Json* rate = formats::find(json, {"request_throughput"});
    if (!rate || rate->is_number()) return ResultFormat::vllm;
    return bad_input(
        fmt::format("{}: statistics only; import the profile_export.jsonl (AIPerf) or profile_export.json "
                    "(GenAI-Perf) beside it, which has the requests",
                    path));
  }
  return bad_input(
      fmt::format("{}: no format that is known: benchmarks (GuideLLM), experiments (GenAI-Perf), ttfts "
                  "(vLLM) or metadata.request_start_ns (AIPerf) must be there",
                  path));
}

Result<ImportedRun> import_documents(const std::string& path, std::vector<Json> documents,
                                     const RunImportOptions& options) {
  if (documents.empty()) return bad_input(fmt::format("{}: empty", path));
  ResultFormat format = ResultFormat::vllm;
  if (options.format) {
    format = *options.format;
  } else {
    RIDGELINE_TRY(detected, detect(path, documents.front()));
    format = detected;
  }
  if (format == ResultFormat::aiperf) return formats::import_aiperf(documents, path);
  // vLLM appends results, a line each.
  const Json list = std::move(documents);
  RIDGELINE_TRY(chosen, formats::choose(list, path, "results",
                                        format == ResultFormat::vllm ? options : RunImportOptions{}));
  switch (format) {
    case ResultFormat::guidellm:
      return formats::import_guidellm(*chosen, path, options);
    case ResultFormat::genai_perf:
      return formats::import_genai_perf(*chosen, path, options);
    default:
      return formats::import_vllm(*chosen, path);
  }
}

}  // namespace

Result<const Json*> formats::choose(const Json& list, const std::string& path, const char* key,
                                    const RunImportOptions& options) {
  const std::size_t size = list.size(), which = options.which.value_or(1);
  if (size == 0) return bad_input(fmt::format("{}: {} is empty", path, key));
  if (size > 1 && !options.which)
    return bad_input(fmt::format("{}: {} holds {}; say which, from 1 to {}", path, key, size, size));
  if (which == 0 || which > size)
    return bad_input(fmt::format("{}: {} holds {}, so there is no number {}", path, key, size, which));
  return &list[which - 1];
}

std::string_view to_string(ResultFormat format) {
  switch (format) {
    case ResultFormat::vllm:
      return "vllm";
    case ResultFormat::guidellm:
      return "guidellm";
    case ResultFormat::genai_perf:
      return "genai-perf";
    case ResultFormat::aiperf:
      return "aiperf";
    case ResultFormat::csv:
      return "csv";
  }
  return "unknown";
}

std::optional<ResultFormat> parse_result_format(std::string_view name) {
  for (const ResultFormat format : all_formats) {
    if (to_lower(name) == to_string(format)) return format;
  }
  return std::nullopt;
}

std::string_view to_string(ArrivalTimes times) {
  switch (times) {
    case ArrivalTimes::recorded:
      return "recorded";
    case ArrivalTimes::derived:
      return "derived from the settings";
    case ArrivalTimes::assumed:
      return "assumed: even, at the rate of the settings; latencies are the file's, throughput and queueing "
             "are not";
  }
  return "unknown";
}

Result<ImportedRun> import_run(const std::string& path, const RunImportOptions& options) {
  if (options.format == ResultFormat::csv) return formats::import_csv(path);
  RIDGELINE_TRY(text, read_file(path));
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string::npos && (text[first] == '{' || text[first] == '[');
  if (!json && !options.format) return formats::import_csv(path);
  RIDGELINE_TRY(documents, parse_documents(path, text));
  return import_documents(path, std::move(documents), options);
}

}  // namespace ridgeline
