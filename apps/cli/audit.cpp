#include "audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

namespace ridgeline::cli {
namespace {

struct AuditCommandFlags {
  bool here = false;
  VersusFlags versus;
  AuditFiles files;
#ifdef RIDGELINE_LIVE
  HereFlags machine;
#endif
  const CLI::App* command = nullptr;
};

constexpr std::array<std::string_view, 6> of_both_audits{"json",      "format",        "color",
                                                         "json-file", "markdown-file", "here"};

/// A flag of one kind of audit beside the other would change nothing.
Status refuse(const CLI::App& command, const CLI::App& other, const char* what) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0 || option->get_lnames().empty()) continue;
    const std::string& name = option->get_lnames().front();
    const bool shared = std::find(of_both_audits.begin(), of_both_audits.end(), name) != of_both_audits.end();
    if (!shared && other.get_option_no_throw("--" + name) != nullptr)
      return bad_input(fmt::format("audit: --{} does not go with {}", name, what));
  }
  return Status::success();
}

Status check(const AuditCommandFlags& flags) {
  const VersusFlags& v = flags.versus;
  CLI::App of_versus, of_here;
  VersusFlags unused;
  unused.add_to(of_versus);
#ifdef RIDGELINE_LIVE
  HereFlags unused_here;
  unused_here.add_to(of_here);
#endif
  if (flags.here) return refuse(*flags.command, of_versus, "--here");
  if (v.a.empty() && v.b.empty()) {
    return bad_input(
        "audit: say which system; --here audits the machine this runs on, --a A --b B --mission M one system "
        "against another");
  }
  if (v.a.empty() || v.b.empty())
    return bad_input(
        fmt::format("audit: --{} is missing; an audit compares two systems", v.a.empty() ? "a" : "b"));
  if (v.mission.empty())
    return bad_input("audit: --mission is missing; `ridgeline simulate --missions` lists them");
  return refuse(*flags.command, of_here, "--a and --b");
}

int run(const Context& context, const AuditCommandFlags& flags) {
  if (const Status right = check(flags); !right) return fail(right.error());
  if (!flags.here) return run_versus(context, flags.versus, flags.files);
#ifdef RIDGELINE_LIVE
  return run_here(context, flags.machine, flags.files);
#else
  return fail(
      unavailable("audit: this build cannot measure the machine it runs on; --a and --b compare systems"));
#endif
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<AuditCommandFlags>();
  CLI::App* command = add_command(
      app, context, "audit", "This machine, or one system against another: what they really do, and why",
      "  ridgeline audit --here\n"
      "  ridgeline audit --here --workload bert-base --batch 4 --threads 2 --budget 60s\n"
      "  ridgeline audit --here --batches 1,8,32\n"
      "  ridgeline audit --here --full --json-file audit.json --markdown-file audit.md\n"
      "  ridgeline audit --a h100 --b h200 --mission cloud-titan\n"
      "  ridgeline audit --a mine.yaml --b h100 --mission cloud-titan --set max_batch=64 --memo memo.md\n"
      "Ctrl-C keeps what --here has measured. Exit code 1 when a workload failed; the report says why.\n"
      "Of two systems: 3 when one does not fit.",
      [&context, flags] { return run(context, *flags); });
  flags->command = command;
  command->add_flag("--here", flags->here, "The machine this runs on");
  flags->versus.add_to(*command);
#ifdef RIDGELINE_LIVE
  flags->machine.add_to(*command);
#endif
  command->add_option("--json-file", flags->files.json, "Also write the report as JSON");
  command->add_option("--markdown-file", flags->files.markdown, "Also write the report as Markdown");
}

}  // namespace ridgeline::cli
