#include <fmt/format.h>

#include <algorithm>

#include "app.h"
#include "base/version.h"
#include "study_saving.h"

void ridgeline::cli::add_commands(CLI::App& app, Context& context) {
  using namespace ridgeline;
  app.name("ridgeline");
  app.description(
      "Ridgeline: what a machine-learning system will really do.\n"
      "Predicts, simulates, measures and explains, in the same words and units.");
  app.set_version_flag("--version", fmt::format("ridgeline {} ({})", version, build_type));
  app.add_option("--data", context.data_dir,
                 "Catalog folder; default: $RIDGELINE_DATA, or found near the program");
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  cli::add_catalog(app, context);
  cli::add_predict(app, context);
  cli::add_evaluate(app, context);
  cli::add_cost(app, context);
  cli::add_fleet(app, context);
  cli::add_explain(app, context);
  cli::add_check(app, context);
  cli::add_explore(app, context);
  cli::add_audit(app, context);
  cli::add_simulate(app, context);
  cli::add_tail(app, context);
  cli::add_train(app, context);
#ifdef RIDGELINE_LIVE
  cli::add_probe(app, context);
  cli::add_bench(app, context);
  cli::add_serve_sim(app, context);
  cli::add_run(app, context);
  cli::add_runs(app, context);
  cli::add_studies(app, context);
  cli::add_calibrate(app, context);
  cli::add_validate(app, context);
  cli::add_doctor(app, context);
#endif
  cli::add_verify_loadgen(app, context);
  cli::add_audit_log(app, context);
  cli::add_import_run(app, context);
  cli::add_reproduce(app, context);
  cli::add_completion(app, context);
  cli::add_man(app, context);
  app.footer(
      "Exit codes: 0 fine, 1 a gate failed or a run is INVALID, 2 bad input, 3 infeasible.\n"
      "`ridgeline COMMAND --help` has examples.");
}

int ridgeline::cli::run_program(const std::vector<std::string>& words, Context& context) {
  using namespace ridgeline;
  CLI::App app;
  cli::add_commands(app, context);
  std::vector<const char*> argv{"ridgeline"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  try {
    app.parse(static_cast<int>(argv.size()), argv.data());
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    return cli::fail(bad_input(message + "; see `ridgeline --help`"));
  }
  return context.exit_code;
}
