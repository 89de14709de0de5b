#include "system_flags.h"

#include <fmt/format.h>

#include "options.h"
#include "ridgeline/measurement.h"

namespace ridgeline::cli {
namespace {

constexpr std::string_view sleep_prefix = "sleep:";

/// Workloads of this process take them; every other system batches, and spreads over cores, as it will.
Status refuse_workload_flags(unsigned threads, const ScenarioFlags& load) {
  const char* flag = threads != 0                  ? "--threads"
                     : load.max_batch != 1         ? "--max-batch"
                     : !load.batch_timeout.empty() ? "--batch-timeout"
                                                   : nullptr;
  if (flag == nullptr) return Status::success();
  return bad_input(
      fmt::format("{}: belongs to a model that runs in this process; this system decides for itself", flag));
}

}  // namespace

void SystemFlags::add_to(CLI::App& command) {
  command.add_option(
      "target", target,
      "Model id or alias, run by oneDNN with synthetic weights; a server's URL; MODEL.onnx; a shared "
      "library, ./libNAME.so; or null, or sleep:DURATION, which test the driver");
  http.add_to(command);
  program.add_to(command);
  onnx.add_to(command);
  command.add_option("--threads", threads, "For the workload; default all cores but one, for the driver")
      ->check(CLI::Range(1U, 4096U));
}

Status SystemFlags::check(const ScenarioFlags& load) const {
  if (target.empty() && !program.is_command())
    return bad_input(
        "bench: nothing to measure; give a model, a URL, a shared library or --command 'PROGRAM ARGUMENTS'");
  if (!HttpFlags::is_url(target)) RIDGELINE_CHECK(http.refuse());
  if (!is_model() && !is_onnx(target)) RIDGELINE_CHECK(refuse_workload_flags(threads, load));
  RIDGELINE_CHECK(program.check(target));
  return onnx.check(target);
}

bool SystemFlags::is_model() const {
  return target != "null" && !target.starts_with(sleep_prefix) && !program.is_command() &&
         !HttpFlags::is_url(target) && !is_shared_library(target) && !is_onnx(target);
}

void SystemFlags::complete(Scenario& scenario, RequestShape shape) const {
  if (HttpFlags::is_url(target)) http.set_lengths(scenario, shape);
}

std::string SystemFlags::workload() const {
  if (program.is_command()) return program.command;
  return HttpFlags::is_url(target) ? http.workload(target) : target;
}

Result<std::unique_ptr<SystemUnderTest>> SystemFlags::make(const Schedule& schedule,
                                                           const ScenarioFlags& load) const {
  if (program.is_command()) return program.make_command(schedule);
  if (HttpFlags::is_url(target)) return http.make(target, schedule, load.shape());
  if (is_onnx(target)) return onnx.make(target, threads, load);
  if (is_shared_library(target)) return program.make_shared_library(target, schedule);
  if (target == "null") return make_null_system();
  RIDGELINE_TRY(time, parse_duration(target.substr(sleep_prefix.size()), "sleep"));
  return make_sleep_system(to_nanoseconds(time));
}

}  // namespace ridgeline::cli
