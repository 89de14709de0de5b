#pragma once
// Watches the host while a run is measured.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "live/host/cpu_times.h"
#include "live/host/nvml.h"
#include "live/host/sensors.h"
#include "ridgeline/host_noise.h"

namespace ridgeline::live {

struct NoiseWatchOptions {
  std::vector<int> keep_off;  ///< cores of the driver and of the system; the reader takes another if it can
  std::chrono::milliseconds period{250};
  std::string proc = "/proc", sys = "/sys", nvml = "libnvidia-ml.so.1";
};

/// Counters are read at both ends, the rest now and then by a thread of the lowest priority (nice 19): under
/// load it reads less often, and the count of readings says so.
class NoiseWatch {
 public:
  explicit NoiseWatch(NoiseWatchOptions);
  ~NoiseWatch() { stop(); }
  NoiseWatch(const NoiseWatch&) = delete;
  NoiseWatch& operator=(const NoiseWatch&) = delete;

  /// Reads the counters and starts the thread. Once.
  void start();
  /// Ends the thread, reads the counters again, and returns what was seen since start().
  HostNoise finish();

 private:
  using Clock = std::chrono::steady_clock;

  void choose_core();
  void watch();
  void read();
  void stop();
  std::optional<CpuTimes> read_cpu_times() const;

  const NoiseWatchOptions options_;
  const std::vector<int> cpus_;
  int core_ = -1;  ///< of the thread; -1: any
  HostNoise seen_;
  double clock_sum_ = 0;
  std::uint64_t clocks_ = 0;
  RaplMeters rapl_;
  GpuMeters gpus_;
  std::optional<CpuTimes> cores_before_;
  std::optional<ProcessTimes> process_before_;
  Clock::time_point start_{};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;  ///< guarded
  std::thread thread_;
};

}  // namespace ridgeline::live
