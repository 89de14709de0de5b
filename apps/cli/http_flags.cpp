#include "http_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "options.h"

namespace ridgeline::cli {
namespace {

constexpr std::uint32_t default_tokens = 128;
constexpr const char* group = "Servers (an http:// or https:// target)";

TokenLengths sampled_lengths(RequestShape shape) {
  return {shape.prompt_tokens > 0 ? shape.prompt_tokens : default_tokens,
          shape.output_tokens > 0 ? shape.output_tokens : default_tokens};
}

/// "input_ids=-1,128".
Result<InputShape> parse_shape(const std::string& text) {
  const std::size_t equals = text.find('=');
  InputShape result;
  result.input = text.substr(0, equals);
  const char* at = text.data() + std::min(equals, text.size() - 1) + 1;
  const char* const end = text.data() + text.size();
  while (at < end) {
    std::int64_t dimension = 0;
    const auto [rest, error] = std::from_chars(at, end, dimension);
    if (error != std::errc() || (rest < end && *rest != ',')) break;
    result.shape.push_back(dimension);
    if (rest == end) return result;
    at = rest + 1;
  }
  return bad_input(fmt::format("--input-shape: '{}' is not NAME=D,D,..., such as input_ids=-1,128", text));
}

}  // namespace

bool HttpFlags::is_url(const std::string& target) {
  return target.starts_with("http://") || target.starts_with("https://");
}

CLI::Option* HttpFlags::add(CLI::Option* option) {
  all_.push_back(option->group(group));
  return option;
}

void HttpFlags::add_to(CLI::App& app) {
  add(app.add_option("--model", options.model, "The model's name at the server"));
  add(app.add_option("--api", api, "chat or completions (URL .../v1), or kserve (URL .../v2/models/NAME)")
          ->capture_default_str());
  add(app.add_flag("--no-stream", no_stream, "Ask for whole answers: there is no time to first token then"));
  add(app.add_option(
      "--prompts", options.prompts_file,
      "JSONL file of {\"prompt\": TEXT} or {\"messages\": [...]}, and \"output_tokens\"; default "
      "synthetic prompts of --isl words, or of --lengths"));
  add(app.add_flag("--ignore-eos", options.ignore_eos,
                   "Ask for answers of the full --osl (vLLM, SGLang ...)"));
  add(app.add_option(
      "--extra-body", options.extra_body,
      "JSON object, merged into each request: '{\"temperature\": 0}'; null takes a field out"));
  add(app.add_option("--max-tokens-key", options.max_tokens_key,
                     "Field for the most tokens of an answer, such as max_completion_tokens")
          ->capture_default_str());
  add(app.add_option("--api-key-env", options.api_key_env,
                     "Environment variable with the bearer key, which is neither printed nor kept"));
  add(app.add_option("--ca-file", options.ca_file,
                     "PEM of the authorities to trust, in place of the system's"));
  add(app.add_flag("--insecure", insecure, "Do not verify the server's TLS certificate"));
  add(app.add_option("--max-connections", options.max_connections,
                     "Most requests under way at once; others wait in this program")
          ->check(CLI::Range(1U, 65536U))
          ->capture_default_str());
  add(app.add_option("--io-threads", options.io_threads, "Threads that read and write")
          ->check(CLI::Range(1U, 256U))
          ->capture_default_str());
  add(app.add_option("--request-timeout", request_timeout, "From when a request is sent to its answer's end")
          ->capture_default_str());
  add(app.add_option("--request-samples", options.request_samples,
                     "kserve: most samples in a request; default all of a query's, offline 1")
          ->check(CLI::Range(1U, 1U << 20U)));
  add(app.add_flag("--binary-tensors", options.binary_tensors,
                   "kserve: binary tensors (an extension that most servers have) in place of JSON numbers"));
  add(app.add_option("--input-shape", input_shapes,
                     "kserve: NAME=D,D,... where the model leaves dimensions open; -1 first is the batch"));
}

Status HttpFlags::refuse() const {
  for (const CLI::Option* option : all_) {
    if (option->count() > 0)
      return bad_input(
          fmt::format("{}: belongs to a server; give its URL as the target, such as "
                      "http://127.0.0.1:8000/v1",
                      option->get_name()));
  }
  return Status::success();
}

Status HttpFlags::check_flags(HttpApi chosen) const {
  const auto given = [this](const std::string& name) {
    return std::any_of(all_.begin(), all_.end(), [&](const CLI::Option* option) {
      return option->get_name() == name && option->count() > 0;
    });
  };
  const bool kserve = chosen == HttpApi::kserve;
  const std::vector<std::string> others =
      kserve ? std::vector<std::string>{"--model",      "--no-stream",  "--prompts",
                                        "--ignore-eos", "--extra-body", "--max-tokens-key"}
             : std::vector<std::string>{"--request-samples", "--binary-tensors", "--input-shape"};
  for (const std::string& name : others) {
    if (!given(name)) continue;
    return bad_input(
        fmt::format("{}: belongs to --api {}", name, kserve ? "chat and completions" : "kserve"));
  }
  return Status::success();
}

Result<HttpApi> HttpFlags::chosen_api() const {
  if (const auto parsed = parse_http_api(api)) return *parsed;
  return bad_input(fmt::format("--api: unknown '{}'; use chat, completions or kserve", api));
}

void HttpFlags::set_lengths(Scenario& scenario, RequestShape shape) const {
  const auto chosen = parse_http_api(api);
  if (!chosen || *chosen == HttpApi::kserve || !options.prompts_file.empty()) return;
  // A trace may have lengths of its own; where it has none make() sees to it.
  if (scenario.lengths.kind != TokenLengthDistribution::Kind::system ||
      scenario.arrivals.kind == Arrivals::Kind::trace)
    return;
  scenario.lengths.kind = TokenLengthDistribution::Kind::fixed;
  scenario.lengths.low = scenario.lengths.high = sampled_lengths(shape);
}

std::string HttpFlags::workload(const std::string& url) const {
  return options.model.empty() ? url.substr(url.rfind('/') + 1) : options.model;
}

Result<std::unique_ptr<SystemUnderTest>> HttpFlags::make(const std::string& url, const Schedule& schedule,
                                                         RequestShape shape) const {
  HttpOptions all = options;
  RIDGELINE_TRY(chosen, chosen_api());
  RIDGELINE_CHECK(check_flags(chosen));
  RIDGELINE_TRY(timeout, parse_duration(request_timeout, "--request-timeout"));
  for (const std::string& text : input_shapes) {
    RIDGELINE_TRY(parsed, parse_shape(text));
    all.input_shapes.push_back(std::move(parsed));
  }
  all.url = url;
  all.api = chosen;
  all.stream = !no_stream;
  all.verify_peer = !insecure;
  all.request_timeout = to_nanoseconds(timeout);
  all.lengths = sampled_lengths(shape);
  if (!all.prompts_file.empty()) all.lengths.output = shape.output_tokens;
  RIDGELINE_TRY(system, make_http_system(all, schedule));
  return std::unique_ptr<SystemUnderTest>(std::move(system));
}

}  // namespace ridgeline::cli
