#include "ridgeline/max_rate.h"

#include <fmt/format.h>

#include "report/json_parts.h"
#include "report/table.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

std::string rate(double value) { return fmt::format("{:.6g}", value); }

}  // namespace

std::string text(const MaxRate& found) {
  Table table(
      {{"seed"}, {"VALID", Align::right}, {"INVALID", Align::right}, {"runs", Align::right}, {"because"}});
  for (const SeedRate& seed : found.seeds) {
    table.add({fmt::to_string(seed.seed), rate(seed.valid), seed.invalid ? rate(*seed.invalid) : "–",
               fmt::to_string(seed.runs), fmt::format("{}", fmt::join(seed.reasons, "; "))});
  }
  std::string result = fmt::format("Largest VALID rate, queries/s\n\n{}\n", table.text());
  result += fmt::format("  {:<16}{}", "mean", rate(found.mean.value));
  if (found.mean.low && found.mean.high)
    result += fmt::format(" [{}, {}]", rate(*found.mean.low), rate(*found.mean.high));
  result += fmt::format("\n  {:<16}{} to {} ({:.2g} % of the mean)\n", "over the seeds", rate(found.smallest),
                        rate(found.largest), 100 * (found.largest - found.smallest) / found.mean.value);
  return result + "The interval is 95 %, of the mean; one seed alone is one realisation of the arrivals.\n";
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
