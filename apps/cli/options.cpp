#include "options.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace ridgeline::cli {
namespace {

Result<Precision> precision_of(const std::string& text, const std::string& flag) {
  if (const auto precision = parse_precision(text)) return *precision;
  return bad_input(fmt::format(
      "{}: unknown precision '{}'; use fp64, fp32, tf32, bf16, fp16, fp8, int8, fp4 or int4", flag, text));
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
  app.add_option("--precision", precision, "Format of weights, activations and KV cache")
      ->capture_default_str();
  app.add_option("--weights", weights, "Format of the weights alone (int4 with --precision fp16 is w4a16)");
  app.add_option("--kv-cache", kv_cache, "Format of the KV cache alone");
  app.add_option("--calibration", calibration,
                 "ideal or textbook; default ideal, textbook with either flag below");
  app.add_option("--efficiency", efficiency,
                 "textbook: share of the peak that computation reaches, default 0.5");
  app.add_option("--overhead-per-layer", overhead_per_layer, "textbook: such as 0.1ms, the default");
}

Result<PrecisionPlan> DeploymentFlags::plan() const {
  RIDGELINE_TRY(all, precision_of(precision, "--precision"));
  PrecisionPlan result = PrecisionPlan::uniform(all);
  if (!weights.empty()) {
    RIDGELINE_TRY(format, precision_of(weights, "--weights"));
    result.weights = format;
  }
  if (!kv_cache.empty()) {
    RIDGELINE_TRY(format, precision_of(kv_cache, "--kv-cache"));
    result.kv_cache = format;
  }
  return result;
}

Result<Calibration> DeploymentFlags::calibrate() const {
  const bool textbook_flags = efficiency || !overhead_per_layer.empty();
  if (calibration == "textbook" || (calibration.empty() && textbook_flags)) {
    RIDGELINE_TRY(overhead, parse_duration(overhead_per_layer.empty() ? "0.1ms" : overhead_per_layer,
                                           "--overhead-per-layer"));
    return Calibration::textbook(efficiency.value_or(0.5), overhead);
  }
  if (calibration.empty() || calibration == "ideal") {
    if (textbook_flags)
      return bad_input("--efficiency and --overhead-per-layer belong to --calibration textbook");
    return Calibration::ideal();
  }
  if (calibration == "fitted") {
    return unavailable("--calibration: no fitted calibration is shipped yet; use ideal or textbook");
  }
  return bad_input(fmt::format("--calibration: unknown '{}'; use ideal or textbook", calibration));
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
  app.add_option("--scenario", kind, "single-stream, multi-stream, server or offline")->capture_default_str();
  app.add_option("--qps", qps, "server: arrivals per second; offline: expected rate, which sizes the query");
  app.add_option("--duration", duration, "Least duration of the run")->capture_default_str();
  app.add_flag("--full", full, "MLPerf's own durations and query counts instead of --duration");
  app.add_option("--min-queries", min_queries, "Least number of queries (offline: samples)");
  app.add_option("--max-queries", max_queries, "Stop after so many; 0: no limit")->capture_default_str();
  app.add_option("--samples", samples, "Samples in a query; multi-stream: 8")
      ->check(CLI::Range(1U, 1U << 30U));
  app.add_option("--target-latency", target_latency, "server: limit on the percentile, such as 15ms");
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
}

Result<Scenario> ScenarioFlags::scenario() const {
  const auto parsed = parse_scenario(kind);
  if (!parsed) {
    return bad_input(
        fmt::format("--scenario: unknown '{}'; use single-stream, multi-stream, server or offline", kind));
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
  result.seed = seed;
  RIDGELINE_CHECK(validate(result));
  return result;
}

Result<BatchingPolicy> ScenarioFlags::batching() const {
  RIDGELINE_TRY(timeout, nanoseconds_of(batch_timeout, "--batch-timeout"));
  return BatchingPolicy{max_batch, timeout};
}

}  // namespace ridgeline::cli
