#include "options.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <fstream>

#include "engine/served.h"

namespace ridgeline::cli {
namespace {

Result<Precision> precision_of(const std::string& text, const std::string& flag) {
  if (const auto precision = parse_precision(text)) return *precision;
  return bad_input(fmt::format(
      "{}: unknown precision '{}'; use fp64, fp32, tf32, bf16, fp16, fp8, int8, fp4, nvfp4, mxfp4 or int4",
      flag, text));
}

Result<Nanoseconds> nanoseconds_of(const std::string& text, const std::string& flag) {
  if (text.empty()) return Nanoseconds{0};
  RIDGELINE_TRY(seconds, parse_duration(text, flag));
  return to_nanoseconds(seconds);
}

}  // namespace

Result<Seconds> parse_duration(const std::string& text, const std::string& flag) {
  static constexpr std::pair<const char*, double> units[] = {
      {"ns", 1e-9}, {"us", 1e-6}, {"µs", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}};
  char* rest = nullptr;
  const double number = std::strtod(text.c_str(), &rest);
  std::string unit(rest);
  unit.erase(0, unit.find_first_not_of(' '));
  for (const auto& [name, scale] : units) {
    if (unit != name || rest == text.c_str()) continue;
    const double seconds = number * scale;
    if (std::isfinite(number) && number >= 0 && seconds <= 1e7) return Seconds(seconds);
  }
  return bad_input(
      fmt::format("{}: '{}' is not a duration; give a number and a unit, such as 0.1ms or 10s (ns, us, ms, "
                  "s, min, h)",
                  flag, text));
}

void DeploymentFlags::add_to(CLI::App& app) {
  app.add_option("--precision", precision,
                 "Format of weights, activations and KV cache; below 16 bits a language model keeps "
                 "activations in bf16 "
                 "and the cache in fp8")
      ->capture_default_str();
  app.add_option("--weights", weights, "Format of the weights alone (int4 with --precision fp16 is w4a16)");
  app.add_option("--kv-cache", kv_cache, "Format of the KV cache alone");
  app.add_option("--experts", experts, "Format of the routed experts' weights alone (mxfp4)");
  app.add_option("--attention", attention, "Format of attention's weights and products alone (bf16)");
  app.add_option("--calibration", calibration,
                 "fitted, ideal or textbook; default fitted, textbook with either flag below");
  app.add_option("--efficiency", efficiency,
                 "textbook: share of the peak that computation reaches, default 0.5");
  app.add_option("--overhead-per-layer", overhead_per_layer, "textbook: such as 0.1ms, the default");
  app.add_option("--stack", stack,
                 "fitted: what runs the model: vllm, trtllm, sglang; default the mean of all");
  app.add_option("--stack-version", stack_version, "fitted: the stack's version, such as 0.19.0");
  app.add_option("--calibration-file", calibration_file, "fitted: coefficients that `calibrate` wrote");
}

Result<PrecisionPlan> DeploymentFlags::plan(const Model& model) const {
  RIDGELINE_TRY(all, precision_of(precision, "--precision"));
  PrecisionPlan result = engine::served_in(all, model);
  if (!weights.empty()) {
    RIDGELINE_TRY(format, precision_of(weights, "--weights"));
    result.weights = format;
  }
  if (!kv_cache.empty()) {
    RIDGELINE_TRY(format, precision_of(kv_cache, "--kv-cache"));
    result.kv_cache = format;
  }
  if (!experts.empty()) {
    RIDGELINE_TRY(format, precision_of(experts, "--experts"));
    result.experts = format;
  }
  if (!attention.empty()) {
    RIDGELINE_TRY(format, precision_of(attention, "--attention"));
    result.attention = format;
  }
  return result;
}

Result<Calibration> DeploymentFlags::calibrate(const Context& context, const Model& model,
                                               const Hardware& hardware) const {
  const bool textbook_flags = efficiency || !overhead_per_layer.empty();
  const bool fitted_flags = !stack.empty() || !stack_version.empty() || !calibration_file.empty();
  const std::string kind = !calibration.empty() ? calibration : textbook_flags ? "textbook" : "fitted";
  if (textbook_flags && kind != "textbook")
    return bad_input("--efficiency and --overhead-per-layer belong to --calibration textbook");
  if (fitted_flags && kind != "fitted")
    return bad_input("--stack, --stack-version and --calibration-file belong to --calibration fitted");
  if (kind == "textbook") {
    RIDGELINE_TRY(overhead, parse_duration(overhead_per_layer.empty() ? "0.1ms" : overhead_per_layer,
                                           "--overhead-per-layer"));
    return Calibration::textbook(efficiency.value_or(0.5), overhead);
  }
  if (kind == "ideal") return Calibration::ideal();
  if (kind != "fitted") {
    return bad_input(fmt::format("--calibration: unknown '{}'; use fitted, ideal or textbook", kind));
  }
  RIDGELINE_TRY(calibrations, load_calibrations(context, calibration_file));
  return calibrations->find(hardware, stack, stack_version, model.id).calibration;
}

Result<Worker> parse_worker(const std::string& text, const std::string& flag, const Model& model) {
  const auto wrong = [&] {
    return bad_input(fmt::format(
        "{}: '{}' is not a worker; give replicas and parallelism, such as 2xtp4 or tp8ep8", flag, text));
  };
  Worker worker;
  std::optional<unsigned> expert;
  std::size_t at = 0;
  const auto number = [&]() -> unsigned {
    unsigned value = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && value < 100000)
      value = value * 10 + static_cast<unsigned>(text[at++] - '0');
    return value;
  };
  if (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    worker.replicas = number();
    if (worker.replicas == 0 || at >= text.size() || text[at++] != 'x') return wrong();
  }
  if (at == text.size()) return wrong();
  while (at < text.size()) {
    std::string key;
    while (at < text.size() && text[at] >= 'a' && text[at] <= 'z') key += text[at++];
    const unsigned value = number();
    if (value == 0) return wrong();
    if (key == "tp")
      worker.parallelism.tensor = value;
    else if (key == "pp")
      worker.parallelism.pipeline = value;
    else if (key == "dp")
      worker.parallelism.data = value;
    else if (key == "ep")
      expert = value;
    else
      return wrong();
  }
  worker.parallelism = engine::with_experts(worker.parallelism, expert, model);
  return worker;
}

