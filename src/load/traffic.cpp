#include "ridgeline/traffic.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "base/yaml.h"
#include "load/longest.h"

namespace ridgeline {
namespace {

constexpr double most_tokens = 4e9;

/// A cursor over a specification such as "on-off:10s,50s,0.1".
class Words {
 public:
  explicit Words(const std::string& text) : at_(text.c_str()) {}

  bool take(char c) {
    if (*at_ != c) return false;
    ++at_;
    return true;
  }
  bool at_end() const { return *at_ == '\0'; }
  std::optional<double> number() {
    if (*at_ != '.' && (*at_ < '0' || *at_ > '9')) return std::nullopt;  // no sign, no space, no "inf"
    char* rest = nullptr;
    const double value = std::strtod(at_, &rest);
    if (!std::isfinite(value)) return std::nullopt;
    at_ = rest;
    return value;
  }
  std::optional<std::uint32_t> count() {
    const auto value = number();
    if (!value || *value != std::floor(*value) || *value > most_tokens) return std::nullopt;
    return static_cast<std::uint32_t>(*value);
  }
  std::optional<Nanoseconds> time() {
    static constexpr std::pair<std::string_view, double> units[] = {{"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9},
                                                                    {"min", 60},  {"s", 1},     {"h", 3600}};
    const auto value = number();
    const std::string_view rest(at_);
    for (const auto& [unit, scale] : units) {
      if (!value || rest.substr(0, unit.size()) != unit || *value * scale > load::longest.value()) continue;
      at_ += unit.size();
      return to_nanoseconds(Seconds(*value * scale));
    }
    return std::nullopt;
  }

 private:
  const char* at_;
};

/// "KIND:REST" taken apart; REST is empty where there is no colon.
std::pair<std::string, std::string> split_kind(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return {text, ""};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool read_gamma(Words& words, Arrivals& a) {
  const auto cv = words.number();
  if (cv) a.cv = *cv;
  return cv.has_value();
}

bool read_on_off(Words& words, Arrivals& a) {
  const auto on = words.time();
  if (!on || !words.take(',')) return false;
  const auto off = words.time();
  if (!off) return false;
  a.on = *on;
  a.off = *off;
  if (!words.take(',')) return true;
  const auto ratio = words.number();
  if (ratio) a.off_ratio = *ratio;
  return ratio.has_value();
}

bool read_diurnal(Words& words, Arrivals& a) {
  const auto period = words.time();
  if (!period || !words.take(',')) return false;
  const auto amplitude = words.number();
  a.period = *period;
  if (amplitude) a.amplitude = *amplitude;
  return amplitude.has_value();
}

bool read_fixed(Words& words, TokenLengthDistribution& d) {
  const auto input = words.count();
  if (!input || !words.take('/')) return false;
  const auto output = words.count();
  if (!output) return false;
  d.low.input = *input;
  d.low.output = *output;
  return true;
}

bool read_range(Words& words, std::uint32_t& low, std::uint32_t& high) {
  const auto from = words.count();
  if (!from || !words.take('-')) return false;
  const auto to = words.count();
  if (!to) return false;
  low = *from;
  high = *to;
  return true;
}

bool read_moments(Words& words, double& mean, double& cv) {
  const auto m = words.number();
  if (!m || !words.take(',')) return false;
  const auto c = words.number();
  if (!c) return false;
  mean = *m;
  cv = *c;
  return true;
}

Status check_moments(std::string_view what, double mean, double cv) {
  if (!(mean >= 1 && mean <= 1e8)) {
    return bad_input(fmt::format("lengths: mean {} is {:g} tokens; must be 1 to 1e8", what, mean));
  }
  if (!(cv >= 0 && cv <= 10)) {
    return bad_input(
        fmt::format("lengths: the coefficient of variation of the {} is {:g}; must be 0 to 10", what, cv));
  }
  return Status::success();
}

}  // namespace

std::string_view to_string(Arrivals::Kind kind) {
  switch (kind) {
    case Arrivals::Kind::poisson:
      return "poisson";
    case Arrivals::Kind::gamma:
      return "gamma";
    case Arrivals::Kind::on_off:
      return "on-off";
    case Arrivals::Kind::diurnal:
      return "diurnal";
    case Arrivals::Kind::trace:
      return "trace";
  }
  return "unknown";
}

Result<Arrivals> parse_arrivals(const std::string& text) {
  const auto [kind, rest] = split_kind(text);
  Arrivals a;
  Words words(rest);
  bool read = false;
  if (kind == "poisson") {
    read = true;
  } else if (kind == "gamma") {
    a.kind = Arrivals::Kind::gamma;
    read = read_gamma(words, a);
  } else if (kind == "on-off") {
    a.kind = Arrivals::Kind::on_off;
    read = read_on_off(words, a);
  } else if (kind == "diurnal") {
    a.kind = Arrivals::Kind::diurnal;
    read = read_diurnal(words, a);
  } else if (kind == "trace" && !rest.empty()) {
    a.kind = Arrivals::Kind::trace;
    a.path = rest;
    return a;
  }
  if (!read || !words.at_end()) {
    return bad_input(
        fmt::format("arrivals: '{}' is not poisson, gamma:CV, on-off:ON,OFF[,RATIO], "
                    "diurnal:PERIOD,AMPLITUDE or trace:FILE, such as gamma:3 or on-off:10s,50s",
                    text));
  }
  RIDGELINE_CHECK(validate(a));
  return a;
}

Status validate(const Arrivals& a) {
  const auto is_length = [](Nanoseconds t) { return t > Nanoseconds(0) && to_seconds(t) <= load::longest; };
  switch (a.kind) {
    case Arrivals::Kind::gamma:
      if (a.cv >= 0.01 && a.cv <= 100) break;
      return bad_input(fmt::format("arrivals: a gamma CV of {:g}; must be 0.01 to 100", a.cv));
    case Arrivals::Kind::on_off:
      if (!is_length(a.on) || !is_length(a.off)) {
        return bad_input("arrivals: on and off must be times above 0, at most 1e9 seconds");
      }
      if (a.off_ratio >= 0 && a.off_ratio <= 1) break;
      return bad_input(fmt::format("arrivals: off over on rate is {:g}; must be 0 to 1", a.off_ratio));
    case Arrivals::Kind::diurnal:
      if (!is_length(a.period)) return bad_input("arrivals: the period must be above 0, at most 1e9 seconds");
      if (a.amplitude >= 0 && a.amplitude <= 1) break;
      return bad_input(fmt::format("arrivals: a diurnal amplitude of {:g}; must be 0 to 1", a.amplitude));
    case Arrivals::Kind::trace:
      if (!a.path.empty()) break;
      return bad_input("arrivals: a trace needs its file");
    case Arrivals::Kind::poisson:
      break;
  }
  return Status::success();
}

Result<TokenLengthDistribution> parse_lengths(const std::string& text) {
  using Kind = TokenLengthDistribution::Kind;
  const auto [kind, rest] = split_kind(text);
  TokenLengthDistribution d;
  Words words(rest);
  bool read = false;
  if (kind == "fixed") {
    d.kind = Kind::fixed;
    read = read_fixed(words, d);
  } else if (kind == "uniform") {
    d.kind = Kind::uniform;
    read = read_range(words, d.low.input, d.high.input) && words.take('/') &&
           read_range(words, d.low.output, d.high.output);
  } else if (kind == "lognormal") {
    d.kind = Kind::lognormal;
    read = read_moments(words, d.input_mean, d.input_cv) && words.take('/') &&
           read_moments(words, d.output_mean, d.output_cv);
  } else if (kind == "file" && !rest.empty()) {
    d.kind = Kind::empirical;
    d.path = rest;
    return d;
  }
  if (!read || !words.at_end()) {
    return bad_input(
        fmt::format("lengths: '{}' is not fixed:IN/OUT, uniform:LOW-HIGH/LOW-HIGH, "
                    "lognormal:MEAN,CV/MEAN,CV or file:PATH, such as lognormal:295,1/294,0.7",
                    text));
  }
  RIDGELINE_CHECK(validate(d));
  return d;
}

Status validate(const TokenLengthDistribution& d) {
  using Kind = TokenLengthDistribution::Kind;
  if (d.kind == Kind::lognormal) {
    RIDGELINE_CHECK(check_moments("input", d.input_mean, d.input_cv));
    return check_moments("output", d.output_mean, d.output_cv);
  }
  const bool bounded = d.kind == Kind::fixed || d.kind == Kind::uniform;
  if (bounded && (d.low.input == 0 || d.low.output == 0)) {
    return bad_input("lengths: a request needs at least 1 input and 1 output token");
  }
  if (d.kind == Kind::uniform && (d.high.input < d.low.input || d.high.output < d.low.output)) {
    return bad_input("lengths: the upper end of a range is below its lower end");
  }
  if (d.kind == Kind::empirical && d.path.empty())
    return bad_input("lengths: a file of lengths needs its path");
  return Status::success();
}

Result<TokenLengthDistribution> load_lengths(const std::string& path) {
  RIDGELINE_TRY(root, YamlNode::load(path));
  RIDGELINE_CHECK(root.only_keys({"name", "distribution", "source", "note"}));
  for (const std::string_view key : {"name", "source"}) {
    RIDGELINE_TRY(node, root.require(key));
    RIDGELINE_CHECK([&node]() -> Status {
      RIDGELINE_TRY(text, node.as_string());
      return text.empty() ? Status(node.error("must not be empty")) : Status::success();
    }());
  }
  RIDGELINE_TRY(node, root.require("distribution"));
  RIDGELINE_TRY(text, node.as_string());
  auto distribution = parse_lengths(text);
  if (!distribution) return node.error(distribution.error().message);
  return distribution;
}

}  // namespace ridgeline
