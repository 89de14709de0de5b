#pragma once
// `ridgeline lab`: serving the workbench, and the subcommands about labs, each in a file of its own.

#include <functional>
#include <string>
#include <vector>

#include "app.h"
#include "ridgeline/lab.h"

namespace ridgeline::cli {

/// Which lab as which track.
struct LabName {
  std::string lab, track;

  void add_to(CLI::App&);
};

/// Its files are noted for the document of the result. Without a track the lab's only one. bad_input: as of
/// load_lab(), or which tracks there are.
Result<Lab> find_lab(const Context&, const LabName&);
Result<std::string> labs_folder(const Context&);

/// Runs commands within this process; data files that they use are noted for the document of the result, and
/// what their documents rest on is added to `inputs`. Errors: that of the command; bad_input for a command
/// that `reproduce` would refuse. Holds on to both arguments.
LabAsk lab_ask(const Context&, std::vector<Input>& inputs);

void add_lab_list(CLI::App& lab, Context&);
void add_lab_show(CLI::App& lab, Context&);
void add_lab_key(CLI::App& lab, Context&);
/// All of them.
void add_lab_subcommands(CLI::App& lab, Context&);

}  // namespace ridgeline::cli