void ParallelismFlags::add_to(CLI::App& app) {
  app.add_option("--tp", tensor, "Devices that each layer is divided over (tensor parallelism)")
      ->check(CLI::Range(1U, 65536U));
  app.add_option("--pp", pipeline, "Stages of layers (pipeline parallelism)")->check(CLI::Range(1U, 65536U));
  app.add_option("--dp", data, "Ranks that divide the batch in attention (attention data parallelism)")
      ->check(CLI::Range(1U, 65536U));
  app.add_option("--ep", expert, "Devices that the experts are divided over; default all with --dp, else 1")
      ->check(CLI::Range(1U, 65536U));
}

Result<Parallelism> ParallelismFlags::parallelism(const Model& model) const {
  Parallelism spread;
  spread.tensor = tensor;
  spread.pipeline = pipeline;
  spread.data = data;
  spread = engine::with_experts(spread, expert, model);
  RIDGELINE_CHECK(check(spread, model));
  return spread;
}

void ServingFlags::add_to(CLI::App& app) {
  app.add_option("--concurrency", concurrency, "Serving: users, each with one request in the system");
  app.add_option("--isl", isl, "Serving: prompt tokens")
      ->check(CLI::Range(1U, 1U << 30U))
      ->capture_default_str();
  app.add_option("--osl", osl, "Serving: output tokens")
      ->check(CLI::Range(2U, 1U << 30U))
      ->capture_default_str();
  app.add_option("--replicas", replicas, "Serving: copies of the model that share the users")
      ->check(CLI::Range(1U, 1U << 20U))
      ->capture_default_str();
  app.add_option("--max-batch", max_batch, "Serving: sequences in decode on one replica; default what fits")
      ->check(CLI::Range(1.0, 1e9));
  app.add_option("--requests-per-user", requests_per_user,
                 "Serving: length of a run in which all users start at once; default the steady state")
      ->check(CLI::Range(1.0, 1e9));
  app.add_option("--disagg", disaggregated,
                 "Serving: these workers compute the prompts (2xtp4 is two of 4 devices); the others decode");
}

