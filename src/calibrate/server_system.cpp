#include "calibrate/server_system.h"

#include <algorithm>
#include <cmath>

#include "calibrate/measured_csv_precision.h"
#include "ridgeline/simulation.h"

namespace ridgeline::calibrate {
namespace {

constexpr double most_queries = 200'000;        // of a run of models that batch
constexpr std::uint32_t most_samples = 1024;    // of a batch
constexpr std::uint32_t most_sequences = 2048;  // of a replica
constexpr double offline_seconds = 660;         // of an Offline run: LoadGen's ten minutes and a tenth
constexpr std::uint32_t drawn_lengths = 100'000;

// ---------------------------------------------------------------------------------------------- batches

/// Times of batches of 1 to most_samples: the cost model at steps of a quarter octave, straight between.
Result<ServiceTable> batch_times(const Model& model, const Hardware& hardware, const OfflineWorkload& w,
                                 const Calibration& calibration) {
  ServiceTable table;
  const RequestShape shape{static_cast<std::uint32_t>(std::lround(w.prompt_tokens)), 0};
  std::uint32_t last = 0;
  double last_time = 0;
  for (std::uint32_t batch = 1; last < most_samples;
       batch = std::min(most_samples, batch + std::max(1U, batch / 5))) {
    const auto items = static_cast<std::uint32_t>(std::lround(batch * w.items));
    RIDGELINE_TRY(time, predict_request(model, hardware, w.precision, shape, items, calibration));
    for (std::uint32_t b = last + 1; b <= batch; ++b) {
      const double share = static_cast<double>(b - last) / (batch - last);
      table.total.push_back(to_nanoseconds(Seconds(last_time + share * (time.total.value() - last_time))));
    }
    last = batch;
    last_time = time.total.value();
  }
  return table;
}

/// As many of the system's as a run of so many queries can keep busy; large systems answer millions a second.
unsigned simulated_devices(const ServerPair& pair, const ServerRules::Limits& limits) {
  const double queries = limits_in_a_run * to_seconds(limits.latency).value() * pair.offline_rate.value();
  const double devices = std::floor(pair.devices * std::min(1.0, most_queries / queries));
  return std::clamp(static_cast<unsigned>(devices), 1U, std::min(pair.devices, most_devices));
}

Result<ServerSystem> make_batching(const ServerPair& pair, const Model& model, const Hardware& hardware,
                                   const Calibration& calibration, const ServerModels& models) {
  RIDGELINE_TRY(table, batch_times(model, hardware, pair.offline, calibration));
  const unsigned devices =
      simulated_devices(pair, *models.server_rules.limits_of(pair.workload, pair.interactive));
  ServerSystem system;
  system.part = static_cast<double>(devices) / pair.devices;
  for (std::size_t b = 1; b <= table.total.size(); ++b) {
    const double rate = devices * static_cast<double>(b) / to_seconds(table.total[b - 1]).value();
    if (rate > system.offline) system.offline = rate;
  }
  system.largest_batch = most_samples;
  system.scenario = Scenario::mlperf(ScenarioKind::server);
  system.with_batch = [table = std::move(table), devices](std::uint32_t batch) -> Result<RunScenario> {
    SimulatedSystem simulated;
    simulated.service = table;
    simulated.service.total.resize(batch);
    simulated.batching.max_batch = batch;
    simulated.replicas = devices;
    return RunScenario([simulated](const Scenario& scenario) -> Result<Run> {
      RIDGELINE_TRY(schedule, make_schedule(scenario));
      return simulate(schedule, simulated);
    });
  };
  return system;
}

// ---------------------------------------------------------------------------------------------- tokens

Result<std::uint32_t> longest_of(const TokenLengthDistribution& lengths, std::uint32_t most_output) {
  Scenario scenario = Scenario::mlperf(ScenarioKind::offline);
  scenario.min_queries = drawn_lengths;
  scenario.min_duration = Nanoseconds(0);
  scenario.target_qps = 1;
  scenario.lengths = lengths;
  RIDGELINE_TRY(schedule, make_schedule(scenario));
  std::uint32_t longest = 0;
  for (const TokenLengths& l : schedule.lengths)
    longest = std::max(longest, l.input + std::min(l.output, most_output));
  return longest;
}

/// A deployment with what it is made from.
struct Deployment {
  const Model& model;
  const Hardware& hardware;
  Calibration calibration;
  ContinuousOptions options;
  std::uint32_t most_output = 0;  ///< tokens of a request

