#pragma once
// Fleet: how many replicas serve a demand that changes over the day, and what they take. One replica's rate
// within the SLO is found by simulation (max_rate.h); the rest is counting. docs/fleet.md.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ridgeline/economics.h"
#include "ridgeline/max_rate.h"
#include "ridgeline/serving.h"
#include "ridgeline/simulation.h"

namespace ridgeline {

// ---------------------------------------------------------------------------------------------- demand

struct DemandPoint {
  Seconds start{};
  double qps = 0;  ///< until the next point
};

/// Steps that repeat.
struct DemandCurve {
  std::string name;
  std::vector<DemandPoint> points;  ///< ascending; the first at 0
  Seconds period{};
  Seconds length(std::size_t i) const;  ///< of step i
  double peak() const, mean() const;
  std::size_t busiest() const;  ///< the first step at the peak
};
/// CSV with the columns time and qps: seconds, where the last step lasts as long as the one before it, or
/// HH:MM of a day of 24 hours. Errors name file and line.
Result<DemandCurve> read_demand(const std::string& path);
/// A day of 24 hours that swings between the two as a cosine does, with the most in the hour `peak_hour`.
/// bad_input: a peak that is not above 0, a trough not within [0, peak], an hour above 23.
Result<DemandCurve> daily_demand(double peak, double trough, unsigned peak_hour);

// ---------------------------------------------------------------------------------------------- a replica

/// What a system of so many replicas makes of a scenario.
using RunReplicas = std::function<Result<Run>(const Scenario&, std::uint32_t replicas)>;

/// Another road to the same rate, where there is one.
struct ClosedFormRate {
  std::optional<double> qps;
  std::string method;  ///< or why there is none: "none: ..."
};
/// The largest rate of one replica at which means keep within the limits of the SLO, by the steady state of
/// continuous batching: a percentile breaks sooner, so simulation should give less.
ClosedFormRate closed_form_rate(const Model&, const Hardware&, const ServingPoint&, const Calibration&,
                                const Scenario& slo);
/// M/D/1 for batches of one and a limit on the 99th percentile: the simulated rate itself.
ClosedFormRate closed_form_rate(const ServiceTable&, const BatchingPolicy&, const Scenario& slo);

struct ReplicaRate {
  MaxRate found;
  ClosedFormRate closed_form;
  unsigned devices = 1;
  double tokens = 0;  ///< that a request generates, in the mean; 0: none
  /// Planned with: what every seed sustained.
  double qps() const { return found.smallest; }
};

// ---------------------------------------------------------------------------------------------- a fleet

struct FleetPolicy {
  double headroom = 0.1;                 ///< above the demand, as a share of it
  unsigned spares = 1;                   ///< replicas beyond that: N + 1
  std::optional<double> availability{};  ///< as many spares as reach it, in place of `spares`; needs an MTBF
  std::optional<Seconds> mtbf{};         ///< of one device with its share of the host
  Seconds repair{4 * 3600.0};            ///< until a failed replica serves again
  Seconds start_up{300};                 ///< autoscaled: from switching a replica on until it serves
  std::uint32_t most_simulated = 64;     ///< larger fleets are not simulated at their peak
};

struct FleetStep {
  Seconds start{};
  double qps = 0;
  std::uint64_t needed = 0;  ///< with the headroom
  std::uint64_t on = 0;      ///< with the spares
  double load = 0;           ///< demand over what those that are on sustain
};

struct FleetCost {
  CostPart part;                      ///< its rate is of the whole fleet, the mean over the period
  std::optional<double> per_period;   ///< unknown as part.rate is
  std::optional<double> per_million;  ///< requests
  std::optional<double> per_million_tokens;
};

/// What a way to run the fleet takes, over one period.
struct FleetUse {
  double device_hours = 0;
  double load = 0;               ///< mean: of the time that devices are on
  std::vector<FleetCost> costs;  ///< as cost_parts() gives them
  const FleetCost& of(std::string_view key) const;
};

/// Replicas that fail and are repaired on their own, k of n of which must be up.
struct FleetAvailability {
  double replica = 1;          ///< share of the time that one is up: MTBF / (MTBF + repair)
  std::uint64_t least = 0;     ///< k: that carry the peak within the SLO, without headroom
  double fleet = 1;            ///< P(k or more of n are up), at the peak
  double hours_a_year = 0;     ///< below k, were it always peak
  double failures_a_year = 0;  ///< of any replica
};

/// The fleet at the peak of the demand, whole or after a failure.
struct FleetPeak {
  std::uint64_t replicas = 0;
  double load = 0;                 ///< demand over what they sustain within the SLO
  std::optional<Summary> summary;  ///< simulated
  std::string not_simulated;       ///< why not
};

struct FleetPlan {
  std::string model, hardware;
  Scenario slo;
  DemandCurve demand;
  FleetPolicy policy;
  ReplicaRate replica;
  std::vector<FleetStep> steps;
  std::uint64_t needed = 0, spares = 0;  ///< at the peak
  std::uint64_t replicas() const { return needed + spares; }
  /// Of the whole fleet, at both ends of the interval of the replica's mean rate.
  std::optional<std::pair<std::uint64_t, std::uint64_t>> replicas_interval;
  FleetUse fixed, autoscaled;
  std::optional<FleetAvailability> availability;  ///< with an MTBF
  FleetPeak peak, failure;                        ///< all, and one fewer
  std::vector<std::string> notes;
  std::vector<Input> inputs;  ///< of the economics
};

/// Economics without utilisation, which follows. `at_peak` may be empty: then nothing is simulated.
/// bad_input: a policy or economics that make no sense; infeasible: an availability that no number of spares
/// up to a thousand reaches.
Result<FleetPlan> plan_fleet(const DemandCurve&, const ReplicaRate&, const FleetPolicy&, const Hardware&,
                             const Economics&, const Scenario& slo, const RunReplicas& at_peak);

}  // namespace ridgeline
