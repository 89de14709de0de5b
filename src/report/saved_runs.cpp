#include "report/saved_runs.h"

#include <fmt/format.h>

#include "report/format.h"
#include "report/record.h"
#include "report/run_difference.h"
#include "report/run_record.h"
#include "report/table.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

Json to_json(const RunLine& line) {
  return {{"id", line.id},
          {"saved", line.saved},
          {"command", line.command},
          {"note", line.note},
          {"tags", line.tags},
          {"origin", line.origin},
          {"scenario", line.scenario},
          {"system", line.system},
          {"workload", line.workload},
          {"version", line.version},
          {"machine", line.machine},
          {"seed", line.seed},
          {"verdict", line.verdict},
          {"queries", line.queries},
          {"p99_seconds", number(line.p99)},
          {"throughput_samples_per_second", number(line.throughput)}};
}

/// A figure of a summary that two runs are compared by.
struct Figure {
  const char* label;
  const char* key;  ///< of the JSON, with the unit
  std::optional<Estimate> Summary::* value;
  bool is_rate = false;
};
constexpr Figure figures[] = {
    {"throughput", "throughput_samples_per_second", &Summary::throughput, true},
    {"mean", "mean_seconds", &Summary::mean},
    {"P50", "p50_seconds", &Summary::p50},
    {"P90", "p90_seconds", &Summary::p90},
    {"P99", "p99_seconds", &Summary::p99},
    {"decisive", "decisive_seconds", &Summary::decisive},
    {"TTFT P50", "ttft_p50_seconds", &Summary::ttft_p50},
    {"TTFT P99", "ttft_p99_seconds", &Summary::ttft_p99},
    {"TPOT P50", "tpot_p50_seconds", &Summary::tpot_p50},
    {"TPOT P99", "tpot_p99_seconds", &Summary::tpot_p99},
};

/// What run_metrics() calls it; the decisive percentile has no name of its own.
std::string figure_name(const Figure& figure, const Run& run) {
  const std::string key = figure.key;
  if (figure.is_rate) return "throughput";
  if (figure.value == &Summary::decisive) return fmt::format("p{:g}", 100 * run.scenario.percentile);
  return key.substr(0, key.rfind("_seconds"));
}

const MetricDifference* metric_of(const Compared& compared, const std::string& name) {
  if (!compared.difference) return nullptr;
  for (const MetricDifference& m : compared.difference->metrics) {
    if (m.metric->name == name) return &m;
  }
  return nullptr;
}

std::optional<double> ratio(const std::optional<Estimate>& a, const std::optional<Estimate>& b) {
  if (!a || !b || a->value == 0) return std::nullopt;
  return b->value / a->value;
}

/// What was asked of a run, by name, as its record has it.
struct Setting {
  std::string name, a, b;
};

void add_differing(const std::string& prefix, const Json& a, const Json& b, std::vector<Setting>& into) {
  for (const auto& [key, value] : a.items()) {
    const Json& other = b[key];
    if (value.is_object()) {
      add_differing(prefix + key + ".", value, other, into);
    } else if (value != other) {
      into.push_back({prefix + key, value.dump(), other.dump()});
    }
  }
}

/// Everything that is not a result: the scenario, the system, the versions.
std::vector<Setting> differing(const Run& a, const Run& b) {
  std::vector<Setting> settings;
  const auto add = [&](const char* name, std::string_view in_a, std::string_view in_b) {
    if (in_a != in_b) settings.push_back({name, std::string(in_a), std::string(in_b)});
  };
  add("origin", to_string(a.origin), to_string(b.origin));
  add("workload", a.workload, b.workload);
  add("system", a.system, b.system);
  add("machine", a.machine, b.machine);
  add("version", a.version, b.version);
  add_differing("", scenario_record(a.scenario), scenario_record(b.scenario), settings);
  return settings;
}

}  // namespace

std::string list_text(const std::vector<RunLine>& lines, const std::string& none) {
  if (lines.empty()) return none + "\n";
  Table table({{"id"},
               {"saved"},
               {"origin"},
               {"scenario"},
               {"workload"},
               {"system"},
               {"queries", Align::right},
               {"P99", Align::right},
               {"verdict"},
               {"tags"},
               {"note"}});
  for (const RunLine& line : lines) {
    table.add({line.id, line.saved, line.origin, line.scenario, line.workload, line.system,
               fmt::format("{}", line.queries), line.p99 ? show(*line.p99) : absent, line.verdict,
               fmt::format("{}", fmt::join(line.tags, ", ")), line.note});
  }
  return table.text();
}

