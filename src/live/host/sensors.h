#pragma once
// Clocks, temperatures and energy meters in sysfs. Virtual machines and unprivileged users often have none of
// them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/host_noise.h"

namespace ridgeline::live {

/// Of those cores whose clock can be read.
std::vector<Hertz> core_clocks(const std::string& sys, const std::vector<int>& cpus);

/// Degrees Celsius of the hottest thermal zone or CPU sensor.
std::optional<double> hottest(const std::string& sys);

/// RAPL counters of Linux's powercap: packages and what is in them. They wrap within minutes at full power,
/// so read() must be called more often than that.
class RaplMeters {
 public:
  /// Those that may be read, from where they stand now.
  explicit RaplMeters(const std::string& sys);
  void restart();  ///< counts from now
  void read();
  /// Since the start; a meter that could not be read at some time is left out.
  std::vector<HostEnergy> energy() const;

 private:
  struct Meter {
    std::string scope, path;
    std::uint64_t range = 0, last = 0, microjoules = 0;
    bool lost = false;
  };
  std::vector<Meter> meters_;
};

}  // namespace ridgeline::live
