#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app.h"
#include "base/version.h"

namespace {

/// The command as a shell takes it again.
std::string command_line(int argc, char** argv) {
  std::string line = "ridgeline";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool plain =
        !word.empty() && word.find_first_of(" \t\n\"'\\$`&|;<>()*?[]{}#~!") == std::string::npos;
    line += ' ';
    if (plain) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ridgeline;
  cli::Context context;
  context.command = command_line(argc, argv);
  CLI::App app(
      "Ridgeline: what a machine-learning system will really do.\n"
      "Predicts, simulates, measures and explains, in the same words and units.",
      "ridgeline");
  app.set_version_flag("--version", fmt::format("ridgeline {} ({})", version, build_type));
  app.add_option("--data", context.data_dir,
                 "Catalog folder; default: $RIDGELINE_DATA, or found near the program");
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  cli::add_catalog(app, context);
  cli::add_predict(app, context);
  cli::add_explain(app, context);
  cli::add_check(app, context);
  cli::add_explore(app, context);
  cli::add_simulate(app, context);
  cli::add_tail(app, context);
  cli::add_train(app, context);
#ifdef RIDGELINE_LIVE
  cli::add_probe(app, context);
  cli::add_bench(app, context);
  cli::add_audit(app, context);
  cli::add_serve_sim(app, context);
  cli::add_runs(app, context);
  cli::add_calibrate(app, context);
  cli::add_validate(app, context);
#endif
  cli::add_verify_loadgen(app, context);
  cli::add_audit_log(app, context);
  cli::add_import_run(app, context);
  cli::add_completion(app, context);
  app.footer(
      "Exit codes: 0 fine, 1 a gate failed or a run is INVALID, 2 bad input, 3 infeasible.\n"
      "`ridgeline COMMAND --help` has examples.");

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    fmt::print(stderr, "ridgeline: {}; see `ridgeline --help`\n", message);
    return cli::exit_bad_input;
  }
  return context.exit_code;
}