Result<ServingPoint> ServingFlags::point(const Model& model, const PrecisionPlan& plan,
                                         const Parallelism& parallelism) const {
  ServingPoint point;
  point.isl = isl;
  point.osl = osl;
  point.concurrency = concurrency.value_or(1);
  point.precision = plan;
  point.worker = {parallelism, replicas};
  point.max_batch = max_batch;
  point.requests_per_user = requests_per_user;
  if (!disaggregated.empty()) {
    RIDGELINE_TRY(prefill, parse_worker(disaggregated, "--disagg", model));
    point.prefill = prefill;
  }
  return point;
}

void StepFlags::add_to(CLI::App& app) {
  app.add_option("--batch", batch, "Sequences, images or samples in the pass")
      ->check(CLI::Range(1U, 1U << 30U))
      ->capture_default_str();
  app.add_option("--phase", phase, "decode (default for models that generate) or prefill");
  app.add_option("--context", context, "Tokens already in the KV cache of each sequence")
      ->check(CLI::Range(0U, 1U << 30U))
      ->capture_default_str();
  app.add_option("--tokens", tokens,
                 "prefill: new tokens of each sequence, default 1024; encoders: its length")
      ->check(CLI::Range(1U, 1U << 30U));
}

Result<StepShape> StepFlags::shape(const Model& model) const {
  const auto* transformer = std::get_if<Transformer>(&model.architecture);
  const bool generates = (transformer && transformer->causal) ||
                         std::holds_alternative<StateSpace>(model.architecture) ||
                         std::holds_alternative<EncoderDecoder>(model.architecture);
  if (!generates) {
    if (!phase.empty()) {
      return bad_input(
          fmt::format("--phase: {} does not generate tokens, so it has no phases; leave it out", model.id));
    }
    if (context > 0) return bad_input(fmt::format("--context: {} has no KV cache; leave it out", model.id));
    const bool sequences = transformer && transformer->patch_tokens == 0;
    if (!sequences) return StepShape::samples(batch);
    if (!tokens && model.default_sequence == 0)
      return bad_input(fmt::format("--tokens: {} needs a length", model.id));
    return StepShape::prefill(batch, tokens.value_or(model.default_sequence));
  }
  if (phase.empty() || phase == "decode") {
    if (tokens)
      return bad_input("--tokens belongs to --phase prefill; a decode pass makes one token a sequence");
    return StepShape::decode(batch, context);
  }
  if (phase == "prefill") return StepShape{{SequenceGroup{batch, tokens.value_or(1024), context}}};
  return bad_input(fmt::format("--phase: unknown '{}'; use decode or prefill", phase));
}

void ScenarioFlags::add_to(CLI::App& app) {
  app.add_option("--scenario", kind,
                 "single-stream, multi-stream, server, offline, constant-stream, interactive or closed-loop")
      ->capture_default_str();
  app.add_option(
      "--qps", qps,
      "server, interactive, constant-stream: queries per second; offline: expected rate, which sizes "
      "the query");
  app.add_option("--duration", duration, "Least duration of the run")->capture_default_str();
  app.add_flag("--full", full, "MLPerf's own durations and query counts instead of --duration");
  app.add_option("--min-queries", min_queries, "Least number of queries (offline: samples)");
  app.add_option("--max-queries", max_queries, "Stop after so many; 0: no limit")->capture_default_str();
  app.add_option("--samples", samples, "multi-stream, constant-stream: samples in a query; default 8, 1")
      ->check(CLI::Range(1U, 1U << 30U));
  app.add_option("--target-latency", target_latency,
                 "Limit on the percentile, such as 15ms; constant-stream: default the period");
  app.add_option("--ttft-limit", ttft_limit, "Limit on the percentile of the time to first token");
  app.add_option("--tpot-limit", tpot_limit, "Limit on the percentile of the time per output token");
  app.add_option("--users", users, "closed-loop: users, each with one request in the system or thinking")
      ->check(CLI::Range(1U, 1'000'000U))
      ->capture_default_str();
  app.add_option("--think-time", think_time,
                 "closed-loop: from an answer to the next question; default none");
  app.add_option("--think", think, "closed-loop: think times are fixed, or exponential with that mean")
      ->capture_default_str();
  app.add_option("--arrivals", arrivals,
                 "server, interactive: poisson, gamma:CV, on-off:ON,OFF[,RATIO], diurnal:PERIOD,AMPLITUDE or "
                 "trace:FILE (CSV of arrival, input_tokens, output_tokens)")
      ->capture_default_str();
  app.add_option("--lengths", lengths,
                 "Tokens of the requests: fixed (--isl, --osl), fixed:IN/OUT, uniform:LOW-HIGH/LOW-HIGH, "
                 "lognormal:MEAN,CV/MEAN,CV, file:PATH, or a preset such as llama2-70b");
  app.add_option("--percentile", percentile, "That counts, in (0, 1); default MLPerf's: 0.90, or 0.99");
  app.add_option("--max-batch", max_batch, "Most samples that a batch takes")
      ->check(CLI::Range(1U, 65536U))
      ->capture_default_str();
  app.add_option("--batch-timeout", batch_timeout, "Longest wait for a full batch; default none");
  app.add_option("--isl", isl, "Input length in tokens; default the model's")
      ->check(CLI::Range(0U, 1U << 30U));
  app.add_option("--osl", osl, "Output length in tokens (models that generate)")
      ->check(CLI::Range(0U, 1U << 30U));
  app.add_option("--seed", seed, "Of arrivals and interference")->capture_default_str();
  app.add_option("--keep-queries", keep_queries,
                 "Keep each query of runs of up to so many; longer ones keep histograms")
      ->capture_default_str();
}