  Result<RunScenario> with_batch(std::uint32_t sequences, unsigned replicas) const {
    ContinuousOptions o = options;
    o.limits.max_sequences = sequences;
    o.limits.token_budget = std::max(o.limits.token_budget, sequences);
    o.worker.replicas = replicas;
    RIDGELINE_TRY(system, make_continuous_system(model, hardware, o, calibration));
    system.windows = 0;
    return RunScenario(
        [system, longest = o.longest, most = most_output](const Scenario& scenario) -> Result<Run> {
          RIDGELINE_TRY(schedule, make_schedule(scenario));
          for (TokenLengths& l : schedule.lengths) {
            l.input = std::min(l.input, longest - 1);
            l.output = std::min({l.output, most, longest - l.input});
          }
          return simulate_continuous(schedule, system);
        });
  }
};

/// Samples a second of one replica, with all of an Offline run's samples there.
Result<double> offline_rate(const RunScenario& replica, const Scenario& server, double published) {
  Scenario scenario = Scenario::mlperf(ScenarioKind::offline);
  scenario.lengths = server.lengths;
  scenario.min_queries = static_cast<std::uint64_t>(std::ceil(published * offline_seconds));
  scenario.min_duration = Nanoseconds(0);
  scenario.target_qps = published;
  RIDGELINE_TRY(run, replica(scenario));
  const Summary summary = summarize(run);
  return static_cast<double>(summary.samples) / summary.duration.value();
}

Result<ServerSystem> make_continuous(const ServerPair& pair, const Model& model, const Hardware& hardware,
                                     const Calibration& calibration, const ServerModels& models) {
  const MlperfWorkload& workload = *models.rules.workload(pair.workload);
  const ServerRules::Lengths* lengths = models.server_rules.lengths_of(pair.workload);
  if (!lengths) return bad_input(pair.workload + ": the lengths of its requests are not known");
  RIDGELINE_TRY(saturated, predict_offline(model, hardware, pair.offline, models.coefficients));
  Deployment deployment{model, hardware, calibration, {}, lengths->most_output_tokens};
  ContinuousOptions& o = deployment.options;
  o.precision = pair.offline.precision;
  o.worker.parallelism.tensor = saturated.devices;
  if (has_experts(model)) o.worker.parallelism.expert_tensor = saturated.devices;
  o.lengths = {static_cast<std::uint32_t>(workload.prompt_tokens),
               static_cast<std::uint32_t>(workload.output_tokens)};
  const unsigned replicas = std::max(1U, std::min(pair.devices, most_devices) / saturated.devices);
  ServerSystem system;
  system.part = static_cast<double>(replicas * saturated.devices) / pair.devices;
  system.largest_batch = static_cast<std::uint32_t>(
      std::clamp(saturated.batch / pair.offline.beams, 1.0, static_cast<double>(most_sequences)));
  system.scenario = Scenario::mlperf(ScenarioKind::server);
  system.scenario.lengths = lengths->distribution;
  RIDGELINE_TRY(longest, longest_of(lengths->distribution, lengths->most_output_tokens));
  o.longest = longest;
  RIDGELINE_TRY(replica, deployment.with_batch(system.largest_batch, 1));
  RIDGELINE_TRY(rate,
                offline_rate(replica, system.scenario, pair.offline_rate.value() * system.part / replicas));
  system.offline = rate * replicas;
  system.with_batch = [deployment, replicas](std::uint32_t batch) {
    return deployment.with_batch(batch, replicas);
  };
  return system;
}

}  // namespace

Result<ServerSystem> make_server_system(const ServerPair& pair, const ServerModels& models) {
  RIDGELINE_TRY(model, models.catalog.model(models.rules.workload(pair.workload)->model));
  RIDGELINE_TRY(hardware, models.catalog.hardware(pair.hardware));
  const Calibration calibration = models.calibrations.find(*hardware, "", "").calibration;
  if (pair.offline.output_tokens > 0) return make_continuous(pair, *model, *hardware, calibration, models);
  return make_batching(pair, *model, *hardware, calibration, models);
}

}  // namespace ridgeline::calibrate
