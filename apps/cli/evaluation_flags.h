#pragma once
// Limits of an evaluation and what its bill follows from.

#include <optional>
#include <string>

#include "app.h"
#include "economics_flags.h"
#include "ridgeline/evaluation.h"

namespace ridgeline::cli {

struct EvaluationFlags {
  std::string target_latency, ttft_limit, tpot_limit;
  std::optional<double> min_throughput, min_token_rate, budget_per_hour, budget_per_million, max_power,
      max_energy_per_query, max_carbon_per_query;
  EconomicsFlags economics;
  bool strict = false;

  void add_to(CLI::App&);
  Result<EvaluationTerms> terms(const Context&) const;
  /// 3 where it does not fit, 1 where a level fails, or with --strict does not pass.
  int code(const Evaluation&) const;
};

}  // namespace ridgeline::cli
