// A probed machine as a catalog entry.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "ridgeline/measurement.h"

namespace ridgeline {
namespace {

std::string thread_words(unsigned threads) {
  return fmt::format("{} {}", threads, threads == 1 ? "thread" : "threads");
}

class Entry {
 public:
  Entry(const HostProbe& probe, unsigned threads) : probe_(probe), threads_(threads) {}

  template <class Quantity>
  Sourced<Quantity> rate(const MeasuredRate& measured, const std::string& loop) const {
    Sourced<Quantity> value;
    value.value = Quantity(measured.value);
    value.provenance = origin(loop);
    value.interval = std::make_pair(Quantity(measured.low), Quantity(measured.high));
    return value;
  }
  MemoryLevel level(const LevelBandwidth& measured) const {
    MemoryLevel result;
    result.name = measured.level;
    if (measured.capacity > Bytes(0)) {
      Sourced<Bytes> capacity;
      capacity.value = measured.capacity;
      capacity.provenance = {ProvenanceKind::measured, "size the operating system reports, " + where(),
                             date()};
      result.capacity = capacity;
    }
    result.bandwidth = rate<BytesPerSecond>(measured.read, "vector read loop over " + measured.level);
    return result;
  }
  std::string date() const { return probe_.date.substr(0, 10); }

 private:
  std::string where() const { return fmt::format("{}, {}", probe_.machine, thread_words(threads_)); }
  Provenance origin(const std::string& loop) const {
    return {ProvenanceKind::measured, fmt::format("ridgeline probe: {}, {}", loop, where()), date()};
  }
  const HostProbe& probe_;
  unsigned threads_;
};

std::string probed_counts(const HostProbe& probe) {
  std::string counts;
  for (const auto& rates : probe.rates) {
    counts += fmt::format("{}{}", counts.empty() ? "" : ", ", rates.threads);
  }
  return counts.empty() ? "none" : counts;
}

}  // namespace

Result<Hardware> as_hardware(const HostProbe& probe, unsigned threads) {
  const auto at = std::find_if(probe.rates.begin(), probe.rates.end(),
                               [&](const ThreadedRates& rates) { return rates.threads == threads; });
  if (at == probe.rates.end()) {
    return bad_input(fmt::format("threads: {} was not probed; probed: {}", threads, probed_counts(probe)));
  }
  if (at->peak.empty() || at->bandwidth.empty() || at->bandwidth.back().level != "DRAM") {
    return bad_input("the probe has no peak or no DRAM bandwidth: probe again");
  }
  const Entry entry(probe, threads);
  Hardware hardware;
  hardware.id = "this-machine";
  hardware.name = fmt::format("{}, {}", probe.cpu, thread_words(threads));
  hardware.vendor = probe.vendor;
  hardware.tier = "host";
  hardware.year = std::atoi(probe.date.c_str());
  hardware.note = "Measured by ridgeline probe: peak is a loop in registers, bandwidth a read loop.";
  for (const auto& [precision, rate] : at->peak) {
    hardware.peak[precision] = entry.rate<FlopsPerSecond>(
        rate, fmt::format("{} multiply-add loop in registers", to_string(precision)));
  }
  hardware.memory = entry.level(at->bandwidth.back());
  for (auto level = at->bandwidth.rbegin() + 1; level != at->bandwidth.rend(); ++level) {
    hardware.caches.push_back(entry.level(*level));
  }
  return hardware;
}

}  // namespace ridgeline
