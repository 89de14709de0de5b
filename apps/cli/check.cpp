#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <variant>

#include "app.h"
#include "base/file.h"
#include "named_run.h"
#include "print.h"
#include "report/colour.h"
#include "report/prediction_reader.h"
#include "ridgeline/gate_report.h"

namespace ridgeline::cli {
namespace {

struct CheckFlags {
  std::string base, head, format = "text", output, criteria_file, store;
  std::vector<std::string> fail_if;
  bool strict = false;
};

/// What BASE or HEAD is.
using Side = std::variant<Run, Prediction>;

/// A document of Ridgeline that is no run.
bool is_other_document(const std::string& schema) {
  return schema.starts_with("ridgeline.") && schema != "ridgeline.run/1";
}

Result<Side> read_side(const std::string& name, const std::string& store) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(name, ignored)) {
    RIDGELINE_TRY(text, read_file(name));
    const std::string schema = report::schema_of(text);
    if (schema == "ridgeline.profile/1" || schema == "ridgeline.serving/1") {
      RIDGELINE_TRY(prediction, report::read_prediction(text, name));
      return Side(std::move(prediction));
    }
    if (is_other_document(schema)) {
      return bad_input(
          fmt::format("{}: its schema is {}; give a run (of simulate, bench or runs export) or a "
                      "prediction (of predict) as --json prints it",
                      name, schema));
    }
  }
  RIDGELINE_TRY(named, load_run(name, store));
  return Side(std::move(named.run));
}

Result<std::vector<Criterion>> parse(const CheckFlags& flags, const CriterionVocabulary& vocabulary) {
  std::vector<Criterion> criteria;
  if (!flags.criteria_file.empty()) {
    RIDGELINE_TRY(text, read_file(flags.criteria_file));
    RIDGELINE_TRY(listed, parse_criteria(text, flags.criteria_file, vocabulary));
    criteria = std::move(listed);
  }
  for (const std::string& text : flags.fail_if) {
    const auto criterion = parse_criterion(text, vocabulary);
    if (!criterion) return bad_input(fmt::format("--fail-if: {}", criterion.error().message));
    criteria.push_back(*criterion);
  }
  if (criteria.empty() && !flags.criteria_file.empty())
    return bad_input(
        fmt::format("{}: no criterion in it; one a line, such as p99 > +5%", flags.criteria_file));
  if (criteria.empty()) return bad_input("--fail-if or --criteria is needed, such as --fail-if 'p99 > +5%'");
  return criteria;
}

Result<GateReport> solve(const CheckFlags& flags) {
  RIDGELINE_TRY(base, read_side(flags.base, flags.store));
  RIDGELINE_TRY(head, read_side(flags.head, flags.store));
  if (base.index() != head.index()) {
    const auto what = [](const Side& side) {
      return std::holds_alternative<Run>(side) ? "a run" : "a prediction";
    };
    return bad_input(fmt::format("{} is {} and {} is {}; both must be of one kind", flags.base, what(base),
                                 flags.head, what(head)));
  }
  GateOptions options;
  options.base_name = flags.base;
  options.head_name = flags.head;
  options.strictness = flags.strict ? Strictness::strict : Strictness::lenient;
  if (const Run* run = std::get_if<Run>(&base)) {
    RIDGELINE_TRY(criteria, parse(flags, run_vocabulary()));
    return check(*run, std::get<Run>(head), criteria, options);
  }
  const Prediction& prediction = std::get<Prediction>(base);
  RIDGELINE_TRY(criteria, parse(flags, prediction_vocabulary(prediction.kind)));
  return check(prediction, std::get<Prediction>(head), criteria, options);
}

report::Colour terminal_colour() {
  const bool on = report::wants_colour(report::ColourWhen::automatic, report::stdout_is_terminal());
  return on ? report::Colour::on : report::Colour::off;
}

Status append(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file << text;
  file.close();
  if (!file)
    return unavailable(fmt::format("{}: cannot be written; is the folder there and writable?", path));
  return Status::success();
}

/// Annotations go to stdout, where the runner reads them; the page to --output, and to the job's summary.
Status show_github(const GateReport& gate, const CheckFlags& flags) {
  const std::string page = report::markdown(gate);
  const char* summary = std::getenv("GITHUB_STEP_SUMMARY");
  const bool has_summary = summary && *summary;
  if (!flags.output.empty()) RIDGELINE_CHECK(write_file(flags.output, page));
  if (has_summary) RIDGELINE_CHECK(append(summary, page));
  print_out("{}{}", report::github_annotations(gate),
            flags.output.empty() && !has_summary ? "\n" + page : "");
  return Status::success();
}

Status show(const GateReport& gate, const std::string& format, const CheckFlags& flags) {
  if (format == "github") return show_github(gate, flags);
  std::string page;
  if (format == "json") page = report::json(gate);
  if (format == "junit") page = report::junit(gate);
  if (format == "markdown") page = report::markdown(gate);
  if (format == "text")
    page = report::text(gate, flags.output.empty() ? terminal_colour() : report::Colour::off);
  if (!flags.output.empty()) return write_file(flags.output, page);
  print_out("{}", page);
  return Status::success();
}

int run(const Context& context, const CheckFlags& flags) {
  const std::string format = context.json ? "json" : flags.format;
  constexpr std::string_view formats[] = {"text", "markdown", "github", "json", "junit"};
  if (std::find(std::begin(formats), std::end(formats), format) == std::end(formats))
    return fail(
        bad_input(fmt::format("--format: unknown '{}'; use text, markdown, github, json or junit", format)));
  const auto gate = solve(flags);
  if (!gate) return fail(gate.error());
  if (const auto shown = show(*gate, format, flags); !shown) return fail(shown.error());
  return gate->fails() ? exit_failed : exit_fine;
}

}  // namespace

void add_check(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<CheckFlags>();
  CLI::App* command = add_command(
      app, context, "check", "Fail where a change breaks a limit, as a gate for CI",
      "  ridgeline check base.json head.json --fail-if 'p99 > +5%' --fail-if 'tpot_p50 > 40ms'\n"
      "  ridgeline check base.json head.json --criteria limits.txt --format github --output comment.md\n"
      "  ridgeline check 1f3a 9c02 --fail-if 'throughput < -3%' --strict\n"
      "A criterion is METRIC, then > >= < or <=, then +5% or -3% (relative change), +2ms (change) or 40ms "
      "(value\n"
      "of HEAD). A change fails where it is both larger than the limit and shown; what cannot be told "
      "passes,\n"
      "unless --strict. Exit codes: 0 passed, 1 failed, 2 bad input.",
      [&context, flags] { return run(context, *flags); });
  command->add_option("base", flags->base, "Before: a run or prediction as JSON, or the id of a kept run")
      ->required();
  command->add_option("head", flags->head, "After: the same kind")->required();
  command->add_option("--fail-if", flags->fail_if, "A criterion, such as 'p99 > +5%'; again for more")
      ->take_all()
      ->expected(1);
  command->add_option("--criteria", flags->criteria_file, "File of criteria, one a line; # begins a comment");
  command->add_option("--format", flags->format, "text, markdown, github, json or junit")
      ->capture_default_str();
  command->add_flag("--strict", flags->strict, "Fail on what cannot be told, too");
  command->add_option("--output", flags->output, "Write the report to this file instead of printing it");
  command->add_option("--store", flags->store,
                      "File of kept runs; default: $RIDGELINE_STORE, or among the user's data");
}

}  // namespace ridgeline::cli
