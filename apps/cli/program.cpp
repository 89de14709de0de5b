#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "app.h"
#include "base/version.h"

namespace ridgeline::cli {
namespace {

/// The command that the words begin with needs no other one: to register its flags takes as long as many
/// predictions. Shells complete all commands.
bool is_needed(const CommandEntry& command, const std::vector<std::string>& words, bool known) {
  return !known || words.front() == command.name;
}

bool names_a_command(const std::vector<std::string>& words) {
  if (words.empty() || words.front() == "completion") return false;
  return std::any_of(commands().begin(), commands().end(),
                     [&](const CommandEntry& command) { return words.front() == command.name; });
}

}  // namespace

int run_program(const std::vector<std::string>& words, Context& context) {
  CLI::App app(
      "Ridgeline: what a machine-learning system will really do.\n"
      "Predicts, simulates, measures and explains, in the same words and units.",
      "ridgeline");
  app.set_version_flag("--version", fmt::format("ridgeline {} ({})", version, build_type));
  app.add_option("--data", context.data_dir,
                 "Catalog folder; default: $RIDGELINE_DATA, or found near the program");
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  const bool known = names_a_command(words);
  for (const CommandEntry& command : commands()) {
    if (is_needed(command, words, known)) command.add(app, context);
  }
  app.footer(
      "Exit codes: 0 fine, 1 a gate failed or a run is INVALID, 2 bad input, 3 infeasible.\n"
      "`ridgeline COMMAND --help` has examples.");

  std::vector<const char*> argv{"ridgeline"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  try {
    app.parse(static_cast<int>(argv.size()), argv.data());
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    fmt::print(stderr, "ridgeline: {}; see `ridgeline --help`\n", message);
    return exit_bad_input;
  }
  return context.exit_code;
}

}  // namespace ridgeline::cli
