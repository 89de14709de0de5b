#include "program_flags.h"

#include <fmt/format.h>

#include "options.h"
#include "ridgeline/systems.h"

namespace ridgeline::cli {

void ProgramFlags::add_to(CLI::App& app) {
  app.add_option(
      "--command", command,
      "In place of a target: a program that reads a line a query and writes its answers; words as a "
      "shell cuts them, but no shell");
  app.add_option("--startup-timeout", startup_timeout, "For --command: until it says that it is ready")
      ->capture_default_str();
  app.add_option("--system-options", system_options, "For a shared library, which knows what they mean");
}

Status ProgramFlags::check(const std::string& target) const {
  if (is_command() && !target.empty())
    return bad_input(fmt::format("--command: takes the place of a target; leave out '{}'", target));
  if (!system_options.empty() && !is_shared_library(target))
    return bad_input("--system-options: only for a shared library, such as ./libmine.so");
  return Status::success();
}

Result<std::unique_ptr<SystemUnderTest>> ProgramFlags::make_command(const Schedule& schedule) const {
  CommandOptions options;
  RIDGELINE_TRY(words, split_words(command));
  RIDGELINE_TRY(startup, parse_duration(startup_timeout, "--startup-timeout"));
  options.words = std::move(words);
  options.startup = to_nanoseconds(startup);
  return make_command_system(options, schedule);
}

Result<std::unique_ptr<SystemUnderTest>> ProgramFlags::make_shared_library(const std::string& path,
                                                                           const Schedule& schedule) const {
  return make_shared_library_system({path, system_options}, schedule);
}

bool is_shared_library(const std::string& target) {
  const auto at = target.rfind(".so");
  if (at == std::string::npos) return false;
  const auto version = std::string_view(target).substr(at + 3);
  return version.empty() || (version.size() > 1 && version.front() == '.' &&
                             version.find_first_not_of("0123456789.") == std::string_view::npos);
}

}  // namespace ridgeline::cli
