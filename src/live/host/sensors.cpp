#include "live/host/sensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "live/host/machine.h"

namespace ridgeline::live {
namespace {

namespace fs = std::filesystem;

template <class Number>
std::optional<Number> read_number(const std::string& path) {
  const std::string line = read_line(path);
  Number number{};
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || end == line.data()) return std::nullopt;
  return number;
}

/// Entries of a folder by name; none where it is not there.
std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed))
    found.push_back(at->path());
  std::sort(found.begin(), found.end());
  return found;
}

/// Sensors of processors; the others of a machine (disks, boards) tell nothing of its speed.
bool is_of_processor(const std::string& name) {
  constexpr const char* known[] = {"coretemp", "k10temp", "zenpower", "cpu_thermal"};
  return std::find(std::begin(known), std::end(known), name) != std::end(known);
}

}  // namespace

std::vector<Hertz> core_clocks(const std::string& sys, const std::vector<int>& cpus) {
  std::vector<Hertz> clocks;
  for (const int cpu : cpus) {
    const auto kilohertz =
        read_number<double>(fmt::format("{}/devices/system/cpu/cpu{}/cpufreq/scaling_cur_freq", sys, cpu));
    if (kilohertz && *kilohertz > 0) clocks.push_back(Hertz(1000 * *kilohertz));
  }
  return clocks;
}

std::optional<double> hottest(const std::string& sys) {
  std::optional<double> most;
  const auto see = [&most](const std::string& path) {
    if (const auto thousandths = read_number<double>(path))
      most = std::max(most.value_or(*thousandths / 1000), *thousandths / 1000);
  };
  for (const auto& zone : entries(sys + "/class/thermal")) {
    if (zone.filename().string().starts_with("thermal_zone")) see(zone / "temp");
  }
  for (const auto& chip : entries(sys + "/class/hwmon")) {
    if (!is_of_processor(read_line(chip / "name"))) continue;
    for (const auto& file : entries(chip)) {
      const std::string name = file.filename().string();
      if (name.starts_with("temp") && name.ends_with("_input")) see(file);
    }
  }
  return most;
}

RaplMeters::RaplMeters(const std::string& sys) {
  for (const auto& zone : entries(sys + "/class/powercap")) {
    const std::string id = zone.filename().string();  // intel-rapl:0, and intel-rapl:0:1 in it
    if (!id.starts_with("intel-rapl:")) continue;     // also AMD's; intel-rapl-mmio counts the same again
    Meter meter;
    meter.path = zone / "energy_uj";
    const auto now = read_number<std::uint64_t>(meter.path);
    const auto range = read_number<std::uint64_t>(zone / "max_energy_range_uj");
    if (!now || !range || *range == 0) continue;
    meter.last = *now;
    meter.range = *range;
    meter.scope = "RAPL " + read_line(zone / "name");
    if (const auto inner = id.find(':', id.find(':') + 1); inner != std::string::npos) {
      const std::string outer = read_line(zone.parent_path() / id.substr(0, inner) / "name");
      meter.scope = fmt::format("RAPL {}/{}", outer, read_line(zone / "name"));
    }
    meters_.push_back(std::move(meter));
  }
}

void RaplMeters::restart() {
  read();
  for (Meter& meter : meters_) meter.microjoules = 0;
}

void RaplMeters::read() {
  for (Meter& meter : meters_) {
    const auto now = read_number<std::uint64_t>(meter.path);
    if (!now) {
      meter.lost = true;
      continue;
    }
    meter.microjoules += *now >= meter.last ? *now - meter.last : meter.range - meter.last + *now;
    meter.last = *now;
  }
}

std::vector<HostEnergy> RaplMeters::energy() const {
  std::vector<HostEnergy> all;
  for (const Meter& meter : meters_) {
    if (!meter.lost) all.push_back({meter.scope, Joules(1e-6 * static_cast<double>(meter.microjoules))});
  }
  return all;
}

}  // namespace ridgeline::live
