#include "report/tail.h"

#include <fmt/format.h>

#include "report/format.h"
#include "report/json_parts.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

constexpr const char* unsupported = "not supported";

std::string name_of(double percentile) { return fmt::format("P{:.8g}", 100 * percentile); }

/// "63.40 %" is "63.4 %", and only a certainty is 100 %.
std::string share(double probability) {
  const std::string digits = plain(100 * probability);
  return probability < 1 && digits == "100" ? "above 99.99 %" : digits + " %";
}

std::string show_or(const std::optional<Seconds>& time) { return time ? show(*time) : unsupported; }

std::string interval(const std::optional<Estimate>& e) {
  if (!e || !e->low || !e->high) return unsupported;
  const int step = si_step(e->value);
  return fmt::format("[{}, {}]", si_digits(*e->low, step), si_digits(*e->high, step));
}

std::string observed(const std::optional<Estimate>& e) { return e ? si(e->value, "s") : unsupported; }

Table sample_table(const Tail& tail) {
  std::vector<Table::Column> columns = {{"", Align::left},
                                        {"observed", Align::right},
                                        {"95 % interval", Align::right},
                                        {"if independent", Align::right},
                                        {"effective samples", Align::right}};
  if (tail.expected_interval) columns.push_back({"corrected", Align::right});
  Table table(columns);
  for (const TailQuantile& q : tail.quantiles) {
    std::vector<std::string> row = {
        name_of(q.percentile), observed(q.observed), interval(q.observed), interval(q.if_independent),
        q.effective_samples ? fmt::format("{:.0f}", *q.effective_samples) : unsupported};
    if (tail.expected_interval) row.push_back(show_or(q.corrected));
    table.add(row);
  }
  return table;
}

Table assumed_table(const Tail& tail) {
  Table table({{"", Align::left},
               {"normal", Align::right},
               {"lognormal", Align::right},
               {"at most (Cantelli)", Align::right},
               {"at most (Chebyshev)", Align::right}});
  for (const TailQuantile& q : tail.quantiles) {
    table.add({name_of(q.percentile), show(q.assumed.normal), show(q.assumed.lognormal),
               show(q.assumed.cantelli), show(q.assumed.chebyshev)});
  }
  return table;
}

Table fan_out_table(const Tail& tail) {
  const std::string target = name_of(tail.target);
  std::vector<Table::Column> columns = {
      {"parts", Align::right}, {"P(some part slow)", Align::right}, {"needed of a part", Align::right}};
  if (tail.samples > 0) {
    columns.push_back({target + " observed", Align::right});
    columns.push_back({"worst observed", Align::right});
  }
  columns.push_back({target + " normal", Align::right});
  columns.push_back({target + " lognormal", Align::right});
  columns.push_back({"worst normal", Align::right});
  columns.push_back({"worst lognormal", Align::right});
  Table table(columns);
  for (const FanOut& f : tail.fan_outs) {
    std::vector<std::string> row = {fmt::format("{}", f.parts), share(f.slow), name_of(f.needed)};
    if (tail.samples > 0) {
      row.push_back(show_or(f.observed_quantile));
      row.push_back(show_or(f.observed_worst));
    }
    for (const Seconds t : {f.quantile.normal, f.quantile.lognormal, f.normal_worst, f.lognormal_worst})
      row.push_back(show(t));
    table.add(row);
  }
  return table;
}

std::string correction_lines(const Tail& tail) {
  if (!tail.expected_interval) return "";
  return fmt::format(
      "Corrected for coordinated omission: a closed loop that meant to issue every {} left out {} queries\n"
      "while it waited; they are added at the latency they would have had.\n",
      show(*tail.expected_interval), tail.added);
}

Json to_json(const AssumedQuantile& q) {
  return {{"normal", number(q.normal)},
          {"lognormal", number(q.lognormal)},
          {"cantelli", number(q.cantelli)},
          {"chebyshev", number(q.chebyshev)}};
}

Json to_json(const TailQuantile& q) {
  return {{"percentile", q.percentile},
          {"observed_seconds", report::to_json(q.observed)},
          {"if_independent_seconds", report::to_json(q.if_independent)},
          {"effective_samples", number(q.effective_samples)},
          {"corrected_seconds", number(q.corrected)},
          {"assumed_seconds", to_json(q.assumed)}};
}

Json to_json(const FanOut& f) {
  return {{"parts", f.parts},
          {"p_some_part_slow", f.slow},
          {"percentile_needed", f.needed},
          {"observed_seconds", number(f.observed_quantile)},
          {"assumed_seconds", to_json(f.quantile)},
          {"expected_worst_seconds",
           {{"observed", number(f.observed_worst)},
            {"normal", number(f.normal_worst)},
            {"lognormal", number(f.lognormal_worst)}}}};
}

}  // namespace

std::string text(const Tail& tail, const std::string& origin) {
  std::string result = fmt::format("Latency with mean {} and standard deviation {}\n",
                                   show(tail.moments.mean), show(tail.moments.sd));
  if (tail.samples > 0) {
    result += fmt::format("  from {} samples in order of issue: {}\n\n", tail.samples, origin);
    result += sample_table(tail).text();
    result += correction_lines(tail);
    result += fmt::format("\nThe same mean and standard deviation, by assumption\n");
  } else {
    result += fmt::format("  {}; the distribution is not known\n\nBy assumption\n", origin);
  }
  result += assumed_table(tail).text();
  result += fmt::format("\nA whole that waits for all of its parts; slow: beyond the part's own {}\n",
                        name_of(tail.target));
  result += fan_out_table(tail).text();
  result += "Parts are taken as independent; worst is the expected latency of the slowest part.\n";
  if (tail.samples > 0) {
    result +=
        "Observed intervals allow for dependence between neighbours: effective samples say how many\n"
        "independent ones are worth as much. Not supported: too few lie beyond the percentile.\n";
  }
  return result;
}

std::string json(const Tail& tail, const std::string& origin) {
  Json quantiles = Json::array(), fan_outs = Json::array();
  for (const auto& q : tail.quantiles) quantiles.push_back(to_json(q));
  for (const auto& f : tail.fan_outs) fan_outs.push_back(to_json(f));
  return document("ridgeline.tail/1",
                  {{"provenance", {{"kind", tail.samples > 0 ? "sampled" : "assumed"}, {"source", origin}}},
                   {"samples", tail.samples},
                   {"samples_added", tail.added},
                   {"expected_interval_seconds", number(tail.expected_interval)},
                   {"mean_seconds", number(tail.moments.mean)},
                   {"sd_seconds", number(tail.moments.sd)},
                   {"target_percentile", tail.target},
                   {"percentiles", quantiles},
                   {"fan_out", fan_outs}});
}

}  // namespace ridgeline::report
