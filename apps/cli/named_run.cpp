#include "named_run.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/file.h"
#include "report/run_record.h"
#include "ridgeline/formats.h"
#include "ridgeline/mlperf_log.h"
#ifdef RIDGELINE_LIVE
#include "saving.h"
#endif

namespace ridgeline::cli {

Result<Run> run_of_log(const std::string& dir) {
  RIDGELINE_TRY(log, read_mlperf_log(dir));
  if (log.run) return std::move(*log.run);
  return bad_input(
      fmt::format("{}: no mlperf_log_trace.json with the queries; `ridgeline audit-log` shows what the "
                  "log reports",
                  dir));
}

namespace {

Result<Run> run_of_file(const std::string& path) {
  RIDGELINE_TRY(text, read_file(path));
  if (text.find("\"ridgeline.") != std::string::npos && text.front() == '{') {
    RIDGELINE_TRY(saved, report::read_run(text, path));
    return std::move(saved.run);
  }
  RIDGELINE_TRY(imported, import_run(path, {}));
  return std::move(imported.run);
}

}  // namespace

Result<report::NamedRun> load_run(const std::string& name, [[maybe_unused]] const std::string& store) {
  std::error_code ignored;
  const bool exists = std::filesystem::exists(name, ignored);
  if (exists) {
    RIDGELINE_TRY(run, std::filesystem::is_directory(name, ignored) ? run_of_log(name) : run_of_file(name));
    return report::NamedRun{std::filesystem::path(name).filename().string(), std::move(run)};
  }
  const bool is_id = !name.empty() && name.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_id) return bad_input(fmt::format("{}: no such file, and not the id of a kept run", name));
#ifdef RIDGELINE_LIVE
  RIDGELINE_TRY(runs, open_store(store, StoreOptions::Access::read));
  RIDGELINE_TRY(saved, runs.load(name));
  return report::NamedRun{saved.id, std::move(saved.run)};
#else
  return unavailable(fmt::format("{}: no such file, and this build keeps no runs", name));
#endif
}

}  // namespace ridgeline::cli
