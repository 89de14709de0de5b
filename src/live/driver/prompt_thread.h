#pragma once
// What lets the calling thread be on time, as far as the kernel allows.

#include <sched.h>

#include "ridgeline/measurement.h"

namespace ridgeline::live {

/// Until it goes, the calling thread's sleeps end when asked (not up to 50 us later so that wake-ups can be
/// merged), its slices are as short as the kernel allows, so that it is woken ahead of threads that compute,
/// and where real_time is asked for and allowed, it goes ahead of all of them. Threads that it starts get
/// none of this.
class PromptThread {
 public:
  enum class Want { short_slices, real_time };
  explicit PromptThread(Want);
  ~PromptThread();
  PromptThread(const PromptThread&) = delete;
  PromptThread& operator=(const PromptThread&) = delete;

  bool real_time() const { return real_time_; }

 private:
  int slack_before_, policy_before_;
  sched_param param_before_{};
  bool real_time_ = false;
};

}  // namespace ridgeline::live
