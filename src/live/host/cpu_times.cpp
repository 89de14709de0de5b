#include "live/host/cpu_times.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

namespace ridgeline::live {
namespace {

Seconds seconds(const timeval& t) {
  return Seconds(static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec));
}

}  // namespace

std::optional<CpuTimes> cpu_times(const std::string& proc_stat, const std::vector<int>& cpus,
                                  double ticks_per_second) {
  CpuTimes sum;
  std::size_t found = 0;
  std::istringstream lines(proc_stat);
  for (std::string line; std::getline(lines, line);) {
    int cpu = 0;
    // Guests are in user and nice already.
    double user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, soft_irq = 0, steal = 0;
    if (std::sscanf(line.c_str(), "cpu%d %lf %lf %lf %lf %lf %lf %lf %lf", &cpu, &user, &nice, &system, &idle,
                    &waiting, &irq, &soft_irq, &steal) != 9 ||
        std::find(cpus.begin(), cpus.end(), cpu) == cpus.end())
      continue;
    ++found;
    sum.busy += Seconds((user + nice + system + irq + soft_irq) / ticks_per_second);
    sum.stolen += Seconds(steal / ticks_per_second);
  }
  if (found == 0 || found != cpus.size()) return std::nullopt;
  return sum;
}

std::optional<ProcessTimes> process_times() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return std::nullopt;
  ProcessTimes times;
  times.running = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  times.switches = static_cast<std::uint64_t>(usage.ru_nvcsw);
  times.preemptions = static_cast<std::uint64_t>(usage.ru_nivcsw);
  return times;
}

}  // namespace ridgeline::live
