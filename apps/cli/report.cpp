#include <fmt/format.h>

#include <filesystem>

#include "app.h"
#include "arguments.h"
#include "base/file.h"
#include "explain_inputs.h"
#include "output.h"
#include "report/document_page.h"
#include "report/record.h"

namespace ridgeline::cli {
namespace {

struct ReportFlags {
  std::string document, output, store;
};

Result<std::string> report_page(const ReportFlags& flags) {
  RIDGELINE_TRY(text, document_of(flags.document, flags.store));
  RIDGELINE_TRY(read, report::read_document(text, flags.document));
  report::PageSource source;
  source.name = std::filesystem::path(flags.document).filename().string();
  source.command =
      read.made_by.command.empty() ? read.saved_command.value_or("") : shell_line(read.made_by.command);
  if (source.command.starts_with("ridgeline "))
    source.command.erase(0, std::string_view("ridgeline ").size());
  source.files = read.made_by.files;
  source.version = read.version;
  source.build = read.build;
  source.document = std::move(text);
  return report::document_page(read, source, flags.document);
}

/// Beside the document, unless something else has that name.
Result<std::string> default_output(const std::string& document) {
  const std::string path = std::filesystem::path(document).replace_extension(".html").string();
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return path;
  const auto there = read_file(path);
  if (there && report::is_report_page(*there)) return path;
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
    RIDGELINE_TRY(beside, default_output(flags.document));
    path = beside;
  }
  std::error_code ignored;
  if (std::filesystem::equivalent(flags.document, path, ignored))
    return bad_input(fmt::format("{}: is the document; its report needs another name", path));
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
  CLI::App* command = app.add_subcommand("report", "A result as one HTML page, with pictures");
  command->footer(
      "Examples:\n"
      "  ridgeline simulate resnet-50 l4 --scenario server --qps 800 --json > run.json\n"
      "  ridgeline report run.json\n"
      "  ridgeline predict llama-3-8b h100 --json > p.json; ridgeline report p.json\n"
      "  ridgeline report 3f2a -o page.html\n"
      "The page refers to no other file and needs no network.");
  command
      ->add_option(
          "document", flags->document,
          "What a command printed with --json: a run, prediction, study, difference, mission or audit of two "
          "systems; or the id of a kept run")
      ->required();
  command->add_option("-o,--output", flags->output,
                      "The page; - for stdout; default: DOCUMENT.html, beside the document");
  command->add_option("--store", flags->store, "File of kept runs");
  command->callback([&context, flags, command] {
    context.arguments = arguments_of(*command);
    if (!context.only_arguments) context.exit_code = write_report(context, *flags);
  });
}

}  // namespace ridgeline::cli