std::string list_json(const std::vector<RunLine>& lines) {
  Json runs = Json::array();
  for (const RunLine& line : lines) runs.push_back(to_json(line));
  return document("ridgeline.runs/1", {{"runs", runs}});
}

std::string ids_text(const std::vector<RunLine>& lines) {
  std::string ids;
  for (const RunLine& line : lines) ids += line.id + "\n";
  return ids;
}

std::string ids_json(const std::vector<std::string>& ids) {
  return document("ridgeline.ids/1", {{"ids", ids}});
}

std::string text(const SavedRun& saved, const Summary& summary, Inputs inputs) {
  std::string result;
  const auto line = [&](const char* label, const std::string& value) {
    if (!value.empty()) result += fmt::format("{:<10}{}\n", label, value);
  };
  line("run", saved.id);
  line("saved", saved.saved);
  line("command", saved.command);
  line("tags", fmt::format("{}", fmt::join(saved.tags, ", ")));
  line("note", saved.note);
  line("version", saved.run.version);
  line("machine", saved.run.machine);
  line("seed", fmt::format("{}", saved.run.scenario.seed));
  result += "\n" + text(saved.run, summary);
  if (inputs == Inputs::hidden) return result;
  return result + "\n" + (saved.inputs.empty() ? "no inputs were kept\n" : inputs_text(saved.inputs));
}

std::string json(const SavedRun& saved, const Summary& summary) {
  Json body = to_json(saved.run, summary);
  body["saved"] = saved_json(saved);
  return document("ridgeline.run/1", std::move(body));
}

std::string compare_text(const Summed& a, const Summed& b, const Compared& difference) {
  Table table({{""},
               {"A " + a.saved.id, Align::right},
               {"B " + b.saved.id, Align::right},
               {"B - A", Align::right},
               {"relative", Align::right},
               {"difference"}});
  table.add({"queries", fmt::format("{}", a.summary.queries), fmt::format("{}", b.summary.queries)});
  for (const Figure& figure : figures) {
    const auto &in_a = a.summary.*figure.value, &in_b = b.summary.*figure.value;
    if (!in_a && !in_b) continue;
    const auto shown = [&](const std::optional<Estimate>& e) {
      return figure.is_rate ? samples_per_second(e) : with_interval(e, "s");
    };
    std::vector<std::string> row{figure.label, shown(in_a), shown(in_b)};
    if (const MetricDifference* m = metric_of(difference, figure_name(figure, a.saved.run)))
      row.insert(row.end(), {absolute_change(*m), relative_change(*m), in_words(m->evidence)});
    table.add(std::move(row));
  }
  const auto verdict = [](const Summary& s) { return s.verdict.valid ? "VALID" : "INVALID"; };
  table.add({"verdict", verdict(a.summary), verdict(b.summary)});
  std::string result = table.text() +
                       "Intervals are 95 %, of A and B each of its own run, of B - A of the difference; – "
                       "where a sample cannot support one.\n\n" +
                       (difference.difference ? paragraph(*difference.difference)
                                              : "no difference: " + difference.why_not + "\n");
  const auto settings = differing(a.saved.run, b.saved.run);
  if (settings.empty())
    return result + "Nothing else differs: the same scenario, system, machine and version.\n";
  Table others({{"differs too"}, {"A"}, {"B"}});
  for (const Setting& s : settings) others.add({s.name, s.a, s.b});
  return result + "\n" + others.text();
}

std::string compare_json(const Summed& a, const Summed& b, const Compared& difference) {
  Json compared = Json::object(), settings = Json::object();
  for (const Figure& figure : figures) {
    const auto &in_a = a.summary.*figure.value, &in_b = b.summary.*figure.value;
    const auto share = ratio(in_a, in_b);
    compared[figure.key] = {{"a", report::to_json(in_a)},
                            {"b", report::to_json(in_b)},
                            {"b_over_a", share ? number(*share) : Json()}};
  }
  for (const Setting& s : differing(a.saved.run, b.saved.run)) settings[s.name] = {{"a", s.a}, {"b", s.b}};
  const auto side = [](const Summed& s) {
    return Json{{"id", s.saved.id}, {"summary", report::to_json(s.summary)}};
  };
  return document("ridgeline.comparison/1",
                  {{"a", side(a)},
                   {"b", side(b)},
                   {"figures", compared},
                   {"difference", difference.difference ? to_json(*difference.difference, {}) : Json()},
                   {"no_difference_because", difference.difference ? Json() : Json(difference.why_not)},
                   {"settings_that_differ", settings}});
}

}  // namespace ridgeline::report
