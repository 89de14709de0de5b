#include "disturbance_flags.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/csv.h"
#include "options.h"

namespace ridgeline::cli {
namespace {

constexpr std::uint32_t windows_with_heat = 12;

Result<HeatModel> find_heat(const Context& context, const std::string& id) {
  if (id.find('/') != std::string::npos || id.find('.') != std::string::npos) return read_heat_model(id);
  RIDGELINE_TRY(path, data_file(context, "heat/" + id + ".yaml"));
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return read_heat_model(path);
  std::vector<std::string> known;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(path).parent_path(), ignored))
    known.push_back(entry.path().stem().string());
  std::sort(known.begin(), known.end());
  return bad_input(
      fmt::format("--heat: no model '{}'; give a file or one of {}", id, fmt::join(known, ", ")));
}

/// Factors above 0 and up to 1000.
Result<std::vector<double>> read_factors(const std::string& path) {
  RIDGELINE_TRY(csv, CsvReader::open(path));
  RIDGELINE_TRY(column, csv.require("factor"));
  std::vector<double> factors;
  for (;;) {
    RIDGELINE_TRY(more, csv.next());
    if (!more) break;
    RIDGELINE_TRY(factor, csv.number(column));
    if (!(factor > 0 && factor <= 1000))
      return csv.error(fmt::format("factor is {:g}; must be above 0 and at most 1000", factor));
    factors.push_back(factor);
  }
  if (factors.empty()) return csv.error("no factors below the header");
  return factors;
}

}  // namespace

void DisturbanceFlags::add_to(CLI::App& app) {
  app.add_option("--noise-sigma", noise_sigma, "Lognormal noise on service times: sigma of the log")
      ->capture_default_str();
  app.add_option("--noise-file", noise_file,
                 "The same, seen: CSV with a column factor, of times over the table's")
      ->excludes("--noise-sigma");
  app.add_option("--background-load", background_load, "Share of a busy worker's time that other work takes")
      ->capture_default_str();
  app.add_option("--background-burst", background_burst, "Mean length of its bursts")->capture_default_str();
  app.add_option("--context-switches", context_switches, "Context switches a second of computing")
      ->capture_default_str();
  app.add_option("--context-switch-cost", context_switch_cost, "Of each, there and back")
      ->capture_default_str();
  app.add_option("--cache-refill", cache_refill, "Of each, to fill the caches again")->capture_default_str();
  app.add_option("--pauses", pauses, "Pauses a second of computing")->capture_default_str();
  app.add_option("--pause-length", pause_length, "Of each")->capture_default_str();
  app.add_option("--heat", heat,
                 "How the device warms up: datacenter-gpu, jetson, phone, ar-glasses, mcu, or a file");
  app.add_option("--ambient", ambient, "Temperature of the air in °C, with --heat");
  app.add_option("--windows", windows, "Stretches of the run to tell apart; 12 with --heat");
}

Result<Interference> DisturbanceFlags::interference() const {
  RIDGELINE_TRY(burst, parse_duration(background_burst, "--background-burst"));
  RIDGELINE_TRY(cost, parse_duration(context_switch_cost, "--context-switch-cost"));
  RIDGELINE_TRY(refill, parse_duration(cache_refill, "--cache-refill"));
  RIDGELINE_TRY(length, parse_duration(pause_length, "--pause-length"));
  Interference i;
  i.noise_sigma = noise_sigma;
  if (!noise_file.empty()) {
    RIDGELINE_TRY(factors, read_factors(noise_file));
    i.noise_factors = std::move(factors);
  }
  i.pause_rate = Hertz(pauses);
  i.pause_lengths = {to_nanoseconds(length)};
  i.background_load = background_load;
  i.background_burst = to_nanoseconds(burst);
  i.context_switch_rate = Hertz(context_switches);
  i.context_switch_cost = to_nanoseconds(cost);
  i.cache_refill = to_nanoseconds(refill);
  return i;
}

Result<Disturbance> DisturbanceFlags::disturbance(const Context& context) const {
  Disturbance d;
  RIDGELINE_TRY(disturbed, interference());
  d.interference = disturbed;
  d.windows = windows;
  if (heat.empty()) {
    if (ambient) return bad_input("--ambient: needs --heat MODEL");
    return d;
  }
  RIDGELINE_TRY(model, find_heat(context, heat));
  if (ambient) model.ambient_celsius = {*ambient, {ProvenanceKind::given, "--ambient", ""}, {}};
  d.heat = model;
  if (windows == 0) d.windows = windows_with_heat;
  return d;
}

}  // namespace ridgeline::cli
