// A stand-in for NVIDIA's management library with two GPUs, of which the second refuses everything.

#include <cstring>

namespace {

int first, second;
unsigned powers = 0;
unsigned long long millijoules = 1'000'000;
constexpr int fine = 0, not_supported = 3;
bool works(const void* device) { return device == &first; }

}  // namespace

extern "C" {
int nvmlInit_v2() { return fine; }
int nvmlShutdown() { return fine; }
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 2;
  return fine;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = index == 0 ? &first : &second;
  return fine;
}
int nvmlDeviceGetName(void*, char* name, unsigned length) {
  std::strncpy(name, "Stand-in", length);
  return fine;
}
int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) {
  if (!works(device)) return not_supported;
  *milliwatts = powers++ == 0 ? 300'000 : 100'000;
  return fine;
}
int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* energy) {
  if (!works(device)) return not_supported;
  *energy = millijoules;
  millijoules += 2000;
  return fine;
}
int nvmlDeviceGetTemperature(void* device, unsigned, unsigned* celsius) {
  if (!works(device)) return not_supported;
  *celsius = 61;
  return fine;
}
int nvmlDeviceGetClockInfo(void* device, unsigned domain, unsigned* megahertz) {
  if (!works(device) || domain != 1) return not_supported;
  *megahertz = 1755;
  return fine;
}
}
