#include "base/version.h"
#include "doctor/checks.h"
#include "live/host/machine.h"

namespace ridgeline {

Diagnosis diagnose(const DoctorOptions& options) {
  Diagnosis diagnosis;
  diagnosis.version = version;
  diagnosis.machine = live::one_line(live::describe_machine());
  diagnosis.date = live::utc_now();
  doctor::check_installation(options, diagnosis.findings);
  doctor::check_user(options, diagnosis.findings);
  doctor::check_processors(options, diagnosis.findings);
  doctor::check_clocks(options, diagnosis.findings);
  doctor::check_sensors(options, diagnosis.findings);
  doctor::check_optional(options, diagnosis.findings);
  return diagnosis;
}

}  // namespace ridgeline