namespace {

Result<TokenLengthDistribution> lengths_of(const Context& context, const std::string& text) {
  if (text.empty() || text == "fixed") return TokenLengthDistribution{};
  const bool preset = text.find_first_of(":/") == std::string::npos;
  if (!preset) return parse_lengths(text);
  RIDGELINE_TRY(path, data_file(context, "lengths/" + text + ".yaml"));
  if (!std::ifstream(path)) {
    return bad_input(
        fmt::format("--lengths: no preset '{}'; data/lengths has them, or give fixed:IN/OUT, "
                    "uniform:LOW-HIGH/LOW-HIGH, lognormal:MEAN,CV/MEAN,CV or file:PATH",
                    text));
  }
  return load_lengths(path);
}

}  // namespace

Result<Scenario> ScenarioFlags::scenario(const Context& context) const {
  const auto parsed = parse_scenario(kind);
  if (!parsed) {
    return bad_input(
        fmt::format("--scenario: unknown '{}'; use single-stream, multi-stream, server, offline, "
                    "constant-stream, interactive or closed-loop",
                    kind));
  }
  Scenario result = Scenario::mlperf(*parsed);
  if (!full) {
    RIDGELINE_TRY(least, nanoseconds_of(duration, "--duration"));
    result.min_duration = least;
    result.min_queries = 1;
  }
  if (min_queries) result.min_queries = *min_queries;
  result.max_queries = max_queries;
  if (samples) result.samples_per_query = *samples;
  if (qps) result.target_qps = *qps;
  if (percentile) result.percentile = *percentile;
  RIDGELINE_TRY(limit, nanoseconds_of(target_latency, "--target-latency"));
  result.target_latency = limit;
  RIDGELINE_TRY(first, nanoseconds_of(ttft_limit, "--ttft-limit"));
  RIDGELINE_TRY(each, nanoseconds_of(tpot_limit, "--tpot-limit"));
  RIDGELINE_TRY(thinking, nanoseconds_of(think_time, "--think-time"));
  RIDGELINE_TRY(process, parse_arrivals(arrivals));
  RIDGELINE_TRY(distribution, lengths_of(context, lengths));
  result.ttft_limit = first;
  result.tpot_limit = each;
  result.think_time = thinking;
  const auto drawn = parse_think_time(think);
  if (!drawn) return bad_input(fmt::format("--think: '{}' is not fixed or exponential", think));
  result.think = *drawn;
  result.keep_queries = keep_queries;
  result.users = users;
  result.arrivals = std::move(process);
  result.lengths = std::move(distribution);
  result.seed = seed;
  RIDGELINE_CHECK(validate(result));
  return result;
}

TokenLengths mean_lengths(const std::vector<TokenLengths>& lengths) {
  double input = 0, output = 0;
  for (const TokenLengths& l : lengths) {
    input += l.input;
    output += l.output;
  }
  const auto mean = [&](double sum) {
    return std::max(1U, static_cast<std::uint32_t>(sum / static_cast<double>(lengths.size())));
  };
  return {mean(input), mean(output)};
}

Result<BatchingPolicy> ScenarioFlags::batching() const {
  RIDGELINE_TRY(timeout, nanoseconds_of(batch_timeout, "--batch-timeout"));
  return BatchingPolicy{max_batch, timeout};
}

}  // namespace ridgeline::cli
