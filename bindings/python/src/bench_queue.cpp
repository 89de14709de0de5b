#include "bench_queue.h"

#include <fmt/format.h>
#include <nanobind/stl/string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace nb = nanobind;

namespace ridgeline::python {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// What a generation of one item adds: chunks are lists or tuples of tokens.
std::uint32_t tokens_in(nb::handle item) {
  if (PyList_Check(item.ptr())) return static_cast<std::uint32_t>(PyList_GET_SIZE(item.ptr()));
  if (PyTuple_Check(item.ptr())) return static_cast<std::uint32_t>(PyTuple_GET_SIZE(item.ptr()));
  return 1;
}

/// The exception that is set, which is then set no more.
nb::object taken_exception() {
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  if (trace != nullptr && value != nullptr) PyException_SetTraceback(value, trace);
  Py_XDECREF(type);
  Py_XDECREF(trace);
  return nb::steal(value);
}

/// In one line.
std::string described(nb::handle exception) {
  const nb::object words = nb::steal(PyObject_Str(exception.ptr()));
  if (!words.is_valid()) PyErr_Clear();  // its __str__ raises
  std::string text = words.is_valid() ? nb::cast<std::string>(words) : "";
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// As its class is called, without the module.
std::string kind_of(nb::handle exception) { return nb::cast<std::string>(exception.type().attr("__name__")); }

}  // namespace

CallQueue::CallQueue(CallOptions options)
    : options_(std::move(options)), event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

CallQueue::~CallQueue() {
  if (event_ >= 0) close(event_);
}

void CallQueue::issue(const Query& query, CompletionSink& sink) {
  CallSample sample;
  sample.query = query.id;
  sample.sink = &sink;
  sample.arrived = SteadyClock::now();
  if (query.samples > 1) sample.without_token = std::make_shared<std::atomic<std::uint32_t>>(query.samples);
  const auto& lengths = options_.lengths;
  {
    const std::lock_guard lock(mutex_);
    for (sample.sample = 0; sample.sample < query.samples; ++sample.sample) {
      sample.index = query.id * query.samples + sample.sample;
      if (!lengths.empty()) sample.lengths = lengths[sample.index % lengths.size()];
      waiting_.push_back(sample);
    }
    flushing_ = false;  // a new run after an old one's end
  }
  if (query.samples == 1) {
    changed_.notify_one();
  } else {
    changed_.notify_all();
  }
  wake_loop();
}

void CallQueue::wake_loop() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(event_, &one, sizeof one);
}

void CallQueue::flush() {
  {
    const std::lock_guard lock(mutex_);
    flushing_ = true;
  }
  changed_.notify_all();
}

void CallQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  wake_loop();
}

std::vector<std::string> CallQueue::notes() const {
  const std::lock_guard lock(mutex_);
  if (first_failure_.empty()) return {};
  return {"the first failure: " + first_failure_};
}

void CallQueue::serve(const nb::callable& f) {
  for (;;) {
    CallSample next;
    {
      const nb::gil_scoped_release released;
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      if (stopped_) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    call(f, std::move(next));
  }
}

void CallQueue::call(const nb::callable& f, CallSample next) {
  const nb::object query = nb::cast(std::move(next));
  auto& sample = nb::cast<CallSample&>(query);
  const nb::object result = nb::steal(PyObject_CallOneArg(f.ptr(), query.ptr()));
  if (!result.is_valid()) return fail(sample, taken_exception());
  if (PyCoro_CheckExact(result.ptr())) {
    result.attr("close")();
    PyErr_SetString(PyExc_TypeError, "it returned a coroutine; give an `async def` function itself");
    fail(sample, taken_exception());
  } else if (PyIter_Check(result.ptr())) {
    read_tokens(sample, result);
  } else {
    finish(sample);
  }
}

void CallQueue::read_tokens(CallSample& sample, nb::handle iterator) {
  while (PyObject* item = PyIter_Next(iterator.ptr())) {
    const nb::object held = nb::steal(item);
    token(sample, tokens_in(held));
  }
  if (PyErr_Occurred() != nullptr) return fail(sample, taken_exception());
  finish(sample);
}

/// False when it is time to go. What the oldest sample waits for is asked again whenever something changed:
/// another thread may have taken it.
bool CallQueue::wait_for_batch(std::unique_lock<std::mutex>& lock) {
  for (;;) {
    changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
    if (stopped_) return false;
    const auto until = waiting_.front().arrived + options_.batch_timeout;
    if (flushing_ || waiting_.size() >= options_.max_batch || SteadyClock::now() >= until) return true;
    changed_.wait_until(lock, until);
  }
}

void CallQueue::serve_batches(const nb::callable& f) {
  for (;;) {
    std::vector<CallSample> batch;
    {
      const nb::gil_scoped_release released;
      std::unique_lock lock(mutex_);
      if (!wait_for_batch(lock)) return;
      const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(
                                              std::min<std::size_t>(waiting_.size(), options_.max_batch));
      std::move(waiting_.begin(), end, std::back_inserter(batch));
      waiting_.erase(waiting_.begin(), end);
    }
    nb::list queries;
    for (CallSample& sample : batch) queries.append(nb::cast(sample));
    const nb::object result = nb::steal(PyObject_CallOneArg(f.ptr(), queries.ptr()));
    const nb::object exception = result.is_valid() ? nb::object() : taken_exception();
    for (CallSample& sample : batch) {
      if (result.is_valid()) {
        finish(sample);
      } else {
        fail(sample, exception);
      }
    }
  }
}

std::optional<std::vector<CallSample>> CallQueue::take() {
  std::uint64_t seen = 0;
  [[maybe_unused]] const auto got = read(event_, &seen, sizeof seen);
  const std::lock_guard lock(mutex_);
  if (stopped_) return std::nullopt;
  std::vector<CallSample> all(std::make_move_iterator(waiting_.begin()),
                              std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  return all;
}

void CallQueue::token(CallSample& sample, std::uint32_t count) {
  if (sample.ended || count == 0) return;
  const auto now = SteadyClock::now();
  if (sample.tokens > 0) {
    sample.sink->token_gap(std::chrono::duration_cast<Nanoseconds>(now - sample.last_token));
  } else if (!sample.without_token || --*sample.without_token == 0) {
    sample.sink->first_token(sample.query);
  }
  sample.tokens += count;
  sample.last_token = now;
}

void CallQueue::finish(CallSample& sample) {
  if (std::exchange(sample.ended, true)) return;
  sample.sink->complete(sample.query, 1, sample.tokens);
}

void CallQueue::fail(CallSample& sample, nb::handle exception) {
  if (std::exchange(sample.ended, true)) return;
  const std::string kind = kind_of(exception);
  {
    const std::string words = described(exception);
    const std::lock_guard lock(mutex_);
    if (first_failure_.empty()) {
      first_failure_ = fmt::format("query {}: {}{}{}", sample.query, kind, words.empty() ? "" : ": ", words);
    }
  }
  sample.sink->fail(sample.query, 1, kind);
}

}  // namespace ridgeline::python
