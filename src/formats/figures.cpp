#include "formats/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/number.h"

namespace ridgeline::formats {
namespace {

constexpr double longest = 9e18;  // nanoseconds, 285 years: within 63 bits

/// Both print six digits, and the summary at most two after the point.
bool agree(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto x = parse_number(a), y = parse_number(b);
  if (!x || !y) return false;
  return std::abs(*x - *y) <= std::max(0.0051, 2e-5 * std::max(std::abs(*x), std::abs(*y)));
}

/// Counts and times have all their digits in both files, rates have not.
bool is_exact(std::string_view key) {
  if (key.find("throughput") != std::string_view::npos) return false;
  return key.find("latency") != std::string_view::npos || key.find("token_") != std::string_view::npos ||
         key.find("seed") != std::string_view::npos || key.find("count") != std::string_view::npos;
}

}  // namespace

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const LogFile::Entry* Figures::find(std::string_view key) const {
  for (const LogFile* file : files_) {
    if (!file) continue;
    if (const auto found = file->entries.find(key); found != file->entries.end()) return &found->second;
  }
  return nullptr;
}

void Figures::fail(std::string_view key, std::string_view wanted) {
  if (error_) return;
  for (const LogFile* file : files_) {
    if (!file) continue;
    const auto found = file->entries.find(key);
    if (found == file->entries.end()) continue;
    error_ = bad_input(fmt::format("{}:{}: {} is '{}'; must be {}", file->path, found->second.line, key,
                                   found->second.value, wanted));
    return;
  }
}

std::optional<std::string> Figures::text(std::string_view key) {
  const LogFile::Entry* entry = find(key);
  return entry ? std::optional(entry->value) : std::nullopt;
}

std::optional<double> Figures::number(std::string_view key) {
  const LogFile::Entry* entry = find(key);
  if (!entry) return std::nullopt;
  const auto value = parse_number(entry->value);
  if (value) return value;
  // A run without queries divides by zero; LoadGen prints what comes of it.
  const bool not_finite = entry->value.find("nan") != std::string::npos ||
                          entry->value.find("inf") != std::string::npos || entry->value == "null";
  if (!not_finite) fail(key, "a number");
  return std::nullopt;
}

std::optional<std::uint64_t> Figures::count(std::string_view key) {
  const LogFile::Entry* entry = find(key);
  if (!entry) return std::nullopt;
  if (const auto exact = parse_count(entry->value)) return exact;
  const auto value = parse_number(entry->value);
  if (value && *value >= 0 && *value < 9e15 && std::floor(*value) == *value)
    return static_cast<std::uint64_t>(*value);
  fail(key, "a whole number of 0 or more");
  return std::nullopt;
}

std::optional<Nanoseconds> Figures::time(std::string_view key) {
  const LogFile::Entry* entry = find(key);
  if (!entry) return std::nullopt;
  std::int64_t whole = 0;
  const std::string& text = entry->value;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (failed == std::errc() && end == text.data() + text.size()) return Nanoseconds(whole);
  const auto value = number(key);
  if (value && std::abs(*value) <= longest) return Nanoseconds(std::llround(*value));
  if (value) fail(key, "a time in nanoseconds");
  return std::nullopt;
}

std::optional<bool> Figures::flag(std::string_view key) {
  const auto value = text(key);
  if (value == "true" || value == "1") return true;
  if (value == "false" || value == "0") return false;
  return std::nullopt;
}

ReportedTimes Figures::times(std::string_view prefix, std::string_view after,
                             std::string_view percentile_prefix, std::string_view percentile_after) {
  ReportedTimes times;
  times.min = time(fmt::format("{}min{}", prefix, after));
  times.max = time(fmt::format("{}max{}", prefix, after));
  times.mean = time(fmt::format("{}mean{}", prefix, after));
  for (const LogFile* file : files_) {
    if (!file) continue;
    for (auto at = file->entries.lower_bound(percentile_prefix); at != file->entries.end(); ++at) {
      const std::string_view key = at->first;
      if (key.substr(0, percentile_prefix.size()) != percentile_prefix) break;
      std::string_view percent = key.substr(percentile_prefix.size());
      if (percent.size() <= percentile_after.size() ||
          percent.substr(percent.size() - percentile_after.size()) != percentile_after)
        continue;
      percent.remove_suffix(percentile_after.size());
      const auto value = parse_number(percent);
      if (!value || *value <= 0 || *value >= 100) continue;
      if (const auto seen = time(key)) times.percentiles.emplace(*value / 100, *seen);
    }
  }
  return times;
}

std::vector<std::string> Figures::disagreements() const {
  std::vector<std::string> found;
  const LogFile *detail = files_[0], *summary = files_[1];
  if (!detail || !summary) return found;
  for (const auto& [key, entry] : summary->entries) {
    // Words are wrapped differently, and the sums that the checker reads are in the detail log only.
    if (key.substr(0, 15) == "early_stopping_" || key == "result_invalid_reason") continue;
    const auto other = detail->entries.find(key);
    if (other == detail->entries.end() || entry.value == "Skipped") continue;
    const auto truth = [](const std::string& v) { return v == "true" ? "1" : v == "false" ? "0" : v; };
    const std::string a = truth(other->second.value), b = truth(entry.value);
    if (is_exact(key) ? a == b || (agree(a, b) && !parse_count(a)) : agree(a, b)) continue;
    found.push_back(fmt::format("{} is {} in the detail log and {} in the summary", key, other->second.value,
                                entry.value));
  }
  return found;
}

}  // namespace ridgeline::formats
