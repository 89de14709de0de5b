#include <fmt/format.h>

#include <algorithm>

#include "app.h"
#include "base/version.h"

namespace ridgeline::cli {
namespace {

/// What holds for all commands.
void add_frame(CLI::App& app, Context& context) {
  app.name("ridgeline");
  app.description(
      "Ridgeline: what a machine-learning system will really do.\n"
      "Predicts, simulates, measures and explains, in the same words and units.");
  app.set_version_flag("--version", fmt::format("ridgeline {} ({})", version, build_type));
  app.add_option("--data", context.data_dir,
                 "Catalog folder; default: $RIDGELINE_DATA, or found near the program");
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.footer(
      "Exit codes: 0 fine, 1 a gate failed or a run is INVALID, 2 bad input, 3 infeasible.\n"
      "`ridgeline COMMAND --help` has examples.");
}

/// The command that the words begin with, where it needs no other: to register the flags of all takes as long
/// as many predictions. Completions and manual pages are of all commands.
const CommandEntry* alone(const std::vector<std::string>& words) {
  if (words.empty() || words.front() == "completion" || words.front() == "man") return nullptr;
  const auto found = std::find_if(commands().begin(), commands().end(),
                                  [&](const CommandEntry& command) { return command.name == words.front(); });
  return found == commands().end() ? nullptr : &*found;
}

}  // namespace

void add_commands(CLI::App& app, Context& context) {
  add_frame(app, context);
  for (const CommandEntry& command : commands()) command.add(app, context);
}

int run_program(const std::vector<std::string>& words, Context& context) {
  CLI::App app;
  if (const CommandEntry* command = alone(words)) {
    add_frame(app, context);
    command->add(app, context);
  } else {
    add_commands(app, context);
  }
  std::vector<const char*> argv{"ridgeline"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  try {
    app.parse(static_cast<int>(argv.size()), argv.data());
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    return fail(bad_input(message + "; see `ridgeline --help`"));
  }
  return context.exit_code;
}

}  // namespace ridgeline::cli
