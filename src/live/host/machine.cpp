#include "live/host/machine.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <sstream>

#include "live/host/cpus.h"

namespace ridgeline::live {
namespace {

std::string trim(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "key : value" lines of a /proc file, up to the first empty line.
std::map<std::string, std::string> read_fields(const std::string& path) {
  std::map<std::string, std::string> fields;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line) && !line.empty();) {
    const auto colon = line.find(':');
    if (colon != std::string::npos) fields[trim(line.substr(0, colon))] = trim(line.substr(colon + 1));
  }
  return fields;
}

std::string plain_vendor(const std::string& name) {
  if (name == "GenuineIntel") return "Intel";
  if (name == "AuthenticAMD") return "AMD";
  if (name == "0x41") return "Arm";
  return name.empty() ? "unknown" : name;
}

Bytes kibibytes(const std::string& text) { return Bytes(std::strtod(text.c_str(), nullptr) * 1024); }

/// Limit of this control group, version 2 or 1; absent when there is none.
std::optional<Bytes> memory_limit() {
  for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    const double limit = std::strtod(read_line(path).c_str(), nullptr);
    if (limit > 0 && limit < 1e15) return Bytes(limit);  // version 1 says "none" with a huge number
  }
  return std::nullopt;
}

void add_sysconf_caches(std::vector<Cache>& caches) {
#if defined(_SC_LEVEL1_DCACHE_SIZE)
  const auto add = [&](unsigned level, int name) {
    const long size = sysconf(name);
    if (size > 0) caches.push_back({level, Bytes(static_cast<double>(size)), {}});
  };
  add(1, _SC_LEVEL1_DCACHE_SIZE);
  add(2, _SC_LEVEL2_CACHE_SIZE);
  add(3, _SC_LEVEL3_CACHE_SIZE);
  // sysconf does not say who shares: the last level is taken as everyone's.
  if (!caches.empty() && caches.back().level == 3) caches.back().cpus = available_cpus();
#endif
}

}  // namespace

Machine describe_machine() {
  Machine machine;
  const auto cpu = read_fields("/proc/cpuinfo");
  const auto field = [&](const char* key) {
    const auto at = cpu.find(key);
    return at == cpu.end() ? std::string() : at->second;
  };
  machine.cpu = field("model name").empty() ? "unknown CPU" : field("model name");
  machine.vendor = plain_vendor(field("vendor_id").empty() ? field("CPU implementer") : field("vendor_id"));
  std::istringstream flags(field("flags").empty() ? field("Features") : field("flags"));
  for (std::string flag; flags >> flag;) machine.features.push_back(flag);
  machine.virtualised =
      std::find(machine.features.begin(), machine.features.end(), "hypervisor") != machine.features.end();

  utsname system{};
  if (uname(&system) == 0) machine.kernel = fmt::format("{} {}", system.sysname, system.release);

  const auto memory = read_fields("/proc/meminfo");
  const auto kib = [&](const char* key) {
    const auto at = memory.find(key);
    return at == memory.end() ? Bytes(0) : kibibytes(at->second);
  };
  machine.memory = kib("MemTotal");
  machine.free_memory = kib("MemAvailable");
  if (const auto limit = memory_limit(); limit && *limit < machine.memory) {
    machine.memory = *limit;
    machine.free_memory = std::min(machine.free_memory, *limit * 0.5);
  }
  return machine;
}

std::string one_line(const Machine& machine) {
  const auto cores = available_cpus().size();
  return fmt::format("{}, {} {}, {}{}", machine.cpu, cores, cores == 1 ? "core" : "cores", machine.kernel,
                     machine.virtualised ? ", virtual machine" : "");
}

std::vector<Cache> caches_of(int cpu) {
  std::vector<Cache> caches;
  for (int index = 0; index < 16; ++index) {
    const auto dir = fmt::format("/sys/devices/system/cpu/cpu{}/cache/index{}/", cpu, index);
    const auto type = read_line(dir + "type");
    if (type.empty()) break;
    if (type == "Instruction") continue;
    const auto level = std::strtoul(read_line(dir + "level").c_str(), nullptr, 10);
    const auto capacity = parse_size(read_line(dir + "size"));
    if (level == 0 || capacity <= Bytes(0)) continue;
    caches.push_back(
        {static_cast<unsigned>(level), capacity, parse_cpu_list(read_line(dir + "shared_cpu_list"))});
  }
  if (caches.empty()) add_sysconf_caches(caches);
  for (auto& cache : caches) {
    if (cache.cpus.empty()) cache.cpus = {cpu};
  }
  std::sort(caches.begin(), caches.end(), [](const Cache& a, const Cache& b) { return a.level < b.level; });
  return caches;
}

std::optional<double> cpu_quota() {
  std::istringstream line(read_line("/sys/fs/cgroup/cpu.max"));  // "max 100000" or "150000 100000"
  double quota = 0, period = 0;
  if (line >> quota >> period && quota > 0 && period > 0) return quota / period;
  quota = std::strtod(read_line("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").c_str(), nullptr);
  period = std::strtod(read_line("/sys/fs/cgroup/cpu/cpu.cfs_period_us").c_str(), nullptr);
  if (quota > 0 && period > 0) return quota / period;
  return std::nullopt;
}

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

std::vector<int> parse_cpu_list(const std::string& text) {
  std::vector<int> cpus;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    int first = 0, last = 0;
    const int found = std::sscanf(part.c_str(), "%d-%d", &first, &last);
    if (found < 1) continue;
    if (found == 1) last = first;
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
  }
  return cpus;
}

Bytes parse_size(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || number < 0) return Bytes(0);
  const char unit = *end;
  return Bytes(number * (unit == 'K'   ? 1024.0
                         : unit == 'M' ? 1024.0 * 1024
                         : unit == 'G' ? 1073741824.0
                                       : 1));
}

std::string read_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace ridgeline::live
