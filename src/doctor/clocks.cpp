// The clock, how late a thread wakes up, and whether it may go ahead of others.

#include <fmt/format.h>

#include "base/text.h"
#include "doctor/checks.h"
#include "live/driver/prompt_thread.h"
#include "live/host/machine.h"
#include "live/probe/clock.h"

namespace ridgeline::doctor {
namespace {

Finding clock_finding(const DoctorOptions& options) {
  constexpr Seconds dear(5e-7);  // a system call, where other clocks take some 20 to 50 ns
  Finding finding = of_machine("clock");
  const std::string source =
      live::read_line(options.sys + "/devices/system/clocksource/clocksource0/current_clocksource");
  const live::ClockFacts facts = live::measure_clock();
  finding.found =
      fmt::format("{}: a reading takes {}, smallest step {}", source.empty() ? "source unknown" : source,
                  show(facts.cost), show(facts.resolution));
  if (facts.cost > dear || facts.resolution > dear) {
    finding.health = Health::limited;
    finding.costs = "bench: every time stamp is that much off, and short queries take longer";
    finding.remedy = "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource";
  }
  return finding;
}

/// As the driver of `bench` waits: in real time where that is allowed.
Finding timer_finding() {
  constexpr unsigned sleeps = 100;
  constexpr Seconds late = milliseconds(1);
  Finding finding = of_machine("timer");
  const live::PromptThread prompt(live::PromptThread::Want::real_time);
  const live::SleepLateness lateness = live::measure_sleep(sleeps);
  finding.found = fmt::format("a sleep of 1 ms ends {} late (P50), {} (P99 of {})", show(lateness.p50),
                              show(lateness.p99), sleeps);
  if (lateness.p99 > late) {
    finding.health = Health::limited;
    finding.costs = "bench: queries are issued late; the run says by how much";
    finding.remedy = "end what else computes here";
  }
  return finding;
}

Finding priority_finding() {
  Finding finding = of_machine("real-time priority");
  const live::PromptThread prompt(live::PromptThread::Want::real_time);
  finding.found = prompt.real_time() ? "allowed" : "not allowed";
  if (!prompt.real_time()) {
    finding.health = Health::limited;
    finding.costs = "bench: lateness will be larger whenever something else computes";
    finding.remedy = "sudo setcap cap_sys_nice+ep \"$(command -v ridgeline)\"";
  }
  return finding;
}

}  // namespace

void check_clocks(const DoctorOptions& options, Findings& findings) {
  findings.push_back(clock_finding(options));
  findings.push_back(timer_finding());
  findings.push_back(priority_finding());
}

}  // namespace ridgeline::doctor
