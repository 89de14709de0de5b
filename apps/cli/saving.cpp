#include "saving.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "report/saved_runs.h"

namespace ridgeline::cli {

#ifdef RIDGELINE_LIVE
namespace {

Result<RunStore::Saved> put(const std::string& path, const SavedRun& saved, const Summary& summary) {
  StoreOptions options;
  options.path = path;
  RIDGELINE_TRY(store, RunStore::open(options));
  return store.save(saved, summary);
}

/// After the store refused: the run as a file, which `runs import` takes.
Result<std::string> put_beside(SavedRun saved, const Summary& summary) {
  saved.id = run_id(saved.run);
  const std::string file = fmt::format("ridgeline-run-{}.json", saved.id);
  RIDGELINE_CHECK(write_file(file, report::json(saved, summary)));
  return file;
}

}  // namespace

std::string utc_time(double days_ago) {
  const auto then = std::time(nullptr) - static_cast<std::time_t>(days_ago * 86400);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(then));
}

Result<std::string> store_path(const std::string& flag) {
  if (!flag.empty()) return flag;
  if (const char* file = std::getenv("RIDGELINE_STORE"); file && *file) return std::string(file);
  const std::string path = own_file("runs.db");
  if (path.empty())
    return unavailable("no home for a store of runs; give --store FILE or set RIDGELINE_STORE");
  return path;
}

Result<RunStore> open_store(const std::string& flag, StoreOptions::Access access) {
  RIDGELINE_TRY(path, store_path(flag));
  StoreOptions options;
  options.path = path;
  options.access = access;
  return RunStore::open(options);
}

void SaveFlags::add_to(CLI::App& app, When when) {
  const bool by_default = when == When::unless_refused;
  CLI::Option* saving = nullptr;
  if (by_default) {
    save = true;
    app.add_flag("--no-save", no_save, "Do not keep the run");
  } else {
    saving = app.add_flag("--save", save, "Keep the run in the store: see `ridgeline runs`");
  }
  CLI::Option* others[] = {
      app.add_option("--tag", tags, "Of the kept run; again for more")->take_all(),
      app.add_option("--note", note, "Beside the kept run"),
      app.add_option("--store", store,
                     "File of kept runs; default: $RIDGELINE_STORE, or among the user's data")};
  for (CLI::Option* other : others) {
    if (saving) other->needs(saving);
  }
}

int SaveFlags::show(const Context& context, const Result<Run>& run, const InputsOf& inputs) const {
  if (!run) return fail(run.error());
  const auto used = inputs();
  const Summary summary = summarize(*run);
  const int code = print_run(context, *run, summary, used ? *used : std::vector<Input>());
  if (!keeps()) return code;
  std::fflush(stdout);
  const int keeping = keep(context, *run, summary, [&used] { return used; }).code;
  return keeping == exit_fine ? code : keeping;
}

SaveFlags::Kept SaveFlags::keep(const Context& context, const Run& run, const Summary& summary,
                                const InputsOf& inputs) const {
  if (!keeps()) return {};
  SavedRun saved;
  saved.saved = utc_time();
  saved.command = context.command;
  saved.note = note;
  saved.tags = tags;
  auto used = inputs();
  if (used) saved.inputs = *std::move(used);
  if (!used) progress(fmt::format("its inputs are not kept: {}", used.error().message));
  saved.run = run;
  const auto path = store_path(store);
  const auto kept = path ? put(*path, saved, summary) : Result<RunStore::Saved>(path.error());
  if (kept) {
    const bool is_new = kept->outcome == RunStore::Saved::Outcome::added;
    progress(fmt::format("{} {} in {}", is_new ? "saved as" : "equal to the saved", kept->id, *path));
    return {kept->id, exit_fine};
  }
  const auto file = put_beside(std::move(saved), summary);
  if (!file) {
    return {"", fail(unavailable(fmt::format("not saved: {}; nor beside: {}", kept.error().message,
                                             file.error().message)))};
  }
  fail(unavailable(fmt::format("not saved: {}; the run is in {}", kept.error().message, *file)));
  return {};
}

#else  // WebAssembly has no store

void SaveFlags::add_to(CLI::App&, When) {}
int SaveFlags::show(const Context& context, const Result<Run>& run, const InputsOf& inputs) const {
  const auto used = inputs();
  return show_run(context, run, used ? *used : std::vector<Input>());
}
SaveFlags::Kept SaveFlags::keep(const Context&, const Run&, const Summary&, const InputsOf&) const {
  return {};
}

#endif

}  // namespace ridgeline::cli
