#pragma once
// The parts of a diagnosis; each adds its findings.

#include <string>
#include <utility>
#include <vector>

#include "ridgeline/doctor.h"

namespace ridgeline::doctor {

using Findings = std::vector<Finding>;

void check_installation(const DoctorOptions&, Findings&);
void check_user(const DoctorOptions&, Findings&);
void check_processors(const DoctorOptions&, Findings&);
void check_clocks(const DoctorOptions&, Findings&);
void check_sensors(const DoctorOptions&, Findings&);
void check_optional(const DoctorOptions&, Findings&);

inline Finding of_machine(std::string name) { return {.area = "this machine", .name = std::move(name)}; }

/// Whether a file, or what would become one, can be written: the nearest folder above that is there decides.
bool can_be_written(const std::string& path);

}  // namespace ridgeline::doctor
