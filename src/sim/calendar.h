#pragma once
// The event calendar: what happens next in virtual time. It knows neither machines nor queues; a model is a
// Payload that says what happens and a handler that makes it happen.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "ridgeline/units.h"

namespace ridgeline::sim {

/// Events in order of time; those of one instant in the order in which they were scheduled. Payload is a
/// small trivially copyable value (a kind and an index, say). There is no cancel: a model that changes its
/// mind lets the event come and ignores it.
///
/// A heap with four children a node: half the levels of a binary heap, and the children of a node share a
/// cache line or two. It allocates only when more events are pending than ever before (see reserve).
/// One thread at a time; separate calendars are independent.
template <class Payload>
class Calendar {
  static_assert(std::is_trivially_copyable_v<Payload>);

 public:
  explicit Calendar(std::size_t pending = 64) { heap_.reserve(pending); }

  void reserve(std::size_t pending) { heap_.reserve(pending); }
  /// The time of the event being handled; 0 before the first.
  Nanoseconds now() const { return Nanoseconds(now_); }
  bool empty() const { return heap_.empty(); }
  std::size_t pending() const { return heap_.size(); }

  /// Requires at >= now().
  void schedule(Nanoseconds at, Payload payload) {
    assert(at.count() >= now_);
    const Event event{at.count(), sequence_++, payload};
    heap_.push_back(event);
    sift_up(heap_.size() - 1, event);
  }
  /// Requires delay >= 0.
  void schedule_after(Nanoseconds delay, Payload payload) { schedule(now() + delay, payload); }

  /// Handles the next event: handle(payload), which may schedule more. False when there was none.
  template <class Handler>
  bool step(Handler&& handle) {
    if (heap_.empty()) return false;
    const Event next = heap_.front();
    remove_front();
    now_ = next.time;
    handle(next.payload);
    return true;
  }
  /// Handles events until none is left.
  template <class Handler>
  void run(Handler&& handle) {
    while (step(handle)) {
    }
  }

 private:
  struct Event {
    std::int64_t time;
    std::uint64_t sequence;
    Payload payload;
    bool before(const Event& other) const {
      return time != other.time ? time < other.time : sequence < other.sequence;
    }
  };
  static constexpr std::size_t arity = 4;

  void sift_up(std::size_t hole, const Event& event) {
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / arity;
      if (!event.before(heap_[parent])) break;
      heap_[hole] = heap_[parent];
      hole = parent;
    }
    heap_[hole] = event;
  }

  void remove_front() {
    const Event last = heap_.back();
    heap_.pop_back();
    if (heap_.empty()) return;
    const std::size_t size = heap_.size();
    std::size_t hole = 0;
    for (std::size_t child = 1; child < size; child = hole * arity + 1) {
      const std::size_t end = child + arity < size ? child + arity : size;
      std::size_t least = child;
      for (std::size_t i = child + 1; i < end; ++i) {
        if (heap_[i].before(heap_[least])) least = i;
      }
      if (!heap_[least].before(last)) break;
      heap_[hole] = heap_[least];
      hole = least;
    }
    heap_[hole] = last;
  }

  std::vector<Event> heap_;
  std::int64_t now_ = 0;
  std::uint64_t sequence_ = 0;
};

}  // namespace ridgeline::sim
