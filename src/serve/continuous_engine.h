#pragma once
// One replica: the scheduler, the cache's blocks and the passes of an engine that batches continuously.

#include <array>
#include <vector>

#include "serve/continuous_bins.h"
#include "serve/continuous_observer.h"
#include "serve/disturbances.h"
#include "sim/fifo.h"

namespace ridgeline::serve {

/// Passes follow one another without a gap while there is work. At the end of each the engine plans the next:
/// first room in the cache for the token that every decoding request adds (the one admitted last gives way),
/// then prompts begun, then the queue in order of class and arrival, as far as budget and cache go. Nothing
/// in the queue is skipped. While only decoding happens one plan covers all passes up to the next finish or
/// until the cache is full; a request that arrives meanwhile cuts it at the end of the pass in progress.
class ContinuousEngine {
 public:
  enum class Role { whole, prompts };  ///< prompts: a request leaves with its first token

  /// What is passed must outlive the engine; the limits have been checked, and every request fits.
  ContinuousEngine(const StepTimes&, const EngineLimits&, Role, Stepping, RequestPool&, RequestCounts&,
                   TimeBins& busy, ContinuousObserver&);

  /// From the first pass on, each takes as long as these have it, on a device that warms up, if any. Passes
  /// are planned one by one: each has noise of its own, whose sum over many has no closed form, and a strike
  /// must not fall into a pass that a cut takes away.
  void disturb(Disturbances, HeatDevice*);

  /// False: refused. Requires `at` beyond the last end_pass() and not beyond next().
  bool enqueue(RequestId, Nanoseconds at);
  /// When the current plan ends; never() while idle.
  Instant next() const { return end_; }
  /// Carries the plan out, appends the requests that are done, and plans again.
  void end_pass(std::vector<RequestId>& done);

  /// Of the last end_pass(): first tokens of those that have a twin.
  const std::vector<RequestId>& raced() const { return raced_; }
  /// Leaves the queue, or the batch at the end of the pass in progress, unless it is done by then. Requires
  /// single steps.
  void cancel(RequestId);

  /// From now on list those that decode. Requires single steps.
  void list_decoding() { lists_decoding_ = true; }
  /// At the end of the last pass, those that it finished left out. Some of them may have been preempted
  /// since.
  const std::vector<RequestId>& decoding() const { return listed_; }
  /// Output tokens that it has by now.
  std::uint32_t tokens_made(const Request& r) const {
    return r.produced + (r.decoding ? static_cast<std::uint32_t>(step_ - r.joined_step) : 0);
  }

  /// Drops those from the queue who have given up by now; the engine itself looks only when it plans.
  void drop_expired(Nanoseconds now);
  /// Requests waiting and admitted, without those that have given up by now.
  std::uint32_t outstanding(Nanoseconds now) {
    drop_expired(now);
    return waiting_ + admitted_;
  }
  std::uint32_t waiting() const { return waiting_; }
  std::uint32_t admitted() const { return admitted_; }
  std::uint64_t blocks_used() const { return limits_.kv_blocks - free_blocks_; }

 private:
  struct Chunk {
    RequestId id;
    std::uint32_t tokens;
    Ticks alone;  ///< its time without decoding beside it
  };
  struct Finish {
    std::uint64_t step, sequence;
    RequestId id;
    std::uint32_t epoch;
    bool operator<(const Finish& o) const { return step != o.step ? step > o.step : sequence > o.sequence; }
  };

  bool idle() const { return !(end_ < Instant::never()); }

  // The queue.
  RequestId first_waiting() const;
  void pop_waiting(std::uint8_t priority);
  void drop_cancelled();

  // Planning: continuous_plan.cpp.
  void plan();
  bool make_room();
  void preempt(RequestId);
  RequestId last_admitted() const;
  void plan_prompts();
  void admit_waiting();
  void admit(RequestId, std::uint64_t blocks);
  void add_chunk(RequestId, std::uint32_t tokens, bool first);
  void start_pass();
  void disturb_pass(Ticks time);
  double compute_share(Ticks time) const;
  std::uint64_t decode_steps() const;
  std::uint64_t steps_until_full() const;
  void cut(Nanoseconds at);

  // Carrying it out.
  void end_decode();
  void end_prompts(std::vector<RequestId>& done);
  void drop(RequestId cancelled);
  void drop_cancelled_decoding();
  void list();
  void end_prompt(const Chunk&, std::vector<RequestId>& done);
  void join(RequestId);
  void leave(RequestId);
  void finish(RequestId, std::vector<RequestId>& done);
  void unlink(RequestId);
  std::uint32_t cached_prefix(const Request& r) const {
    return static_cast<std::uint32_t>(limits_.prefix_hit_rate * r.input);
  }
  std::uint64_t blocks_of(std::uint64_t tokens) const { return (tokens + block_ - 1) / block_; }
  std::uint64_t held(const Request& r) const { return r.joined_held + (step_ - r.joined_step); }
  std::uint32_t& due_of(const Request& r) {
    return due_[(r.joined_step % block_ + block_ - r.joined_held % block_) % block_];
  }

  const StepTimes& times_;
  const EngineLimits& limits_;
  Role role_;
  Stepping stepping_;
  RequestPool& requests_;
  RequestCounts& counts_;
  TimeBins& busy_;
  ContinuousObserver& observer_;
  std::uint64_t block_;

  std::array<sim::Fifo<RequestId>, request_classes> queue_;  ///< none with a cancelled one in front
  std::array<std::vector<RequestId>, request_classes>
      preempted_;  ///< ahead of the queue; the next one is last
  std::uint32_t waiting_ = 0;

  std::uint32_t admitted_ = 0, decoding_ = 0;
  std::array<RequestId, request_classes> last_;  ///< admitted, by class; linked through Request::before
  std::vector<RequestId> prefilling_;            ///< admitted, prompt not complete; in order
  std::vector<Finish> finishing_;                ///< a heap; entries of an older epoch are void
  std::uint64_t step_ = 0;                       ///< decode passes made
  std::uint64_t joined_ = 0;                     ///< breaks ties between finishes
  std::uint64_t context_ = 0;                    ///< tokens in the cache of those that decode
  std::uint64_t free_blocks_;
  std::vector<std::uint32_t> due_;  ///< [s mod block]: requests that need a block for pass s

  Instant start_{}, end_ = Instant::never();  ///< of the plan
  Instant last_pass_{};                       ///< start of the pass that ended last
  std::uint64_t steps_ = 0;                   ///< decode passes that it makes
  bool cuttable_ = false, blocked_by_room_ = false;
  std::vector<Chunk> chunks_;
  std::vector<RequestId> raced_;
  std::vector<RequestId> cancelled_;  ///< while they decoded, in the pass in progress
  bool lists_decoding_ = false;
  std::vector<RequestId> listed_;
  Ticks prompt_time_{0}, prompt_compute_{0}, swap_time_{0};

  std::optional<Disturbances> disturbances_;
  HeatDevice* device_ = nullptr;
  Disturbed pass_disturbed_;  ///< the pass planned
  Disturbed disturbed_;       ///< all before it
};

}  // namespace ridgeline::serve
