#pragma once
// Ends long work early, for programs that run it on a thread and have somebody who presses Ctrl-C.

#include <atomic>

namespace ridgeline {

/// Of this thread; none unless the program that runs work on it sets one. Simulations look at it before each
/// query: once it is set no more are asked, and their Run is an interrupted one.
inline const std::atomic<bool>*& cancel_flag() {
  thread_local const std::atomic<bool>* flag = nullptr;
  return flag;
}
inline bool cancelled() {
  const std::atomic<bool>* flag = cancel_flag();
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}

}  // namespace ridgeline
