#include <unistd.h>

#include "app.h"
#include "output.h"
#include "report/colour.h"
#include "ridgeline/doctor_report.h"
#include "saving.h"

namespace ridgeline::cli {
namespace {

int run(const Context& context, const std::string& onnxruntime) {
  DoctorOptions options;
  if (const auto data = find_data(context)) options.data_dir = *data;
  options.program = program_file();
  options.this_machine = this_machine_path();
  if (const auto store = store_path("")) options.store = *store;
  options.cache = pipeline_cache();
  options.onnxruntime = onnxruntime;
  options.colour = report::wants_colour(report::ColourWhen::automatic, isatty(STDOUT_FILENO) != 0);
  const Diagnosis diagnosis = diagnose(options);
  if (context.json || context.markdown) {
    print_plain(context, context.json ? report::json(diagnosis) : report::markdown(diagnosis));
  } else {
    print_text(context, report::text(diagnosis));
  }
  return diagnosis.works() ? exit_fine : exit_failed;
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  const auto onnxruntime = std::make_shared<std::string>();
  CLI::App* command =
      add_command(app, context, "doctor", "What is installed, what is missing, what it costs and what to do",
                  "  ridgeline doctor\n"
                  "  ridgeline doctor --json\n"
                  "  ridgeline --data ./data doctor",
                  [&context, onnxruntime] { return run(context, *onnxruntime); });
  add_format(*command, context);
  command->add_option("--onnxruntime", *onnxruntime, "The library to look at; default: as `bench` finds it");
}

}  // namespace ridgeline::cli
