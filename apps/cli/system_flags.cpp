#include "system_flags.h"

#include "options.h"
#include "ridgeline/measurement.h"

namespace ridgeline::cli {
namespace {

constexpr std::string_view sleep_prefix = "sleep:";

}  // namespace

void SystemFlags::add_to(CLI::App& command) {
  command
      .add_option("target", target,
                  "Model id or alias, run by oneDNN with synthetic weights; a server's URL; or null, or "
                  "sleep:DURATION, which test the driver")
      ->required();
  http.add_to(command);
}

bool SystemFlags::is_model() const {
  return target != "null" && !target.starts_with(sleep_prefix) && !HttpFlags::is_url(target);
}

Status SystemFlags::check() const { return HttpFlags::is_url(target) ? Status::success() : http.refuse(); }

void SystemFlags::complete(Scenario& scenario, RequestShape shape) const {
  if (HttpFlags::is_url(target)) http.set_lengths(scenario, shape);
}

std::string SystemFlags::workload() const {
  return HttpFlags::is_url(target) ? http.workload(target) : target;
}

Result<std::unique_ptr<SystemUnderTest>> SystemFlags::make(const Schedule& schedule,
                                                           RequestShape shape) const {
  if (HttpFlags::is_url(target)) return http.make(target, schedule, shape);
  if (target == "null") return make_null_system();
  RIDGELINE_TRY(time, parse_duration(target.substr(sleep_prefix.size()), "sleep"));
  return make_sleep_system(to_nanoseconds(time));
}

}  // namespace ridgeline::cli
