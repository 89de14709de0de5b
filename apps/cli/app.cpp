#include "app.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>

#include "arguments.h"
#include "base/file.h"
#include "output.h"
#include "report/run_record.h"
#include "ridgeline/report.h"

namespace ridgeline::cli {
namespace {

namespace fs = std::filesystem;

std::atomic<bool> stop_requested{false};

bool holds_catalog(const fs::path& dir) {
  std::error_code ignored;
  return fs::is_directory(dir / "hardware", ignored) && fs::is_directory(dir / "models", ignored);
}

// Installed: PREFIX/bin and PREFIX/share/ridgeline, wherever the tree was moved to. From a checkout: some
// folder above the build holds data/.
std::optional<fs::path> data_near_program() {
  const fs::path program = program_file();
  if (program.empty()) return std::nullopt;
  if (const auto shared = (program.parent_path() / RIDGELINE_DATA_FROM_PROGRAM).lexically_normal();
      holds_catalog(shared))
    return shared;
  for (fs::path dir = program.parent_path(); dir.has_relative_path(); dir = dir.parent_path()) {
    if (holds_catalog(dir / "data")) return dir / "data";
  }
  return std::nullopt;
}

}  // namespace

std::string program_file() {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  return failed ? "" : program.string();
}

Result<std::string> find_data(const Context& context) {
  if (!context.data_dir.empty()) return context.data_dir;
  if (const char* dir = std::getenv("RIDGELINE_DATA"); dir && *dir) return std::string(dir);
  if (const auto dir = data_near_program()) return dir->string();
  return unavailable("no catalog found near the program; give --data DIR or set RIDGELINE_DATA");
}

Host*& host() {
  thread_local Host* of_this_thread = nullptr;
  return of_this_thread;
}

int fail(const Error& error) {
  if (host()) {
    host()->error = error;
  } else {
    fmt::print(stderr, "ridgeline: {}\n", error.message);
  }
  return error.kind == ErrorKind::infeasible ? exit_infeasible : exit_bad_input;
}

Result<Catalog> load_catalog(const Context& context) {
  const std::lock_guard lock(context.kept->mutex);
  if (context.kept->catalog) return *context.kept->catalog;
  RIDGELINE_TRY(dir, find_data(context));
  RIDGELINE_TRY(catalog, Catalog::load(dir));
  std::error_code ignored;
  if (const auto path = this_machine_path(); !path.empty() && fs::exists(path, ignored)) {
    RIDGELINE_TRY(machine, read_hardware(path));
    RIDGELINE_CHECK(catalog.add(std::move(machine)));
  }
  context.kept->catalog = catalog;
  return catalog;
}

Result<const Model*> find_model(const Context& context, const Catalog& catalog, const std::string& name) {
  RIDGELINE_TRY(model, catalog.model(name));
  context.catalog_files->insert("models/" + model->id + ".yaml");
  return model;
}

Result<const Hardware*> find_hardware(const Context& context, const Catalog& catalog,
                                      const std::string& name) {
  RIDGELINE_TRY(hardware, catalog.hardware(name));
  context.catalog_files->insert("hardware/" + hardware->id + ".yaml");
  return hardware;
}

Result<std::shared_ptr<const Calibrations>> load_calibrations(const Context& context,
                                                              const std::string& file) {
  const auto load = [](const std::string& path) -> Result<std::shared_ptr<const Calibrations>> {
    RIDGELINE_TRY(calibrations, Calibrations::load(path));
    return std::make_shared<const Calibrations>(std::move(calibrations));
  };
  if (!file.empty()) return load(file);
  context.catalog_files->insert("calibration/*");
  const std::lock_guard lock(context.kept->mutex);
  if (!context.kept->calibrations) {
    RIDGELINE_TRY(dir, find_data(context));
    RIDGELINE_TRY(calibrations, load((fs::path(dir) / "calibration").string()));
    context.kept->calibrations = calibrations;
  }
  return context.kept->calibrations;
}

Result<KernelCalibrations> load_kernel_calibrations(const Context& context, const std::string& dir) {
  if (!dir.empty()) return KernelCalibrations::load(dir);
  RIDGELINE_TRY(data, find_data(context));
  return KernelCalibrations::load((fs::path(data) / "calibration" / "kernels").string());
}

Result<std::string> data_file(const Context& context, const std::string& name) {
  RIDGELINE_TRY(dir, find_data(context));
  context.catalog_files->insert(name);
  return (fs::path(dir) / name).string();
}

std::string today() { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr))); }

std::string own_file(const std::string& name) {
  const char* data_home = std::getenv("XDG_DATA_HOME");
  if (data_home && *data_home) return (fs::path(data_home) / "ridgeline" / name).string();
  const char* home = std::getenv("HOME");
  if (!home || !*home) return "";
  return (fs::path(home) / ".local" / "share" / "ridgeline" / name).string();
}

std::string pipeline_cache() {
  const char *cache_home = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
  if (cache_home && *cache_home) return (fs::path(cache_home) / "ridgeline" / "stages").string();
  if (!home || !*home) return "";
  return (fs::path(home) / ".cache" / "ridgeline" / "stages").string();
}

int show_run(const Context& context, const Result<Run>& run, const std::vector<Input>& inputs) {
  if (!run) return fail(run.error());
  return print_run(context, *run, summarize(*run), inputs);
}

int print_run(const Context& context, const Run& run, const Summary& summary,
              const std::vector<Input>& inputs) {
  if (context.on_run) {
    context.on_run(run);
    print_document(context, report::json_without_queries(run, summary), inputs);
    return summary.verdict.valid ? exit_fine : exit_failed;
  }
  // What was measured rests on the measurement; its document says what else is known of the model.
  const bool counted = context.json || run.origin != RunOrigin::measured;
  print_result(context, counted ? inputs : std::vector<Input>(), run, summary);
  return summary.verdict.valid ? exit_fine : exit_failed;
}

Status write_file(const std::string& path, const std::string& content) {
  return ridgeline::write_file(path, content);
}

const std::atomic<bool>& stop_flag() {
  if (host() && host()->stop) return *host()->stop;
  std::signal(SIGINT, [](int) {
    stop_requested = true;
    std::signal(SIGINT, SIG_DFL);
  });
  return stop_requested;
}

void progress(const std::string& line) {
  if (host()) {
    if (host()->progress) host()->progress(line);
    return;
  }
  std::fflush(stdout);
  fmt::print(stderr, "· {}\n", line);
}

CLI::App* add_command(CLI::App& app, Context& context, const std::string& name,
                      const std::string& description, const std::string& examples, std::function<int()> run) {
  CLI::App* command = app.add_subcommand(name, description);
  command->footer("Examples:\n" + examples);
  command->add_flag("--json", context.json, "Print one JSON document instead of text");
  command->add_option("--color", context.colour, "Of verdicts: auto (on a terminal), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command->callback([&context, command, run = std::move(run)] {
    if (!command->get_subcommands().empty()) return;  // the one that was given has run
    context.arguments = arguments_of(*command);
    if (!context.only_arguments) context.exit_code = run();
  });
  return command;
}

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); });
}

void add_format(CLI::App& command, Context& context) {
  command
      .add_option_function<std::string>(
          "--format",
          [&context](const std::string& format) {
            context.json = context.json || format == "json";
            context.markdown = format == "markdown";
          },
          "text, markdown or json (as --json)")
      ->check(CLI::IsMember({"text", "markdown", "json"}))
      ->excludes("--json");
}

}  // namespace ridgeline::cli
