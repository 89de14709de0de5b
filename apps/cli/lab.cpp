#include "lab.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "app.h"
#include "base/version.h"
#include "print.h"
#include "report/saved_runs.h"
#include "ridgeline/workbench.h"
#include "saving.h"

extern char** environ;

namespace ridgeline::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t usual_port = 8765, ports_tried = 20;

struct LabFlags {
  std::string site, store, host = "127.0.0.1";
  std::optional<std::uint16_t> port;
  bool no_open = false;
};

/// As installed, beside the catalog; or in a source tree, where `make site` puts it.
Result<std::string> find_site(const Context& context, const std::string& flag) {
  if (!flag.empty()) return flag;
  if (const auto data = find_data(context)) {
    std::error_code ignored;
    for (const fs::path& path :
         {fs::path(*data) / "workbench", fs::path(*data) / ".." / "build" / "site-lab"})
      if (fs::exists(path / "index.html", ignored)) return path.lexically_normal().string();
  }
  return unavailable(
      "the workbench has not been built: `make site` in the source tree builds it (`make lab` also serves "
      "it), or "
      "give --site DIR");
}

Result<std::string> kept_runs(const std::string& store_flag) {
  RIDGELINE_TRY(store, open_store(store_flag, StoreOptions::Access::read));
  RIDGELINE_TRY(lines, store.list());
  return report::list_json(lines);
}

Result<std::string> kept_run(const std::string& store_flag, const std::string& id) {
  RIDGELINE_TRY(store, open_store(store_flag, StoreOptions::Access::read));
  RIDGELINE_TRY(saved, store.load(id));
  return report::json(saved, summarize(saved.run));
}

bool has_display() {
  const auto set = [](const char* value) { return value && *value; };
  return set(std::getenv("DISPLAY")) || set(std::getenv("WAYLAND_DISPLAY"));
}

/// In a process group of its own, so that our Ctrl-C does not end the browser. Nothing is said where there is
/// none: the address stands in the terminal.
void open_browser(const std::string& url) {
  if (!has_display()) return;
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  for (const int fd : {0, 1, 2}) posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::string program = "xdg-open", address = url;
  char* const words[] = {program.data(), address.data(), nullptr};
  pid_t ignored = 0;
  posix_spawnp(&ignored, program.c_str(), &files, &attributes, words, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
}

void announce(const Context& context, const std::string& url, const std::string& site) {
  if (context.json) {
    print_out("{}\n", nlohmann::json{{"ridgeline", version}, {"site", site}, {"url", url}}.dump());
  } else {
    print_out("{}\nThe workbench, from {}. Ctrl-C ends it.\n", url, site);
  }
  std::fflush(stdout);
}

int serve_lab(const Context& context, const LabFlags& flags) {
  const auto site = find_site(context, flags.site);
  if (!site) return fail(site.error());
  WorkbenchOptions options;
  options.site = *site;
  options.host = flags.host;
  options.port = flags.port.value_or(usual_port);
  options.tries = flags.port ? 1 : ports_tried;
  options.runs = [&flags] { return kept_runs(flags.store); };
  options.run = [&flags](const std::string& id) { return kept_run(flags.store, id); };
  const std::atomic<bool>& stop = stop_flag();
  const auto workbench = start_workbench(options);
  if (!workbench) return fail(workbench.error());
  if (!is_loopback(flags.host)) {
    progress(fmt::format(
        "warning: --host {}: whoever reaches this address can read the kept runs, without a password and "
        "unencrypted",
        flags.host));
  }
  announce(context, (*workbench)->url(), *site);
  if (!flags.no_open) open_browser((*workbench)->url());
  while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return exit_fine;
}

}  // namespace

void add_lab(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<LabFlags>();
  CLI::App* command =
      add_command(app, context, "lab",
                  "Serve the workbench to a browser on this machine, and open it; list and show labs",
                  "  ridgeline lab\n"
                  "  ridgeline lab --port 9000 --no-open\n"
                  "  ridgeline lab list\n"
                  "Ctrl-C ends it.",
                  [&context, flags] { return serve_lab(context, *flags); });
  command
      ->add_option("--port", flags->port,
                   "Port to listen on; 0: one that is free; default 8765, or the next that is free")
      ->check(CLI::Range(0, 65535));
  command
      ->add_option("--host", flags->host,
                   "Address to listen on; beyond loopback others can read the kept runs")
      ->capture_default_str();
  command->add_option("--site", flags->site,
                      "Folder of the workbench; default where it was installed or built");
  command->add_option("--store", flags->store, "File of kept runs");
  command->add_flag("--no-open", flags->no_open, "Open no browser");
  add_lab_subcommands(*command, context);
}

}  // namespace ridgeline::cli
