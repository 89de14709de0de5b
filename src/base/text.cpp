#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/portable_math.h"

namespace ridgeline {

std::string to_lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::size_t edit_distance(std::string_view a_in, std::string_view b_in) {
  const std::string a = to_lower(a_in), b = to_lower(b_in);
  // Three rows of the table are enough: the one being filled, the one above, and one more for swaps.
  std::vector<std::size_t> above2(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    above2.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replace, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], above2[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                 std::size_t most) {
  const std::string wanted = to_lower(word);
  std::vector<std::pair<std::size_t, std::string>> scored;
  for (const auto& candidate : candidates) {
    std::size_t score = edit_distance(wanted, candidate);
    const bool contains = !wanted.empty() && to_lower(candidate).find(wanted) != std::string::npos;
    if (contains) score = 1;
    if (contains || score <= std::max<std::size_t>(2, wanted.size() / 3))
      scored.emplace_back(score, candidate);
  }
  std::sort(scored.begin(), scored.end());
  std::vector<std::string> result;
  for (const auto& [score, name] : scored) {
    if (result.size() == most) break;
    if (std::find(result.begin(), result.end(), name) == result.end()) result.push_back(name);
  }
  return result;
}

int si_step(double number) {
  if (number == 0 || !std::isfinite(number)) return 0;
  const int step = static_cast<int>(std::floor(decade(number) / 3.0));
  // 999.9 would print as 1000: move to the next prefix.
  const bool rounds_up = std::fabs(number) / power_of_ten(3 * step) >= 999.5;
  return std::clamp(rounds_up ? step + 1 : step, -4, 8);
}

std::string si_digits(double number, int step) {
  const double scaled = number / power_of_ten(3 * step);
  const int decimals = std::fabs(scaled) >= 99.95 ? 0 : std::fabs(scaled) >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}", scaled, decimals);
}

std::string si(double number, std::string_view unit) {
  if (number == 0) return fmt::format("0 {}", unit);
  if (!std::isfinite(number)) return fmt::format("{} {}", number, unit);
  static constexpr std::array<const char*, 13> prefixes = {"p", "n", "µ", "m", "",  "k", "M",
                                                           "G", "T", "P", "E", "Z", "Y"};
  const int step = si_step(number);
  return fmt::format("{} {}{}", si_digits(number, step), prefixes[static_cast<std::size_t>(step + 4)], unit);
}

}  // namespace ridgeline
