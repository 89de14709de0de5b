#pragma once
// What `bench` measures: a built-in workload, or a system that is somewhere else.

#include <memory>
#include <string>

#include "app.h"
#include "http_flags.h"
#include "onnx_flags.h"
#include "program_flags.h"

namespace ridgeline::cli {

struct SystemFlags {
  std::string target;
  HttpFlags http;
  unsigned threads = 0;  ///< for what runs in this process; 0: its own choice
  ProgramFlags program;
  OnnxFlags onnx;

  void add_to(CLI::App&);
  /// That there is one system, and no flag of another kind.
  Status check(const ScenarioFlags&) const;
  /// A model of the catalog, which runs in this process; else make() has the system.
  bool is_model() const;
  /// What a system that is no model leaves to be said in the scenario.
  void complete(Scenario&, RequestShape) const;
  /// For this schedule, which must outlive the system. One line a kind of system here; each has a file of its
  /// own in src/systems, and its flags.
  Result<std::unique_ptr<SystemUnderTest>> make(const Schedule&, const ScenarioFlags&) const;
  /// What the system does, for Run::workload.
  std::string workload() const;
};

}  // namespace ridgeline::cli
