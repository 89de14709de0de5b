#pragma once
// `audit`: this machine, or one system against another.

#include <optional>
#include <string>
#include <vector>

#include "app.h"

namespace ridgeline::cli {

/// `audit --a A --b B --mission M`.
struct VersusFlags {
  std::string a, b, mission, metric, svg, memo;
  std::vector<std::string> changes, changes_a, changes_b;  ///< NAME=VALUE
  std::vector<std::string> skip;
  bool fix = false, explain_inputs = false;
  std::optional<double> price_per_hour_a, price_per_hour_b, device_price_a, device_price_b, amortise,
      utilisation, electricity_price, pue, carbon_intensity;

  void add_to(CLI::App&);
};
/// Where the report goes besides.
struct AuditFiles {
  std::string json, markdown;
};
int run_versus(const Context&, const VersusFlags&, const AuditFiles&);

#ifdef RIDGELINE_LIVE
/// `audit --here`.
struct HereFlags {
  bool full = false;
  std::vector<std::string> workloads;
  unsigned threads = 0;
  std::uint32_t batch = 8, server_batch = 1, isl = 0, osl = 0;
  std::string budget = "180s";
  std::vector<double> loads;  ///< the constructor's: those of AuditOptions
  std::uint64_t seed = 1;
  std::vector<std::uint32_t> batches;
  unsigned rounds = 3;

  HereFlags();
  void add_to(CLI::App&);
};
int run_here(const Context&, const HereFlags&, const AuditFiles&);
#endif

}  // namespace ridgeline::cli
