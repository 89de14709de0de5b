#include "live/probe/team.h"

#include <algorithm>

#include "live/host/cpus.h"
#include "live/probe/measure.h"

namespace ridgeline::live {

PinnedTeam::PinnedTeam(const std::vector<int>& cpus) : members_(cpus.size()) {
  for (unsigned i = 0; i < size(); ++i) {
    members_[i].thread = std::thread([this, i, cpu = cpus[i]] { serve(i, cpu); });
  }
  run([](unsigned) {});  // every member is there and pinned from here on
}

PinnedTeam::~PinnedTeam() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  for (auto& member : members_) member.thread.join();
}

Seconds PinnedTeam::run(const std::function<void(unsigned)>& work) {
  std::unique_lock lock(mutex_);
  work_ = &work;
  busy_ = size();
  arrived_ = 0;
  ++round_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return busy_ == 0; });
  auto start = members_.front().start, end = members_.front().end;
  for (const auto& member : members_) {
    start = std::min(start, member.start);
    end = std::max(end, member.end);
  }
  return end - start;
}

void PinnedTeam::serve(unsigned member, int cpu) {
  const bool pinned = static_cast<bool>(pin_this_thread({cpu}));
  std::unique_lock lock(mutex_);
  if (!pinned) ++unpinned_;
  for (std::uint64_t seen = 0;;) {
    changed_.wait(lock, [&] { return stop_ || round_ != seen; });
    if (stop_) return;
    seen = round_;
    const auto* work = work_;
    lock.unlock();
    ++arrived_;
    while (arrived_ < size()) std::this_thread::yield();
    members_[member].start = work_clock(size());
    (*work)(member);
    members_[member].end = work_clock(size());
    lock.lock();
    if (--busy_ == 0) changed_.notify_all();
  }
}

}  // namespace ridgeline::live
