// Manual pages, made from what --help says, so that they cannot fall behind it.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string_view>

#include "app.h"
#include "base/version.h"
#include "environment.h"

namespace ridgeline::cli {
namespace {

/// As roff takes it; a hyphen is the one that is typed.
std::string roff(std::string_view text) {
  std::string result;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) result += "\\&";
    line_begins = c == '\n';
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return result;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

/// "UINT:UINT in [1 - 9]" as the kind of value and what it is held to.
struct ValueKind {
  std::string kind, limits;
};
ValueKind kind_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t colon = type.find(':');
  if (colon == std::string::npos) return {type, ""};
  ValueKind kind{type.substr(0, colon), type.substr(colon + 1)};
  if (kind.limits.starts_with(kind.kind + " ")) kind.limits.erase(0, kind.kind.size() + 1);
  return kind;
}

std::string sentence(std::string text) {
  if (!text.empty() && text.back() != '.') text += '.';
  return text;
}

std::string names_of(const CLI::Option& option) {
  std::string names;
  const auto add = [&names](const std::string& name) { names += (names.empty() ? "" : ", ") + bold(name); };
  for (const auto& name : option.get_snames()) add("-" + name);
  for (const auto& name : option.get_lnames()) add("--" + name);
  return names.empty() ? italic(option.get_name(true)) : names;
}

std::string entry(const CLI::Option& option) {
  const bool takes_value = option.get_items_expected_max() > 0;
  const ValueKind kind = takes_value ? kind_of(option) : ValueKind{};
  std::string tag = names_of(option);
  if (takes_value && !option.get_lnames().empty()) tag += " " + italic(kind.kind);
  if (option.get_expected_max() > 1) tag += " ...";
  std::string text = sentence(option.get_description());
  if (!kind.limits.empty()) {
    std::string limits = kind.limits;
    std::replace(limits.begin(), limits.end(), ',', '|');
    text += limits.starts_with('{')
                ? " One of " + limits.substr(1, limits.size() - 2) + "."
                : " " + sentence(static_cast<char>(std::toupper(limits[0])) + limits.substr(1));
  }
  if (takes_value && !option.get_default_str().empty())
    text += fmt::format(" Default: {}.", option.get_default_str());
  for (const CLI::Option* other : option.get_excludes())
    text += fmt::format(" Not with {}.", other->get_name());
  for (const CLI::Option* other : option.get_needs()) text += fmt::format(" Needs {}.", other->get_name());
  return fmt::format(".TP\n{}\n{}\n", tag, roff(text));
}

std::vector<const CLI::Option*> shown(const CLI::App& app, bool positional) {
  return app.get_options([positional](const CLI::Option* option) {
    return !option->get_group().empty() && option->get_positional() == positional;
  });
}

std::string arguments(const CLI::App& app) {
  std::string result;
  for (const CLI::Option* option : shown(app, true)) {
    const std::string name = italic(option->get_name(true)) + (option->get_expected_max() > 1 ? " ..." : "");
    result += option->get_required() ? " " + name : " [" + name + "]";
  }
  return result;
}

std::string synopsis(const std::string& path, const CLI::App& app) {
  const bool nests = !shown_commands(app).empty();
  return fmt::format("{} [{}]{}{}\n", bold(path), italic("options"),
                     nests ? " " + italic("subcommand") + " ..." : "", arguments(app));
}

std::string entries(const CLI::App& app) {
  std::string result;
  for (const CLI::Option* option : shown(app, true)) result += entry(*option);
  for (const CLI::Option* option : shown(app, false)) result += entry(*option);
  return result;
}

std::string examples(const CLI::App& app) {
  std::string footer = app.get_footer();
  constexpr std::string_view head = "Examples:\n";
  if (!footer.starts_with(head)) return "";
  footer.erase(0, head.size());
  return fmt::format(".SH EXAMPLES\n.EX\n{}\n.EE\n", roff(footer));
}

std::string head(const std::string& page, const std::string& what, const std::string& date) {
  std::string upper = page, line = what;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  std::replace(line.begin(), line.end(), '\n', ' ');
  return fmt::format(".TH {} 1 {} \"ridgeline {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n", upper, date,
                     version, page, roff(line));
}

constexpr std::string_view exit_status =
    ".SH EXIT STATUS\n"
    ".TP\n0\nFine.\n"
    ".TP\n1\nA gate failed, or a run is INVALID.\n"
    ".TP\n2\nBad input, or something that this machine or build cannot do.\n"
    ".TP\n3\nInfeasible: the question is well put, and the answer is that it does not fit.\n";

std::string command_page(const CLI::App& app, const std::string& date) {
  const std::string path = "ridgeline " + app.get_name(), page = "ridgeline-" + app.get_name();
  std::string text = head(page, app.get_description(), date) + ".SH SYNOPSIS\n" + synopsis(path, app);
  text += fmt::format(".SH DESCRIPTION\n{}\n.SH OPTIONS\n{}", roff(sentence(app.get_description())),
                      entries(app));
  const auto nested = shown_commands(app);
  if (!nested.empty()) text += ".SH SUBCOMMANDS\n";
  for (const CLI::App* sub : nested) {
    text += fmt::format(".SS {}\n{}.PP\n{}\n{}", roff(sub->get_name()),
                        synopsis(path + " " + sub->get_name(), *sub), roff(sentence(sub->get_description())),
                        entries(*sub));
  }
  text += examples(app);
  text += exit_status;
  return text + ".SH SEE ALSO\n.BR ridgeline (1),\nwhich has the environment and the files\n";
}

std::string program_page(const CLI::App& app, const std::string& date) {
  std::string what = app.get_description();
  what = what.substr(what.find(": ") + 2, what.find('\n') - what.find(": ") - 2);
  if (what.ends_with('.')) what.pop_back();
  std::string text = head("ridgeline", what, date) + ".SH SYNOPSIS\n" + synopsis("ridgeline", app);
  text += fmt::format(".SH DESCRIPTION\n{}\n.SH OPTIONS\n{}.SH COMMANDS\n", roff(app.get_description()),
                      entries(app));
  std::string see;
  for (const CLI::App* sub : shown_commands(app)) {
    text += fmt::format(".TP\n{}\n{}\n", bold(sub->get_name()), roff(sentence(sub->get_description())));
    see += fmt::format("{}.BR ridgeline\\-{} (1)", see.empty() ? "" : ",\n", roff(sub->get_name()));
  }
  text += exit_status;
  text += ".SH ENVIRONMENT\n";
  for (const Named& variable : environment())
    text += fmt::format(".TP\n{}\n{}\n", bold(variable.name), roff(variable.meaning));
  text += ".SH FILES\n";
  for (const Named& file : files())
    text += fmt::format(".TP\n{}\n{}\n", italic(file.name), roff(file.meaning));
  return text + ".SH SEE ALSO\n" + see + "\n";
}

Status write_pages(const CLI::App& app, const std::string& folder, const std::string& date) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  RIDGELINE_CHECK(write_file(folder + "/ridgeline.1", program_page(app, date)));
  for (const CLI::App* sub : shown_commands(app))
    RIDGELINE_CHECK(
        write_file(fmt::format("{}/ridgeline-{}.1", folder, sub->get_name()), command_page(*sub, date)));
  return Status::success();
}

