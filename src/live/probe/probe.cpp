#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "live/host/cpus.h"
#include "live/host/machine.h"
#include "live/probe/bandwidth.h"
#include "live/probe/clock.h"
#include "live/probe/kernels.h"
#include "live/probe/measure.h"
#include "live/probe/peak.h"
#include "live/probe/team.h"
#include "ridgeline/measurement.h"

namespace ridgeline {
namespace {

using namespace live;

std::string count_threads(unsigned threads) {
  return fmt::format("{} {}", threads, threads == 1 ? "thread" : "threads");
}

/// Ascending and without repetition.
Result<std::vector<unsigned>> thread_counts(const ProbeOptions& options, unsigned cores) {
  auto counts = options.threads.empty() ? std::vector<unsigned>{1, cores} : options.threads;
  std::sort(counts.begin(), counts.end());
  counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
  if (counts.front() == 0) return bad_input("threads: 0 asked, at least 1 is needed");
  if (counts.back() > cores) {
    return bad_input(fmt::format("threads: {} asked, this process may use {} cores", counts.back(), cores));
  }
  return counts;
}

/// Runs on a thread of its own, pinned, so that the caller's affinity stays as it is.
void on_core(int cpu, const std::function<void()>& work) {
  std::thread([&] {
    static_cast<void>(pin_this_thread({cpu}));  // unpinned it still measures, only with more noise
    work();
  }).join();
}

LevelPlan plan_for(const std::vector<int>& cpus, const Machine& machine) {
  std::vector<std::vector<Cache>> caches;
  for (int cpu : cpus) caches.push_back(caches_of(cpu));
  return plan_levels(cpus, caches, machine.memory, machine.free_memory);
}

/// A working set that no cache holds, for kernels that share one copy of it.
Bytes beyond_caches(const LevelPlan& plan, unsigned threads) {
  const double all = static_cast<double>(plan.levels.back().working_set) * threads;
  return Bytes(std::clamp(all, 64e6, 1e9));
}

/// Everything the probe goes through, in order; each step adds to the result and to its warnings.
class Prober {
 public:
  Prober(const ProbeOptions& options, std::vector<unsigned> counts)
      : options_(options),
        counts_(std::move(counts)),
        machine_(describe_machine()),
        cpus_(available_cpus()) {}

  Result<HostProbe> run();

 private:
  void describe();
  void measure_time();
  unsigned count_measurements() const;
  Status measure_threads(unsigned threads, Patience&);
  void measure_peaks(PinnedTeam&, ThreadedRates&, Patience&);
  Status measure_levels(PinnedTeam&, const LevelPlan&, ThreadedRates&, Patience&);
  void check(const ThreadedRates&);
  void note_noise(const MeasuredRate&, unsigned threads, const std::string& what);
  void tell(const std::string& step) const {
    if (options_.progress) options_.progress(step);
  }
  void warn(const std::string& line) {
    auto& lines = probe_.warnings;
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
  }
  std::vector<int> first(unsigned threads) const { return {cpus_.begin(), cpus_.begin() + threads}; }

