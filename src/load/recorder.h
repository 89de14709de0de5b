#pragma once
// Where a driver, simulated or in wall-clock time, keeps what happens to its queries.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "load/gap_counts.h"
#include "load/run_keeper.h"
#include "ridgeline/scenario.h"

namespace ridgeline::load {

/// Time since the start of the run: the event calendar's, or the machine's. Called from any thread that
/// completes queries.
using Clock = std::function<Nanoseconds()>;

/// Who reports to a recorder.
enum class Reporters {
  threads,  ///< any may complete, concurrently and without locks; one issues, or several by begin_at(id)
  one,      ///< all calls come from one thread, as in a simulation
};

/// Records queries by id. Threads: memory for an open-loop or Offline schedule is taken and touched at
/// construction; closed loops grow by blocks, between a completion and the next issue, where no latency is
/// running. Everything is kept until finish(). One: memory is that of the queries in the system, and of what
/// the scenario keeps (Scenario::keep_queries).
class Recorder final : public CompletionSink {
 public:
  Recorder(const Schedule&, Clock, Reporters = Reporters::threads);

  /// Called by the completing thread when the last sample of a query is recorded. Set before the first query.
  void on_query_done(std::function<void(std::uint64_t query)> callback) { on_done_ = std::move(callback); }

  /// Takes the next query and stamps it issued now. Closed loop and Offline: latency counts from now too ...
  Query begin();
  /// ... open loop: from the scheduled time, however late the issue ...
  Query begin_at(Nanoseconds scheduled);
  /// ... or the query of this place in the schedule, each once, in any order and by any thread. A recorder is
  /// used with ids, or without. Requires an open loop and Reporters::threads.
  Query begin_at(Nanoseconds scheduled, std::uint64_t id);
  /// One that issues has time now: makes room for what comes, so that begin() need not.
  void prepare();

  void first_token(std::uint64_t query) override;
  void token_gap(Nanoseconds) override;
  void complete(std::uint64_t query, std::uint32_t samples, std::uint32_t tokens) override;
  /// Takes a lock: failures are few, or the run is worth nothing.
  void fail(std::uint64_t query, std::uint32_t samples, std::string_view kind) override;

  /// Simulations: the phases of a query since it was issued, before its last sample completes ...
  void explain(std::uint64_t query, const Phases&);
  /// ... and that a worker computes.
  void add_busy(Nanoseconds from, Nanoseconds to) { keeper_.add_busy(from, to); }
  const std::vector<Busy>& busy() const { return keeper_.busy(); }  ///< of a run that is no digest

  /// Read done() first where others issue: it is then at most this.
  std::uint64_t issued() const { return issued_.load(std::memory_order_acquire); }
  std::uint64_t failed() const { return failed_.load(std::memory_order_acquire); }  ///< of done()
  std::uint64_t done() const { return done_.load(std::memory_order_acquire); }
  Nanoseconds now() const { return clock_(); }

  /// Moves what was seen into the run: queries that completed, in issue order; the sample completions that
  /// its scenario records (ascending; MultiStream: query by query); failures by kind. A query of which any
  /// sample failed did not complete, but Offline's one query did, with the others. Queries that came to no
  /// end make the run interrupted; both they and completions that nobody asked for are noted. Once.
  void finish(Run&);

 private:
  /// Of a cache line: neighbours are written by different threads.
  struct alignas(64) Slot {
    std::atomic<std::int64_t> scheduled{0}, issued{-1}, completed{0}, first_token{-1};
    std::atomic<std::uint64_t> samples_claimed{0}, samples_done{0}, samples_failed{0};
    std::atomic<std::uint32_t> tokens{0};
    void clear();
  };
  struct Block {
    std::vector<Slot> slots;
    std::vector<std::atomic<std::int64_t>> sample_times;  ///< samples_ for each slot, or empty
    std::vector<Phases> phases;                           ///< one for each slot, or empty
  };

  bool takes_ids() const;
  void add_block();
  std::unique_ptr<Block> make_block() const;
  void make_room();
  void retire_blocks();
  Query take(std::int64_t scheduled, std::int64_t issued);
  Block& block_of(std::uint64_t query) const;
  Slot& slot(std::uint64_t query) const;
  bool is_outstanding(std::uint64_t query) const;
  bool is_done(const Slot&) const;
  std::optional<std::uint64_t> claim(std::uint64_t query, std::uint32_t samples);
  void end_samples(std::uint64_t query, std::uint32_t samples);
  void keep(std::uint64_t query);

  ScenarioKind kind_;
  Reporters reporters_;
  std::uint32_t samples_;  ///< of each query
  bool records_samples_;
  std::uint64_t block_size_;
  Clock clock_;
  std::function<void(std::uint64_t)> on_done_;
  std::vector<std::unique_ptr<Block>> blocks_;  ///< sized once: readers never see it move
  std::uint64_t capacity_ = 0;                  ///< slots in the blocks that were made
  std::vector<std::unique_ptr<Block>> spare_;   ///< retired ones, for the next
  std::uint64_t kept_ = 0;                      ///< queries that the keeper has; their blocks are gone
  std::uint64_t lost_ = 0;
  bool explained_ = false;
  RunKeeper keeper_;
  GapCounts gaps_;
  std::mutex failures_mutex_;
  std::vector<RunFailure> failures_;
  alignas(64) std::atomic<std::uint64_t> issued_{0};
  alignas(64) std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> stray_{0}, failed_{0};
};

}  // namespace ridgeline::load
