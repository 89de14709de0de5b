#include "report/probe_table.h"

#include <fmt/format.h>

#include "report/format.h"

namespace ridgeline::report {
namespace {

std::string rate(const MeasuredRate& r, std::string_view unit) {
  return with_interval(Estimate{r.value, r.low, r.high}, unit) + (r.noisy ? " noisy" : "");
}

// One row a quantity, one column a thread count: the quantity is found again in each thread count's rates.
template <class Find>
void add_row(Table& table, const HostProbe& probe, const std::string& what, std::string_view unit,
             Find find) {
  std::vector<std::string> cells = {what};
  for (const auto& rates : probe.rates) {
    const std::optional<MeasuredRate> found = find(rates);
    cells.push_back(found ? rate(*found, unit) : absent);
  }
  table.add(std::move(cells));
}

const LevelBandwidth* level_of(const ThreadedRates& rates, const std::string& level) {
  for (const auto& bandwidth : rates.bandwidth) {
    if (bandwidth.level == level) return &bandwidth;
  }
  return nullptr;
}

void add_bandwidths(Table& table, const HostProbe& probe, const std::string& level) {
  static constexpr std::pair<const char*, MeasuredRate LevelBandwidth::*> kinds[] = {
      {"read", &LevelBandwidth::read}, {"write", &LevelBandwidth::write}, {"triad", &LevelBandwidth::triad}};
  for (const auto& kind : kinds) {
    const auto member = kind.second;
    add_row(table, probe, fmt::format("{} {}", level, kind.first), "B/s",
            [&level, member](const ThreadedRates& rates) -> std::optional<MeasuredRate> {
              const LevelBandwidth* found = level_of(rates, level);
              return found ? std::optional<MeasuredRate>(found->*member) : std::nullopt;
            });
  }
}

}  // namespace

Table probe_table(const HostProbe& probe) {
  std::vector<Table::Column> columns = {{"rate"}};
  for (const auto& rates : probe.rates) {
    columns.push_back(
        {fmt::format("{} thread{}", rates.threads, rates.threads == 1 ? "" : "s"), Align::right});
  }
  Table table(columns);
  if (probe.rates.empty()) return table;
  for (const auto& peak : probe.rates.front().peak) {
    const Precision format = peak.first;
    add_row(table, probe, fmt::format("peak {}", to_string(format)), "FLOP/s",
            [format](const ThreadedRates& rates) -> std::optional<MeasuredRate> {
              for (const auto& candidate : rates.peak) {
                if (candidate.first == format) return candidate.second;
              }
              return std::nullopt;
            });
  }
  table.rule();
  static constexpr std::pair<const char*, std::optional<MeasuredRate> ThreadedRates::*> kernels[] = {
      {"fp32 GEMM kernel", &ThreadedRates::gemm},
      {"fp32 convolution kernel", &ThreadedRates::conv},
      {"fp32 attention kernel", &ThreadedRates::attention}};
  for (const auto& kernel : kernels) {
    const auto member = kernel.second;
    add_row(table, probe, kernel.first, "FLOP/s",
            [member](const ThreadedRates& rates) { return rates.*member; });
  }
  table.rule();
  for (const auto& level : probe.rates.front().bandwidth) add_bandwidths(table, probe, level.level);
  return table;
}

std::vector<std::string> probe_lines(const HostProbe& probe) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("timer: resolution {}, one reading {}", show(probe.timer_resolution),
                              show(probe.timer_cost)));
  lines.push_back(fmt::format("a 1 ms sleep is late by {} (P50), {} (P99)", show(probe.sleep_lateness_p50),
                              show(probe.sleep_lateness_p99)));
  lines.push_back(fmt::format("one operator on almost no data: {}", show(probe.operator_launch)));
  const auto& seen = probe.interruptions;
  std::string gaps = fmt::format("interruptions over {} in {} of spinning: {}", show(seen.threshold),
                                 show(seen.watched), seen.count);
  if (seen.p50 && seen.p99 && seen.max) {
    gaps += fmt::format(" (P50 {}, P99 {}, max {})", show(*seen.p50), show(*seen.p99), show(*seen.max));
  }
  lines.push_back(gaps);
  for (const auto& warning : probe.warnings) lines.push_back("warning: " + warning);
  return lines;
}

}  // namespace ridgeline::report
