#pragma once
// Threads, each pinned to a core of its own, that start a piece of work together.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "ridgeline/units.h"

namespace ridgeline::live {

class PinnedTeam {
 public:
  /// One member a core. Requires a non-empty list; a core that refuses pinning leaves its member free, which
  /// `pinned` tells.
  explicit PinnedTeam(const std::vector<int>& cpus);
  ~PinnedTeam();
  PinnedTeam(const PinnedTeam&) = delete;
  PinnedTeam& operator=(const PinnedTeam&) = delete;

  unsigned size() const { return static_cast<unsigned>(members_.size()); }
  bool pinned() const { return !unpinned_; }
  /// Calls work(member) on every member at once; the time from the first start to the last end, by
  /// work_clock().
  Seconds run(const std::function<void(unsigned)>& work);

 private:
  struct Member {
    Seconds start{}, end{};
    std::thread thread;
  };
  void serve(unsigned member, int cpu);

  std::vector<Member> members_;
  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void(unsigned)>* work_ = nullptr;  ///< guarded, as the four below
  std::uint64_t round_ = 0;
  unsigned busy_ = 0;
  unsigned unpinned_ = 0;
  bool stop_ = false;
  std::atomic<unsigned> arrived_{0};  ///< at the starting line of this round
};

}  // namespace ridgeline::live
