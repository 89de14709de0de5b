#include "live/host/nvml.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>

namespace ridgeline::live {
namespace {

// The part of nvml.h that is used. Functions return 0 when they succeed.
using Device = void*;
constexpr unsigned temperature_of_gpu = 0, clock_of_multiprocessors = 1;

}  // namespace

struct GpuMeters::Library {
  void* handle = nullptr;
  int (*shut_down)() = nullptr;
  int (*power)(Device, unsigned* milliwatts) = nullptr;
  int (*energy)(Device, unsigned long long* millijoules) = nullptr;
  int (*temperature)(Device, unsigned sensor, unsigned* celsius) = nullptr;
  int (*clock)(Device, unsigned domain, unsigned* megahertz) = nullptr;

  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (shut_down) shut_down();
    if (handle) dlclose(handle);
  }
  template <class Function>
  bool find(Function& function, const char* name) const {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    return function != nullptr;
  }
};

struct GpuMeters::Gpu {
  /// Sum, greatest and least.
  struct Readings {
    double sum = 0, most = 0, least = 0;
    unsigned count = 0;
    void add(double value) {
      most = count > 0 ? std::max(most, value) : value;
      least = count > 0 ? std::min(least, value) : value;
      sum += value;
      ++count;
    }
    /// Nothing is told of what was never read.
    template <class Quantity>
    void tell(std::optional<Quantity>& to, double value) const {
      if (count > 0) to = Quantity(value);
    }
  };

  Device device = nullptr;
  unsigned index = 0;
  std::string name;
  unsigned long long energy_at_start = 0, energy_now = 0;
  bool has_energy = false;
  Readings watts, hertz, celsius;
};

GpuMeters::GpuMeters(const std::string& path) {
  auto library = std::make_unique<Library>();
  library->handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library->handle) return;
  int (*start)() = nullptr;
  int (*count_of)(unsigned*) = nullptr;
  int (*device_of)(unsigned, Device*) = nullptr;
  int (*name_of)(Device, char*, unsigned) = nullptr;
  if (!library->find(start, "nvmlInit_v2") || !library->find(count_of, "nvmlDeviceGetCount_v2") ||
      !library->find(device_of, "nvmlDeviceGetHandleByIndex_v2") ||
      !library->find(name_of, "nvmlDeviceGetName") || start() != 0)
    return;
  library->find(library->shut_down, "nvmlShutdown");
  library->find(library->power, "nvmlDeviceGetPowerUsage");
  library->find(library->energy, "nvmlDeviceGetTotalEnergyConsumption");
  library->find(library->temperature, "nvmlDeviceGetTemperature");
  library->find(library->clock, "nvmlDeviceGetClockInfo");
  unsigned count = 0;
  if (count_of(&count) != 0) count = 0;
  for (unsigned i = 0; i < count; ++i) {
    Gpu gpu;
    gpu.index = i;
    char name[96] = "";
    if (device_of(i, &gpu.device) != 0) continue;
    gpu.name = name_of(gpu.device, name, sizeof name) == 0 ? name : "unknown";
    gpus_.push_back(std::move(gpu));
  }
  library_ = std::move(library);
}

GpuMeters::~GpuMeters() = default;

void GpuMeters::restart() {
  for (Gpu& gpu : gpus_) {
    gpu.has_energy = library_->energy && library_->energy(gpu.device, &gpu.energy_at_start) == 0;
    gpu.energy_now = gpu.energy_at_start;
  }
}

void GpuMeters::read() {
  for (Gpu& gpu : gpus_) {
    unsigned value = 0;
    if (library_->power && library_->power(gpu.device, &value) == 0) gpu.watts.add(1e-3 * value);
    if (library_->temperature && library_->temperature(gpu.device, temperature_of_gpu, &value) == 0)
      gpu.celsius.add(value);
    if (library_->clock && library_->clock(gpu.device, clock_of_multiprocessors, &value) == 0)
      gpu.hertz.add(1e6 * value);
    if (gpu.has_energy) gpu.has_energy = library_->energy(gpu.device, &gpu.energy_now) == 0;
  }
}

std::vector<HostGpu> GpuMeters::gpus() const {
  std::vector<HostGpu> all;
  for (const Gpu& gpu : gpus_) {
    HostGpu& seen = all.emplace_back();
    seen.name = fmt::format("GPU {}, {}", gpu.index, gpu.name);
    gpu.watts.tell(seen.power_mean, gpu.watts.sum / std::max(1U, gpu.watts.count));
    gpu.watts.tell(seen.power_max, gpu.watts.most);
    gpu.hertz.tell(seen.clock_mean, gpu.hertz.sum / std::max(1U, gpu.hertz.count));
    gpu.hertz.tell(seen.clock_min, gpu.hertz.least);
    gpu.celsius.tell(seen.celsius_max, gpu.celsius.most);
  }
  return all;
}

std::vector<HostEnergy> GpuMeters::energy() const {
  std::vector<HostEnergy> all;
  for (const Gpu& gpu : gpus_) {
    if (!gpu.has_energy || gpu.energy_now < gpu.energy_at_start) continue;
    all.push_back({fmt::format("NVML GPU {}", gpu.index),
                   Joules(1e-3 * static_cast<double>(gpu.energy_now - gpu.energy_at_start))});
  }
  return all;
}

}  // namespace ridgeline::live
