#pragma once
// A first-in-first-out queue that stops allocating once it has been as long as it gets (std::deque never
// does).

#include <cassert>
#include <cstddef>
#include <vector>

namespace ridgeline::sim {

/// A ring in one block, doubled when full. T is cheap to copy.
template <class T>
class Fifo {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// Requires !empty().
  T& front() {
    assert(size_ > 0);
    return ring_[head_];
  }
  const T& front() const {
    assert(size_ > 0);
    return ring_[head_];
  }
  void push(const T& value) {
    if (size_ == ring_.size()) grow();
    ring_[(head_ + size_) & (ring_.size() - 1)] = value;
    ++size_;
  }
  /// Requires !empty().
  void pop() {
    assert(size_ > 0);
    head_ = (head_ + 1) & (ring_.size() - 1);
    --size_;
  }

 private:
  void grow() {
    std::vector<T> wider(ring_.empty() ? 16 : 2 * ring_.size());  // a power of two: the mask wraps indices
    for (std::size_t i = 0; i < size_; ++i) wider[i] = ring_[(head_ + i) & (ring_.size() - 1)];
    ring_.swap(wider);
    head_ = 0;
  }

  std::vector<T> ring_;
  std::size_t head_ = 0, size_ = 0;
};

}  // namespace ridgeline::sim
