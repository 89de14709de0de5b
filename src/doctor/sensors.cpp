// What can be read of clocks, heat and energy while a run is measured.

#include "live/host/sensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "doctor/checks.h"
#include "live/host/cpus.h"
#include "live/host/machine.h"
#include "live/host/nvml.h"

namespace ridgeline::doctor {
namespace {

namespace fs = std::filesystem;

bool has(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Finding frequency_finding(const DoctorOptions& options) {
  Finding finding = of_machine("core clock");
  const auto cpus = live::available_cpus();
  const std::string governor = live::read_line(
      fmt::format("{}/devices/system/cpu/cpu{}/cpufreq/scaling_governor", options.sys, cpus.front()));
  const bool readable = !live::core_clocks(options.sys, cpus).empty();
  if (governor.empty() || !readable) {
    finding.health = Health::missing;
    finding.found = "neither governor nor frequency can be read";
    finding.costs = "bench: a run cannot say that the clock sank";
    return finding;
  }
  finding.found = fmt::format("governor {}, frequency readable", governor);
  if (governor != "performance") {
    finding.health = Health::limited;
    finding.costs = "bench, probe: the clock follows the load, so short and rare queries run slower";
    finding.remedy = "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor";
  }
  return finding;
}

Finding heat_finding(const DoctorOptions& options) {
  Finding finding = of_machine("temperature");
  if (const auto celsius = live::hottest(options.sys)) {
    finding.found = fmt::format("{:.0f} °C", *celsius);
  } else {
    finding.health = Health::missing;
    finding.found = "no sensor of the processor";
    finding.costs = "bench: a run cannot say how hot it became";
  }
  return finding;
}

Finding energy_finding(const DoctorOptions& options) {
  Finding finding = of_machine("energy");
  const auto meters = live::RaplMeters(options.sys).energy();
  std::vector<std::string> scopes;
  for (const auto& meter : meters) scopes.push_back(meter.scope);
  if (!scopes.empty()) {
    finding.found = fmt::format("{}", fmt::join(scopes, ", "));
    return finding;
  }
  finding.costs = "bench: no energy of the processor";
  if (has(options.sys + "/class/powercap/intel-rapl:0")) {
    finding.health = Health::limited;
    finding.found = "RAPL counters, which this user may not read";
    finding.remedy = "sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj";
  } else {
    finding.health = Health::missing;
    finding.found = "no RAPL counters";
  }
  return finding;
}

Finding gpu_finding(const DoctorOptions& options) {
  Finding finding = of_machine("NVIDIA GPUs");
  const auto gpus = live::GpuMeters(options.nvml).gpus();
  std::vector<std::string> names;
  for (const auto& gpu : gpus) names.push_back(gpu.name);
  if (!names.empty()) {
    finding.found = fmt::format("{}; read through NVML", fmt::join(names, "; "));
  } else if (has(options.proc + "/driver/nvidia/version")) {
    finding.health = Health::limited;
    finding.found = fmt::format("the driver is there, but {} does not answer", options.nvml);
    finding.costs = "bench: no power, clock or temperature of GPUs";
    finding.remedy = "install the driver's own library (Debian: libnvidia-ml1; docker: --gpus all)";
  } else {
    finding.health = Health::missing;
    finding.found = "none";
    finding.costs = "nothing, unless what is measured runs on one";
  }
  return finding;
}

}  // namespace

void check_sensors(const DoctorOptions& options, Findings& findings) {
  findings.push_back(frequency_finding(options));
  findings.push_back(heat_finding(options));
  findings.push_back(energy_finding(options));
  findings.push_back(gpu_finding(options));
}

}  // namespace ridgeline::doctor
