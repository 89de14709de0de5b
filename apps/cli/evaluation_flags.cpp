#include "evaluation_flags.h"

#include "options.h"

namespace ridgeline::cli {
namespace {

template <class Q>
void give(std::optional<Sourced<Q>>& into, const std::optional<double>& value, const char* flag, Q unit) {
  if (value)
    into = Sourced<Q>{unit * *value, {ProvenanceKind::assumed, std::string("given: ") + flag, ""}, {}};
}

}  // namespace

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
  app.add_option("--price-per-hour", price_per_hour, "USD of one device for an hour, electricity included");
  app.add_option("--device-price", device_price, "USD of one device, in place of the catalog's");
  app.add_option("--amortise", amortise, "Years over which the device's price is paid off");
  app.add_option("--utilisation", utilisation,
                 "Share of the time paid for in which the devices work, in (0, 1]; default 1");
  app.add_option("--electricity-price", electricity_price, "USD for a kWh");
  app.add_option("--pue", pue, "Energy of the facility over that of the devices; default 1");
  app.add_option("--carbon-intensity", carbon_intensity, "Grams of CO2 equivalent for a kWh");
  app.add_flag("--strict", strict, "Exit code 1 when a level warns or is unknown, too");
}

Result<EvaluationTerms> EvaluationFlags::terms() const {
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
  Economics& e = terms.economics;
  give(e.rent, price_per_hour, "--price-per-hour", Dollars(1));
  give(e.device_price, device_price, "--device-price", Dollars(1));
  give(e.years, amortise, "--amortise", 1.0);
  give(e.utilisation, utilisation, "--utilisation", 1.0);
  give(e.electricity, electricity_price, "--electricity-price", dollars_per_kwh(1));
  give(e.pue, pue, "--pue", 1.0);
  give(e.carbon_per_joule, carbon_intensity, "--carbon-intensity", 1 / joules_per_kwh);
  return terms;
}

int EvaluationFlags::code(const Evaluation& e) const {
  if (!e.fits()) return exit_infeasible;
  const EvaluationStatus worst = e.status();
  return worst == EvaluationStatus::fail || (strict && worst != EvaluationStatus::pass) ? exit_failed
                                                                                        : exit_fine;
}

}  // namespace ridgeline::cli
