#include "lab.h"
#include "output.h"
#include "report/lab.h"

namespace ridgeline::cli {
namespace {

struct KeyFlags {
  LabName name;
  std::string part, question;
};

Result<int> show_keys(const Context& context, const KeyFlags& flags) {
  RIDGELINE_TRY(lab, find_lab(context, flags.name));
  std::vector<Input> inputs;
  RIDGELINE_TRY(keys, lab_keys(lab, lab_ask(context, inputs), flags.part, flags.question));
  if (context.json) {
    print_document(context, report::json(lab, keys), inputs);
  } else {
    print_plain(context, report::text(lab, keys) + "\n" + rests_on_line(weakest_first(std::move(inputs))));
  }
  return int{exit_fine};
}

}  // namespace

void add_lab_key(CLI::App& lab, Context& context) {
  const auto flags = std::make_shared<KeyFlags>();
  CLI::App* command = add_command(
      lab, context, "key", "What the engine answers to a lab's questions, and what it ran for that",
      "  ridgeline lab key performance-benchmarking --track edge-guardian\n"
      "  ridgeline lab key performance-benchmarking --track edge-guardian --part tail --json",
      [&context, flags] {
        const auto code = show_keys(context, *flags);
        return code ? *code : fail(code.error());
      });
  flags->name.add_to(*command);
  command->add_option("--part", flags->part, "Of this part alone");
  command->add_option("--question", flags->question, "Of this question alone");
}

}  // namespace ridgeline::cli
