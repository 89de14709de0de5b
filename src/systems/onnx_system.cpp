// An ONNX model as a system under test: one queue, one worker, batches of what waits.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "ridgeline/systems.h"
#include "systems/onnx_session.h"

namespace ridgeline {

#ifdef RIDGELINE_ONNXRUNTIME_HEADER
namespace {

using systems::OnnxSession;
using Clock = std::chrono::steady_clock;

class OnnxSystem final : public SystemUnderTest {
 public:
  OnnxSystem(std::unique_ptr<OnnxSession> session, Nanoseconds batch_timeout)
      : session_(std::move(session)), batch_timeout_(batch_timeout), worker_([this] { work(); }) {}
  /// Finishes the batch that is running; what still waits is dropped.
  ~OnnxSystem() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_one();
    worker_.join();
  }
  OnnxSystem(const OnnxSystem&) = delete;
  OnnxSystem& operator=(const OnnxSystem&) = delete;

  std::string name() const override { return session_->description(); }
  void issue(const Query& query, CompletionSink& sink) override {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({query, &sink, Clock::now()});
      waiting_ += query.samples;
      flushing_ = false;
    }
    changed_.notify_one();
  }
  void flush() override {
    {
      const std::lock_guard lock(mutex_);
      flushing_ = true;
    }
    changed_.notify_one();
  }

 private:
  struct Waiting {
    Query query;  ///< with the samples that still wait
    CompletionSink* sink;
    Clock::time_point arrived;
  };

  void work();
  std::vector<Waiting> take_batch();

  const std::unique_ptr<OnnxSession> session_;  ///< the worker's
  const Nanoseconds batch_timeout_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> queue_;  ///< guarded, as all below
  std::uint64_t waiting_ = 0;  ///< samples
  bool flushing_ = false, stop_ = false;
  std::thread worker_;  ///< last: it uses all of the above
};

std::vector<OnnxSystem::Waiting> OnnxSystem::take_batch() {
  std::vector<Waiting> batch;
  for (std::uint32_t room = session_->max_batch(); room > 0 && !queue_.empty();) {
    Waiting& oldest = queue_.front();
    Waiting part = oldest;
    part.query.samples = std::min(room, oldest.query.samples);
    room -= part.query.samples;
    waiting_ -= part.query.samples;
    oldest.query.samples -= part.query.samples;
    if (oldest.query.samples == 0) queue_.pop_front();
    batch.push_back(part);
  }
  return batch;
}

void OnnxSystem::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || !queue_.empty(); });
    if (stop_) return;
    changed_.wait_until(lock, queue_.front().arrived + batch_timeout_,
                        [this] { return stop_ || flushing_ || waiting_ >= session_->max_batch(); });
    if (stop_) return;
    const auto batch = take_batch();
    lock.unlock();
    std::uint32_t samples = 0;
    for (const Waiting& part : batch) samples += part.query.samples;
    const Status ran = session_->run(samples);
    for (const Waiting& part : batch) {
      if (ran) {
        part.sink->complete(part.query.id, part.query.samples, 0);
      } else {
        part.sink->fail(part.query.id, part.query.samples, ran.error().message);
      }
    }
    lock.lock();
  }
}

}  // namespace

Result<std::unique_ptr<SystemUnderTest>> make_onnx_system(const OnnxOptions& options) {
  RIDGELINE_TRY(session, systems::open_onnx_session(options));
  return std::unique_ptr<SystemUnderTest>(
      std::make_unique<OnnxSystem>(std::move(session), options.batch_timeout));
}

#else

Result<std::unique_ptr<SystemUnderTest>> make_onnx_system(const OnnxOptions& options) {
  return unavailable(options.path +
                     ": this build has no ONNX Runtime; unpack a release of it and configure with "
                     "-DRIDGELINE_ONNXRUNTIME=FOLDER, which has include/ and lib/ (docs/bench-onnx.md)");
}

Result<std::string> find_onnx_runtime(const std::string&) {
  return unavailable("this build has no ONNX Runtime");
}

#endif

}  // namespace ridgeline
