#pragma once
// A request on its way through the system, and the instants that passes end at.

#include <cstdint>
#include <vector>

#include "ridgeline/continuous.h"

namespace ridgeline::serve {

/// A point in simulated time, finer than a nanosecond: passes end between them.
struct Instant {
  std::int64_t ns = 0;
  std::int64_t ticks = 0;  ///< beyond ns; 0 <= ticks < 2^24

  static constexpr int shift = 24;
  static Instant at(Nanoseconds t) { return {t.count(), 0}; }
  static Instant never() { return {INT64_MAX, 0}; }
  Nanoseconds rounded_down() const { return Nanoseconds(ns); }

  friend Instant operator+(Instant a, Ticks t) {
    const std::int64_t sum = a.ticks + t.count();
    return {a.ns + (sum >> shift), sum & ((1LL << shift) - 1)};
  }
  /// Requires that the difference fits.
  friend Ticks operator-(Instant a, Instant b) {
    return Ticks(((a.ns - b.ns) << shift) + (a.ticks - b.ticks));
  }
  friend bool operator<(Instant a, Instant b) { return a.ns != b.ns ? a.ns < b.ns : a.ticks < b.ticks; }
  friend bool operator<=(Instant a, Instant b) { return !(b < a); }
};

/// What passes took beyond their table.
struct Disturbed {
  Nanoseconds interference{0}, throttling{0};

  Nanoseconds total() const { return interference + throttling; }
  Disturbed& operator+=(const Disturbed& o) {
    interference += o.interference;
    throttling += o.throttling;
    return *this;
  }
  Disturbed& operator-=(const Disturbed& o) {
    interference -= o.interference;
    throttling -= o.throttling;
    return *this;
  }
};

using RequestId = std::uint32_t;  ///< a slot of the RequestPool
inline constexpr RequestId no_request = UINT32_MAX;

/// Where a request is: in the front end or on the link; with those that compute prompts (or everything), or
/// with those that only decode.
enum class Place : std::uint8_t { on_the_way, front, decoders };

struct Request {
  std::uint32_t number = 0;  ///< in the order of issue; no_request: the slot is free
  std::uint32_t input = 0, output = 0;
  std::uint32_t prompt = 0;       ///< tokens that must be in the cache before it decodes
  std::uint32_t computed = 0;     ///< of these, in the cache
  std::uint32_t produced = 0;     ///< output tokens made
  std::uint32_t joined_held = 0;  ///< tokens in the cache when it joined the decoding ones
  std::uint64_t joined_step = 0;  ///< decode passes of its engine by then
  std::uint32_t epoch = 0;        ///< of its place among the finishing; a preemption starts another
  RequestId before = no_request, after = no_request;  ///< in the order of admission
  std::uint8_t priority = 0;
  bool decoding = false, swapped = false, admitted_before = false;
  bool delivered = false;  ///< its cache came over a link, computed elsewhere
  bool waiting = false;    ///< in a queue, or preempted
  bool copy = false;       ///< a hedge
  bool cancelled = false;  ///< its twin was faster, or nobody waits for it
  Place place = Place::on_the_way;
  std::uint32_t engine = 0;     ///< where it is, of those of its place
  RequestId twin = no_request;  ///< both have no first token yet
  Nanoseconds scheduled{0}, enqueued{0}, admitted{0}, first_token{-1}, completed{-1};
  Nanoseconds waits_from{0};        ///< its patience ends a timeout later
  Nanoseconds stopped{0};           ///< when it was preempted last
  Nanoseconds preempted{0};         ///< time out of the batch after its first admission and first token
  Nanoseconds preempted_prompt{0};  ///< the same, before its first token
  Nanoseconds batching{0};          ///< of the wait before its first admission, for the pass in progress
  Disturbed disturbed;              ///< of the passes that it was admitted for
  Nanoseconds disturbed_prompt{0};  ///< of these, before its first token
};

/// The requests in the system. Those that left make room for others, so that a long run needs no more
/// memory, and misses the processor's caches no more often, than a short one.
class RequestPool {
 public:
  Request& operator[](RequestId id) { return slots_[id]; }
  const Request& operator[](RequestId id) const { return slots_[id]; }

  /// With another epoch than the slot had before. Moves the others: no reference outlives it.
  RequestId take() {
    if (free_.empty()) {
      slots_.emplace_back();
      return static_cast<RequestId>(slots_.size() - 1);
    }
    const RequestId id = free_.back();
    free_.pop_back();
    const std::uint32_t epoch = slots_[id].epoch;
    slots_[id] = Request{};
    slots_[id].epoch = epoch;
    return id;
  }
  void release(RequestId id) {
    ++slots_[id].epoch;
    slots_[id].number = no_request;
    free_.push_back(id);
  }
  /// The first request of this number, a hedge or not, that is not cancelled; no_request where there is none.
  /// Looks at every slot.
  RequestId find(std::uint32_t number) const {
    for (RequestId id = 0; id < slots_.size(); ++id) {
      if (slots_[id].number == number && !slots_[id].cancelled) return id;
    }
    return no_request;
  }

 private:
  std::vector<Request> slots_;
  std::vector<RequestId> free_;
};

}  // namespace ridgeline::serve
