#include "report/noise_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ridgeline::report {
namespace {

std::string clock_text(Hertz f) { return si(f.value(), "Hz"); }

/// Joined by ", ".
class Parts {
 public:
  void add(const std::string& part) { text_ += (text_.empty() ? "" : ", ") + part; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// "2 cores over 10.0 s: this process 12.3 %, others 56.1 %, stolen 0.102 %".
std::string cores(const HostNoise& n) {
  const double whole = n.watched.value() * static_cast<double>(n.cores);
  Parts parts;
  const auto add = [&](const char* name, const std::optional<Seconds>& time) {
    if (time && whole > 0) parts.add(fmt::format("{} {:.3g} %", name, 100 * time->value() / whole));
  };
  add("this process", n.own);
  add("others", n.others);
  add("stolen", n.stolen);
  return fmt::format("{} {} over {}{}{}", n.cores, n.cores == 1 ? "core" : "cores",
                     ridgeline::show(n.watched), parts.text().empty() ? "" : ": ", parts.text());
}

/// "spun for 0.512 s, 12 gaps above 1.00 us: 300 us in all, the longest 210 us".
std::string gaps(const HostNoise& n) {
  std::string result = fmt::format("spun for {}", ridgeline::show(*n.spun));
  if (!n.gaps || !n.gap_threshold) return result;
  result += fmt::format(", {} gaps above {}", *n.gaps, ridgeline::show(*n.gap_threshold));
  if (n.gap_total && n.gap_longest)
    result += fmt::format(": {} in all, the longest {}", ridgeline::show(*n.gap_total),
                          ridgeline::show(*n.gap_longest));
  return result;
}

std::string gpu(const HostGpu& g) {
  Parts parts;
  if (g.power_mean) parts.add(fmt::format("{} on average", ridgeline::show(*g.power_mean)));
  if (g.power_max) parts.add(fmt::format("at most {}", ridgeline::show(*g.power_max)));
  if (g.clock_mean) parts.add(fmt::format("clock {} on average", clock_text(*g.clock_mean)));
  if (g.clock_min) parts.add(fmt::format("at least {}", clock_text(*g.clock_min)));
  if (g.celsius_max) parts.add(fmt::format("at most {:g} °C", *g.celsius_max));
  return g.name + (parts.text().empty() ? ": nothing could be read" : ": " + parts.text());
}

std::string energy(const HostEnergy& meter, const Summary& summary) {
  std::string result = fmt::format("{}: {}", meter.scope, ridgeline::show(meter.energy));
  const auto per = std::find_if(summary.energy.begin(), summary.energy.end(),
                                [&](const EnergyPerQuery& e) { return e.scope == meter.scope; });
  if (per != summary.energy.end()) {
    result += fmt::format(", {} for each query completed", ridgeline::show(per->energy));
  }
  return result;
}

std::string not_read(const HostNoise& n) {
  Parts missing;
  if (!n.stolen) missing.add("time stolen or taken by others");
  if (!n.clock_mean) missing.add("clocks");
  if (!n.celsius_max) missing.add("temperatures");
  if (n.energy.empty()) missing.add("energy");
  return missing.text();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> noise_lines(const HostNoise& n, const Summary& summary) {
  std::vector<std::pair<std::string, std::string>> lines;
  lines.emplace_back("host", cores(n));
  if (n.switches && n.preemptions) {
    lines.emplace_back("threads", fmt::format("left a core {} times, and were taken off one {} times",
                                              *n.switches, *n.preemptions));
  }
  if (n.spun) lines.emplace_back("driver", gaps(n));
  if (n.clock_mean && n.clock_min) {
    lines.emplace_back("clock", fmt::format("{} on average, at least {}", clock_text(*n.clock_mean),
                                            clock_text(*n.clock_min)));
  }
  if (n.celsius_start && n.celsius_max) {
    lines.emplace_back("temperature", fmt::format("{:g} °C at the start, at most {:g} °C", *n.celsius_start,
                                                  *n.celsius_max));
  }
  for (const HostEnergy& meter : n.energy) lines.emplace_back("energy", energy(meter, summary));
  for (const HostGpu& each : n.gpus) lines.emplace_back("GPU", gpu(each));
  if (const std::string missing = not_read(n); !missing.empty()) lines.emplace_back("not readable", missing);
  return lines;
}

}  // namespace ridgeline::report
