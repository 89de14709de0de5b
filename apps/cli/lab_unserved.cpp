// `lab` where the build has no server.

#include "lab.h"

void ridgeline::cli::add_lab(CLI::App& app, Context& context) {
  CLI::App* lab = add_command(
      app, context, "lab", "List and show labs, and their keys",
      "  ridgeline lab list\n  ridgeline lab show performance-benchmarking --track edge-guardian", [] {
        return fail(
            unavailable("lab: this build cannot serve the workbench, the native program can; here there "
                        "are `lab list`, `lab show` and `lab key`"));
      });
  add_lab_subcommands(*lab, context);
}
