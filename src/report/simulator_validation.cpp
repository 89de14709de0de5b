#include <fmt/format.h>

#include "report/format.h"
#include "report/json_parts.h"
#include "report/table.h"
#include "ridgeline/simulator_report.h"

namespace ridgeline::report {
namespace {

std::string error_text(double error) { return fmt::format("{:+.1f} %", error); }

// ---------------------------------------------------------------------------------------------- recorded
// runs

std::string goals(const PlayedRuns& played) {
  return fmt::format(
      "{} medians: mean error {:.1f} %, {:.0f} % of them within {:g} %\n"
      "{} 99th percentiles: mean error {:.1f} %, {:.0f} % of them within {:g} %\n",
      played.medians.rows, played.medians.mape, played.medians_close, median_goal, played.tails.rows,
      played.tails.mape, played.tails_close, tail_goal);
}

std::string runs_text(const PlayedRuns& played) {
  Table table({{"run"},
               {"quantity"},
               {"measured", Align::right},
               {"simulated", Align::right},
               {"error", Align::right}});
  for (const PlayedRun& run : played.runs) {
    for (const PlayedQuantile& q : run.quantiles) {
      const bool first = &q == &run.quantiles.front();
      const std::string name = run.held_out ? run.name : run.name + " (fitted on)";
      table.add({first ? name : "", q.name, show(q.measured), show(q.simulated), error_text(q.error)});
    }
    if (&run != &played.runs.back()) table.rule();
  }
  return table.text() + "\n" + goals(played);
}

Json runs_json(const PlayedRuns& played) {
  Json runs = Json::array();
  for (const PlayedRun& run : played.runs) {
    Json quantiles = Json::array();
    for (const PlayedQuantile& q : run.quantiles) {
      quantiles.push_back({{"name", q.name},
                           {"measured_s", number(q.measured)},
                           {"simulated_s", number(q.simulated)},
                           {"error", number(q.error)}});
    }
    runs.push_back({{"name", run.name},
                    {"basis", run.basis},
                    {"held_out", run.held_out},
                    {"quantiles", std::move(quantiles)}});
  }
  const auto part = [](const ErrorSummary& errors, double close) {
    return Json{{"rows", errors.rows},
                {"mape", errors.rows > 0 ? number(errors.mape) : Json()},
                {"median", errors.rows > 0 ? number(errors.median) : Json()},
                {"bias", errors.rows > 0 ? number(errors.bias) : Json()},
                {"within_goal", errors.rows > 0 ? number(close) : Json()}};
  };
  return {{"medians", part(played.medians, played.medians_close)},
          {"tails", part(played.tails, played.tails_close)},
          {"runs", std::move(runs)}};
}

// ---------------------------------------------------------------------------------------------- Server
// results

std::string of(std::size_t part, std::size_t whole) { return fmt::format("{} of {}", part, whole); }

void add_group(Table& table, const ServerGroup& g, bool all) {
  const auto ratio = [](double value) { return fmt::format("{:.3f}", value); };
  const bool shapes = g.shape.rows > 0;
  table.add({g.key, fmt::format("{}", g.pairs),
             all ? "" : fmt::format("{:.3f} ({:.2f} to {:.2f})", g.published_share, g.band[0], g.band[1]),
             all ? "" : ratio(g.share), of(g.in_band, g.pairs), fmt::format("{:.1f} %", g.rate.median),
             fmt::format("{:.1f} %", g.rate.mape), error_text(g.rate.bias),
             g.published_shape ? fmt::format("{:.2f}", *g.published_shape) : absent,
             g.shape_median ? fmt::format("{:.2f}", *g.shape_median) : absent,
             shapes ? of(g.shapes_in_band, g.shape.rows) : absent});
}

Json group_json(const ServerGroup& g, bool all) {
  const auto known = [](std::size_t rows, double value) { return rows > 0 ? number(value) : Json(); };
  const auto errors = [&](const ErrorSummary& e) {
    return Json{{"median", known(e.rows, e.median)},
                {"mape", known(e.rows, e.mape)},
                {"bias", known(e.rows, e.bias)}};
  };
  Json json = {{"key", g.key},
               {"pairs", g.pairs},
               {"in_band", g.in_band},
               {"in_band_percent",
                known(g.pairs, 100.0 * static_cast<double>(g.in_band) / static_cast<double>(g.pairs))},
               {"rate", errors(g.rate)},
               {"shapes", g.shape.rows},
               {"shapes_in_band", g.shapes_in_band},
               {"shape", errors(g.shape)}};
  if (all) return json;
  json["published_server_over_offline"] = {
      {"median", number(g.published_share)}, {"least", number(g.band[0])}, {"greatest", number(g.band[1])}};
  json["server_over_offline"] = number(g.share);
  json["published_p99_over_p50"] = number(g.published_shape);
  json["p99_over_p50"] = number(g.shape_median);
  return json;
}

}  // namespace

std::string text(const RecordedValidation& v) {
  std::string result = "With the coefficients that are shipped:\n" + runs_text(v.shipped);
  for (const PlayedRun& run : v.shipped.runs) result += fmt::format("{}: {}\n", run.name, run.basis);
  if (!v.fitted) return result;
  Table table({{"coefficient"}, {"shipped", Align::right}, {"fitted", Align::right}});
  for (const FittedOnRun& number : v.fit)
    table.add({number.name, fmt::format("{:.4g}", number.shipped), fmt::format("{:.4g}", number.fitted)});
  return result + fmt::format("\nFitted on {} alone; the errors below are of the others:\n", v.fitted_on) +
         table.text() + "\n" + runs_text(*v.fitted);
}

std::string json(const RecordedValidation& v) {
  Json fit = Json::array();
  for (const FittedOnRun& f : v.fit)
    fit.push_back({{"coefficient", f.name}, {"shipped", number(f.shipped)}, {"fitted", number(f.fitted)}});
  return document("ridgeline.recorded-validation/1", {{"shipped", runs_json(v.shipped)},
                                                      {"fitted_on", v.fitted ? Json(v.fitted_on) : Json()},
                                                      {"fit", std::move(fit)},
                                                      {"fitted", v.fitted ? runs_json(*v.fitted) : Json()}});
}

std::string text(const ServerValidation& v) {
  Table table({{"Server over Offline"},
               {"pairs", Align::right},
               {"published", Align::right},
               {"simulated", Align::right},
               {"in band", Align::right},
               {"rate: median", Align::right},
               {"mean", Align::right},
               {"bias", Align::right},
               {"P99/P50", Align::right},
               {"simulated", Align::right},
               {"in band", Align::right}});
  for (const ServerGroup& group : v.groups) add_group(table, group, false);
  if (!v.groups.empty()) table.rule();
  add_group(table, v.all, true);
  std::string result = table.text();
  result +=
      "\nEach system runs at its published Offline rate by construction; its Server rate is simulated under "
      "the\n"
      "benchmark's limits. In band: between the least and the greatest published by the other pairs.\n";
  for (const auto& [reason, rows] : v.table.left_out)
    result += fmt::format("left out: {} results: {}\n", rows, reason);
  std::map<std::string, std::size_t> unanswered;
  for (const ServerPoint& point : v.points)
    if (!point.unanswered.empty()) ++unanswered[point.unanswered];
  for (const auto& [reason, rows] : unanswered)
    result += fmt::format("unanswered: {} pairs: {}\n", rows, reason);
  return result;
}

std::string json(const ServerValidation& v) {
  Json groups = Json::array(), points = Json::array();
  for (const ServerGroup& group : v.groups) groups.push_back(group_json(group, false));
  for (const ServerPoint& p : v.points) {
    const ServerPair& pair = v.table.pairs[p.pair];
    const bool answered = p.unanswered.empty();
    points.push_back({{"line", pair.line},
                      {"round", pair.round},
                      {"benchmark", pair.benchmark},
                      {"scenario", pair.interactive ? "Interactive" : "Server"},
                      {"submitter", pair.submitter},
                      {"system", pair.system},
                      {"hardware", pair.hardware},
                      {"devices", pair.devices},
                      {"offline_per_second", number(pair.offline_rate)},
                      {"published_per_second", number(pair.server_rate)},
                      {"simulated_per_second", answered ? number(p.rate) : Json()},
                      {"batch", answered ? Json(p.batch) : Json()},
                      {"error", answered ? number(p.error) : Json()},
                      {"published_p99_over_p50", number(p.published_shape)},
                      {"p99_over_p50", number(p.shape)},
                      {"unanswered", answered ? Json() : Json(p.unanswered)}});
  }
  return document("ridgeline.server-validation/1", {{"all", group_json(v.all, true)},
                                                    {"groups", std::move(groups)},
                                                    {"unanswered", v.unanswered},
                                                    {"left_out", v.table.left_out},
                                                    {"pairs", std::move(points)}});
}

}  // namespace ridgeline::report
