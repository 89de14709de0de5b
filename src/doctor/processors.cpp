// Cores and memory, and who else has a say in them.

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "base/text.h"
#include "doctor/checks.h"
#include "live/host/cpus.h"
#include "live/host/machine.h"

namespace ridgeline::doctor {
namespace {

namespace fs = std::filesystem;

Finding cores_finding() {
  Finding finding = of_machine("cores");
  const std::size_t usable = live::available_cpus().size();
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  const auto quota = live::cpu_quota();
  finding.found = fmt::format("{} of {} may be used", usable, online);
  if (quota) finding.found += fmt::format(", a quota of {:.3g} cores' time", *quota);
  if (quota && *quota < static_cast<double>(usable)) {
    finding.health = Health::limited;
    finding.costs =
        "bench, probe: the kernel stops the program for the rest of each period once the quota is used";
    finding.remedy = "start the container without a CPU limit (docker: --cpuset-cpus in place of --cpus)";
  } else if (usable < 2) {
    finding.health = Health::limited;
    finding.costs = "bench: the driver shares its core with what it measures";
    finding.remedy = "give it a second core (taskset, docker --cpuset-cpus)";
  }
  return finding;
}

Finding memory_finding() {
  constexpr Bytes enough(2e9);  // weights and activations of most workloads of `bench`
  Finding finding = of_machine("memory");
  const live::Machine machine = live::describe_machine();
  if (machine.memory <= Bytes(0)) {
    finding.health = Health::limited;
    finding.found = "the kernel does not say how much there is";
    finding.costs = "probe: the working set for main memory is a guess";
    return finding;
  }
  finding.found = fmt::format("{}, {} of it free", show(machine.memory), show(machine.free_memory));
  if (machine.free_memory < enough) {
    finding.health = Health::limited;
    finding.costs = "bench: the larger workloads do not fit";
    finding.remedy = "end what takes the memory, or raise the container's limit";
  }
  return finding;
}

/// "Docker", "Podman", "a container"; empty outside of one, as far as can be told.
std::string container(const DoctorOptions& options) {
  std::error_code ignored;
  if (fs::exists(options.root + "/.dockerenv", ignored)) return "Docker";
  if (fs::exists(options.root + "/run/.containerenv", ignored)) return "Podman";
  const std::string first = live::read_line(options.proc + "/1/cgroup");
  for (const char* word : {"docker", "kubepods", "containerd", "lxc", "libpod"}) {
    if (first.find(word) != std::string::npos) return "a container";
  }
  return "";
}

Finding isolation_finding(const DoctorOptions& options) {
  Finding finding = of_machine("isolation");
  const bool guest = live::describe_machine().virtualised;
  const std::string inside = container(options);
  finding.found = guest ? "virtual machine" : "no hypervisor seen";
  if (!inside.empty()) finding.found += ", in " + inside;
  if (guest) {
    finding.health = Health::limited;
    finding.costs =
        "bench, probe: the host may take cores away, and its clocks and sensors are mostly hidden";
    finding.remedy = "measure on a machine of your own where tails matter";
  }
  return finding;
}

}  // namespace

void check_processors(const DoctorOptions& options, Findings& findings) {
  findings.push_back(cores_finding());
  findings.push_back(memory_finding());
  findings.push_back(isolation_finding(options));
}

}  // namespace ridgeline::doctor
