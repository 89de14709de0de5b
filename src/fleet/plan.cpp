#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fleet/use.h"
#include "ridgeline/fleet.h"
#include "stats/distributions.h"

namespace ridgeline {
namespace {

constexpr std::uint64_t most_spares = 1000;
/// Beyond these a number of replicas says that the rate or the demand is in the wrong unit.
constexpr double most_replicas = 1e7;

Status check_policy(const FleetPolicy& p) {
  if (!(p.headroom >= 0 && p.headroom <= 10))
    return bad_input(
        fmt::format("fleet: the headroom is {:g}; must be from 0 to 10, 0.1 is 10 %", p.headroom));
  if (p.mtbf && !(p.mtbf->value() > 0 && std::isfinite(p.mtbf->value())))
    return bad_input(fmt::format("fleet: the MTBF is {:g} s; must be above 0", p.mtbf->value()));
  if (!(p.repair.value() > 0 && std::isfinite(p.repair.value())))
    return bad_input(fmt::format("fleet: the repair takes {:g} s; must be above 0", p.repair.value()));
  if (!(p.start_up.value() >= 0 && std::isfinite(p.start_up.value())))
    return bad_input(fmt::format("fleet: the start-up takes {:g} s; must be 0 or more", p.start_up.value()));
  if (!p.availability) return Status::success();
  if (!(*p.availability > 0 && *p.availability < 1))
    return bad_input(fmt::format("fleet: the availability is {:g}; must be in (0, 1)", *p.availability));
  if (!p.mtbf) return bad_input("fleet: an availability needs the MTBF of a device");
  return Status::success();
}

/// Replicas that carry so much; at least one, which keeps the service up.
std::uint64_t carry(double qps, double each) {
  return static_cast<std::uint64_t>(std::max(1.0, std::ceil(qps / each * (1 - 1e-12))));
}

double up_share(const FleetPolicy& policy, unsigned devices) {
  const double mtbf = policy.mtbf->value() / devices;
  return mtbf / (mtbf + policy.repair.value());
}

Result<std::uint64_t> spares_of(const FleetPolicy& policy, std::uint64_t needed, std::uint64_t least,
                                unsigned devices) {
  if (!policy.availability) return std::uint64_t{policy.spares};
  const double up = up_share(policy, devices);
  for (std::uint64_t spares = 0; spares <= most_spares; ++spares) {
    if (stats::binomial_upper_tail(least, needed + spares, up) >= *policy.availability) return spares;
  }
  return infeasible(fmt::format(
      "fleet: {} spares do not reach an availability of {:g}; one replica is up {:.4g} % of the time",
      most_spares, *policy.availability, 100 * up));
}

FleetAvailability availability_of(const FleetPlan& plan, std::uint64_t least) {
  FleetAvailability a;
  const auto n = plan.replicas();
  a.replica = up_share(plan.policy, plan.replica.devices);
  a.least = least;
  a.fleet = stats::binomial_upper_tail(least, n, a.replica);
  const double hours = one_year / one_hour;
  // Not one minus the other: nines would lose their digits.
  a.hours_a_year = stats::binomial_upper_tail(n - least + 1, n, 1 - a.replica) * hours;
  const double cycle = plan.policy.mtbf->value() / plan.replica.devices + plan.policy.repair.value();
  a.failures_a_year = static_cast<double>(n) * one_year.value() / cycle;
  return a;
}

Result<FleetPeak> at_the_peak(const FleetPlan& plan, std::uint64_t replicas, const Scenario& slo,
                              const RunReplicas& run) {
  FleetPeak peak;
  peak.replicas = replicas;
  if (replicas == 0) {
    peak.not_simulated = "nothing serves until it is repaired";
    return peak;
  }
  const double qps = plan.demand.peak();
  peak.load = qps / (plan.replica.qps() * static_cast<double>(replicas));
  if (!run) {
    peak.not_simulated = "not asked for";
  } else if (replicas > plan.policy.most_simulated) {
    peak.not_simulated = fmt::format("more than {} replicas", plan.policy.most_simulated);
  } else {
    Scenario scenario = slo;
    scenario.target_qps = qps;
    RIDGELINE_TRY(outcome, run(scenario, static_cast<std::uint32_t>(replicas)));
    peak.summary = summarize(outcome);
  }
  return peak;
}

void set_steps(FleetPlan& plan) {
  const double each = plan.replica.qps();
  for (const DemandPoint& point : plan.demand.points) {
    FleetStep step;
    step.start = point.start;
    step.qps = point.qps;
    step.needed = carry(point.qps * (1 + plan.policy.headroom), each);
    step.on = step.needed + plan.spares;
    step.load = point.qps / (static_cast<double>(step.on) * each);
    plan.steps.push_back(step);
  }
}

void set_notes(FleetPlan& plan, const Economics& economics) {
  const auto say = [&](std::string note) { plan.notes.push_back(std::move(note)); };
  say("a replica is planned with the rate that every seed sustained; requests that a router spreads better "
      "than at random leave more room");
  if (!economics.idle) {
    say("energy and carbon are upper bounds: the idle power is not known, so replicas that are on draw what "
        "they draw at work");
  } else {
    say("a replica draws its idle power, and the rest in proportion to its load (Fan et al., ISCA 2007)");
  }
  if (!economics.rent)
    say("owned devices that are switched off are paid for all the same: autoscaling saves their energy");
  if (!plan.availability) say("availability is unknown: no MTBF was given");
  for (const FleetCost& cost : plan.fixed.costs) {
    for (const std::string& what : cost.part.rate.assumed) {
      const std::string note = "assumed: " + what;
      if (std::find(plan.notes.begin(), plan.notes.end(), note) == plan.notes.end()) say(note);
    }
  }
}

}  // namespace

Result<FleetPlan> plan_fleet(const DemandCurve& demand, const ReplicaRate& replica, const FleetPolicy& policy,
                             const Hardware& hardware, const Economics& economics, const Scenario& slo,
                             const RunReplicas& at_peak) {
  RIDGELINE_CHECK(check_policy(policy));
  RIDGELINE_CHECK(check(economics));
  if (economics.utilisation) return bad_input("fleet: utilisation follows from the demand; leave it out");
  if (!(replica.qps() > 0) || demand.points.empty())
    return bad_input("fleet: a rate of a replica above 0 and a demand are needed");
  if (demand.peak() * (1 + policy.headroom) / replica.qps() > most_replicas) {
    return bad_input(fmt::format("fleet: a peak of {:g} queries/s is more than {:g} replicas of {:g} carry",
                                 demand.peak(), most_replicas, replica.qps()));
  }
  FleetPlan plan;
  plan.hardware = hardware.id;
  plan.slo = slo;
  plan.demand = demand;
  plan.policy = policy;
  plan.replica = replica;
  const double most = demand.peak() * (1 + policy.headroom);
  plan.needed = carry(most, replica.qps());
  const std::uint64_t least = carry(demand.peak(), replica.qps());
  RIDGELINE_TRY(spares, spares_of(policy, plan.needed, least, replica.devices));
  plan.spares = spares;
  const Estimate& mean = replica.found.mean;
  if (mean.low && mean.high && *mean.low > 0)
    plan.replicas_interval = {carry(most, *mean.high) + spares, carry(most, *mean.low) + spares};
  set_steps(plan);
  fleet::set_uses(plan, hardware, economics);
  if (policy.mtbf) plan.availability = availability_of(plan, least);
  RIDGELINE_TRY(whole, at_the_peak(plan, plan.replicas(), slo, at_peak));
  RIDGELINE_TRY(one_fewer, at_the_peak(plan, plan.replicas() - 1, slo, at_peak));
  plan.peak = std::move(whole);
  plan.failure = std::move(one_fewer);
  set_notes(plan, economics);
  return plan;
}

}  // namespace ridgeline
