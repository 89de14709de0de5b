#pragma once
// NVIDIA's management library, where the machine has it: loaded at run time, so that nothing depends on it.

#include <memory>
#include <string>
#include <vector>

#include "ridgeline/host_noise.h"

namespace ridgeline::live {

/// The GPUs of this machine.
class GpuMeters {
 public:
  /// No GPUs when the library is not there, or does not start.
  explicit GpuMeters(const std::string& library = "libnvidia-ml.so.1");
  ~GpuMeters();
  GpuMeters(const GpuMeters&) = delete;
  GpuMeters& operator=(const GpuMeters&) = delete;

  void restart();  ///< energy counts from now
  void read();
  std::vector<HostGpu> gpus() const;  ///< over all reads
  /// By the GPUs' own counters, since restart(); those without one are left out.
  std::vector<HostEnergy> energy() const;

 private:
  struct Library;
  struct Gpu;
  std::unique_ptr<Library> library_;
  std::vector<Gpu> gpus_;
};

}  // namespace ridgeline::live
