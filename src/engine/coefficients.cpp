#include "engine/coefficients.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "base/portable_math.h"

// Priors and their spreads are what kernels and engines of 2023 to 2026 show in public reports, wide enough
// that a few dozen measurements outweigh them; docs/calibration.md says what each stands for.

namespace ridgeline {
namespace {

/// Nothing reaches its peak: clocks, refresh, the first and the last wave.
constexpr double reachable = 0.98;

template <OpClass op>
constexpr std::size_t index = static_cast<std::size_t>(op);

template <OpClass op>
Coefficient compute_share(std::string_view name, std::string_view meaning, double prior, double spread) {
  return {name,
          "share",
          meaning,
          prior,
          spread,
          reachable,
          [](const Calibration& c) { return c.compute_efficiency[index<op>]; },
          [](Calibration& c, double value) { c.compute_efficiency[index<op>] = value; }};
}

template <OpClass op>
Coefficient memory_share(std::string_view name, std::string_view meaning, double prior, double spread) {
  return {name,
          "share",
          meaning,
          prior,
          spread,
          1,
          [](const Calibration& c) { return c.memory_share[index<op>]; },
          [](Calibration& c, double value) { c.memory_share[index<op>] = value; }};
}

template <double Calibration::* member>
Coefficient number(std::string_view name, std::string_view unit, std::string_view meaning, double prior,
                   double spread, double limit) {
  return {name,
          unit,
          meaning,
          prior,
          spread,
          limit,
          [](const Calibration& c) { return c.*member; },
          [](Calibration& c, double value) { c.*member = value; }};
}

template <Seconds Calibration::* member>
Coefficient duration(std::string_view name, std::string_view meaning, double prior, double spread,
                     double limit) {
  return {name,
          "s",
          meaning,
          prior,
          spread,
          limit,
          [](const Calibration& c) { return (c.*member).value(); },
          [](Calibration& c, double value) { c.*member = Seconds(value); }};
}

template <double ServingCoefficients::* member>
Coefficient serving_number(std::string_view name, std::string_view unit, std::string_view meaning,
                           double prior, double spread, double limit) {
  return {name,
          unit,
          meaning,
          prior,
          spread,
          limit,
          [](const Calibration& c) { return c.serving.*member; },
          [](Calibration& c, double value) { c.serving.*member = value; }};
}

template <Seconds ServingCoefficients::* member>
Coefficient serving_duration(std::string_view name, std::string_view meaning, double prior, double spread,
                             double limit) {
  return {name,
          "s",
          meaning,
          prior,
          spread,
          limit,
          [](const Calibration& c) { return (c.serving.*member).value(); },
          [](Calibration& c, double value) { c.serving.*member = Seconds(value); }};
}

using C = Calibration;
using S = ServingCoefficients;

const auto table = std::to_array<Coefficient>({
    compute_share<OpClass::gemm>("gemm", "matrix products: share of peak", 0.6, 0.3),
    compute_share<OpClass::conv>("conv", "convolutions: share of peak", 0.6, 0.4),
    compute_share<OpClass::attention>("attention", "attention products: share of peak", 0.4, 0.5),
    compute_share<OpClass::experts>("experts", "products of routed experts: share of peak", 0.4, 0.5),
    number<&C::narrow_efficiency>("narrow", "share", "4-bit products: of the share that wider ones reach",
                                  0.7, 0.4, 1),
    number<&C::memory_efficiency>("memory", "share", "memory: share of its bandwidth", 0.8, 0.2, reachable),
    memory_share<OpClass::experts>("experts_memory", "weights of routed experts: of the memory's share", 0.9,
                                   0.4),
    memory_share<OpClass::attention>("cache_memory", "KV cache: of the memory's share", 0.8, 0.4),
    memory_share<OpClass::gather>("gather_memory", "rows of tables: of the memory's share", 0.5, 0.5),
    number<&C::padding_rows>("padding_rows", "rows", "that an expert's product computes besides its own", 32,
                             1, 256),
    duration<&C::launch>("launch", "each operator", 1.5e-6, 0.6, 1e-4),
    duration<&C::per_layer>("per_layer", "each layer", 4e-6, 0.6, 1e-3),
    duration<&C::per_expert_layer>("per_expert_layer", "each layer with routed experts, besides", 15e-6, 0.7,
                                   1e-3),
    duration<&C::per_step>("per_step", "each pass", 0.5e-3, 1, 2e-2),
    duration<&C::per_sequence>("per_sequence", "each sequence of a pass", 4e-6, 1, 1e-4),
    duration<&C::hop>("hop", "of a collective, each doubling of the devices", 4e-6, 0.7, 1e-4),
    number<&C::link_efficiency>("link", "share", "link between devices: share of its bandwidth", 0.6, 0.6,
                                reachable),
    duration<&C::remote_hop>("remote_hop", "the same across domains", 12e-6, 0.7, 1e-3),
    number<&C::remote_link_efficiency>("remote_link", "share", "link across domains: share of its bandwidth",
                                       0.5, 0.6, reachable),
    serving_number<&S::interference>("interference", "passes",
                                     "share of a prompt's pass by which it delays those in decode", 0.8, 0.4,
                                     1.5),
    serving_number<&S::prompt_stretch>("prompt_stretch", "passes",
                                       "a prompt's pass beside decoding sequences, in units of it alone", 1.2,
                                       0.4, 4),
    serving_number<&S::burst>("burst", "share", "of the prompts that came with it that a prompt waits for", 1,
                              0.6, 2),
    serving_number<&S::step_wait>("step_wait", "steps", "that a request waits before its prompt is admitted",
                                  0.7, 0.6, 5),
    serving_duration<&S::per_prompt>("per_prompt", "each prompt: tokenising, scheduling", 3e-3, 1, 1e-1),
    serving_duration<&S::per_request>("per_request", "the front end, seen by the first token only", 20e-3,
                                      0.8, 1),
    serving_duration<&S::per_user>("per_user", "the front end, for each user", 20e-6, 1, 1e-2),
    serving_number<&S::queue>("queue", "waits", "for cache memory, in units of the closed form's", 0.6, 0.3,
                              2),
    serving_duration<&S::handover>("handover", "disaggregated: start of the KV transfer", 50e-3, 0.8, 2),
});

}  // namespace

std::span<const Coefficient> coefficients() { return table; }

std::optional<std::size_t> find_coefficient(std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Coefficient& c) { return c.name == name; });
  if (found == table.end()) return std::nullopt;
  return static_cast<std::size_t>(found - table.begin());
}

namespace engine {

std::vector<double> prior_logs() {
  std::vector<double> logs;
  for (const Coefficient& coefficient : table) logs.push_back(portable_log(coefficient.prior));
  return logs;
}

Calibration calibration_from(std::span<const double> logs) {
  assert(logs.size() == table.size());
  Calibration calibration;
  calibration.kind = CalibrationKind::fitted;
  calibration.overlap = Overlap::partial;
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i].set(calibration, std::min(portable_exp(logs[i]), table[i].limit));
  }
  return calibration;
}

}  // namespace engine
}  // namespace ridgeline
