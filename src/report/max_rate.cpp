#include "ridgeline/max_rate.h"

#include <fmt/format.h>

#include "report/format.h"
#include "report/json_parts.h"
#include "report/table.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

/// Four digits, or as many as tell the two apart.
std::string rate(double value, double other) {
  const std::string digits = plain(value);
  return value == other || digits != plain(other) ? digits : fmt::format("{:.9g}", value);
}

Table seeds_table(const MaxRate& found) {
  Table table(
      {{"seed"}, {"VALID", Align::right}, {"INVALID", Align::right}, {"runs", Align::right}, {"because"}});
  for (const SeedRate& seed : found.seeds) {
    const double above = seed.invalid.value_or(seed.valid);
    table.add({fmt::to_string(seed.seed), rate(seed.valid, above),
               seed.invalid ? rate(above, seed.valid) : absent, fmt::to_string(seed.runs),
               fmt::format("{}", fmt::join(seed.reasons, "; "))});
  }
  return table;
}

}  // namespace

std::string text(const MaxRate& found) {
  std::string result = fmt::format("Largest VALID rate, queries/s\n\n{}\n", seeds_table(found).text());
  result += fmt::format("  {:<16}{}", "mean", plain(found.mean.value));
  if (found.mean.low && found.mean.high)
    result += fmt::format(" [{}, {}]", plain(*found.mean.low), plain(*found.mean.high));
  result +=
      fmt::format("\n  {:<16}{} to {} ({:.2g} % of the mean)\n", "over the seeds", plain(found.smallest),
                  plain(found.largest), 100 * (found.largest - found.smallest) / found.mean.value);
  return result + "The interval is 95 %, of the mean; one seed alone is one realisation of the arrivals.\n";
}

std::string markdown(const MaxRate& found) {
  Table mean({{"mean", Align::right}, {"95 % interval"}, {"over the seeds"}});
  const bool several = found.mean.low && found.mean.high;
  mean.add({plain(found.mean.value),
            several ? fmt::format("{} to {}", plain(*found.mean.low), plain(*found.mean.high)) : absent,
            fmt::format("{} to {}", plain(found.smallest), plain(found.largest))});
  return fmt::format(
      "### Largest VALID rate, queries/s\n\n{}\n<details><summary>By seed</summary>\n\n{}\n</details>\n",
      mean.markdown(), seeds_table(found).markdown());
}

std::string json(const MaxRate& found) {
  Json seeds = Json::array();
  for (const SeedRate& seed : found.seeds) {
    seeds.push_back({{"seed", seed.seed},
                     {"valid_qps", number(seed.valid)},
                     {"invalid_qps", number(seed.invalid)},
                     {"reasons", seed.reasons},
                     {"runs", seed.runs}});
  }
  return document("ridgeline.max-rate/1", {{"mean_qps", to_json(found.mean)},
                                           {"smallest_qps", number(found.smallest)},
                                           {"largest_qps", number(found.largest)},
                                           {"seeds", seeds}});
}

}  // namespace ridgeline::report
