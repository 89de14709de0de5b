#include <fmt/format.h>

#include <cstdio>

#include "app.h"
#include "base/file.h"
#include "print.h"
#include "report/run_record.h"
#include "report/saved_runs.h"
#include "ridgeline/mlperf_log.h"
#include "saving.h"

namespace ridgeline::cli {
namespace {

using Access = StoreOptions::Access;

struct RunsFlags {
  std::string store, tag, output, mlperf_log;
  std::vector<std::string> names;  ///< ids, or files to import
  bool ids = false, inputs = false, dry_run = false;
  std::optional<double> days;
  std::optional<std::uint64_t> keep;
};

int print(const Result<std::string>& text) {
  if (!text) return fail(text.error());
  print_out("{}", *text);
  return exit_fine;
}

Result<std::string> list(const Context& context, const RunsFlags& flags) {
  RIDGELINE_TRY(store, open_store(flags.store, Access::read));
  RIDGELINE_TRY(lines, store.list(flags.tag));
  if (flags.ids) return report::ids_text(lines);
  return context.json ? report::list_json(lines) : report::list_text(lines, "no runs");
}

Result<std::string> show(const Context& context, const RunsFlags& flags) {
  RIDGELINE_TRY(store, open_store(flags.store, Access::read));
  RIDGELINE_TRY(saved, store.load(flags.names[0]));
  const Summary summary = summarize(saved.run);
  if (context.json) return report::json(saved, summary);
  return report::text(saved, summary, flags.inputs ? report::Inputs::shown : report::Inputs::hidden);
}

Result<std::string> compare_two(const Context& context, const RunsFlags& flags) {
  RIDGELINE_TRY(store, open_store(flags.store, Access::read));
  RIDGELINE_TRY(a, store.load(flags.names[0]));
  RIDGELINE_TRY(b, store.load(flags.names[1]));
  const report::Summed in_a{a, summarize(a.run)}, in_b{b, summarize(b.run)};
  const auto difference = compare(a.run, b.run);
  report::Compared compared;
  if (difference) {
    compared.difference = *difference;
  } else {
    compared.why_not = difference.error().message;
  }
  return context.json ? report::compare_json(in_a, in_b, compared)
                      : report::compare_text(in_a, in_b, compared);
}

Result<std::string> export_one(const RunsFlags& flags) {
  RIDGELINE_TRY(store, open_store(flags.store, Access::read));
  RIDGELINE_TRY(saved, store.load(flags.names[0]));
  if (!flags.mlperf_log.empty()) {
    RIDGELINE_CHECK(write_mlperf_log(saved.run, flags.mlperf_log));
    return fmt::format("LoadGen's logs of {} are in {}\n", saved.id, flags.mlperf_log);
  }
  const std::string document = report::json(saved, summarize(saved.run));
  if (flags.output.empty()) return document;
  RIDGELINE_CHECK(write_file(flags.output, document));
  return std::string();
}

/// A run that the file does not give as it was is refused: it would pass for another.
Result<SavedRun> read_import(const std::string& path) {
  RIDGELINE_TRY(text, read_file(path));
  RIDGELINE_TRY(saved, report::read_run(text, path));
  if (const std::string id = run_id(saved.run); !saved.id.empty() && saved.id != id) {
    return bad_input(
        fmt::format("{}: the run has changed since it was written: it is {} now, not {}; without \"saved\" "
                    "it is a run of "
                    "its own",
                    path, id, saved.id));
  }
  if (saved.saved.empty()) saved.saved = utc_time();
  return saved;
}

Result<std::string> import_all(const Context& context, const RunsFlags& flags) {
  RIDGELINE_TRY(store, open_store(flags.store, Access::write));
  std::vector<std::string> ids;
  std::string text;
  for (const std::string& path : flags.names) {
    RIDGELINE_TRY(saved, read_import(path));
    RIDGELINE_TRY(kept, store.save(saved, summarize(saved.run)));
    const bool is_new = kept.outcome == RunStore::Saved::Outcome::added;
    text += fmt::format("{}  {}{}\n", kept.id, path, is_new ? "" : ", which was there");
    ids.push_back(kept.id);
  }
  return context.json ? report::ids_json(ids) : text;
}

Result<std::string> remove_all(const Context& context, const RunsFlags& flags) {
  RIDGELINE_TRY(store, open_store(flags.store, Access::write));
  std::vector<std::string> ids;
  for (const std::string& name : flags.names) {
    RIDGELINE_TRY(id, store.remove(name));
    ids.push_back(id);
  }
  return context.json ? report::ids_json(ids) : fmt::format("removed {}\n", fmt::join(ids, ", "));
}

Result<std::string> collect(const Context& context, const RunsFlags& flags) {
  RIDGELINE_TRY(store, open_store(flags.store, flags.dry_run ? Access::read : Access::write));
  GcRule rule;
  rule.tag = flags.tag;
  rule.keep = flags.keep;
  if (flags.days) rule.saved_before = utc_time(*flags.days);
  RunStore::Collected collected;
  if (flags.dry_run) {
    RIDGELINE_TRY(lines, store.dropped_by(rule));
    collected.dropped = std::move(lines);
  } else {
    RIDGELINE_TRY(done, store.collect(rule));
    collected = std::move(done);
  }
  if (!collected.not_compacted.empty())
    progress(fmt::format("dropped, but the file is as long as before: {}", collected.not_compacted));
  if (context.json) return report::list_json(collected.dropped);
  return report::list_text(collected.dropped, "no runs to drop") +
         (flags.dry_run ? "a dry run: nothing was dropped\n" : "");
}

}  // namespace

void add_runs(CLI::App& app, Context& context) {
  CLI::App* runs = app.add_subcommand("runs", "List, show, compare, export, import and drop kept runs");
  runs->require_subcommand(1);
  runs->footer(
      "Examples:\n"
      "  ridgeline simulate resnet-50 l4 --scenario server --qps 800 --save --tag baseline\n"
      "  ridgeline runs list\n"
      "  ridgeline runs show 3f2a\n"
      "  ridgeline runs compare 3f2a 91\n"
      "The store is --store FILE, $RIDGELINE_STORE, or runs.db among the user's data (docs/store.md).");
  const auto flags = std::make_shared<RunsFlags>();
  const auto add = [&](const char* name, const char* what, const char* examples,
                       Result<std::string> (*run)(const Context&, const RunsFlags&)) {
    CLI::App* command = add_command(*runs, context, name, what, examples,
                                    [&context, flags, run] { return print(run(context, *flags)); });
    command->add_option("--store", flags->store, "File of kept runs");
    return command;
  };
  const auto takes = [&](CLI::App* command, const char* name, const char* what, int count) {
    command->add_option(name, flags->names, what)->required()->expected(count);
  };

  CLI::App* lister = add("list", "Kept runs, oldest first", "  ridgeline runs list --tag baseline", list);
  lister->add_option("--tag", flags->tag, "Only those with this tag");
  lister->add_flag("--ids", flags->ids, "Ids only, one a line");

  CLI::App* shower =
      add("show", "One run, and what is kept beside it", "  ridgeline runs show 3f2a --inputs", show);
  takes(shower, "id", "Id, or the first digits of one", 1);
  shower->add_flag("--inputs", flags->inputs, "Values that it used, and where they come from");

  takes(add("compare", "Two runs side by side, and their difference", "  ridgeline runs compare 3f2a 91",
            compare_two),
        "ids", "Two ids, or the first digits of them", 2);

  CLI::App* exporter =
      add("export", "One run as JSON, with all that is kept of it",
          "  ridgeline runs export 3f2a -o run.json\n  ridgeline runs export 3f2a --mlperf-log logs",
          [](const Context&, const RunsFlags& f) { return export_one(f); });
  takes(exporter, "id", "Id, or the first digits of one", 1);
  exporter->add_option("-o,--output", flags->output, "Write it there rather than to stdout");
  exporter->add_option("--mlperf-log", flags->mlperf_log,
                       "Write LoadGen's logs (summary, detail, trace) into this folder instead");

  takes(add("import", "Take runs from files: exported ones, or what --json printed",
            "  ridgeline runs import run.json", import_all),
        "files", "JSON files", -1);
  takes(add("rm", "Remove runs", "  ridgeline runs rm 3f2a", remove_all), "ids",
        "Ids, or the first digits of them", -1);

  CLI::App* collector =
      add("gc", "Drop runs that all given conditions hold for, and compact the file",
          "  ridgeline runs gc --days 30 --dry-run\n  ridgeline runs gc --tag try --keep 10", collect);
  collector->add_option("--tag", flags->tag, "With this tag; otherwise only runs without tags are dropped");
  collector->add_option("--days", flags->days, "Saved more than so many days ago")
      ->check(CLI::NonNegativeNumber);
  collector->add_option("--keep", flags->keep, "Beyond the newest so many");
  collector->add_flag("--dry-run", flags->dry_run, "List them, and drop none");
}

}  // namespace ridgeline::cli
