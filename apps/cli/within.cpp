#include "within.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "arguments.h"

namespace ridgeline::cli {
namespace {

/// What they print depends on their arguments and the catalog alone, and they write no file.
constexpr std::array<std::string_view, 9> repeatable{"audit",   "cost",     "evaluate", "explain", "fleet",
                                                     "predict", "simulate", "tail",     "train"};

}  // namespace

Result<std::vector<std::string>> repeatable_arguments(const Context& context,
                                                      const std::vector<std::string>& words) {
  if (words.empty() || std::find(repeatable.begin(), repeatable.end(), words.front()) == repeatable.end()) {
    return bad_input(fmt::format("`{}` cannot be run again; only {} can", words.empty() ? "" : words.front(),
                                 fmt::join(repeatable, ", ")));
  }
  Context parsing;
  parsing.data_dir = context.data_dir;
  parsing.only_arguments = true;
  if (run_program(words, parsing) != exit_fine || parsing.arguments.empty())
    return bad_input(fmt::format("this version does not know its command: ridgeline {}", shell_line(words)));
  if (std::find(parsing.arguments.begin(), parsing.arguments.end(), "--here") != parsing.arguments.end())
    return bad_input("`audit --here` measures, which cannot be had again");
  return parsing.arguments;
}

Result<std::string> document_of_command(const Context& context, std::vector<std::string> arguments,
                                        Queries queries) {
  std::string out;
  Context within;
  within.data_dir = context.data_dir;
  within.kept = context.kept;
  within.captured = &out;
  if (queries == Queries::left_out) within.on_run = [](const Run&) {};
  arguments.emplace_back("--json");
  within.command = "ridgeline " + shell_line(arguments);
  const int code = run_program(arguments, within);
  if (code == exit_bad_input || out.empty())
    return bad_input(fmt::format("the command fails now: {}", within.command));
  return out;
}

}  // namespace ridgeline::cli
