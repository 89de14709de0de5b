#include "ridgeline/fleet.h"

#include <fmt/format.h>

#include "app.h"
#include "continuous_flags.h"
#include "economics_flags.h"
#include "options.h"
#include "output.h"
#include "report/fleet.h"
#include "simulated_system.h"

namespace ridgeline::cli {
namespace {

struct FleetFlags {
  std::string model, hardware, demand, repair = "4h", start_up = "5min";
  std::optional<double> peak, trough;
  unsigned peak_hour = 20;
  double headroom_percent = 10;
  unsigned spares = 1;
  std::optional<double> availability, mtbf_hours;
  bool no_simulation_of_peak = false;
  DeploymentFlags deployment;
  ContinuousFlags continuous;
  ScenarioFlags load;
  MaxRateOptions search;
  EconomicsFlags economics;
};

/// The system that one replica is, and what the closed forms say of it.
struct FleetReplica {
  Model model;
  Hardware hardware;
  PrecisionPlan plan;
  Calibration calibration;
  Parallelism parallelism;
  RequestShape shape;
  BatchingPolicy batching;
  std::vector<Input> inputs;
};

/// Flags that the model's kind of system does not have.
Status check_kind(const FleetFlags& flags, const Model& model, const Parallelism& parallelism) {
  const ScenarioFlags& load = flags.load;
  if (generates(model)) {
    if (load.max_batch == 1 && load.batch_timeout.empty()) return Status::success();
    return bad_input(
        "--max-batch, --batch-timeout: of models without tokens; an engine that batches "
        "continuously has --max-sequences");
  }
  if (!load.ttft_limit.empty() || !load.tpot_limit.empty() || load.isl > 0 || load.osl > 0)
    return bad_input(fmt::format("{} makes no tokens; give --target-latency alone", model.id));
  if (parallelism.devices() > 1)
    return bad_input(
        fmt::format("{} is served by one device a replica; leave out --tp, --pp, --dp, --ep", model.id));
  return Status::success();
}

Result<FleetReplica> fleet_replica(const Context& context, const FleetFlags& flags) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(model, find_model(context, catalog, flags.model));
  RIDGELINE_TRY(hardware, find_hardware(context, catalog, flags.hardware));
  RIDGELINE_TRY(plan, flags.deployment.plan(*model));
  RIDGELINE_TRY(calibration, flags.deployment.calibrate(context, *model, *hardware));
  RIDGELINE_TRY(parallelism, flags.continuous.parallelism.parallelism(*model));
  RIDGELINE_CHECK(check_kind(flags, *model, parallelism));
  RIDGELINE_TRY(batching, flags.load.batching());
  RIDGELINE_TRY(shape, shape_of(context, flags.load, *model));
  RIDGELINE_TRY(profile, predict(*model, *hardware, plan, StepShape::samples(1), calibration, parallelism));
  FleetReplica d{*model,      *hardware, plan,     calibration,
                 parallelism, shape,     batching, std::move(profile.inputs)};
  if (generates(*model)) {
    d.shape.prompt_tokens = shape.prompt_tokens > 0 ? shape.prompt_tokens : 1024;
    d.shape.output_tokens = shape.output_tokens > 0 ? shape.output_tokens : 256;
    const auto more = serving_inputs(calibration);
    d.inputs.insert(d.inputs.end(), more.begin(), more.end());
  }
  return d;
}

RunReplicas fleet_system(const FleetFlags& flags, const FleetReplica& d) {
  return [flags, d](const Scenario& scenario, std::uint32_t replicas) -> Result<Run> {
    if (generates(d.model)) {
      RIDGELINE_TRY(system, flags.continuous.system(d.model, d.hardware, d.plan, d.calibration, d.parallelism,
                                                    d.shape, replicas, {}));
      return system(scenario);
    }
    RIDGELINE_TRY(system, static_batches(d.model, d.hardware, d.plan, d.calibration,
                                         {d.batching, d.shape, replicas, {}}));
    return system(scenario);
  };
}

Result<ClosedFormRate> closed_form(const FleetFlags& flags, const FleetReplica& d, const Scenario& slo) {
  if (!generates(d.model)) {
    RIDGELINE_TRY(
        table, make_service_table(d.model, d.hardware, d.plan, d.shape, d.batching.max_batch, d.calibration));
    return closed_form_rate(table, d.batching, slo);
  }
  ServingPoint point;
  point.isl = d.shape.prompt_tokens;
  point.osl = d.shape.output_tokens;
  point.precision = d.plan;
  point.worker = {d.parallelism, 1};
  point.max_batch = flags.continuous.max_sequences;
  return closed_form_rate(d.model, d.hardware, point, d.calibration, slo);
}

Result<DemandCurve> demand_of(const FleetFlags& flags) {
  if (!flags.demand.empty()) return read_demand(flags.demand);
  if (!flags.peak) return bad_input("fleet: give a demand, --demand FILE or --peak QPS");
  return daily_demand(*flags.peak, flags.trough.value_or(*flags.peak / 4), flags.peak_hour);
}

Result<FleetPolicy> policy_of(const FleetFlags& flags) {
  FleetPolicy policy;
  policy.headroom = flags.headroom_percent / 100;
  policy.spares = flags.spares;
  policy.availability = flags.availability;
  if (flags.mtbf_hours) policy.mtbf = one_hour * *flags.mtbf_hours;
  RIDGELINE_TRY(repair, parse_duration(flags.repair, "--repair-time"));
  RIDGELINE_TRY(start, parse_duration(flags.start_up, "--start-up"));
  policy.repair = repair;
  policy.start_up = start;
  return policy;
}

Result<Scenario> slo_of(const Context& context, const FleetFlags& flags) {
  ScenarioFlags load = flags.load;
  load.kind = "server";
  load.qps = flags.search.start;
  if (load.target_latency.empty() && load.ttft_limit.empty() && load.tpot_limit.empty())
    return bad_input("fleet: give an SLO, --target-latency, --ttft-limit or --tpot-limit");
  return load.scenario(context);
}

Result<FleetPlan> solve(const Context& context, const FleetFlags& flags) {
  if (!flags.continuous.disaggregated.empty())
    return bad_input("--disagg: a fleet's replicas compute prompts and decode; leave it out");
  RIDGELINE_TRY(demand, demand_of(flags));
  RIDGELINE_TRY(policy, policy_of(flags));
  RIDGELINE_TRY(slo, slo_of(context, flags));
  RIDGELINE_TRY(deployed, fleet_replica(context, flags));
  RIDGELINE_TRY(economics, flags.economics.economics(context, deployed.hardware));
  const RunReplicas system = fleet_system(flags, deployed);
  ReplicaRate replica;
  const auto found =
      find_max_rate(slo, flags.search, [&](const Scenario& scenario) { return system(scenario, 1); });
  if (!found) return Error{found.error().kind, "one replica: " + found.error().message};
  replica.found = *found;
  replica.devices = deployed.parallelism.devices();
  if (generates(deployed.model)) replica.tokens = deployed.shape.output_tokens;
  RIDGELINE_TRY(form, closed_form(flags, deployed, slo));
  replica.closed_form = form;
  RIDGELINE_TRY(plan, plan_fleet(demand, replica, policy, deployed.hardware, economics, slo,
                                 flags.no_simulation_of_peak ? RunReplicas() : system));
  plan.model = deployed.model.id;
  deployed.inputs.insert(deployed.inputs.end(), plan.inputs.begin(), plan.inputs.end());
  plan.inputs = std::move(deployed.inputs);
  return plan;
}

int run(const Context& context, const FleetFlags& flags) {
  const auto plan = solve(context, flags);
  if (!plan) return fail(plan.error());
  const std::vector<Input> used = with_given(context, plan->inputs);
  if (context.json) {
    print_document(context, report::json(*plan), used);
  } else if (context.markdown) {
    print_plain(context, report::markdown(*plan) + "\n" + rests_on_line(used));
  } else {
    print_text(context, report::text(*plan) + rests_on_line(used));
  }
  return exit_fine;
}

void add_load(CLI::App& app, FleetFlags& flags) {
  ScenarioFlags& load = flags.load;
  load.duration = "60s";
  // Fewer would leave the rule of early stopping, which allows for what a small sample may hide, in charge.
  load.min_queries = 5000;
  app.add_option("--target-latency", load.target_latency, "SLO: limit on the percentile of the latency");
  app.add_option("--ttft-limit", load.ttft_limit, "SLO: of the time to the first token");
  app.add_option("--tpot-limit", load.tpot_limit, "SLO: of the time per output token");
  app.add_option("--percentile", load.percentile, "SLO: share of the queries, default 0.99");
  app.add_option("--isl", load.isl, "Tokens of a prompt, default 1024");
  app.add_option("--osl", load.osl, "Tokens of an answer, default 256");
  app.add_option("--max-batch", load.max_batch, "Models without tokens: samples in a batch")
      ->check(CLI::Range(1U, 65536U))
      ->capture_default_str();
  app.add_option("--batch-timeout", load.batch_timeout,
                 "Models without tokens: longest wait for a fuller batch");
  app.add_option("--duration", load.duration, "Of each simulated run")->capture_default_str();
  app.add_option("--min-queries", load.min_queries, "Least of each simulated run")->capture_default_str();
  app.add_option("--seed", load.seed, "Of the arrivals")->capture_default_str();
  app.add_option("--seeds", flags.search.seeds, "That one and those after it, a search of the rate each")
      ->check(CLI::Range(1U, 1000U))
      ->capture_default_str();
  app.add_option("--tolerance", flags.search.tolerance, "Width of the search's last bracket over the rate")
      ->check(CLI::Range(1e-6, 0.5))
      ->capture_default_str();
}

void add_policy(CLI::App& app, FleetFlags& flags) {
  auto* file = app.add_option("--demand", flags.demand, "Demand over time: CSV with the columns time, qps");
  auto* peak = app.add_option("--peak", flags.peak, "Demand of a day: most queries a second")->excludes(file);
  app.add_option("--trough", flags.trough, "--peak: least queries a second, default a quarter of it")
      ->needs(peak);
  app.add_option("--peak-hour", flags.peak_hour, "--peak: hour of the day with the most")
      ->needs(peak)
      ->capture_default_str();
  app.add_option("--headroom", flags.headroom_percent, "Per cent above the demand")->capture_default_str();
  auto* spares =
      app.add_option("--spares", flags.spares, "Replicas beyond that: 1 is N + 1")->capture_default_str();
  app.add_option("--availability", flags.availability,
                 "As many spares as keep the SLO at the peak for this share of the time, such as 0.9999")
      ->excludes(spares);
  app.add_option("--mtbf-hours", flags.mtbf_hours, "Mean time between failures of a device, such as 50000");
  app.add_option("--repair-time", flags.repair, "Until a failed replica serves again")->capture_default_str();
  app.add_option("--start-up", flags.start_up, "Autoscaled: from switching a replica on until it serves")
      ->capture_default_str();
  app.add_flag("--no-peak", flags.no_simulation_of_peak, "Do not simulate the fleet at its peak");
}

}  // namespace

void add_fleet(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<FleetFlags>();
  CLI::App* command = add_command(
      app, context, "fleet", "How many replicas a demand needs under an SLO, and what they take",
      "  ridgeline fleet llama-3.1-8b h100 --precision fp8 --ttft-limit 500ms --tpot-limit 30ms --peak 60 "
      "--trough 10 \\\n"
      "    --price-per-hour 2.5 --grid us --mtbf-hours 50000\n"
      "  ridgeline fleet resnet-50 l4 --max-batch 8 --target-latency 15ms --demand examples/fleet/day.csv "
      "--availability 0.9999 --mtbf-hours 50000\n"
      "Exit code 3 when one replica cannot hold the SLO at any rate.",
      [&context, flags] { return run(context, *flags); });
  command->add_option("model", flags->model, "Model id or alias")->required();
  command->add_option("hardware", flags->hardware, "Device id or alias")->required();
  add_load(*command, *flags);
  add_policy(*command, *flags);
  flags->deployment.add_to(*command);
  flags->continuous.add_to(*command, ContinuousFlags::When::always);
  flags->economics.add_to(*command, EconomicsFlags::Utilisation::computed);
  add_format(*command, context);
}

}  // namespace ridgeline::cli
