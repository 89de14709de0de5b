#include <fmt/format.h>

#include "app.h"
#include "print.h"
#include "report/saved_runs.h"
#include "report/saved_studies.h"
#include "study_saving.h"

namespace ridgeline::cli {
namespace {

struct StudiesFlags {
  std::string store, tag, output, csv, study;
  std::vector<std::string> names;
  bool ids = false;
};

Result<StudyStore> open_studies(const StudiesFlags& flags, StoreOptions::Access access) {
  RIDGELINE_TRY(path, store_path(flags.store));
  StoreOptions options;
  options.path = path;
  options.access = access;
  return StudyStore::open(options);
}

Result<std::string> list_studies(const Context& context, const StudiesFlags& flags) {
  RIDGELINE_TRY(store, open_studies(flags, StoreOptions::Access::read));
  RIDGELINE_TRY(studies, store.list(flags.tag));
  if (flags.ids) return report::ids_text(studies);
  return context.json ? report::list_json(studies) : report::list_text(studies);
}

Result<std::string> show_study(const Context& context, const StudiesFlags& flags) {
  RIDGELINE_TRY(store, open_studies(flags, StoreOptions::Access::read));
  RIDGELINE_TRY(study, store.load(flags.names[0]));
  return context.json ? study.json : report::text(study);
}

/// To the files that are named; the JSON to stdout where none is.
Result<std::string> export_study(const StudiesFlags& flags) {
  RIDGELINE_TRY(store, open_studies(flags, StoreOptions::Access::read));
  RIDGELINE_TRY(study, store.load(flags.names[0]));
  if (!flags.output.empty()) RIDGELINE_CHECK(write_file(flags.output, study.json));
  if (!flags.csv.empty()) RIDGELINE_CHECK(write_file(flags.csv, study.csv));
  if (!flags.study.empty()) RIDGELINE_CHECK(write_file(flags.study, study.text));
  const bool to_stdout = flags.output.empty() && flags.csv.empty() && flags.study.empty();
  return to_stdout ? study.json : std::string();
}

Result<std::string> remove_studies(const Context& context, const StudiesFlags& flags) {
  RIDGELINE_TRY(store, open_studies(flags, StoreOptions::Access::write));
  std::vector<std::string> ids;
  for (const std::string& name : flags.names) {
    RIDGELINE_TRY(id, store.remove(name));
    ids.push_back(id);
  }
  return context.json ? report::ids_json(ids) : fmt::format("removed {}\n", fmt::join(ids, ", "));
}

}  // namespace

void add_studies(CLI::App& app, Context& context) {
  CLI::App* studies = app.add_subcommand("studies", "List, show, export and remove kept studies");
  studies->require_subcommand(1);
  studies->footer(
      "Examples:\n"
      "  ridgeline explore study.yaml --save --tag quarter\n"
      "  ridgeline studies list\n"
      "  ridgeline studies export 3f2a --csv front.csv --study again.yaml\n"
      "They are in the store of runs: --store FILE, $RIDGELINE_STORE, or runs.db among the user's data "
      "(docs/store.md).");
  const auto flags = std::make_shared<StudiesFlags>();
  const auto add = [&](const char* name, const char* what, const char* examples, auto run) {
    CLI::App* command = add_command(*studies, context, name, what, examples, [&context, flags, run] {
      const auto text = run(context, *flags);
      if (!text) return fail(text.error());
      print_out("{}", *text);
      return static_cast<int>(exit_fine);
    });
    command->add_option("--store", flags->store, "File of kept runs and studies");
    return command;
  };
  CLI::App* lister = add("list", "Kept studies, oldest first", "  ridgeline studies list", list_studies);
  lister->add_option("--tag", flags->tag, "Only those with this tag");
  lister->add_flag("--ids", flags->ids, "Ids only, one a line");

  const auto takes = [&](CLI::App* command, const char* name, const char* what, int count) {
    command->add_option(name, flags->names, what)->required()->expected(count);
  };
  takes(add("show", "One study as it was printed", "  ridgeline studies show 3f2a", show_study), "id",
        "Id, or the first digits of one", 1);

  CLI::App* exporter =
      add("export", "One study's JSON, CSV of the front, or file",
          "  ridgeline studies export 3f2a > study.json\n  ridgeline studies export 3f2a --study again.yaml",
          [](const Context&, const StudiesFlags& f) { return export_study(f); });
  takes(exporter, "id", "Id, or the first digits of one", 1);
  exporter->add_option("-o,--output", flags->output, "Write the JSON there rather than to stdout");
  exporter->add_option("--csv", flags->csv, "Write the front there");
  exporter->add_option("--study", flags->study, "Write there the study file that gives it again");

  takes(add("rm", "Remove studies", "  ridgeline studies rm 3f2a", remove_studies), "ids",
        "Ids, or the first digits of them", -1);
}

}  // namespace ridgeline::cli
