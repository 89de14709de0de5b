#include "explain_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "output.h"
#include "report/record.h"
#include "report/saved_runs.h"
#include "saving.h"

namespace ridgeline::cli {
namespace {

bool may_be_id(const std::string& word) {
  return !word.empty() && word.size() <= 16 && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

}  // namespace

Result<std::string> document_of(const std::string& file_or_id, [[maybe_unused]] const std::string& store) {
  std::error_code ignored;
  if (std::filesystem::exists(file_or_id, ignored) || !may_be_id(file_or_id)) return read_file(file_or_id);
#ifdef RIDGELINE_LIVE
  RIDGELINE_TRY(runs, open_store(store, StoreOptions::Access::read));
  RIDGELINE_TRY(saved, runs.load(file_or_id));
  return report::json(saved, summarize(saved.run));
#else
  return read_file(file_or_id);
#endif
}

void InputsFlags::add_to(CLI::App& app) {
  app.add_option("--inputs", of,
                 "List every value that a result used, the weakest kind first: a JSON document, or the id of "
                 "a kept run");
}

int explain_inputs(const Context& context, const InputsFlags& flags) {
  const auto text = document_of(flags.of, flags.store);
  if (!text) return fail(text.error());
  const auto read = report::read_document(*text, flags.of);
  if (!read) return fail(read.error());
  const std::vector<Input>& inputs = read->made_by.inputs;
  if (inputs.empty()) {
    return fail(bad_input(
        fmt::format("{}: this {} lists no inputs; an older version wrote it, or it is a measurement",
                    flags.of, read->schema)));
  }
  print_plain(context, context.json       ? report::inputs_json(inputs)
                       : context.markdown ? report::inputs_markdown(inputs)
                                          : report::inputs_text(inputs));
  return exit_fine;
}

}  // namespace ridgeline::cli
