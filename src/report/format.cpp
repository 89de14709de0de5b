#include "report/format.h"

#include <fmt/format.h>

#include <cmath>

#include "base/portable_math.h"

namespace ridgeline::report {

std::string with_interval(const Estimate& estimate, std::string_view unit) {
  std::string result = si(estimate.value, unit);
  if (!estimate.low && !estimate.high) return result;
  const int step = si_step(estimate.value);
  const auto end = [&](const std::optional<double>& value) {
    return value ? si_digits(*value, step) : absent;
  };
  return fmt::format("{} [{}, {}]", result, end(estimate.low), end(estimate.high));
}

std::string with_interval(const std::optional<Estimate>& estimate, std::string_view unit) {
  return estimate ? with_interval(*estimate, unit) : absent;
}

std::string samples_per_second(const std::optional<Estimate>& rate) {
  if (!rate) return absent;
  const auto plain = [](double value) {
    return value < 1000 ? fmt::format("{:.3g}", value) : fmt::format("{:.0f}", value);
  };
  const std::string result = plain(rate->value) + " samples/s";
  if (!rate->low && !rate->high) return result;
  const auto end = [&](const std::optional<double>& value) { return value ? plain(*value) : absent; };
  return fmt::format("{} [{}, {}]", result, end(rate->low), end(rate->high));
}

std::string signed_percent(double share) {
  const double p = 100 * share;
  return std::fabs(p) < 9.95 ? fmt::format("{:+.1f} %", p) : fmt::format("{:+.0f} %", p);
}

std::string signed_percent(const std::optional<double>& share) {
  return share ? signed_percent(*share) : absent;
}

std::string percent(double share) { return fmt::format("{:.{}f} %", 100 * share, share < 0.0995 ? 1 : 0); }

std::string show(const Provenance& provenance) {
  std::string result(to_string(provenance.kind));
  if (!provenance.source.empty()) result += ": " + provenance.source;
  if (!provenance.date.empty()) result += ", " + provenance.date;
  return result;
}

std::string plain(double value) {
  if (!(std::fabs(value) >= 1e4) || std::isinf(value)) return fmt::format("{:.4g}", value);
  const double unit = power_of_ten(decade(value) - 3);
  return fmt::format("{:.0f}", std::round(value / unit) * unit);
}

std::string show(const Parallelism& p) {
  std::string text = fmt::format("tensor {}", p.tensor);
  const auto add = [&](std::string_view name, unsigned parts) {
    if (parts > 1) text += fmt::format(", {} {}", name, parts);
  };
  add("pipeline", p.pipeline);
  add("data", p.data);
  add("expert", p.expert);
  return text;
}

std::string count(double number) {
  static constexpr std::pair<double, const char*> words[] = {
      {1e12, " trillion"}, {1e9, " billion"}, {1e6, " million"}};
  for (const auto& [scale, word] : words) {
    if (number >= scale) return fmt::format("{:.3g}{}", number / scale, word);
  }
  return number >= 1000 ? fmt::format("{:.3g} thousand", number / 1000) : fmt::format("{:g}", number);
}

}  // namespace ridgeline::report
