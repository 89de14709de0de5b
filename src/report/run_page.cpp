#include "report/run_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "report/format.h"
#include "report/run_charts.h"
#include "report/run_sheet.h"
#include "report/run_windows.h"
#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

constexpr std::string_view generator = "<meta name=\"generator\" content=\"Ridgeline report\">";

constexpr std::string_view page_style =
    R"css(
:root{--soft-paper:#f6f6f6;--fine:#00694b;--bad:#a83200;color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,'Segoe UI','DejaVu Sans',sans-serif}
main{max-width:1080px;margin:0 auto;padding:16px}
h1{font-size:1.5em;line-height:1.25;margin:.2em 0;overflow-wrap:anywhere}
h2{font-size:1.2em;margin:1.6em 0 .4em}
h3{font-size:1em;margin:0}
.note,figcaption{color:var(--soft);font-size:.9em}
.verdict{border-left:6px solid;padding:.4em .8em;background:var(--soft-paper)}
.verdict strong{font-size:1.15em}
.valid{border-color:var(--fine)}
.valid strong{color:var(--fine)}
.invalid{border-color:var(--bad)}
.invalid strong{color:var(--bad)}
ul{margin:.3em 0;padding-left:1.2em}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:24px}
figure{margin:0;min-width:0;break-inside:avoid}
figure svg{display:block;width:100%;height:auto}
.scroll,pre,details{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.92em}
th,td{text-align:left;padding:.15em .7em .15em 0;border-bottom:1px solid var(--grid);vertical-align:top}
th{color:var(--soft);font-weight:600}
th.figure,td.figure{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
pre{background:var(--soft-paper);padding:.6em;font-size:.85em}
pre.command{white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer}
button{font:inherit;font-size:.85em;min-height:32px;margin:.2em .4em .2em 0;padding:.1em .7em;color:var(--ink);background:var(--soft-paper);border:1px solid var(--soft);border-radius:4px}
button:focus-visible,summary:focus-visible{outline:3px solid var(--line);outline-offset:2px}
@media screen and (prefers-color-scheme:dark){
:root{--paper:#16181b;--soft-paper:#22262b;--ink:#eaeaea;--soft:#b4b4b4;--grid:#3b4046;--bar:#56b4e9;--line:#56b4e9;--mark:#eaeaea;--limit:#ff9a5c;--fine:#4fd0a5;--bad:#ff9a5c}
}
@media(max-width:480px){
svg text{font-size:16px}
main{padding:10px}
td{overflow-wrap:anywhere}
}
@media print{
button{display:none}
main{max-width:none;padding:0}
body{font-size:10pt}
h2,h3{break-after:avoid}
.charts{display:block}
figure{display:grid;grid-template:auto auto auto 1fr/3fr 2fr;column-gap:16px;align-content:start;margin-bottom:12pt}
figure h3{grid-column:1/3}
figure svg{grid-area:2/1}
figcaption{grid-area:3/1}
figure details{grid-area:2/2/5/3}
figure table{font-size:7.5pt;line-height:1.15}
summary{display:none}
}
)css";

/// JSON that no HTML parser takes for an end of the script: "<" stands in strings alone.
std::string embedded(const std::string& json) {
  std::string result;
  result.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      result += "\\u003c";
    } else {
      result += c;
    }
  }
  return result;
}

std::string section(const char* title, const std::string& body) {
  return fmt::format("<section><h2>{}</h2>\n{}</section>\n", title, body);
}

std::string scrolled(const Table& table) { return "<div class=\"scroll\">" + table.html() + "</div>\n"; }

std::string verdict_block(const Verdict& verdict) {
  std::string reasons;
  for (const std::string& reason : verdict.reasons)
    reasons += fmt::format("<li>{}</li>\n", xml_escaped(reason));
  return fmt::format("<div class=\"verdict {}\"><strong>{}</strong>\n{}</div>\n",
                     verdict.valid ? "valid" : "invalid", verdict.valid ? "VALID" : "INVALID",
                     reasons.empty() ? "" : "<ul>\n" + reasons + "</ul>\n");
}

std::string figure_of(const Chart& chart) {
  return fmt::format(
      "<figure id=\"{}\"><h3>{}</h3>\n{}<figcaption>{}</figcaption>\n<div class=\"save\"></div>\n"
      "<details><summary>The same as a table</summary>\n{}</details></figure>\n",
      chart.id, xml_escaped(chart.title), chart.svg, xml_escaped(chart.caption), chart.table.html());
}

