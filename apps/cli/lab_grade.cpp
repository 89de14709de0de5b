// `lab grade`: rubric sheets of learners' ledgers.

#include <map>

#include "base/file.h"
#include "lab.h"
#include "output.h"
#include "report/grade.h"

namespace ridgeline::cli {
namespace {

struct GradeFlags {
  std::vector<std::string> files;
};

struct GradeSheets {
  std::vector<report::GradedLedger> ledgers;
  std::vector<Input> inputs;
};

/// All are read before any is graded, which takes longer.
Result<GradeSheets> grade_files(const Context& context, const GradeFlags& flags) {
  std::vector<Ledger> ledgers;
  for (const std::string& file : flags.files) {
    RIDGELINE_TRY(text, read_file(file));
    RIDGELINE_TRY(ledger, read_ledger(text, file));
    ledgers.push_back(std::move(ledger));
  }
  GradeSheets sheets;
  const LabAsk ask = lab_ask(context, sheets.inputs);
  constexpr std::size_t most_known = 300;
  std::map<std::vector<std::string>, Result<std::string>> known;  // a class asks for the same keys
  const LabAsk ask_once = [&](const std::vector<std::string>& words) {
    const auto found = known.find(words);
    if (found != known.end()) return found->second;
    auto document = ask(words);
    if (known.size() < most_known) known.emplace(words, document);
    return document;
  };
  for (std::size_t i = 0; i < ledgers.size(); ++i) {
    const auto lab = find_lab(context, {ledgers[i].lab, ledgers[i].track});
    if (!lab) return Error{lab.error().kind, flags.files[i] + ": " + lab.error().message};
    const auto graded = grade(*lab, ledgers[i], ask_once);
    if (!graded) return Error{graded.error().kind, flags.files[i] + ": " + graded.error().message};
    sheets.ledgers.push_back({flags.files[i], *graded});
  }
  return sheets;
}

int show_grades(const Context& context, const GradeFlags& flags) {
  const auto sheets = grade_files(context, flags);
  if (!sheets) return fail(sheets.error());
  const std::string rests_on = rests_on_line(weakest_first(sheets->inputs));
  if (context.json) {
    print_document(context, report::json(sheets->ledgers), sheets->inputs);
  } else if (context.markdown) {
    print_plain(context, report::markdown(sheets->ledgers) + "\n" + rests_on);
  } else {
    print_plain(context, report::text(sheets->ledgers) + "\n" + rests_on);
  }
  return exit_fine;
}

}  // namespace

void add_lab_grade(CLI::App& lab, Context& context) {
  const auto flags = std::make_shared<GradeFlags>();
  CLI::App* command =
      add_command(lab, context, "grade", "A rubric sheet for each learner's ledger, and a table of the class",
                  "  ridgeline lab grade ada.json\n"
                  "  ridgeline lab grade ada.json --markdown > ada.md\n"
                  "  ridgeline lab grade class/*.json --json > class.json\n"
                  "Predictions are compared with the keys, evidence is computed again; nothing that a ledger "
                  "names is read, written or run but the lab's own commands.",
                  [&context, flags] { return show_grades(context, *flags); });
  command->add_option("ledger", flags->files, "Files of ridgeline.ledger/1, as the lab's page exports them")
      ->required()
      ->expected(-1);
  command->add_flag("--markdown", context.markdown, "Sheets to print or to fill in")->excludes("--json");
}

}  // namespace ridgeline::cli
