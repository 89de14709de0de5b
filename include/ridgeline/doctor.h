#pragma once
// What of this program is there and works, and what the machine lets it do. Native only; docs/doctor.md.

#include <algorithm>
#include <string>
#include <vector>

namespace ridgeline {

enum class Health { ok, limited, missing };

/// One thing that was looked at.
struct Finding {
  std::string area{};  ///< "installation", "this user", "this machine", "optional"
  std::string name{};  ///< "catalog"
  Health health = Health::ok;
  bool required = false;  ///< predictions, simulations or kept runs fail unless it is ok
  std::string found{};    ///< what is there, or what is wrong
  std::string costs{};    ///< what the user loses by it; empty when ok
  std::string remedy{};   ///< what to type or do; empty where nothing helps
};

struct Diagnosis {
  std::string version, machine, date;  ///< of the program; one line; ISO 8601, UTC
  std::vector<Finding> findings;       ///< by area
  /// Everything that is required is ok.
  bool works() const {
    return std::none_of(findings.begin(), findings.end(),
                        [](const Finding& f) { return f.required && f.health != Health::ok; });
  }
};

struct DoctorOptions {
  std::string data_dir;      ///< the catalog's folder; empty: none was found
  std::string program;       ///< file; the MPI module is looked for around it
  std::string this_machine;  ///< where a probe keeps its entry; empty: there is no home
  std::string store;         ///< file of kept runs; empty: there is no home
  std::string cache;         ///< folder of what pipelines need not do again; empty: there is no home
  std::string onnxruntime;   ///< the library; empty: as `bench` finds it
  bool colour = false;       ///< verdicts on this terminal have it
  std::string proc = "/proc", sys = "/sys", root, nvml = "libnvidia-ml.so.1";  ///< others in tests
};

/// Looks at everything; about a fifth of a second, for what is measured. Writes nothing and asks no network.
Diagnosis diagnose(const DoctorOptions&);

}  // namespace ridgeline
