#include "report/svg_parts.h"

#include <fmt/format.h>

#include <cmath>

#include "base/portable_math.h"

namespace ridgeline::report {

std::string svg_marks_defined() {
  std::string out = "<defs>";
  for (std::size_t i = 0; i < mark_styles.size(); ++i)
    out += fmt::format("<g id=\"mark{}\">{}</g>", i, mark_styles[i].mark);
  return out + "</defs>\n";
}

std::string xml_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        // XML has no place for control characters, not even escaped.
        result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return result;
}

std::string tick_text(double value) {
  if (value < 99999) return fmt::format("{:g}", value);
  static constexpr std::array<std::string_view, 10> digits{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  const int power = decade(value * (1 + 1e-9));
  const double leading = std::round(value / power_of_ten(power));
  std::string exponent;
  for (const char digit : fmt::format("{}", power)) exponent += digits[static_cast<std::size_t>(digit - '0')];
  return leading > 1 ? fmt::format("{:g}·10{}", leading, exponent) : "10" + exponent;
}

}  // namespace ridgeline::report
