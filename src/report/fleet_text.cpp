#include <fmt/format.h>

#include <algorithm>

#include "report/cost.h"
#include "report/fleet.h"
#include "report/format.h"
#include "report/sheet.h"

namespace ridgeline::report {
namespace {

constexpr double day = 86400;

std::string plural(std::uint64_t n, const std::string& word) {
  return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s");
}

std::string rate_of(double qps) { return plain(qps) + " queries/s"; }

std::string slo_of(const FleetPlan& plan) {
  std::string limits;
  const auto add = [&](const char* name, Nanoseconds limit) {
    if (limit == Nanoseconds(0)) return;
    limits += fmt::format("{}{} ≤ {}", limits.empty() ? "" : ", ", name, show(to_seconds(limit)));
  };
  add("latency", plan.slo.target_latency);
  add("TTFT", plan.slo.ttft_limit);
  add("TPOT", plan.slo.tpot_limit);
  return fmt::format("{} of {} % of the queries", limits, plain(100 * plan.slo.percentile));
}

std::string seen(const FleetPlan& plan, const Summary& s) {
  std::string figures;
  const auto add = [&](const char* name, Nanoseconds limit, const std::optional<Estimate>& value) {
    if (limit == Nanoseconds(0)) return;
    figures += fmt::format("{}{} {}", figures.empty() ? "" : ", ", name,
                           value ? si(value->value, "s") : std::string("unknown"));
  };
  add("P99 latency", plan.slo.target_latency, s.p99);
  add("P99 TTFT", plan.slo.ttft_limit, s.ttft_p99);
  add("P99 TPOT", plan.slo.tpot_limit, s.tpot_p99);
  const std::string reasons = s.verdict.reasons.empty() ? "" : ", " + s.verdict.reasons.front();
  return figures + (s.verdict.valid ? ": within the SLO" : ": SLO missed" + reasons);
}

std::string peak_of(const FleetPlan& plan, const FleetPeak& p) {
  if (p.replicas == 0) return p.not_simulated;
  const std::string base =
      fmt::format("{} at {} of the rate planned with", plural(p.replicas, "replica"), percent(p.load));
  if (p.summary) return fmt::format("{}; simulated {}", base, seen(plan, *p.summary));
  return fmt::format("{}{}; not simulated: {}", base,
                     p.load > 1 ? ": the queue grows until one is repaired or demand falls" : "",
                     p.not_simulated);
}

std::string hours_of(double hours) {
  return hours >= 1 ? plain(hours) + " h" : show(Seconds(hours * one_hour.value()));
}

void add_replica(Sheet& sheet, const FleetPlan& plan) {
  const ReplicaRate& r = plan.replica;
  std::string mean;
  if (r.found.mean.low && r.found.mean.high) {
    mean = fmt::format("; mean {} [{}, {}] 95 %", plain(r.found.mean.value), plain(*r.found.mean.low),
                       plain(*r.found.mean.high));
  }
  sheet.line("SLO", slo_of(plan));
  sheet.line("one replica",
             fmt::format("{} on {}, the least of {}{}", rate_of(r.qps()), plural(r.devices, "device"),
                         plural(r.found.seeds.size(), "seed"), mean));
  sheet.line("closed form", r.closed_form.qps
                                ? fmt::format("{} by {}; simulated is {} of it", rate_of(*r.closed_form.qps),
                                              r.closed_form.method, percent(r.qps() / *r.closed_form.qps))
                                : r.closed_form.method);
}

void add_counts(Sheet& sheet, const FleetPlan& plan) {
  std::string peak =
      fmt::format("{}: {} with {} headroom for {}, {}", plural(plan.replicas(), "replica"), plan.needed,
                  percent(plan.policy.headroom), rate_of(plan.demand.peak()), plural(plan.spares, "spare"));
  if (plan.replicas_interval && plan.replicas_interval->first != plan.replicas_interval->second) {
    peak += fmt::format(" [{}, {}]", plan.replicas_interval->first, plan.replicas_interval->second);
  }
  sheet.line("at the peak", peak);
  sheet.line("", peak_of(plan, plan.peak));
  sheet.line("a failure at the peak", peak_of(plan, plan.failure));
  if (!plan.availability) return;
  const FleetAvailability& a = *plan.availability;
  sheet.line("availability",
             fmt::format(
                 "at the peak {} of {} are up all but {:.2g} of the time ({} a year, were it always so)",
                 a.least, plan.replicas(), a.hours_a_year / (one_year / one_hour), hours_of(a.hours_a_year)));
  sheet.line("", fmt::format("one is up {:.6g} % of the time; {} failures a year in all", 100 * a.replica,
                             plain(a.failures_a_year)));
}

std::string clock_of(Seconds start, Seconds period) {
  if (period.value() != day) return show(start);
  const auto minutes = static_cast<unsigned>(start.value() / 60);
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

Table steps_of(const FleetPlan& plan) {
  Table table({{"from"},
               {"queries/s", Align::right},
               {"needed", Align::right},
               {"with spares", Align::right},
               {"load", Align::right},
               {"load of a fixed fleet", Align::right}});
  const double all = static_cast<double>(plan.replicas()) * plan.replica.qps();
  for (const FleetStep& s : plan.steps) {
    table.add({clock_of(s.start, plan.demand.period), plain(s.qps), fmt::format("{}", s.needed),
               fmt::format("{}", s.on), percent(s.load), percent(s.qps / all)});
  }
  return table;
}

Table costs_of(const FleetPlan& plan) {
  const bool tokens = plan.replica.tokens > 0;
  const std::string period = plan.demand.period.value() == day ? "a day" : "a period";
  const std::string million = tokens ? "a million output tokens" : "a million queries";
  Table table({{"takes"},
               {"fixed, " + period, Align::right},
               {"autoscaled", Align::right},
               {"fixed, " + million, Align::right},
               {"autoscaled", Align::right}});
  const auto each = [&](const FleetCost& c) {
    return amount_of(c.part, tokens ? c.per_million_tokens : c.per_million);
  };
  table.add({"device-hours", plain(plan.fixed.device_hours), plain(plan.autoscaled.device_hours)});
  table.add({"load of what is on", percent(plan.fixed.load), percent(plan.autoscaled.load)});
  for (std::size_t i = 0; i < plan.fixed.costs.size(); ++i) {
    const FleetCost &fixed = plan.fixed.costs[i], &scaled = plan.autoscaled.costs[i];
    if (fixed.part.key == "capital" || fixed.part.key == "devices" || fixed.part.key == "operational")
      table.rule();
    table.add({label_of(fixed.part), amount_of(fixed.part, fixed.per_period),
               amount_of(scaled.part, scaled.per_period), each(fixed), each(scaled)});
  }
  return table;
}

Sheet sheet_of(const FleetPlan& plan) {
  Sheet sheet(fmt::format("{} on {}: {}", plan.model, plan.hardware, plan.demand.name), 22);
  add_replica(sheet, plan);
  add_counts(sheet, plan);
  std::vector<const CostPart*> parts;
  for (const FleetCost& c : plan.fixed.costs) parts.push_back(&c.part);
  for (const std::string& reason : reasons_of(parts)) sheet.note("· " + reason);
  for (const std::string& note : plan.notes) sheet.note("· " + note);
  sheet.table("Replicas over time", steps_of(plan));
  sheet.table("What the fleet takes", costs_of(plan));
  return sheet;
}

}  // namespace

std::string text(const FleetPlan& plan) { return sheet_of(plan).text(); }
std::string markdown(const FleetPlan& plan) { return sheet_of(plan).markdown(); }

}  // namespace ridgeline::report
