#pragma once
#include <algorithm>
#include <chrono>
#include <vector>

#include "cluster/messages.h"
#include "cluster/screening_thread.h"
#include "ridgeline/cluster.h"

namespace ridgeline::cluster {

using Clock = std::chrono::steady_clock;
/// Between two looks at the messages.
inline constexpr std::chrono::milliseconds glance{1};
/// Between two signs of life.
inline std::chrono::duration<double> beat_every(const ClusterOptions& options) {
  return std::chrono::duration<double>(std::min(1.0, options.lost_after.value() / 4));
}

/// Process 0: hands out ranges, two at a time so that nobody waits for the next, and gathers what they say.
/// When there are no more, one that has nothing to do steals a range that another has not begun.
class Leader {
 public:
  Leader(const Study&, const ExploreOptions&, const ClusterOptions&, Transport&, StudyShares);
  Result<StudyResult> run();

 private:
  struct Worker {
    bool lost = false;
    Clock::time_point heard, answered;  ///< of any kind; findings
    std::vector<StudyRange> out;
    std::uint64_t size = 1U << 13U;  ///< of its next range: about a second's work
  };
  bool stopped() const { return options_.stop != nullptr && *options_.stop; }
  Status receive();
  Status handle(int rank, const Message&);
  Status take(int rank, StudyRange, double seconds, std::string_view findings);
  void hear(int rank);
  void hand_out();
  void give(int rank, StudyRange);
  void steal_for(int rank);
  void look_after();
  void leave(bool together);
  void note(const std::string& line) const {
    if (cluster_.note) cluster_.note(line);
  }

  const Study& study_;
  const ExploreOptions& options_;
  const ClusterOptions& cluster_;
  Transport& transport_;
  StudyShares shares_;
  std::vector<Worker> workers_;  ///< by rank; 0 is this process
  ScreeningThread own_;
  Clock::time_point beat_{};
};

}  // namespace ridgeline::cluster
