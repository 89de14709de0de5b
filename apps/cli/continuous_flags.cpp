#include "continuous_flags.h"

#include <fmt/format.h>

#include <algorithm>

namespace ridgeline::cli {

/// The deployment, with what it was made from.
struct ContinuousFlags::Deployed {
  Model model;
  Hardware hardware;
  Calibration calibration;
  ContinuousOptions options;
  Router router = Router::round_robin;
  Nanoseconds hedge_after{0};
  std::vector<double> class_shares;
  Disturbance disturbance;

  Result<ContinuousSystem> make(const ContinuousOptions&, std::uint64_t seed) const;
};

Result<ContinuousSystem> ContinuousFlags::Deployed::make(const ContinuousOptions& for_these,
                                                         std::uint64_t seed) const {
  RIDGELINE_TRY(made, make_continuous_system(model, hardware, for_these, calibration));
  made.router = router;
  made.hedge_after = hedge_after;
  made.class_shares = class_shares;
  made.seed = seed;
  made.interference = disturbance.interference;
  made.heat = disturbance.heat;
  made.windows = disturbance.windows;
  return made;
}

namespace {

/// Mean and longest request of the schedule, where it has lengths.
void set_lengths(ContinuousOptions& options, const std::vector<TokenLengths>& lengths) {
  if (lengths.empty()) return;
  for (const TokenLengths& l : lengths) options.longest = std::max(options.longest, l.input + l.output);
  options.lengths = mean_lengths(lengths);
}

}  // namespace

void ContinuousFlags::add_to(CLI::App& app, When when) {
  CLI::Option* asked = nullptr;
  if (when == When::asked) {
    asked = app.add_flag("--continuous", continuous,
                         "Batch continuously, as vLLM does; requests come and go between passes");
  }
  app.add_option("--token-budget", token_budget, "Continuous: new tokens of one pass, default 2048");
  app.add_option("--max-sequences", max_sequences, "Continuous: requests in the batch of a replica")
      ->check(CLI::Range(1U, 16384U))
      ->capture_default_str();
  app.add_flag("--no-chunked-prefill", no_chunked_prefill, "Continuous: a pass computes prompts or decodes");
  app.add_option("--block-tokens", block_tokens, "Continuous: tokens in a block of the KV cache")
      ->check(CLI::Range(1U, 1024U))
      ->capture_default_str();
  app.add_option("--preemption", preemption, "Continuous, when the cache is full: recompute or swap")
      ->capture_default_str();
  app.add_option("--prefix-hit-rate", prefix_hit_rate,
                 "Continuous: share of each prompt that is cached already")
      ->capture_default_str();
  app.add_option("--router", router, "Continuous: round-robin, least-outstanding or power-of-two")
      ->capture_default_str();
  app.add_option(
      "--disagg", disaggregated,
      "Continuous: these workers compute the prompts (2xtp4 is two of 4 devices); the others decode");
  app.add_option("--timeout", timeout, "Continuous: a request that waits longer in the queue gives up");
  app.add_option("--max-waiting", max_waiting, "Continuous: longest queue of a replica; 0: no limit")
      ->capture_default_str();
  app.add_option(
      "--hedge-after", hedge_after,
      "Continuous: without a first token by then, a copy goes to another replica; the faster counts");
  app.add_option("--class-shares", class_shares,
                 "Continuous: shares of the requests in each class, served in this order, such as 0.2,0.8")
      ->delimiter(',');
  parallelism.add_to(app);
  if (asked == nullptr) return;
  for (const char* name :
       {"--token-budget", "--max-sequences", "--no-chunked-prefill", "--block-tokens", "--preemption",
        "--prefix-hit-rate", "--router", "--disagg", "--timeout", "--max-waiting", "--hedge-after",
        "--class-shares", "--tp", "--pp", "--dp", "--ep"})
    app.get_option(name)->needs(asked);
}

Result<std::shared_ptr<ContinuousFlags::Deployed>> ContinuousFlags::deploy(
    const Context& context, const std::string& model_name, const std::string& hardware_name,
    const DeploymentFlags& deployment, TokenLengths lengths, std::uint32_t replicas,
    const Disturbance& disturbance) const {
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, find_model(context, catalog, model_name));
  RIDGELINE_TRY(hardware, find_hardware(context, catalog, hardware_name));
  RIDGELINE_TRY(plan, deployment.plan(*model));
  RIDGELINE_TRY(calibration, deployment.calibrate(context, *model, *hardware));
  RIDGELINE_TRY(spread, parallelism.parallelism(*model));
  return deploy(*model, *hardware, plan, calibration, spread, lengths, replicas, disturbance);
}

