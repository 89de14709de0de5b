#include "cluster/leader.h"

#include <fmt/format.h>

#include <algorithm>

namespace ridgeline::cluster {
namespace {

constexpr std::size_t most_out = 2;
/// Of the work in a range. Longer ones are lost with their process, shorter ones cost messages.
constexpr double short_range = 0.5, long_range = 2;
constexpr std::uint64_t least_range = 1U << 12U, most_range = 1U << 26U;

}  // namespace

Leader::Leader(const Study& study, const ExploreOptions& options, const ClusterOptions& cluster,
               Transport& transport, StudyShares shares)
    : study_(study),
      options_(options),
      cluster_(cluster),
      transport_(transport),
      shares_(std::move(shares)),
      workers_(static_cast<std::size_t>(transport.size())),
      own_(study, options.threads) {
  for (Worker& worker : workers_) worker.heard = worker.answered = Clock::now();
}

void Leader::hear(int rank) {
  Worker& worker = workers_[static_cast<std::size_t>(rank)];
  worker.heard = Clock::now();
  if (worker.lost) note(fmt::format("process {} is back", rank));
  worker.lost = false;
}

Status Leader::take(int rank, StudyRange range, double seconds, std::string_view findings) {
  Worker& worker = workers_[static_cast<std::size_t>(rank)];
  worker.answered = Clock::now();
  if (std::erase(worker.out, range) > 0) {
    if (seconds < short_range) worker.size = std::min(most_range, worker.size * 2);
    if (seconds > long_range) worker.size = std::max(least_range, worker.size / 2);
  }
  RIDGELINE_CHECK(shares_.take(range, findings));
  if (options_.progress) options_.progress({shares_.taken(), study_.points(), "screening"});
  if (options_.wants_journal && options_.keep_journal && options_.wants_journal())
    options_.keep_journal(shares_.journal());
  return Status::success();
}

Status Leader::handle(int rank, const Message& message) {
  hear(rank);
  if (message.kind == Kind::hello && message.text != study_fingerprint(study_))
    return bad_input(
        fmt::format("process {} has another study, catalog or build of the program than process 0", rank));
  if (message.kind == Kind::findings) return take(rank, message.range, message.seconds, message.text);
  return Status::success();
}

Status Leader::receive() {
  while (const auto one = transport_.receive()) {
    if (const auto message = parsed(one->second)) RIDGELINE_CHECK(handle(one->first, *message));
  }
  while (const auto found = own_.take()) {
    hear(0);
    RIDGELINE_CHECK(take(0, found->range, found->seconds, found->findings));
  }
  return Status::success();
}

void Leader::hand_out() {
  const int ranks = transport_.size();
  for (std::size_t filled = 1; filled <= most_out; ++filled) {
    for (int rank = 0; rank < ranks; ++rank) {
      Worker& worker = workers_[static_cast<std::size_t>(rank)];
      if (worker.lost || worker.out.size() >= filled) continue;
      if (const auto range = shares_.lease(rank, worker.size, ranks)) {
        give(rank, *range);
      } else if (worker.out.empty()) {
        steal_for(rank);
      }
    }
  }
}

void Leader::give(int rank, StudyRange range) {
  workers_[static_cast<std::size_t>(rank)].out.push_back(range);
  if (rank == 0) {
    own_.add(range);
  } else {
    transport_.send(rank, written({Kind::screen, range, 0, true, {}}));
  }
}

/// From whom was heard of a range the longest ago. What it has begun meanwhile is done twice, and counts
/// once.
void Leader::steal_for(int rank) {
  int from = -1;
  for (int other = 0; other < transport_.size(); ++other) {
    const Worker& worker = workers_[static_cast<std::size_t>(other)];
    if (worker.lost || worker.out.size() < 2) continue;
    if (from < 0 || worker.answered < workers_[static_cast<std::size_t>(from)].answered) from = other;
  }
  if (from < 0) return;
  auto& out = workers_[static_cast<std::size_t>(from)].out;
  const StudyRange range = out.back();
  out.pop_back();
  if (from == 0) {
    own_.drop(range);
  } else {
    transport_.send(from, written({Kind::drop, range, 0, true, {}}));
  }
  shares_.pass(range, rank);
  give(rank, range);
}

/// Signs of life, and who gives none.
void Leader::look_after() {
  const auto now = Clock::now();
  if (now - beat_ < beat_every(cluster_)) return;
  beat_ = now;
  for (int rank = 1; rank < transport_.size(); ++rank) {
    Worker& worker = workers_[static_cast<std::size_t>(rank)];
    transport_.send(rank, written({}));
    const std::chrono::duration<double> silent = now - worker.heard;
    if (worker.lost || silent.count() < cluster_.lost_after.value()) continue;
    worker.lost = true;
    worker.out.clear();
    shares_.lose(rank);
    note(fmt::format("process {} has been silent for {:.0f} s: others do its part", rank, silent.count()));
  }
}

void Leader::leave(bool together) {
  together =
      together && std::none_of(workers_.begin(), workers_.end(), [](const Worker& w) { return w.lost; });
  for (int rank = 1; rank < transport_.size(); ++rank)
    transport_.send(rank, written({Kind::leave, {}, 0, together, {}}));
  own_.stop();
  transport_.finish(together);
}

Result<StudyResult> Leader::run() {
  while (!shares_.complete() && !stopped()) {
    if (const Status received = receive(); !received) {
      leave(true);
      return received.error();
    }
    hand_out();
    look_after();
    std::this_thread::sleep_for(glance);
  }
  // mpirun leaves little time after a Ctrl-C.
  if (stopped() && options_.keep_journal) options_.keep_journal(shares_.journal());
  leave(!stopped());
  return shares_.conclude(options_);
}

}  // namespace ridgeline::cluster