  const ProbeOptions& options_;
  std::vector<unsigned> counts_;
  Machine machine_;
  std::vector<int> cpus_;
  HostProbe probe_;
};

Result<HostProbe> Prober::run() {
  // The clock's share is spent first: 7.5 % of patience, up to 1.5 s, watching interruptions.
  const auto start = std::chrono::steady_clock::now();
  describe();
  measure_time();
  const Seconds spent = to_seconds(std::chrono::steady_clock::now() - start);
  Patience patience(std::max(Seconds(0), options_.patience - spent), count_measurements());

  tell("operator launch");
  if (const auto launch = measure_operator_launch(cpus_.front(), patience.next())) {
    probe_.operator_launch = *launch;
  } else {
    warn(launch.error().message);
  }
  for (unsigned threads : counts_) RIDGELINE_CHECK(measure_threads(threads, patience));
  return std::move(probe_);
}

void Prober::describe() {
  probe_.machine = one_line(machine_);
  probe_.cpu = machine_.cpu;
  probe_.vendor = machine_.vendor;
  probe_.date = utc_now();
#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  warn("built without optimisation or with a sanitizer: every rate is too low");
#endif
  for (const auto& line : unmeasured_units(machine_.features)) warn(line);
  if (const auto quota = cpu_quota(); quota && *quota < counts_.back()) {
    warn(fmt::format(
        "this container may use {:.3g} cores' worth of time: rates of more threads are throttled", *quota));
  }
}

void Prober::measure_time() {
  tell("clock, sleep and interruptions");
  on_core(cpus_.front(), [&] {
    const auto clock = measure_clock();
    probe_.timer_resolution = clock.resolution;
    probe_.timer_cost = clock.cost;
    const double seconds = options_.patience.value();
    const auto sleep = measure_sleep(static_cast<unsigned>(std::clamp(10 * seconds, 100.0, 200.0)));
    probe_.sleep_lateness_p50 = sleep.p50;
    probe_.sleep_lateness_p99 = sleep.p99;
    probe_.interruptions =
        watch_interruptions(Seconds(std::min(1.5, 0.075 * seconds)), gap_threshold(clock.cost));
  });
}

unsigned Prober::count_measurements() const {
  std::size_t count = 1;  // the launch
  for (unsigned threads : counts_) {
    count += peak_loops().size() + kernel_measurements + 3 * plan_for(first(threads), machine_).levels.size();
  }
  return static_cast<unsigned>(count);
}

Status Prober::measure_threads(unsigned threads, Patience& patience) {
  ThreadedRates rates;
  rates.threads = threads;
  {
    PinnedTeam team(first(threads));
    if (!team.pinned()) warn("threads could not be pinned: rates are noisier for it");
    measure_peaks(team, rates, patience);
    RIDGELINE_CHECK(measure_levels(team, plan_for(first(threads), machine_), rates, patience));
  }
  tell(fmt::format("{}: library kernels", count_threads(threads)));
  auto kernels =
      measure_kernels(first(threads), beyond_caches(plan_for(first(threads), machine_), threads), patience);
  for (const auto& line : kernels.warnings) warn(line);
  rates.gemm = kernels.gemm;
  rates.conv = kernels.conv;
  rates.attention = kernels.attention;
  rates.products = std::move(kernels.products);
  check(rates);
  probe_.rates.push_back(std::move(rates));
  return Status::success();
}

void Prober::measure_peaks(PinnedTeam& team, ThreadedRates& rates, Patience& patience) {
  for (const auto& loop : peak_loops()) {
    tell(fmt::format("{}: {} peak, {}", count_threads(rates.threads), to_string(loop.precision),
                     loop.instructions));
    const auto timed = [&](std::uint64_t repeats) {
      return team.run([&](unsigned) { loop.run(repeats * 1000); });
    };
    const double flops = loop.flops_per_iteration * 1000 * team.size();
    rates.peak.emplace_back(loop.precision, measure_rate(timed, flops, patience.next()));
  }
}

Status Prober::measure_levels(PinnedTeam& team, const LevelPlan& plan, ThreadedRates& rates,
                              Patience& patience) {
  for (const auto& line : plan.warnings) warn(fmt::format("{}: {}", count_threads(rates.threads), line));
  std::size_t largest = 0;
  for (const auto& level : plan.levels) largest = std::max(largest, block_bytes(level.working_set));
  RIDGELINE_TRY(memory, TeamMemory::allocate(team, largest));
  for (const auto& level : plan.levels) {
    tell(fmt::format("{}: {} bandwidth", count_threads(rates.threads), level.name));
    rates.bandwidth.push_back(measure_bandwidth(team, *memory, level, patience));
  }
  return Status::success();
}

/// Says which rates are noisy, and which cannot be: a kernel above the peak means that the processor's clock
/// or its other load changed between the two.
void Prober::check(const ThreadedRates& rates) {
  for (const auto& [precision, rate] : rates.peak) {
    note_noise(rate, rates.threads, fmt::format("{} peak", to_string(precision)));
  }
  for (const auto& level : rates.bandwidth) {
    note_noise(level.read, rates.threads, level.level + " read");
    note_noise(level.write, rates.threads, level.level + " write");
    note_noise(level.triad, rates.threads, level.level + " triad");
  }
  double peak = 0;
  for (const auto& [precision, rate] : rates.peak) {
    if (precision == Precision::fp32) peak = rate.high;
  }
  const auto kernel = [&](const std::optional<MeasuredRate>& rate, const char* name) {
    if (!rate) return;
    note_noise(*rate, rates.threads, name);
    if (rate->low > peak) {
      warn(fmt::format(
          "{}: {} ran faster than the fp32 peak: the processor's clock or other load changed meanwhile",
          count_threads(rates.threads), name));
    }
  };
  kernel(rates.gemm, "gemm");
  kernel(rates.conv, "conv");
  kernel(rates.attention, "attention");
  for (const auto& product : rates.products) {
    note_noise(product.rate, rates.threads, fmt::format("gemm of {} rows", product.rows));
  }
}

void Prober::note_noise(const MeasuredRate& rate, unsigned threads, const std::string& what) {
  if (!rate.noisy) return;
  warn(fmt::format("noisy: {}, {}: 95 % interval {:+.0f} % to {:+.0f} % after {} repetitions",
                   count_threads(threads), what, 100 * (rate.low / rate.value - 1),
                   100 * (rate.high / rate.value - 1), rate.repetitions));
}

}  // namespace

Result<HostProbe> probe_host(const ProbeOptions& options) {
  if (!(options.patience > Seconds(0)) || !(options.patience < Seconds(86400))) {
    return bad_input("patience: a time between 0 and one day is needed");
  }
  RIDGELINE_TRY(counts, thread_counts(options, static_cast<unsigned>(available_cpus().size())));
  return Prober(options, std::move(counts)).run();
}

}  // namespace ridgeline
