#include <fmt/format.h>

#include <cstdio>

#include "app.h"
#include "ridgeline/report.h"

namespace ridgeline::cli {
namespace {

struct Flags {
  std::string name;
  bool hardware = false, models = false, ids = false;
};

int list(const Context& context, const Flags& flags) {
  const auto catalog = load_catalog(context);
  if (!catalog) return fail(catalog.error());
  const bool both = flags.hardware == flags.models;
  if (flags.ids) {
    fmt::print("{}", report::ids_text(*catalog, both || flags.hardware, both || flags.models));
    return exit_fine;
  }
  fmt::print("{}", context.json ? report::list_json(*catalog, both || flags.hardware, both || flags.models)
                                : report::list_text(*catalog, both || flags.hardware, both || flags.models));
  return exit_fine;
}

int show(const Context& context, const Flags& flags) {
  const auto catalog = load_catalog(context);
  if (!catalog) return fail(catalog.error());
  const auto hardware = catalog->hardware(flags.name);
  if (hardware && !flags.models) {
    fmt::print("{}", context.json ? report::json(**hardware) : report::text(**hardware));
    return exit_fine;
  }
  const auto model = catalog->model(flags.name);
  if (model && !flags.hardware) {
    fmt::print("{}", context.json ? report::json(**model) : report::text(**model));
    return exit_fine;
  }
  if (flags.hardware) return fail(hardware.error());
  if (flags.models) return fail(model.error());
  return fail(bad_input(fmt::format("{}; and {}", hardware.error().message, model.error().message)));
}

int check_all(const Context& context) {
  const auto catalog = load_catalog(context);
  if (!catalog) return fail(catalog.error());
  const auto complaints = check(*catalog);
  if (context.json) {
    fmt::print("{}", report::check_json(*catalog, complaints));
  } else {
    for (const auto& complaint : complaints) fmt::print("{}\n", complaint);
    fmt::print("{} devices, {} models, {} complaint{}\n", catalog->all_hardware().size(),
               catalog->all_models().size(), complaints.size(), complaints.size() == 1 ? "" : "s");
  }
  return complaints.empty() ? exit_fine : exit_failed;
}

}  // namespace

void add_catalog(CLI::App& app, Context& context) {
  CLI::App* catalog = app.add_subcommand("catalog", "List, show and check the known hardware and models");
  catalog->require_subcommand(1);
  catalog->footer(
      "Examples:\n"
      "  ridgeline catalog list --hardware\n"
      "  ridgeline catalog show h100-sxm-80gb\n"
      "  ridgeline catalog check");
  const auto flags = std::make_shared<Flags>();
  CLI::App* lister =
      add_command(*catalog, context, "list", "Ids, names and the figures that matter",
                  "  ridgeline catalog list --hardware\n  ridgeline catalog list --models --json",
                  [&context, flags] { return list(context, *flags); });
  lister->add_flag("--hardware", flags->hardware, "Devices only");
  lister->add_flag("--models", flags->models, "Models only");
  lister->add_flag("--ids", flags->ids, "Ids only, one a line");
  CLI::App* shower =
      add_command(*catalog, context, "show", "One entry, every value with its source",
                  "  ridgeline catalog show h100-sxm-80gb\n  ridgeline catalog show llama-3-8b --json",
                  [&context, flags] { return show(context, *flags); });
  shower->add_option("name", flags->name, "Id or alias")->required();
  shower->add_flag("--hardware", flags->hardware, "Look among devices only");
  shower->add_flag("--models", flags->models, "Look among models only");
  add_command(*catalog, context, "check", "Read every file and compare models with their published sizes",
              "  ridgeline catalog check\n  ridgeline --data my-data catalog check",
              [&context] { return check_all(context); });
}

}  // namespace ridgeline::cli
