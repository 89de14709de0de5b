#pragma once
// One study on the processes of an MPI job. MPI itself is a module that is loaded only then, so that the
// program starts without it. docs/explore.md, "On a cluster".

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ridgeline/study_shares.h"
#include "ridgeline/units.h"

namespace ridgeline {

/// Messages between the processes of a job, numbered from 0. One thread calls.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// Does not wait. What is sent to a process that is gone is lost.
  virtual void send(int to, std::string_view message) = 0;
  /// The next message and who sent it; does not wait.
  virtual std::optional<std::pair<int, std::string>> receive() = 0;
  /// The last call. `together`: waits until all processes have made it, a minute at most; else leaves the job
  /// at once.
  virtual void finish(bool together) = 0;
};

/// Where mpirun (or srun with PMIx) started this process: which one it is.
std::optional<int> mpi_rank();
/// MPI_Init through the module beside `program_folder` (or in ../lib/ridgeline of it, or $RIDGELINE_MPI).
/// unavailable: this build has none.
Result<std::unique_ptr<Transport>> open_mpi(const std::string& program_folder);
/// The module's file, which was loaded to see that it can be; MPI is not started. unavailable: why it cannot.
Result<std::string> find_mpi_module(const std::string& program_folder);

struct ClusterOptions {
  /// A process that is silent for so long is lost: its range goes to another. One that was only slow comes
  /// back.
  Seconds lost_after{20};
  std::function<void(const std::string&)> note;  ///< a line about a process that is lost or is back
};
/// Process 0 leads, screens too, and has the result; the others have nothing. All must have the same study.
/// Ctrl-C (the stop flag) ends with what is known. Errors: those of explore(); bad_input where a process has
/// another study; unavailable on the others where process 0 is lost.
Result<std::optional<StudyResult>> explore_together(const Study&, const ExploreOptions&, Transport&,
                                                    const ClusterOptions& = {});

}  // namespace ridgeline
