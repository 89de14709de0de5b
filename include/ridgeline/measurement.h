#pragma once
// Measure: the machine this runs on, real workloads on it, and the scenarios in wall-clock time. Native only.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/catalog.h"
#include "ridgeline/scenario.h"

namespace ridgeline {

// ---------------------------------------------------------------------------------------------- host probe

/// A measured rate: median over repetitions with its 95 % interval.
struct MeasuredRate {
  double value = 0, low = 0, high = 0;  ///< SI
  unsigned repetitions = 0;
  bool noisy = false;  ///< the interval stayed wider than 5 % until patience ran out
};

/// Memory bandwidth of one level of the hierarchy, with a working set that fits it and no smaller one.
struct LevelBandwidth {
  std::string level;                ///< "L1", "L2", "L3", "DRAM"
  Bytes working_set{};              ///< per thread
  MeasuredRate read, write, triad;  ///< B/s, all threads together; write-allocate traffic not counted
  Bytes capacity{};                 ///< of the level as these threads see it: all caches they reach, or RAM
};

/// The library's product of a few or many rows with a matrix that no cache holds: reading it, packing it and
/// multiplying are all in the rate.
struct ProductRate {
  double rows = 1;
  Flops flops{};      ///< of one product
  Bytes weights{};    ///< of its matrix
  MeasuredRate rate;  ///< FLOP/s
};

/// One thread count's rates. One thread's are by the time that it was on its core: what other programs took
/// in between is in `Interruptions`, not here.
struct ThreadedRates {
  unsigned threads = 1;
  std::vector<std::pair<Precision, MeasuredRate>> peak;  ///< FMA loop in registers, FLOP/s; fp64 first
  std::vector<LevelBandwidth> bandwidth;
  /// Sustained FLOP/s of the library, what peak is not: a product of many rows, and the harmonic mean over a
  /// few shapes of convolutions and of attention.
  std::optional<MeasuredRate> gemm, conv, attention;
  std::vector<ProductRate> products;  ///< ascending rows
};

/// Gaps that a spinning thread sees: the scheduler, the hypervisor, interrupts.
struct Interruptions {
  Seconds watched{}, threshold{};
  std::uint64_t count = 0;
  std::optional<Seconds> p50, p99, max;  ///< of the gaps; absent when there were none
  std::vector<Nanoseconds> gaps;         ///< all of them, at most 100,000
};

struct HostProbe {
  std::string machine;                                 ///< CPU name, cores, kernel
  std::string date;                                    ///< ISO 8601, UTC
  std::vector<ThreadedRates> rates;                    ///< ascending thread counts
  Seconds timer_resolution{};                          ///< smallest non-zero step of the clock
  Seconds timer_cost{};                                ///< one reading
  Seconds sleep_lateness_p50{}, sleep_lateness_p99{};  ///< of a 1 ms sleep
  Interruptions interruptions;
  Seconds operator_launch{};          ///< one library primitive on almost no data
  std::vector<std::string> warnings;  ///< "noisy: ..."
  std::string cpu, vendor;            ///< "AMD EPYC", "AMD": for the Hardware entry
};

struct ProbeOptions {
  std::vector<unsigned> threads;  ///< empty: one, and all cores that this process may use
  Seconds patience{20};           ///< for the whole probe; repetition stops when it is spent
  std::function<void(const std::string&)> progress;  ///< may be empty
};
/// Errors: bad_input (no threads, more than cores, patience that is not positive), unavailable (no memory).
Result<HostProbe> probe_host(const ProbeOptions&);
/// The Hardware entry of this machine at a thread count that was probed; every value `measured`.
/// Errors: bad_input, when that count was not probed.
Result<Hardware> as_hardware(const HostProbe&, unsigned threads);

// ---------------------------------------------------------------------------------------------- workloads

/// One primitive as the library executed it, sizes taken from the library's own descriptors.
struct ExecutedOp {
  std::string name, kind;      ///< "layer1.0.conv1", "convolution"
  double m = 0, n = 0, k = 0;  ///< products: output rows, columns, depth (attention: see flops)
  Flops flops{};               ///< multiplications and additions of products
  Bytes weights{}, activations{}, kv_cache{};
};

/// A model built from its catalog entry on oneDNN, fp32, synthetic weights; runs batches to completion.
class Workload {
 public:
  virtual ~Workload() = default;
  virtual std::uint32_t max_batch() const = 0;
  virtual std::uint32_t tokens_per_sample() const = 0;  ///< 0 unless it generates
  /// Runs a batch of 1..max_batch samples on the calling thread's team. on_first_token may be empty.
  virtual void run(std::uint32_t batch, const std::function<void()>& on_first_token) = 0;
  /// Executes once more with recording on: prefill (or the only pass), then each decode pass.
  virtual std::vector<std::vector<ExecutedOp>> trace(std::uint32_t batch) = 0;
};

struct WorkloadOptions {
  std::uint32_t max_batch = 1;
  unsigned threads = 1;
  std::uint32_t prompt_tokens = 0, output_tokens = 0;  ///< as RequestShape: sequence length, generated tokens
  std::uint64_t seed = 0;                              ///< of the synthetic weights
};
/// Errors: an architecture that has no executor (docs/bench.md lists them), no memory.
Result<std::unique_ptr<Workload>> make_workload(const Model&, const WorkloadOptions&);

/// Serves a workload from one worker thread with the batching policy of the simulator.
struct ServingOptions {
  std::string name;
  std::uint32_t max_batch = 1;
  Nanoseconds batch_timeout{0};
  unsigned threads = 1;
  std::vector<int> cpus;  ///< worker's cores; empty: not pinned
};
std::unique_ptr<SystemUnderTest> serve_workload(Workload&, const ServingOptions&);

/// Completes every query at once, or after a sleep: to test the driver.
std::unique_ptr<SystemUnderTest> make_null_system();
std::unique_ptr<SystemUnderTest> make_sleep_system(Nanoseconds);

// ---------------------------------------------------------------------------------------------- driver

/// Of the issuing threads against all others of the machine.
enum class DriverPriority {
  automatic,  ///< real time, where it is allowed, for schedules that leave the driver time to sleep
  normal,
  real_time,  ///< or an error
};
std::string_view to_string(DriverPriority);                             ///< "auto", "normal", "realtime"
std::optional<DriverPriority> parse_driver_priority(std::string_view);  ///< the same

struct DriveOptions {
  Nanoseconds warm_up{0};  ///< queries in this time are run and not recorded
  /// Open loops: thread i of n issues the arrivals i, i + n, i + 2 n ...; above 1 needs a system that
  /// takes_many_issuers().
  unsigned issue_threads = 1;
  std::vector<int> driver_cpus;  ///< issuing thread i has driver_cpus[i % size]; empty: not pinned
  DriverPriority priority = DriverPriority::automatic;
  /// Where the system runs, as far as is known: what watches the host keeps off these cores and the driver's.
  std::vector<int> system_cpus;
  Nanoseconds give_up = std::chrono::minutes(5);  ///< without a completion, after the last one
  std::function<void(double fraction)> progress;  ///< at most ten calls a second; may be empty
  const std::atomic<bool>* stop = nullptr;        ///< set from a signal handler: ends cleanly
};
/// Plays the schedule in wall-clock time. Open loop: sleeps, then spins, to each scheduled time, and latency
/// counts from there. A closed loop's users are asked for by one thread, each when its thinking ends. A
/// system that stops answering gives an interrupted Run, with what was seen.
Result<Run> drive(const Schedule&, SystemUnderTest&, const DriveOptions&);

}  // namespace ridgeline
