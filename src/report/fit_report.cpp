#include <fmt/format.h>

#include <cmath>

#include "base/portable_math.h"
#include "report/format.h"
#include "report/json_parts.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

constexpr double two_sided_95 = 1.96;

std::pair<double, double> interval_95(const FittedCoefficient& f) {
  const double factor = portable_exp(two_sided_95 * f.error);
  return {f.value / factor, std::min(f.value * factor, coefficients()[f.coefficient].limit)};
}

/// Times with their prefix, everything else as a plain number.
std::string figure(double value, std::string_view unit) {
  return unit == "s" ? si(value, unit) : fmt::format("{:.3g}", value);
}

std::string coefficient_table(const std::vector<FittedCoefficient>& fitted) {
  Table table({{"coefficient"},
               {"value", Align::right},
               {"95 % interval", Align::right},
               {"unit"},
               {"from"},
               {"what"}});
  for (const FittedCoefficient& f : fitted) {
    const Coefficient& c = coefficients()[f.coefficient];
    const auto [low, high] = interval_95(f);
    table.add({std::string(c.name), figure(f.value, c.unit),
               fmt::format("{} .. {}", figure(low, c.unit), figure(high, c.unit)), std::string(c.unit),
               f.determined ? "data" : "prior", std::string(c.meaning)});
  }
  return table.text();
}

void add_errors(Table& table, const std::string& of, const Validation& v) {
  for (const auto& [what, errors] : {std::pair("TPOT", &v.tpot), std::pair("TTFT", &v.ttft)}) {
    if (errors->rows == 0) continue;
    table.add({of, what, std::to_string(errors->rows), fmt::format("{:.1f} %", errors->median),
               fmt::format("{:.1f} %", errors->mape), fmt::format("{:+.1f} %", errors->bias)});
  }
}

std::string error_table(const Fit& fit) {
  Table table({{"errors"},
               {""},
               {"rows", Align::right},
               {"median", Align::right},
               {"mean", Align::right},
               {"bias", Align::right}});
  add_errors(table, "in sample", fit.in_sample);
  add_errors(table, "groups left out", fit.cross_validated);
  return table.text();
}

Json to_json(const FittedCoefficient& f) {
  const Coefficient& c = coefficients()[f.coefficient];
  const auto [low, high] = interval_95(f);
  return {{"name", c.name},
          {"value", number(f.value)},
          {"interval_95", {number(low), number(high)}},
          {"unit", c.unit},
          {"prior", number(c.prior)},
          {"log_error", number(f.error)},
          {"determined", f.determined},
          {"meaning", c.meaning}};
}

Json to_json(const ErrorSummary& e) {
  const auto known = [&](double value) { return e.rows > 0 ? number(value) : Json(); };
  return {{"mape", known(e.mape)}, {"median", known(e.median)}, {"bias", known(e.bias)}, {"rows", e.rows}};
}

Json errors_json(const Validation& v) {
  Json groups = Json::array();
  for (const ValidationGroup& group : v.groups) {
    groups.push_back({{"key", group.key}, {"tpot", to_json(group.tpot)}, {"ttft", to_json(group.ttft)}});
  }
  return {{"tpot", to_json(v.tpot)}, {"ttft", to_json(v.ttft)}, {"groups", std::move(groups)}};
}

}  // namespace

std::string text(const Fit& fit, std::size_t listed) {
  const Calibrations& c = fit.calibrations;
  std::string result = fmt::format("fitted on {} serving points in {} groups, {} left out; {} levels\n\n",
                                   c.rows, c.groups, fit.left_out.size(), c.levels.size());
  result += "What all rows share (levels below it change it by stack, generation and version):\n";
  result += coefficient_table(fit.overall) + "\n" + error_table(fit);
  for (const std::string& note : fit.notes) result += "note: " + note + "\n";
  if (!fit.left_out.empty()) result += fmt::format("\nleft out ({}):\n", fit.left_out.size());
  for (std::size_t i = 0; i < std::min(listed, fit.left_out.size()); ++i) {
    result += "  " + fit.left_out[i] + "\n";
  }
  if (fit.left_out.size() > listed) result += fmt::format("  and {} more\n", fit.left_out.size() - listed);
  return result;
}

std::string json(const Fit& fit) {
  const Calibrations& c = fit.calibrations;
  Json fitted = Json::array();
  for (const FittedCoefficient& f : fit.overall) fitted.push_back(to_json(f));
  // No spread is an unknown one.
  const auto spread = [](double value) { return value > 0 ? number(value) : Json(); };
  return document(
      "ridgeline.fit/1",
      {{"rows", c.rows},
       {"groups", c.groups},
       {"levels", c.levels.size()},
       {"coefficients", std::move(fitted)},
       {"in_sample", errors_json(fit.in_sample)},
       {"cross_validated", fit.cross_validated.points.empty() ? Json() : errors_json(fit.cross_validated)},
       {"spread", {{"seen", spread(c.seen_spread)}, {"unseen", spread(c.spread)}}},
       {"first_token_spread",
        {{"seen", spread(c.seen_first_token_spread)}, {"unseen", spread(c.first_token_spread)}}},
       {"left_out", fit.left_out},
       {"notes", fit.notes}});
}

}  // namespace ridgeline::report
