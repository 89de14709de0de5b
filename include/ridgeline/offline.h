#pragma once
// Saturated throughput of a device, and the power that it draws: all samples are there from the start, as in
// MLPerf's Offline scenario. Closed form over the operators of lower(); docs/offline.md derives every line.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ridgeline/engine.h"

namespace ridgeline {

/// Kinds of work with efficiencies of their own.
enum class OfflineFamily { convolution, encoder, diffusion, recommender, language };
std::string_view to_string(OfflineFamily);
OfflineFamily offline_family(const Model&);

/// Clocks as the maker sets them, or turned down to save energy (MLPerf: MaxQ).
enum class PowerMode { full, saving };

struct OfflineWorkload {
  /// Whose coefficients apply: "llama2-70b" (data/offline/mlperf.yaml lists them). Empty: those of the
  /// family.
  std::string name;
  PrecisionPlan precision;
  double prompt_tokens = 0;  ///< mean of a sample; encoders: the sequence; image models: 0
  double output_tokens = 0;  ///< mean of a sample; models that do not generate: 0
  unsigned beams = 1;        ///< sequences decoded for each prompt
  double items = 1;      ///< what the model calls a sample in one of the workload's (DLRM: user-item pairs)
  std::string software;  ///< round of MLPerf whose software runs, where it had a factor; empty: the newest
  unsigned max_devices = 8;          ///< that may share one replica
  std::optional<Watts> power_limit;  ///< of the device; none: its TDP
  PowerMode power_mode = PowerMode::full;
};

// ---------------------------------------------------------------------------------------------- coefficients

/// What the coefficients of a name are: of one name, or of all that begin with it ("generation.").
struct OfflineCoefficientKind {
  std::string_view name, unit, meaning;
  double prior = 1, prior_spread = 0;  ///< median, and standard deviation of the logarithm
};
const std::vector<OfflineCoefficientKind>& offline_coefficient_kinds();
/// The kind whose name is `name` or its longest beginning; none for a name of no kind.
const OfflineCoefficientKind* offline_coefficient_kind(std::string_view name);

struct OfflineCoefficient {
  std::string name;  ///< "generation.hopper", "workload.gptj"; those with parts are factors
  double value = 1;
  double error = 0;  ///< standard error of its logarithm
};

struct OfflineCoefficients {
  /// data/offline/coefficients.yaml; bad_input with file, line, key.
  static Result<OfflineCoefficients> load(const std::string& path);
  const OfflineCoefficient* find(std::string_view name) const;
  /// As fitted; what the fit has not is at its prior's median. Requires a name of some kind.
  double value(std::string_view name) const;
  /// The generation whose coefficients a device takes: cdna3 and cdna4 share those of cdna.
  std::string generation(const Hardware&) const;

  std::vector<OfflineCoefficient> all;        ///< sorted by name
  std::map<std::string, std::string> shared;  ///< generation: the one whose coefficients it takes
  std::string source, date;
  std::size_t rows = 0, groups = 0;
  double spread = 0;        ///< standard deviation of log(predicted / measured), groups left out of the fit
  double power_spread = 0;  ///< the same of the wall power of systems
};
/// The YAML that load takes back unchanged.
std::string write_offline_coefficients(const OfflineCoefficients&);

// ---------------------------------------------------------------------------------------------- prediction

/// What the largest part of the time is; power: compute, at clocks that the power limit holds down.
enum class OfflineLimit { compute, power, memory_bandwidth, network, overhead };
std::string_view to_string(OfflineLimit);

struct OfflinePrediction {
  OfflineFamily family = OfflineFamily::language;
  Hertz samples{};  ///< per second of one device
  Hertz tokens{};   ///< output tokens per second of one device; 0 where there are none
  std::optional<std::pair<Hertz, Hertz>> samples_interval;  ///< 90 %
  Seconds time{};  ///< of one device a sample = compute / clock_share + memory + network + overhead
  Seconds compute{}, memory{}, network{}, overhead{};  ///< compute: at full clocks, with the memory it hides
  double clock_share = 1;                              ///< that the power limit sustains, in (0, 1]
  OfflineLimit limit = OfflineLimit::compute;
  Flops flops{};          ///< of a sample
  Bytes bytes{};          ///< of a sample, to and from main memory
  double mfu = 0;         ///< of the peak
  unsigned devices = 1;   ///< that share one replica
  double batch = 0;       ///< sequences in decode on one replica; 0: the model does not generate
  Watts dynamic_power{};  ///< of one device at full clocks, above what it draws in any case
  double power_use = 0;   ///< dynamic power over what the limit leaves for it, at most 1; 0: no TDP known
  std::optional<Watts> power;                                 ///< of one device; none: no TDP known
  std::optional<Joules> energy_per_sample, energy_per_token;  ///< of the device
  std::string basis;  ///< what the coefficients were fitted on, and what of them was not
  std::vector<Input> inputs;
};
/// Errors: bad_input (no peak for a format, no lengths); infeasible when the weights and one sequence do not
/// fit `max_devices` devices.
Result<OfflinePrediction> predict_offline(const Model&, const Hardware&, const OfflineWorkload&,
                                          const OfflineCoefficients&);

/// What stands around the devices.
enum class HostClass {
  module,      ///< the device is the computer (Jetson)
  edge,        ///< a small box or a workstation
  server,      ///< a server with cards
  accelerator  ///< a server built around a board of large accelerators (HGX)
};
std::string_view to_string(HostClass);
/// By the device and how many of them there are.
HostClass host_class(const Hardware&, unsigned devices);

struct SystemPower {
  HostClass host = HostClass::server;
  Watts watts{};                                    ///< at the wall
  std::optional<std::pair<Watts, Watts>> interval;  ///< 90 %
};
/// Wall power of `devices` of them at work on `prediction`. bad_input where the device has no TDP.
Result<SystemPower> system_power(const Hardware&, const OfflineWorkload&, const OfflinePrediction&,
                                 unsigned devices, HostClass, const OfflineCoefficients&);

}  // namespace ridgeline
