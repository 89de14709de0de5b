#include <fmt/format.h>

#include <filesystem>

#include "app.h"
#include "arguments.h"
#include "base/file.h"
#include "explain_inputs.h"
#include "output.h"
#include "report/record.h"
#include "report/run_page.h"
#include "report/run_record.h"

namespace ridgeline::cli {
namespace {

struct ReportFlags {
  std::string run, output, store;
};

Result<std::string> report_page(const ReportFlags& flags) {
  RIDGELINE_TRY(text, document_of(flags.run, flags.store));
  RIDGELINE_TRY(read, report::read_document(text, flags.run));
  if (!read.schema.starts_with("ridgeline.run/"))
    return bad_input(fmt::format(
        "{}: is {}; a report is made of ridgeline.run/1, as simulate, bench and import-run print with --json",
        flags.run, read.schema));
  RIDGELINE_TRY(saved, report::read_run(text, flags.run));
  report::RunPage page;
  page.name = std::filesystem::path(flags.run).filename().string();
  page.command =
      read.made_by.command.empty() ? read.saved_command.value_or("") : shell_line(read.made_by.command);
  if (page.command.starts_with("ridgeline ")) page.command.erase(0, std::string_view("ridgeline ").size());
  page.files = read.made_by.files;
  page.version = read.version;
  page.build = read.build;
  page.document = std::move(text);
  return report::html(saved, summarize(saved.run), page);
}

/// Beside the run, unless something else has that name.
Result<std::string> default_output(const std::string& run) {
  const std::string path = std::filesystem::path(run).replace_extension(".html").string();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return path;
  const auto there = read_file(path);
  if (there && report::is_run_page(*there)) return path;
  return bad_input(
      fmt::format("{}: is there, and no report of Ridgeline; say with -o where this one shall go", path));
}

Status write_page(const Context& context, const ReportFlags& flags) {
  RIDGELINE_TRY(page, report_page(flags));
  if (flags.output == "-") {
    print_plain(context, page);
    return Status::success();
  }
  std::string path = flags.output;
  if (path.empty()) {
    RIDGELINE_TRY(beside, default_output(flags.run));
    path = beside;
  }
  std::error_code ignored;
  if (std::filesystem::equivalent(flags.run, path, ignored))
    return bad_input(fmt::format("{}: is the run; its report needs another name", path));
  RIDGELINE_CHECK(write_file(path, page));
  progress(fmt::format("the report is in {}", path));
  return Status::success();
}

int write_report(const Context& context, const ReportFlags& flags) {
  if (const Status written = write_page(context, flags); !written) return fail(written.error());
  return exit_fine;
}

}  // namespace

void add_report(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ReportFlags>();
  CLI::App* command = app.add_subcommand("report", "A run as one HTML page, with pictures");
  command->footer(
      "Examples:\n"
      "  ridgeline simulate resnet-50 l4 --scenario server --qps 800 --json > run.json\n"
      "  ridgeline report run.json\n"
      "  ridgeline report 3f2a -o page.html\n"
      "The page refers to no other file and needs no network.");
  command
      ->add_option(
          "run", flags->run,
          "A run's JSON, as simulate, bench and import-run print it with --json, or the id of a kept run")
      ->required();
  command->add_option("-o,--output", flags->output,
                      "The page; - for stdout; default: RUN.html, beside the run");
  command->add_option("--store", flags->store, "File of kept runs");
  command->callback([&context, flags, command] {
    context.arguments = arguments_of(*command);
    if (!context.only_arguments) context.exit_code = write_report(context, *flags);
  });
}

}  // namespace ridgeline::cli
