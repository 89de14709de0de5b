#include "drive_flags.h"

#include <fmt/format.h>

#include <algorithm>

#include "live/host/machine.h"
#include "options.h"

namespace ridgeline::cli {

void DriveFlags::add_to(CLI::App& app) {
  app.add_option("--warm-up", warm_up, "Ask so long before the clock starts, and keep nothing of it: 2s");
  app.add_option("--repeat", repeat,
                 "Measure so often, with the seeds S, S+1 ..., and give intervals over the runs")
      ->check(CLI::Range(1U, 1000U));
  app.add_option("--issue-threads", issue_threads, "Server, Interactive, ConstantStream: threads that issue")
      ->check(CLI::Range(1U, 256U));
  app.add_option("--driver-cpu", driver_cpus, "Core of the driver, or of each issuing thread: 0, or 0,1");
  app.add_option("--cpus", cpus, "Cores of the workload or the system's threads: 1-3, or 2,4");
  app.add_option("--driver-priority", priority,
                 "auto (real time where allowed and the driver sleeps between queries), normal or realtime")
      ->check(CLI::IsMember({"auto", "normal", "realtime"}));
}

Result<DriveOptions> DriveFlags::options() const {
  DriveOptions options;
  options.stop = &stop_flag();
  options.issue_threads = issue_threads;
  options.priority = parse_driver_priority(priority).value_or(DriverPriority::automatic);
  if (!warm_up.empty()) {
    RIDGELINE_TRY(time, parse_duration(warm_up, "--warm-up"));
    options.warm_up = to_nanoseconds(time);
  }
  RIDGELINE_TRY(drivers, parse_cpus(driver_cpus, "--driver-cpu"));
  RIDGELINE_TRY(others, parse_cpus(cpus, "--cpus"));
  options.driver_cpus = drivers;
  options.system_cpus = others;
  return options;
}

Result<std::vector<int>> parse_cpus(const std::string& text, const std::string& flag) {
  auto cpus = live::parse_cpu_list(text);
  const bool plain = text.find_first_not_of("0123456789,-") == std::string::npos;
  auto sorted = cpus;
  std::sort(sorted.begin(), sorted.end());
  const bool twice = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
  if (!text.empty() && (cpus.empty() || !plain || twice))
    return bad_input(fmt::format("{} {}: cores are given as 0, 1-3 or 0,2, each once", flag, text));
  return cpus;
}

}  // namespace ridgeline::cli