Result<std::shared_ptr<ContinuousFlags::Deployed>> ContinuousFlags::deploy(
    const Model& model, const Hardware& hardware, const PrecisionPlan& plan, const Calibration& calibration,
    const Parallelism& spread, TokenLengths lengths, std::uint32_t replicas,
    const Disturbance& disturbance) const {
  const auto d = std::make_shared<Deployed>();
  d->model = model;
  d->hardware = hardware;
  d->calibration = calibration;
  ContinuousOptions& o = d->options;
  o.precision = plan;
  o.worker = {spread, replicas};
  if (!disaggregated.empty()) {
    RIDGELINE_TRY(prefill, parse_worker(disaggregated, "--disagg", d->model));
    o.prefill = prefill;
  }
  o.lengths = lengths;
  o.limits.max_sequences = max_sequences;
  o.limits.token_budget = token_budget.value_or(std::max(2048U, max_sequences));
  o.limits.block_tokens = block_tokens;
  o.limits.prefix_hit_rate = prefix_hit_rate;
  o.limits.max_waiting = max_waiting;
  if (no_chunked_prefill) o.limits.chunked_prefill = ChunkedPrefill::off;
  const auto how = parse_preemption(preemption);
  if (!how) return bad_input(fmt::format("--preemption: unknown '{}'; use recompute or swap", preemption));
  o.limits.preemption = *how;
  const auto chosen = parse_router(router);
  if (!chosen) {
    return bad_input(
        fmt::format("--router: unknown '{}'; use round-robin, least-outstanding or power-of-two", router));
  }
  d->router = *chosen;
  d->class_shares = class_shares;
  if (!timeout.empty()) {
    RIDGELINE_TRY(longest_wait, parse_duration(timeout, "--timeout"));
    o.limits.timeout = to_nanoseconds(longest_wait);
  }
  if (!hedge_after.empty()) {
    RIDGELINE_TRY(delay, parse_duration(hedge_after, "--hedge-after"));
    d->hedge_after = to_nanoseconds(delay);
  }
  d->disturbance = disturbance;
  return d;
}

namespace {

/// Where nobody says: a request of usual length.
TokenLengths lengths_of(RequestShape shape) {
  return {shape.prompt_tokens > 0 ? shape.prompt_tokens : 1024,
          shape.output_tokens > 0 ? shape.output_tokens : 256};
}

}  // namespace

RunScenario ContinuousFlags::player_of(std::shared_ptr<Deployed> d) {
  return [d = std::move(d)](const Scenario& scenario) -> Result<Run> {
    RIDGELINE_TRY(schedule, make_schedule(scenario));
    ContinuousOptions options = d->options;
    set_lengths(options, schedule.lengths);
    RIDGELINE_TRY(made, d->make(options, scenario.seed));
    return simulate_continuous(schedule, made);
  };
}

Result<RunScenario> ContinuousFlags::system(const Context& context, const std::string& model,
                                            const std::string& hardware, const DeploymentFlags& deployment,
                                            RequestShape shape, std::uint32_t replicas,
                                            const Disturbance& disturbance) const {
  RIDGELINE_TRY(d, deploy(context, model, hardware, deployment, lengths_of(shape), replicas, disturbance));
  return player_of(std::move(d));
}

Result<RunScenario> ContinuousFlags::system(const Model& model, const Hardware& hardware,
                                            const PrecisionPlan& plan, const Calibration& calibration,
                                            const Parallelism& spread, RequestShape shape,
                                            std::uint32_t replicas, const Disturbance& disturbance) const {
  RIDGELINE_TRY(d,
                deploy(model, hardware, plan, calibration, spread, lengths_of(shape), replicas, disturbance));
  return player_of(std::move(d));
}

Result<ContinuousSystem> ContinuousFlags::open_system(const Context& context, const std::string& model,
                                                      const std::string& hardware,
                                                      const DeploymentFlags& deployment, TokenLengths lengths,
                                                      std::uint32_t longest, std::uint32_t replicas,
                                                      const Disturbance& disturbance,
                                                      std::uint64_t seed) const {
  RIDGELINE_TRY(d, deploy(context, model, hardware, deployment, lengths, replicas, disturbance));
  d->options.longest = longest;
  return d->make(d->options, seed);
}

}  // namespace ridgeline::cli
