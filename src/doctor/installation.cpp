// The program and the data that it came with.

#include <fmt/format.h>

#include <filesystem>
#include <string_view>

#include "base/version.h"
#include "doctor/checks.h"
#include "ridgeline/calibration.h"
#include "ridgeline/catalog.h"
#include "ridgeline/kernels.h"

namespace ridgeline::doctor {
namespace {

namespace fs = std::filesystem;

constexpr const char* install_again =
    "install Ridgeline again, or point --data or RIDGELINE_DATA at its data/";

Finding installed(std::string name) { return {.area = "installation", .name = std::move(name)}; }

Finding program_finding(const DoctorOptions& options) {
  Finding finding = installed("program");
  finding.found = fmt::format("ridgeline {}, {} build, {}", version, build_type, options.program);
  if (std::string_view(build_type) != "Release") {
    finding.health = Health::limited;
    finding.costs = "probe, bench: the program itself is slower than the one that users run";
    finding.remedy = "cmake --preset release && cmake --build --preset release";
  }
  return finding;
}

Finding broken(Finding finding, Health health, std::string found, std::string costs) {
  finding.health = health;
  finding.required = true;
  finding.found = std::move(found);
  finding.costs = std::move(costs);
  finding.remedy = install_again;
  return finding;
}

Finding catalog_finding(const std::string& dir) {
  const Finding finding = installed("catalog");
  constexpr const char* costs = "no command that names a model or a device works";
  if (dir.empty()) return broken(finding, Health::missing, "no catalog near the program", costs);
  const auto catalog = Catalog::load(dir);
  if (!catalog) return broken(finding, Health::missing, catalog.error().message, costs);
  Finding good = finding;
  good.required = true;
  good.found = fmt::format("{} devices, {} models in {}", catalog->all_hardware().size(),
                           catalog->all_models().size(), dir);
  const auto doubts = check(*catalog);
  if (!doubts.empty()) {
    good.required = false;
    good.health = Health::limited;
    good.found += fmt::format("; {} doubtful, first: {}", doubts.size(), doubts.front());
    good.costs = "predictions for the entries in doubt";
    good.remedy = "ridgeline catalog check";
  }
  return good;
}

Finding calibration_finding(const std::string& dir) {
  Finding finding = installed("calibrations");
  constexpr const char* costs = "predictions work with --calibration ideal or textbook only";
  const auto serving = Calibrations::load((fs::path(dir) / "calibration").string());
  if (!serving) return broken(finding, Health::missing, serving.error().message, costs);
  const auto kernels = KernelCalibrations::load((fs::path(dir) / "calibration" / "kernels").string());
  if (!kernels) return broken(finding, Health::missing, kernels.error().message, costs);
  if (serving->empty()) return broken(finding, Health::missing, "no coefficients in " + dir, costs);
  finding.required = true;
  finding.found =
      fmt::format("serving: {} scopes from {} measurements ({}); kernels: {} device and stack pairs",
                  serving->levels.size(), serving->rows, serving->date, kernels->all().size());
  return finding;
}

/// What single commands read besides; that these files are well formed their commands say.
Finding rest_finding(const std::string& dir) {
  Finding finding = installed("other data");
  std::string there, gone;
  for (const char* name : {"economics", "heat", "lengths", "missions", "offline", "training"}) {
    std::error_code ignored;
    std::string& list = fs::is_empty(fs::path(dir) / name, ignored) || ignored ? gone : there;
    list += (list.empty() ? "" : ", ") + std::string(name);
  }
  if (!gone.empty())
    return broken(finding, Health::limited, "not there: " + gone, "the commands that read these fail");
  finding.required = true;
  finding.found = there;
  return finding;
}

}  // namespace

void check_installation(const DoctorOptions& options, Findings& findings) {
  findings.push_back(program_finding(options));
  findings.push_back(catalog_finding(options.data_dir));
  if (options.data_dir.empty()) return;  // the rest lies there too
  findings.push_back(calibration_finding(options.data_dir));
  findings.push_back(rest_finding(options.data_dir));
}

}  // namespace ridgeline::doctor
