// `reproduce DOCUMENT`: runs what a document says made it, in this process, and compares byte for byte.

#include <fmt/format.h>

#include <filesystem>

#include "app.h"
#include "arguments.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/version.h"
#include "explain_inputs.h"
#include "output.h"
#include "report/record.h"
#include "report/reproduction.h"
#include "report/run_record.h"
#include "report/saved_runs.h"
#include "within.h"

namespace ridgeline::cli {
namespace {

using report::MadeBy;
using report::Reproduction;
using report::UsedFile;

struct ReproduceFlags {
  std::string document, output, store;
};

Result<std::vector<std::string>> command_of(const Context& context, const report::ReadDocument& read,
                                            const std::string& name) {
  std::vector<std::string> words = read.made_by.command;
  if (words.empty() && read.saved_command) {
    RIDGELINE_TRY(line, shell_words(*read.saved_command));
    if (!line.empty() && line.front() == "ridgeline") line.erase(line.begin());
    words = std::move(line);
  }
  const bool measured = read.origin == "measured" || read.schema.starts_with("ridgeline.probe/") ||
                        read.schema.starts_with("ridgeline.audit/") ||
                        read.schema.starts_with("ridgeline.batch-audit/");
  if (measured) return bad_input(fmt::format("{}: a measurement; what it saw cannot be had again", name));
  if (words.empty())
    return bad_input(fmt::format("{}: this {} does not say what command made it", name, read.schema));
  const auto arguments = repeatable_arguments(context, words);
  if (!arguments) return bad_input(fmt::format("{}: {}", name, arguments.error().message));
  return *arguments;
}

/// Files of the user must be there, and as they were, before anything is run.
Status check_files(const std::vector<UsedFile>& files) {
  for (const UsedFile& file : files) {
    if (file.catalog) continue;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file.name, ignored)) {
      return bad_input(fmt::format("{}: not there; run from the folder that the command ran in", file.name));
    }
    RIDGELINE_TRY(text, read_file(file.name));
    if (const std::string hash = fnv1a_hex(text); hash != file.hash) {
      return bad_input(
          fmt::format("{}: has changed since: its FNV-1a is {}, and was {}", file.name, hash, file.hash));
    }
  }
  return Status::success();
}

/// A kept run has neither head nor files: the runs themselves are compared, as one function writes them.
Result<std::string> run_alone(const std::string& document, const std::string& name) {
  RIDGELINE_TRY(saved, report::read_run(document, name));
  return report::json(saved.run, summarize(saved.run));
}

Result<Reproduction> solve(const Context& context, const ReproduceFlags& flags) {
  RIDGELINE_TRY(before, document_of(flags.document, flags.store));
  RIDGELINE_TRY(read, report::read_document(before, flags.document));
  RIDGELINE_TRY(command, command_of(context, read, flags.document));
  RIDGELINE_CHECK(check_files(read.made_by.files));
  RIDGELINE_TRY(after, document_of_command(context, command, Queries::kept));
  RIDGELINE_TRY(made, report::read_document(after, "what came out"));
  if (!flags.output.empty()) RIDGELINE_CHECK(write_file(flags.output, after));
  Reproduction result;
  result.document = flags.document;
  result.command = std::move(command);
  result.old_version = read.version;
  result.new_version = version;
  result.old_build = read.build;
  result.new_build = build_type;
  if (read.saved_command) {
    RIDGELINE_TRY(old_run, run_alone(before, flags.document));
    RIDGELINE_TRY(new_run, run_alone(after, "what came out"));
    report::compare(old_run, new_run, result);
  } else {
    report::compare(before, after, result);
  }
  report::compare(read.made_by, made.made_by, result);
  return result;
}

int show(const Context& context, const ReproduceFlags& flags) {
  const auto result = solve(context, flags);
  if (!result) return fail(result.error());
  if (context.json) {
    print_plain(context, report::json(*result));
  } else {
    print_text(context, report::text(*result));
  }
  return result->equal() ? exit_fine : exit_failed;
}

}  // namespace

void add_reproduce(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ReproduceFlags>();
  CLI::App* command = add_command(
      app, context, "reproduce", "Make a result again from its own record, and compare byte for byte",
      "  ridgeline simulate resnet-50 l4 --scenario server --qps 400 --json > run.json\n"
      "  ridgeline reproduce run.json\n"
      "  ridgeline reproduce 3f2a --output again.json\n"
      "Exit code 1 when other bytes come out, 2 for what cannot be made again: measurements, files that are "
      "gone.",
      [&context, flags] { return show(context, *flags); });
  command->add_option("document", flags->document, "What --json printed, or the id of a kept run")
      ->required();
  command->add_option("-o,--output", flags->output, "Write what came out there");
  command->add_option("--store", flags->store, "File of kept runs");
}

}  // namespace ridgeline::cli
