// `lab list` and `lab show`.

#include "lab.h"
#include "output.h"
#include "report/lab.h"

namespace ridgeline::cli {
namespace {

int list_all(const Context& context) {
  const auto dir = labs_folder(context);
  if (!dir) return fail(dir.error());
  const auto labs = list_labs(*dir);
  if (!labs) return fail(labs.error());
  for (const LabEntry& lab : *labs) context.catalog_files->insert("labs/" + lab.id + "/lab.yaml");
  if (context.json) {
    print_document(context, report::list_json(*labs), {});
  } else {
    print_plain(context, report::list_text(*labs));
  }
  return exit_fine;
}

int show_lab(const Context& context, const LabName& name) {
  const auto lab = find_lab(context, name);
  if (!lab) return fail(lab.error());
  if (context.json) {
    print_document(context, report::json(*lab), {});
  } else {
    print_plain(context, report::text(*lab));
  }
  return exit_fine;
}

}  // namespace

void add_lab_list(CLI::App& lab, Context& context) {
  add_command(lab, context, "list", "The labs there are, and their tracks",
              "  ridgeline lab list\n  ridgeline lab list --json", [&context] { return list_all(context); });
}

void add_lab_show(CLI::App& lab, Context& context) {
  const auto name = std::make_shared<LabName>();
  CLI::App* command =
      add_command(lab, context, "show", "A lab as a learner of one track gets it, without keys",
                  "  ridgeline lab show performance-benchmarking --track edge-guardian\n"
                  "  ridgeline lab show performance-benchmarking --track edge-guardian --json",
                  [&context, name] { return show_lab(context, *name); });
  name->add_to(*command);
}

}  // namespace ridgeline::cli
