#include "cluster/leader.h"

namespace ridgeline {
namespace {

using namespace cluster;

/// Screens what the leader hands out, until it says to leave.
Status follow(const Study& study, const ExploreOptions& options, const ClusterOptions& cluster,
              Transport& transport) {
  ScreeningThread own(study, options.threads);
  transport.send(0, written({Kind::hello, {}, 0, true, study_fingerprint(study)}));
  auto heard = Clock::now(), beat = heard;
  for (;; std::this_thread::sleep_for(glance)) {
    const auto now = Clock::now();
    while (const auto one = transport.receive()) {
      heard = now;
      const auto message = parsed(one->second);
      if (!message) continue;
      if (message->kind == Kind::screen) own.add(message->range);
      if (message->kind == Kind::drop) own.drop(message->range);
      if (message->kind != Kind::leave) continue;
      own.stop();
      transport.finish(message->together);
      return Status::success();
    }
    while (const auto found = own.take())
      transport.send(0, written({Kind::findings, found->range, found->seconds, true, found->findings}));
    if (now - beat >= beat_every(cluster)) {
      transport.send(0, written({}));
      beat = now;
    }
    const bool stopped = options.stop != nullptr && *options.stop;
    const bool alone = now - heard > std::chrono::duration<double>(3 * cluster.lost_after.value());
    if (!stopped && !alone) continue;
    own.stop();
    transport.finish(false);
    if (alone) return unavailable("process 0 of the job is silent; what it knew is in its journal");
    return Status::success();
  }
}

}  // namespace

Result<std::optional<StudyResult>> explore_together(const Study& study, const ExploreOptions& options,
                                                    Transport& transport, const ClusterOptions& cluster) {
  if (transport.rank() != 0) {
    RIDGELINE_CHECK(follow(study, options, cluster, transport));
    return std::optional<StudyResult>();
  }
  auto shares = StudyShares::begin(study, options.resume, options.most_points);
  if (!shares) {
    for (int rank = 1; rank < transport.size(); ++rank)
      transport.send(rank, written({Kind::leave, {}, 0, true, {}}));
    transport.finish(true);
    return shares.error();
  }
  Leader leader(study, options, cluster, transport, *std::move(shares));
  RIDGELINE_TRY(result, leader.run());
  return std::optional<StudyResult>(std::move(result));
}

}  // namespace ridgeline
