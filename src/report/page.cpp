#include "report/page.h"

#include <fmt/format.h>

#include <filesystem>

#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

constexpr std::string_view generator = "<meta name=\"generator\" content=\"Ridgeline report\">";

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

const char* tone_class(Tone tone) {
  return tone == Tone::fine ? "valid" : tone == Tone::bad ? "invalid" : "plain";
}

std::string figure_of(const Chart& chart) {
  return fmt::format(
      "<figure id=\"{}\"><h3>{}</h3>\n{}<figcaption>{}</figcaption>\n<div class=\"save\"></div>\n"
      "<details><summary>The same as a table</summary>\n{}</details></figure>\n",
      chart.id, xml_escaped(chart.title), chart.svg, xml_escaped(chart.caption), chart.table.html());
}

}  // namespace

std::string page(const std::string& title, const std::string& body, const PageSource& source) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n{}\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "img-src data:; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
      "<style id=\"chart-style\">{}</style>\n<style>{}</style>\n</head>\n<body><main data-name=\"{}\">\n",
      generator, page_script_hash, xml_escaped(title), chart_style, page_style,
      xml_escaped(std::filesystem::path(source.name).stem().string()));
  out += fmt::format("<h1>{}</h1>\n<p class=\"note\">{}</p>\n", xml_escaped(title), xml_escaped(source.name));
  out += body + "<p id=\"save-document\"></p>\n</main>\n";
  out += "<script type=\"application/json\" id=\"document\">" + embedded(source.document) + "</script>\n";
  return out + "<script>" + page_script + "</script>\n</body></html>\n";
}

std::string section(std::string_view title, const std::string& body) {
  return fmt::format("<section><h2>{}</h2>\n{}</section>\n", xml_escaped(title), body);
}

std::string scrolled(const std::string& table_html) {
  return "<div class=\"scroll\" tabindex=\"0\">" + table_html + "</div>\n";
}

std::string verdict_block(Tone tone, std::string_view word, const std::vector<std::string>& reasons) {
  std::string list;
  for (const std::string& reason : reasons) list += fmt::format("<li>{}</li>\n", xml_escaped(reason));
  return fmt::format("<div class=\"verdict {}\"><strong>{}</strong>\n{}</div>\n", tone_class(tone),
                     xml_escaped(word), list.empty() ? "" : "<ul>\n" + list + "</ul>\n");
}

std::string pictures(const std::vector<Chart>& charts, std::string_view none) {
  std::string figures;
  for (const Chart& chart : charts) figures += figure_of(chart);
  if (figures.empty()) return fmt::format("<p>{}</p>\n", xml_escaped(none));
  return "<div class=\"charts\">\n" + figures + "</div>\n";
}

std::string paragraphs(const std::vector<std::string>& sentences) {
  std::string result;
  for (const std::string& sentence : sentences) result += fmt::format("<p>{}</p>\n", xml_escaped(sentence));
  return result;
}

std::string inputs_section(const std::vector<Input>& inputs) {
  return section("What it rests on", scrolled(inputs_html(inputs)));
}

std::string made_by_section(const PageSource& source,
                            const std::vector<std::pair<std::string, std::string>>& more) {
  std::string body = source.command.empty() ? "<p>The document does not say which command made it.</p>\n"
                                            : fmt::format("<pre class=\"command\">ridgeline {}</pre>\n",
                                                          xml_escaped(source.command));
  Table table({{"what"}, {"value"}});
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) table.add({name, value});
  };
  add("made by", source.version.empty() ? "" : fmt::format("Ridgeline {}, {}", source.version, source.build));
  for (const auto& [name, value] : more) add(name, value);
  for (const UsedFile& file : source.files)
    add(file.catalog ? "file of the catalog" : "file", fmt::format("{} (FNV-1a {})", file.name, file.hash));
  return section("How it was made", body + scrolled(table.html()));
}

bool is_report_page(std::string_view text) {
  return text.substr(0, 300).find(generator) != std::string_view::npos;
}

}  // namespace ridgeline::report
