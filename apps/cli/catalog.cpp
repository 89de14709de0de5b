#include <fmt/format.h>

#include <cstdio>

#include "app.h"
#include "base/file.h"
#include "print.h"
#include "ridgeline/report.h"

namespace ridgeline::cli {
namespace {

struct CatalogFlags {
  std::string name;
  bool hardware = false, models = false, ids = false;
};

int list_entries(const Context& context, const CatalogFlags& flags) {
  const auto catalog = load_catalog(context);
  if (!catalog) return fail(catalog.error());
  const bool both = flags.hardware == flags.models;
  if (flags.ids) {
    print_out("{}", report::ids_text(*catalog, both || flags.hardware, both || flags.models));
    return exit_fine;
  }
  print_out("{}", context.json ? report::list_json(*catalog, both || flags.hardware, both || flags.models)
                               : report::list_text(*catalog, both || flags.hardware, both || flags.models));
  return exit_fine;
}

int show(const Context& context, const CatalogFlags& flags) {
  const auto catalog = load_catalog(context);
  if (!catalog) return fail(catalog.error());
  const auto hardware = catalog->hardware(flags.name);
  if (hardware && !flags.models) {
    print_out("{}", context.json ? report::json(**hardware) : report::text(**hardware));
    return exit_fine;
  }
  const auto model = catalog->model(flags.name);
  if (model && !flags.hardware) {
    print_out("{}", context.json ? report::json(**model) : report::text(**model));
    return exit_fine;
  }
  if (flags.hardware) return fail(hardware.error());
  if (flags.models) return fail(model.error());
  return fail(bad_input(fmt::format("{}; and {}", hardware.error().message, model.error().message)));
}

struct ImportFlags {
  std::string config, output;
  ImportOptions options;
};

/// What the config says of its weights, in one line; empty when it says nothing.
std::string published_precision(const ImportedModel& imported) {
  std::string parts;
  const auto add = [&](const char* what, const std::optional<Precision>& precision) {
    if (precision) parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", what, to_string(*precision));
  };
  add("weights", imported.weights);
  add("experts", imported.experts);
  add("KV cache", imported.kv_cache);
  return parts;
}

int import_config(const ImportFlags& flags) {
  const auto json = read_file(flags.config);
  if (!json) return fail(json.error());
  ImportOptions options = flags.options;
  if (options.date.empty()) options.date = today();
  const auto imported = import_model(*json, flags.config, options);
  if (!imported) return fail(imported.error());
  const auto yaml = write_model(imported->model);
  if (!yaml) return fail(yaml.error());
  for (const std::string& note : imported->notes) progress(note);
  if (const auto precision = published_precision(*imported); !precision.empty())
    progress(fmt::format("{}: published precision: {}", flags.config, precision));
  if (flags.output.empty()) {
    print_out("{}", *yaml);
    return exit_fine;
  }
  const auto written = write_file(flags.output, *yaml);
  return written ? int{exit_fine} : fail(written.error());
}

int check_all(const Context& context) {
  const auto catalog = load_catalog(context);
  if (!catalog) return fail(catalog.error());
  const auto complaints = check(*catalog);
  if (context.json) {
    print_out("{}", report::check_json(*catalog, complaints));
  } else {
    for (const auto& complaint : complaints) print_out("{}\n", complaint);
    print_out("{} devices, {} models, {} complaint{}\n", catalog->all_hardware().size(),
              catalog->all_models().size(), complaints.size(), complaints.size() == 1 ? "" : "s");
  }
  return complaints.empty() ? exit_fine : exit_failed;
}

}  // namespace

void add_catalog(CLI::App& app, Context& context) {
  CLI::App* catalog = app.add_subcommand("catalog", "List, show, check and import hardware and models");
  catalog->require_subcommand(1);
  catalog->footer(
      "Examples:\n"
      "  ridgeline catalog list --hardware\n"
      "  ridgeline catalog show h100-sxm-80gb\n"
      "  ridgeline catalog check\n"
      "  ridgeline catalog import config.json -o data/models/my-model.yaml --id my-model");
  const auto flags = std::make_shared<CatalogFlags>();
  CLI::App* lister =
      add_command(*catalog, context, "list", "Ids, names and the figures that matter",
                  "  ridgeline catalog list --hardware\n  ridgeline catalog list --models --json",
                  [&context, flags] { return list_entries(context, *flags); });
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
  const auto imports = std::make_shared<ImportFlags>();
  CLI::App* importer = add_command(
      *catalog, context, "import", "Make a model file from a Hugging Face config.json",
      "  ridgeline catalog import config.json\n"
      "  ridgeline catalog import config.json -o data/models/my-model.yaml --id my-model --name 'My model'",
      [imports] { return import_config(*imports); });
  importer->add_option("config", imports->config, "The config.json")->required();
  importer->add_option("-o,--output", imports->output, "Write the YAML there rather than to stdout");
  importer->add_option("--id", imports->options.id, "Id of the model (default: by the config)");
  importer->add_option("--name", imports->options.name, "Name for people (default: by the config)");
  importer->add_option("--date", imports->options.date, "When the config was published (default: today)");
}

}  // namespace ridgeline::cli
