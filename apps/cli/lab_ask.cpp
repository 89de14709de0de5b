#include <iterator>

#include "lab.h"
#include "report/record.h"
#include "within.h"

namespace ridgeline::cli {
namespace {

/// While it lives what commands have to say stays within: the error is kept, progress goes where it went.
class Quiet {
 public:
  Quiet() : outer_(host()) {
    if (outer_) inner_.stop = outer_->stop;
    if (outer_) inner_.progress = outer_->progress;
    host() = &inner_;
  }
  ~Quiet() { host() = outer_; }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

  const std::optional<Error>& error() const { return inner_.error; }

 private:
  Host* outer_;
  Host inner_;
};

Result<std::string> ask(const Context& context, const std::vector<std::string>& words) {
  const Quiet quiet;
  const auto arguments = repeatable_arguments(context, words);
  if (!arguments) return quiet.error() ? *quiet.error() : arguments.error();
  auto document = document_of_command(context, *arguments, Queries::left_out);
  if (!document && quiet.error()) return *quiet.error();
  return document;
}

}  // namespace

LabAsk lab_ask(const Context& context, std::vector<Input>& inputs) {
  return [&context, &inputs](const std::vector<std::string>& words) -> Result<std::string> {
    RIDGELINE_TRY(document, ask(context, words));
    RIDGELINE_TRY(read, report::read_document(document, words.front()));
    for (const report::UsedFile& file : read.made_by.files) {
      if (file.catalog) context.catalog_files->insert(file.name);
    }
    std::move(read.made_by.inputs.begin(), read.made_by.inputs.end(), std::back_inserter(inputs));
    return document;
  };
}

}  // namespace ridgeline::cli
