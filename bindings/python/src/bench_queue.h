#pragma once
// A Python callable as a system under test: the driver puts samples into a queue, Python threads take them
// out and say when they are done. The interpreter's lock is held only while Python runs.

#include <nanobind/nanobind.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline::python {

/// One sample on its way through a callable: what Python sees, and where its end is reported.
struct CallSample {
  std::uint64_t query = 0;   ///< Run's index of the query
  std::uint32_t sample = 0;  ///< of the query
  std::uint64_t index = 0;   ///< running number of the sample, to choose from a data set
  std::optional<TokenLengths> lengths;

  CompletionSink* sink = nullptr;
  /// Samples of the query whose first token is still to come; shared by them.
  std::shared_ptr<std::atomic<std::uint32_t>> without_token;
  std::chrono::steady_clock::time_point arrived, last_token;
  std::uint32_t tokens = 0;
  bool ended = false;
};

struct CallOptions {
  std::string name;
  std::uint32_t max_batch = 1;
  Nanoseconds batch_timeout{0};
  std::vector<TokenLengths> lengths;  ///< the schedule's
};

/// Every sample is one call, or a place in a batch. Any thread may issue; serve(), serve_batches() and take()
/// are called by Python threads, with the interpreter's lock, which they give up while they wait.
class CallQueue final : public SystemUnderTest {
 public:
  explicit CallQueue(CallOptions);
  ~CallQueue() override;
  CallQueue(const CallQueue&) = delete;
  CallQueue& operator=(const CallQueue&) = delete;

  std::string name() const override { return options_.name; }
  void issue(const Query&, CompletionSink&) override;
  void flush() override;
  bool takes_many_issuers() const override { return true; }
  std::vector<std::string> notes() const override;

  /// Calls f(query) for each sample until stop(). An iterator that it returns is read to its end: each item
  /// is a token, a list or tuple as many as it has.
  void serve(const nanobind::callable& f);
  /// Calls f(list of queries) with what waits: at most max_batch, after at most batch_timeout.
  void serve_batches(const nanobind::callable& f);
  /// Lets serve() and serve_batches() return, and descriptor() be readable; what still waits is dropped.
  void stop();

  /// For event loops: readable whenever something was issued since the last take().
  int descriptor() const { return event_; }
  /// All that waits, at once; nothing after stop().
  std::optional<std::vector<CallSample>> take();
  void token(CallSample&, std::uint32_t count);
  void finish(CallSample&);
  /// Takes the exception. Calls after the sample's end do nothing.
  void fail(CallSample&, nanobind::handle exception);

 private:
  void wake_loop() const;
  bool wait_for_batch(std::unique_lock<std::mutex>&);
  void call(const nanobind::callable& f, CallSample);
  void read_tokens(CallSample&, nanobind::handle iterator);

  const CallOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<CallSample> waiting_;  ///< guarded, as all below
  bool flushing_ = false, stopped_ = false;
  std::string first_failure_;
  int event_ = -1;
};

}  // namespace ridgeline::python
