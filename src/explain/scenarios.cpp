#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "explain/sentences.h"
#include "ridgeline/explanation.h"

namespace ridgeline {
namespace {

/// The share of the Offline rate that Server queries ask for.
std::string load_sentence(double offline, const Scenario& scenario, std::string_view workload) {
  const double load = scenario.target_qps / offline;
  std::string text = fmt::format(
      "{}: Offline reaches {:.3g} samples/s with every sample there from the start; Server offered "
      "{:.3g} queries/s, {} of that.",
      workload, offline, scenario.target_qps, explain::percent(load));
  if (load >= 1) text += " More arrives than Offline can do: the queue grows for as long as the test lasts.";
  return text;
}

/// What a Server query waits for beyond its own share of the device.
std::string waiting_sentence(double offline, double p50) {
  const double own = 1 / offline;
  if (p50 <= own) {
    return fmt::format(
        "Half the Server queries were done in {}, no more than the {} that a sample costs in "
        "Offline: they hardly waited.",
        show(Seconds(p50)), show(Seconds(own)));
  }
  return fmt::format(
      "In Offline a sample costs {} of the system's time; half the Server queries took {} or more from their "
      "scheduled arrival: {} of it ({}) is waiting, for the queue or a batch, and running in a batch of "
      "another "
      "size.",
      show(Seconds(own)), show(Seconds(p50)), show(Seconds(p50 - own)), explain::percent((p50 - own) / p50));
}

std::optional<std::string> tail_sentence(const Summary& server, double load) {
  if (!server.p50 || !server.p99 || server.p99->value < 1.2 * server.p50->value) return std::nullopt;
  std::string text = fmt::format("Server's P99 of {} is {:.1f} times its P50",
                                 show(Seconds(server.p99->value)), server.p99->value / server.p50->value);
  if (load < 1) {
    text +=
        ": arrivals are random (Poisson), so queries meet others even though the mean load is below what "
        "Offline can do";
  }
  return text + ".";
}

std::optional<std::string> limit_sentence(const Summary& server, const Scenario& scenario) {
  if (scenario.target_latency.count() == 0) return std::nullopt;
  const auto& at = scenario.percentile == 0.99   ? server.p99
                   : scenario.percentile == 0.90 ? server.p90
                                                 : server.p50;
  const bool known =
      scenario.percentile == 0.99 || scenario.percentile == 0.90 || scenario.percentile == 0.50;
  if (!known || !at) return std::nullopt;
  const Seconds limit = to_seconds(scenario.target_latency);
  return fmt::format("Server answers to a limit, {} at P{:.0f}, and {} it with {}; Offline has none.",
                     show(limit), scenario.percentile * 100, Seconds(at->value) <= limit ? "meets" : "misses",
                     show(Seconds(at->value)));
}

}  // namespace

std::vector<std::string> explain_scenarios(const Summary& offline, const Summary& server,
                                           const Scenario& scenario, std::string_view workload) {
  if (!offline.throughput || offline.throughput->value <= 0) {
    return {fmt::format("{}: Offline has no throughput, so Server cannot be set against it.", workload)};
  }
  const double rate = offline.throughput->value, load = scenario.target_qps / rate;
  std::vector<std::string> sentences{load_sentence(rate, scenario, workload)};
  if (server.p50) sentences.push_back(waiting_sentence(rate, server.p50->value));
  if (auto tail = tail_sentence(server, load)) sentences.push_back(*std::move(tail));
  if (auto limit = limit_sentence(server, scenario)) sentences.push_back(*std::move(limit));
  return sentences;
}

}  // namespace ridgeline
