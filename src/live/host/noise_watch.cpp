#include "live/host/noise_watch.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "base/file.h"
#include "live/host/cpus.h"

namespace ridgeline::live {

NoiseWatch::NoiseWatch(NoiseWatchOptions options)
    : options_(std::move(options)), cpus_(available_cpus()), rapl_(options_.sys), gpus_(options_.nvml) {
  choose_core();
  seen_.cores = cpus_.size();
}

void NoiseWatch::choose_core() {
  if (options_.keep_off.empty()) {
    seen_.watcher = "any core: nothing is pinned";
    return;
  }
  // The last cores are the worst to pin others to, so they are this thread's.
  for (auto cpu = cpus_.rbegin(); cpu != cpus_.rend() && core_ < 0; ++cpu) {
    const bool taken =
        std::find(options_.keep_off.begin(), options_.keep_off.end(), *cpu) != options_.keep_off.end();
    if (!taken) core_ = *cpu;
  }
  seen_.watcher = core_ >= 0 ? fmt::format("core {}, of neither driver nor system", core_)
                             : "any core: driver and system have them all";
}

void NoiseWatch::start() {
  start_ = Clock::now();
  process_before_ = process_times();
  cores_before_ = read_cpu_times();
  seen_.celsius_start = hottest(options_.sys);
  rapl_.restart();
  gpus_.restart();
  read();
  try {
    thread_ = std::thread([this] { watch(); });
  } catch (const std::system_error&) {
    seen_.watcher = "no thread could be started: clocks, temperatures and power are of both ends";
  }
}

void NoiseWatch::watch() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), 19);
  if (core_ >= 0) (void)pin_this_thread({core_});
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, options_.period, [this] { return stop_; })) read();
}

/// By the thread, and by its owner while there is none.
void NoiseWatch::read() {
  ++seen_.readings;
  for (const Hertz clock : core_clocks(options_.sys, cpus_)) {
    clock_sum_ += clock.value();
    ++clocks_;
    seen_.clock_min = std::min(seen_.clock_min.value_or(clock), clock);
  }
  if (const auto celsius = hottest(options_.sys))
    seen_.celsius_max = std::max(seen_.celsius_max.value_or(*celsius), *celsius);
  rapl_.read();
  gpus_.read();
}

void NoiseWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

HostNoise NoiseWatch::finish() {
  const auto end = Clock::now();
  const auto process = process_times();
  const auto cores = read_cpu_times();
  stop();
  read();
  seen_.watched = to_seconds(end - start_);
  if (process && process_before_) {
    seen_.own = process->running - process_before_->running;
    seen_.switches = process->switches - process_before_->switches;
    seen_.preemptions = process->preemptions - process_before_->preemptions;
  }
  if (cores && cores_before_) {
    // Counted in ticks: a little below zero is zero.
    seen_.stolen = std::max(Seconds(0), cores->stolen - cores_before_->stolen);
    if (seen_.own) seen_.others = std::max(Seconds(0), cores->busy - cores_before_->busy - *seen_.own);
  }
  if (clocks_ > 0) seen_.clock_mean = Hertz(clock_sum_ / static_cast<double>(clocks_));
  seen_.energy = rapl_.energy();
  for (HostEnergy& gpu : gpus_.energy()) seen_.energy.push_back(std::move(gpu));
  seen_.gpus = gpus_.gpus();
  return seen_;
}

std::optional<CpuTimes> NoiseWatch::read_cpu_times() const {
  const auto text = read_file(options_.proc + "/stat");
  const long ticks = sysconf(_SC_CLK_TCK);
  if (!text || ticks <= 0) return std::nullopt;
  return cpu_times(*text, cpus_, static_cast<double>(ticks));
}

}  // namespace ridgeline::live
