#include "live/driver/prompt_thread.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace ridgeline::live {
namespace {

/// The kernel's struct sched_attr; the C library has had none until lately.
struct SchedAttributes {
  std::uint32_t size = sizeof(SchedAttributes), policy = SCHED_OTHER;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0, deadline = 0, period = 0;
};

/// Since Linux 6.12 a thread may ask for a slice of 0.1 ms and more; 0 is the kernel's own. Older ones do not
/// look at it.
void ask_for_slice(std::uint64_t nanoseconds) {
  SchedAttributes attributes;
  attributes.runtime = nanoseconds;
  attributes.flags = SCHED_RESET_ON_FORK;
  attributes.nice = getpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)));
  syscall(SYS_sched_setattr, 0, &attributes, 0U);
}

constexpr std::uint64_t shortest_slice = 100'000;

}  // namespace

PromptThread::PromptThread(Want want)
    : slack_before_(prctl(PR_GET_TIMERSLACK)), policy_before_(sched_getscheduler(0)) {
  prctl(PR_SET_TIMERSLACK, 1UL);
  sched_getparam(0, &param_before_);
  if (policy_before_ != SCHED_OTHER) return;  // whoever started us has decided
  sched_param lowest{};
  lowest.sched_priority = sched_get_priority_min(SCHED_FIFO);
  real_time_ =
      want == Want::real_time && sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest) == 0;
  if (!real_time_) ask_for_slice(shortest_slice);
}

PromptThread::~PromptThread() {
  if (slack_before_ > 0) prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(slack_before_));
  if (policy_before_ != SCHED_OTHER) return;
  if (real_time_) sched_setscheduler(0, SCHED_OTHER, &param_before_);
  ask_for_slice(0);
}

}  // namespace ridgeline::live
