#pragma once
// Flags of what disturbs and what warms a simulated machine.

#include <string>

#include "app.h"
#include "ridgeline/simulation.h"

namespace ridgeline::cli {

/// Of a simulated system of either kind.
struct Disturbance {
  Interference interference;
  std::optional<HeatModel> heat;
  std::uint32_t windows = 0;
};

struct DisturbanceFlags {
  double noise_sigma = 0, background_load = 0, context_switches = 0, pauses = 0;
  std::string background_burst = "20ms", context_switch_cost = "5us", cache_refill = "30us";
  std::string pause_length = "10ms", noise_file;
  std::string heat;  ///< id in the catalog's folder heat/, or a file
  std::optional<double> ambient;
  std::uint32_t windows = 0;

  void add_to(CLI::App&);
  /// With heat 12 windows, unless asked for otherwise.
  Result<Disturbance> disturbance(const Context&) const;

 private:
  Result<Interference> interference() const;
};

}  // namespace ridgeline::cli
