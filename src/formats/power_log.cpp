#include "formats/power_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/file.h"
#include "base/number.h"
#include "formats/figures.h"
#include "formats/log_file.h"

namespace ridgeline::formats {
namespace {

using Milliseconds = std::chrono::milliseconds;
enum class DateOrder { month_first, day_first };

/// The digits from `at`, or nothing.
std::optional<unsigned> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  const auto value = parse_count(text.substr(at, count));
  if (!value) return std::nullopt;
  return static_cast<unsigned>(*value);
}

/// "07-17-2024 06:25:31.341" since 1970; absent when it is no such time.
std::optional<Milliseconds> parse_time(std::string_view text, DateOrder order) {
  constexpr std::string_view form = "00-00-0000 00:00:00.000";
  if (text.size() != form.size()) return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : text[i] != form[i]) return std::nullopt;
  }
  const unsigned first = *digits(text, 0, 2), second = *digits(text, 3, 2);
  const bool month_first = order == DateOrder::month_first;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*digits(text, 6, 4))),
                                         std::chrono::month(month_first ? first : second),
                                         std::chrono::day(month_first ? second : first)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(*digits(text, 11, 2)) +
         std::chrono::minutes(*digits(text, 14, 2)) + std::chrono::seconds(*digits(text, 17, 2)) +
         Milliseconds(*digits(text, 20, 3));
}

struct Reading {
  std::string_view time;
  double watts = 0;
};

/// "Time,11-13-2020 22:38:59.240,Watts,272.930000,Volts,...": the first Watts are those of all channels.
std::optional<Reading> parse_reading(std::string_view line) {
  constexpr std::string_view time = "Time,", watts = ",Watts,";
  if (line.substr(0, time.size()) != time) return std::nullopt;
  const std::size_t at = line.find(watts);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = line.substr(at + watts.size());
  const auto value = parse_number(trim(rest.substr(0, rest.find(','))));
  if (!value) return std::nullopt;
  return Reading{trim(line.substr(time.size(), at - time.size())), *value};
}

WallPower in_window(const std::vector<Reading>& readings, DateOrder order, Milliseconds begin,
                    Milliseconds end) {
  WallPower power;
  power.window = Seconds(static_cast<double>((end - begin).count()) * 1e-3);
  Milliseconds previous = begin, gap{0};
  double sum = 0;
  for (const Reading& reading : readings) {
    const auto at = parse_time(reading.time, order);
    if (!at || *at <= begin || *at >= end || reading.watts <= 0) {
      ++power.others;
      continue;
    }
    const Watts watts(reading.watts);
    power.least = power.readings ? std::min(power.least, watts) : watts;
    power.greatest = std::max(power.greatest, watts);
    sum += reading.watts;
    ++power.readings;
    gap = std::max(gap, *at - previous);
    previous = *at;
  }
  power.longest_gap = Seconds(static_cast<double>(std::max(gap, end - previous).count()) * 1e-3);
  if (power.readings == 0) return power;
  power.average = Watts(sum / static_cast<double>(power.readings));
  power.energy = power.average * power.window;
  return power;
}

}  // namespace

Result<PowerLog> read_power_log(const std::string& path, const std::string& begin, const std::string& end) {
  const auto from = parse_time(begin, DateOrder::month_first), to = parse_time(end, DateOrder::month_first);
  if (!from || !to || *from >= *to) {
    return bad_input(
        fmt::format("{}: power_begin '{}' and power_end '{}' of the detail log are no window; "
                    "they must be MM-DD-YYYY HH:MM:SS.mmm",
                    path, begin, end));
  }
  RIDGELINE_TRY(text, read_file(path));
  PowerLog log;
  std::vector<Reading> readings;
  each_line(text, [&](std::size_t number, std::string_view line) {
    if (trim(line).empty()) return;
    if (const auto reading = parse_reading(line))
      readings.push_back(*reading);
    else if (log.damage.size() < 10)
      log.damage.push_back(
          fmt::format("{}:{}: not 'Time,MM-DD-YYYY HH:MM:SS.mmm,Watts,NUMBER,...'; left out", path, number));
  });
  if (readings.empty())
    return bad_input(fmt::format("{}: no line 'Time,MM-DD-YYYY HH:MM:SS.mmm,Watts,NUMBER,...'", path));
  log.power = in_window(readings, DateOrder::month_first, *from, *to);
  if (log.power.readings > 0) return log;
  if (const WallPower other = in_window(readings, DateOrder::day_first, *from, *to); other.readings > 0) {
    log.power = other;
    log.damage.push_back(fmt::format("{}: its dates are DD-MM-YYYY, where LoadGen's are MM-DD-YYYY", path));
    return log;
  }
  log.damage.push_back(
      fmt::format("{}: none of {} readings lies between power_begin and power_end; is its clock "
                  "in another time zone?",
                  path, readings.size()));
  return log;
}

}  // namespace ridgeline::formats
