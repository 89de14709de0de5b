#include "evaluation_flags.h"

#include "options.h"

namespace ridgeline::cli {

void EvaluationFlags::add_to(CLI::App& app) {
  app.add_option("--target-latency", target_latency, "Limit on the pass, or on a request's mean time: 20ms");
  app.add_option("--ttft-limit", ttft_limit, "Serving: limit on the mean time to the first token");
  app.add_option("--tpot-limit", tpot_limit, "Serving: limit on the mean time per output token");
  app.add_option("--min-throughput", min_throughput, "Least samples, or requests, a second of all devices");
  app.add_option("--min-token-rate", min_token_rate, "Least output tokens a second of all devices");
  app.add_option("--budget-per-hour", budget_per_hour, "Most USD for an hour of all devices at work");
  app.add_option("--budget-per-million", budget_per_million,
                 "Most USD for a million output tokens, or samples");
  app.add_option("--max-power", max_power, "Most watts of all devices, with the PUE");
  app.add_option("--max-energy-per-query", max_energy_per_query,
                 "Most joules of a sample, token of a decode pass, or request");
  app.add_option("--max-carbon-per-query", max_carbon_per_query, "The same in grams of CO2 equivalent");
  economics.add_to(app);
  app.add_flag("--strict", strict, "Exit code 1 when a level warns or is unknown, too");
}

Result<EvaluationTerms> EvaluationFlags::terms(const Context& context) const {
  EvaluationTerms terms;
  const auto time = [&](const char* metric, const std::string& text, const char* flag) -> Status {
    if (text.empty()) return Status::success();
    RIDGELINE_TRY(seconds, parse_duration(text, flag));
    terms.limits.push_back({metric, seconds.value()});
    return Status::success();
  };
  RIDGELINE_CHECK(time("latency", target_latency, "--target-latency"));
  RIDGELINE_CHECK(time("ttft", ttft_limit, "--ttft-limit"));
  RIDGELINE_CHECK(time("tpot", tpot_limit, "--tpot-limit"));
  const auto limit = [&](const char* metric, const std::optional<double>& value) {
    if (value) terms.limits.push_back({metric, *value});
  };
  limit("throughput", min_throughput);
  limit("token_rate", min_token_rate);
  limit("cost_per_hour", budget_per_hour);
  limit("cost_per_million", budget_per_million);
  limit("power", max_power);
  limit("energy_per_query", max_energy_per_query);
  limit("carbon_per_query", max_carbon_per_query);
  RIDGELINE_TRY(money, economics.economics(context));
  terms.economics = std::move(money);
  return terms;
}

int EvaluationFlags::code(const Evaluation& e) const {
  if (!e.fits()) return exit_infeasible;
  const EvaluationStatus worst = e.status();
  return worst == EvaluationStatus::fail || (strict && worst != EvaluationStatus::pass) ? exit_failed
                                                                                        : exit_fine;
}

}  // namespace ridgeline::cli