Table scenario_table(const Scenario& s) {
  Table table({{"setting"}, {"value"}});
  const auto limit = [&](const char* name, Nanoseconds time) {
    table.add({name, time == Nanoseconds(0) ? "none" : show(to_seconds(time))});
  };
  table.add({"scenario", std::string(to_string(s.kind))});
  table.add({"percentile that counts", fmt::format("P{:g}", 100 * s.percentile)});
  limit("limit on latency", s.latency_limit());
  limit("limit on the time to first token", s.ttft_limit);
  limit("limit on the time per token", s.tpot_limit);
  if (s.target_qps > 0) table.add({"target rate", fmt::format("{:g} per second", s.target_qps)});
  if (is_open_loop(s.kind)) table.add({"arrivals", std::string(to_string(s.arrivals.kind))});
  if (s.kind == ScenarioKind::closed_loop) {
    table.add({"users", fmt::format("{}", s.users)});
    table.add({"think time", fmt::format("{}, {}", show(to_seconds(s.think_time)), to_string(s.think))});
  }
  table.add({"samples per query", fmt::format("{}", s.samples_per_query)});
  table.add({"at least", fmt::format("{}, {} queries", show(to_seconds(s.min_duration)), s.min_queries)});
  table.add({"at most", s.max_queries == 0 ? "no limit" : fmt::format("{} queries", s.max_queries)});
  if (s.dataset_samples > 0) table.add({"samples in the data set", fmt::format("{}", s.dataset_samples)});
  table.add({"seed", fmt::format("{}", s.seed)});
  return table;
}

std::string made_by_section(const SavedRun& saved, const RunPage& page) {
  std::string body = page.command.empty() ? "<p>The document does not say which command made it.</p>\n"
                                          : fmt::format("<pre class=\"command\">ridgeline {}</pre>\n",
                                                        xml_escaped(page.command));
  Table table({{"what"}, {"value"}});
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) table.add({name, value});
  };
  add("made by", page.version.empty() ? "" : fmt::format("Ridgeline {}, {}", page.version, page.build));
  add("machine", saved.run.machine);
  add("id", saved.id);
  add("saved", saved.saved);
  add("tags", fmt::format("{}", fmt::join(saved.tags, ", ")));
  add("note", saved.note);
  for (const UsedFile& file : page.files)
    add(file.catalog ? "file of the catalog" : "file", fmt::format("{} (FNV-1a {})", file.name, file.hash));
  return body + scrolled(table);
}

std::string charts_section(const SavedRun& saved, const Summary& summary) {
  std::string figures;
  for (const Chart& chart : run_charts(saved.run, summary)) figures += figure_of(chart);
  if (figures.empty()) return "<p>No query was answered, so there is no picture.</p>\n";
  return "<div class=\"charts\">\n" + figures + "</div>\n";
}

}  // namespace

std::string html(const SavedRun& saved, const Summary& summary, const RunPage& page) {
  const Sheet sheet = run_sheet(saved.run, summary);
  const std::string title = xml_escaped(sheet.title());
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n{}\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "img-src data:; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
      "<style id=\"chart-style\">{}</style>\n<style>{}</style>\n</head>\n<body><main data-name=\"{}\">\n",
      generator, page_script_hash, title, chart_style, page_style,
      xml_escaped(std::filesystem::path(page.name).stem().string()));
  out += fmt::format("<h1>{}</h1>\n<p class=\"note\">{}</p>\n", title, xml_escaped(page.name));
  out += verdict_block(summary.verdict);
  const LatencySample sample(saved.run);
  out += section(
      "Percentiles",
      scrolled(percentile_table(summary, sample, saved.run.scenario)) +
          "<p class=\"note\">Intervals are 95 %; – where the sample cannot support a figure, or none is "
          "computed for it.</p>\n");
  out += section("Pictures", charts_section(saved, summary));
  out += section("Figures", "<div class=\"scroll\">" + sheet.html() + "</div>\n");
  if (!saved.run.windows.empty())
    out += section("How it went", scrolled(windows_table(saved.run)) + "<p class=\"note\">" +
                                      xml_escaped(endurance_text(saved.run)) + "</p>\n");
  out += section("Scenario", scrolled(scenario_table(saved.run.scenario)));
  out += section("What it rests on", "<div class=\"scroll\">" + inputs_html(saved.inputs) + "</div>\n");
  out += section("How it was made", made_by_section(saved, page));
  out += "<p id=\"save-run\"></p>\n</main>\n";
  out += "<script type=\"application/json\" id=\"run\">" + embedded(page.document) + "</script>\n";
  return out + "<script>" + page_script + "</script>\n</body></html>\n";
}

bool is_run_page(std::string_view text) {
  return text.substr(0, 300).find(generator) != std::string_view::npos;
}

}  // namespace ridgeline::report