struct ManFlags {
  std::string command, into, date = today();
};

Result<std::string> page_of(const CLI::App& app, const ManFlags& flags) {
  if (flags.command.empty()) return program_page(app, flags.date);
  for (const CLI::App* sub : shown_commands(app)) {
    if (sub->get_name() == flags.command) return command_page(*sub, flags.date);
  }
  return bad_input(fmt::format("man: no command '{}'; `ridgeline --help` lists them", flags.command));
}

}  // namespace

void add_man(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ManFlags>();
  CLI::App* command = app.add_subcommand("man", "Print a manual page");
  command->group("");  // for packages
  command->footer(
      "Examples:\n"
      "  ridgeline man predict | man -l -\n"
      "  ridgeline man --into /usr/local/share/man/man1");
  command->add_option("command", flags->command, "Whose page; default the program's own");
  command->add_option("--into", flags->into, "Write all pages into a folder");
  command->add_option("--date", flags->date, "Of the pages, YYYY-MM-DD; default today");
  command->callback([&app, &context, flags] {
    if (!flags->into.empty()) {
      if (const Status written = write_pages(app, flags->into, flags->date); !written)
        context.exit_code = fail(written.error());
      return;
    }
    const auto page = page_of(app, *flags);
    if (!page) {
      context.exit_code = fail(page.error());
    } else {
      fmt::print("{}", *page);
    }
  });
}

}  // namespace ridgeline::cli
