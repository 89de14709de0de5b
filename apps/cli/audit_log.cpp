#include <fmt/format.h>

#include "app.h"
#include "print.h"
#include "ridgeline/mlperf_log.h"
#include "ridgeline/report.h"

namespace ridgeline::cli {
namespace {

int show(const Context& context, const Result<LogAudit>& audit) {
  if (!audit) return fail(audit.error());
  print_out("{}", context.json ? report::json(*audit) : report::text(*audit));
  const bool sound = audit->log.valid.value_or(true) && audit->log.disagreements.empty();
  return sound ? exit_fine : exit_failed;
}

}  // namespace

void add_audit_log(CLI::App& app, Context& context) {
  const auto dir = std::make_shared<std::string>();
  CLI::App* command =
      add_command(app, context, "audit-log", "What an auditor asks of a log of the MLPerf LoadGen",
                  "  ridgeline audit-log results/resnet50/Server/performance/run_1\n"
                  "Reads mlperf_log_summary.txt and mlperf_log_detail.txt, and mlperf_log_trace.json, "
                  "spl.txt and user.conf\n"
                  "where they are. Exit code 1 when the run is INVALID or its files contradict each other.",
                  [&context, dir] { return show(context, audit_mlperf_log(*dir)); });
  command->add_option("directory", *dir, "The folder of the logs")->required();
}

}  // namespace ridgeline::cli
