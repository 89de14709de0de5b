// What single features load at run time.

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "doctor/checks.h"
#include "ridgeline/cluster.h"
#include "ridgeline/systems.h"

namespace ridgeline::doctor {
namespace {

Finding extra(std::string name) { return {.area = "optional", .name = std::move(name)}; }

Finding mpi_finding(const DoctorOptions& options) {
  Finding finding = extra("MPI");
  const auto file = find_mpi_module(std::filesystem::path(options.program).parent_path().string());
  if (file) {
    finding.found = *file;
    return finding;
  }
  finding.health = Health::missing;
  finding.found = file.error().message;
  finding.costs = "explore: on one machine only, no mpirun";
  finding.remedy = "sudo apt-get install libopenmpi3, and the package ridgeline-mpi (docs/install.md)";
  return finding;
}

Finding onnx_finding(const DoctorOptions& options) {
  Finding finding = extra("ONNX Runtime");
  const auto found = find_onnx_runtime(options.onnxruntime);
  if (found) {
    finding.found = *found;
    return finding;
  }
  finding.health = Health::missing;
  finding.found = found.error().message;
  finding.costs = "no bench MODEL.onnx";
  finding.remedy =
      "docs/bench-onnx.md: a build with -DRIDGELINE_ONNXRUNTIME=FOLDER; bench --onnxruntime FILE";
  return finding;
}

Finding network_finding() {
  Finding finding = extra("network");
  std::string proxies;
  for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
    const char* value = std::getenv(name);
    if (value && *value) proxies += (proxies.empty() ? "" : ", ") + std::string(name);
  }
  finding.found = "not needed; bench URL asks the server itself";
  if (!proxies.empty()) finding.found += fmt::format(", never through a proxy ({} is set)", proxies);
  return finding;
}

}  // namespace

void check_optional(const DoctorOptions& options, Findings& findings) {
  findings.push_back(mpi_finding(options));
  findings.push_back(onnx_finding(options));
  findings.push_back(network_finding());
}

}  // namespace ridgeline::doctor
