// A program as a system under test: a thread that writes queries to it, one that reads its answers.

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "base/text.h"
#include "ridgeline/systems.h"
#include "systems/child_process.h"
#include "systems/command_lines.h"
#include "systems/lengths_of.h"

namespace ridgeline {
namespace {

using namespace systems;
using Clock = std::chrono::steady_clock;

constexpr std::size_t longest_line = 1 << 20;
constexpr std::size_t most_error_kinds = 32;
// How much is encoded before it is written: a longer queue waits as queries, not as text.
constexpr std::size_t write_at_once = 1 << 16;

class CommandSystem final : public SystemUnderTest {
 public:
  CommandSystem(ChildProcess child, const CommandOptions& options, const Schedule& schedule)
      : options_(options),
        schedule_(schedule),
        child_(std::move(child)),
        stop_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    reader_ = std::thread([this] { read_answers(); });
    writer_ = std::thread([this] { write_queries(); });
  }
  ~CommandSystem() override;
  CommandSystem(const CommandSystem&) = delete;
  CommandSystem& operator=(const CommandSystem&) = delete;

  Status wait_until_ready();
  std::string name() const override {
    return ready_->name.empty() ? "command " + options_.words.front() : ready_->name;
  }
  void issue(const Query&, CompletionSink&) override;
  void flush() override;

 private:
  struct Pending {
    std::uint32_t samples = 0;
    CompletionSink* sink = nullptr;
    std::optional<Clock::time_point> last_token;
  };
  /// What goes to the program: a query, or that no more will come.
  using Message = std::optional<Query>;

  void write_queries();
  bool write_all(std::string_view text);
  std::string next_text(std::unique_lock<std::mutex>&);
  void read_answers();
  bool read_some(std::string& text);
  void take_line(std::string_view line);
  void take_answer(AnswerLine answer, Clock::time_point now);
  std::string kind_of(const AnswerLine&);
  void take_bad_line(std::string_view line, const std::string& why);
  void end_all();

  const CommandOptions options_;
  const Schedule& schedule_;
  ChildProcess child_;  ///< the reader waits for it; others only when the reader is gone
  Descriptor stop_fd_;
  std::string bad_kind_;               ///< reader only: names the first bad line
  std::set<std::string> error_kinds_;  ///< reader only
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> messages_;  ///< guarded, as all below
  std::map<std::uint64_t, Pending> outstanding_;
  std::optional<ReadyLine> ready_;  ///< constant once it is there
  std::string not_ready_;           ///< the first line, when it is another
  std::string ended_;               ///< a kind of failure, once the program has ended
  bool stop_ = false;
  std::thread reader_, writer_;  ///< last: they use all of the above
};

CommandSystem::~CommandSystem() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  eventfd_write(stop_fd_.get(), 1);
  writer_.join();
  reader_.join();
  // The end of its input is the polite way to say that it may go.
  child_.input.close();
  child_.output.close();
  if (child_.wait(options_.farewell)) return;
  child_.terminate();
  child_.wait(options_.farewell);
}

Status CommandSystem::wait_until_ready() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, options_.startup,
                    [this] { return ready_ || !not_ready_.empty() || !ended_.empty(); });
  if (ready_) return Status::success();
  constexpr std::string_view wanted = "{\"ready\":true}";
  if (!not_ready_.empty()) {
    return unavailable(
        fmt::format("command: its first line must be {}, not {}", wanted, shortened(not_ready_, 80)));
  }
  if (!ended_.empty()) return unavailable(fmt::format("{} before it wrote {}", ended_, wanted));
  return unavailable(fmt::format("command: it did not write {} within {}; does it flush its output?", wanted,
                                 show(to_seconds(options_.startup))));
}

void CommandSystem::issue(const Query& query, CompletionSink& sink) {
  std::unique_lock lock(mutex_);
  if (!ended_.empty()) {
    const std::string kind = ended_;
    lock.unlock();
    // A closed loop asks again at once: without a pause it would count millions of failures.
    if (schedule_.arrivals.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    sink.fail(query.id, query.samples, kind);
    return;
  }
  outstanding_[query.id] = {query.samples, &sink, std::nullopt};
  messages_.emplace_back(query);
  lock.unlock();
  changed_.notify_all();
}

void CommandSystem::flush() {
  {
    const std::lock_guard lock(mutex_);
    if (!ready_ || !ready_->flush || !ended_.empty()) return;
    messages_.emplace_back(std::nullopt);
  }
  changed_.notify_all();
}

/// What waits, as text; empty when it is time to go.
std::string CommandSystem::next_text(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [this] { return stop_ || !ended_.empty() || !messages_.empty(); });
  std::string text;
  if (stop_ || !ended_.empty()) return text;
  std::deque<Message> taken;
  taken.swap(messages_);
  lock.unlock();
  while (!taken.empty() && text.size() < write_at_once) {
    const Message message = taken.front();
    taken.pop_front();
    text += message ? query_line(*message, lengths_of(schedule_, *message)) : std::string(flush_line);
  }
  lock.lock();
  messages_.insert(messages_.begin(), taken.begin(), taken.end());
  return text;
}

void CommandSystem::write_queries() {
  // A program that no longer reads is seen by the reader; its signal would end this one.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  std::unique_lock lock(mutex_);
  for (;;) {
    const std::string text = next_text(lock);
    if (text.empty()) return;
    lock.unlock();
    if (!write_all(text)) return;
    lock.lock();
  }
}

/// False when the program reads no more, or it is time to go.
bool CommandSystem::write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(child_.input.get(), text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) return false;
    pollfd fds[] = {{child_.input.get(), POLLOUT, 0}, {stop_fd_.get(), POLLIN, 0}};
    poll(fds, 2, -1);
    if (fds[1].revents != 0) return false;
  }
  return true;
}

void CommandSystem::read_answers() {
  std::string text;
  for (;;) {
    pollfd fds[] = {
        {child_.output.get(), POLLIN, 0}, {child_.ended_fd(), POLLIN, 0}, {stop_fd_.get(), POLLIN, 0}};
    poll(fds, 3, -1);
    if (fds[2].revents != 0) return;
    const bool ended = fds[1].revents != 0;
    // What it wrote before it ended still counts, all of it.
    bool open = true;
    if (fds[0].revents != 0 || ended) open = read_some(text);
    if (ended || !open) break;
  }
  if (!text.empty()) take_line(text);
  end_all();
}

/// Reads until there is nothing more for now, and takes whole lines; false at the end of the output.
bool CommandSystem::read_some(std::string& text) {
  char buffer[1 << 14];
  for (;;) {
    const ssize_t count = read(child_.output.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return true;
    if (count <= 0) return false;
    text.append(buffer, static_cast<std::size_t>(count));
    std::size_t begin = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
      take_line(std::string_view(text).substr(begin, end - begin));
      begin = end + 1;
    }
    text.erase(0, begin);
    if (text.size() > longest_line) {
      take_bad_line(text, "longer than a million bytes");
      text.clear();
    }
  }
}

void CommandSystem::take_line(std::string_view line) {
  const Clock::time_point now = Clock::now();
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  {
    const std::lock_guard lock(mutex_);
    if (!not_ready_.empty()) return;
    if (!ready_) {
      ready_ = parse_ready(line);
      if (!ready_) not_ready_ = line;
      changed_.notify_all();
      return;
    }
  }
  AnswerLine answer = parse_answer(line);
  if (answer.event == AnswerLine::Event::bad && !answer.query) return take_bad_line(line, answer.why);
  if (answer.event == AnswerLine::Event::bad) answer.why = "bad line, " + answer.why;
  take_answer(std::move(answer), now);
}

void CommandSystem::take_answer(AnswerLine answer, Clock::time_point now) {
  using Event = AnswerLine::Event;
  Pending pending;
  {
    const std::lock_guard lock(mutex_);
    const auto found = outstanding_.find(*answer.query);
    if (found == outstanding_.end()) {
      // Answers that nobody waits for are counted where there is somebody to tell.
      if (outstanding_.empty()) return;
      pending = outstanding_.begin()->second;
      answer.event = Event::done;
      answer.samples = 1;
    } else if (pending = found->second; answer.event == Event::first_token || answer.event == Event::token) {
      found->second.last_token = now;
    } else {
      const std::uint32_t samples =
          answer.event == Event::bad ? pending.samples : answer.samples.value_or(pending.samples);
      answer.samples = std::min(samples, pending.samples);
      found->second.samples -= *answer.samples;
      if (found->second.samples == 0) outstanding_.erase(found);
    }
  }
  switch (answer.event) {
    case Event::first_token:
    case Event::token:
      if (!pending.last_token) return pending.sink->first_token(*answer.query);
      if (answer.event == Event::token) pending.sink->token_gap(now - *pending.last_token);
      return;
    case Event::done:
      return pending.sink->complete(*answer.query, *answer.samples, answer.tokens);
    default:
      pending.sink->fail(*answer.query, *answer.samples, kind_of(answer));
  }
}

/// As the program names it, unless it has too many names.
std::string CommandSystem::kind_of(const AnswerLine& answer) {
  if (error_kinds_.size() >= most_error_kinds && !error_kinds_.contains(answer.why)) return "other errors";
  error_kinds_.insert(answer.why);
  return answer.why;
}

/// Whose answer it should have been is not known: the query that has waited longest takes it.
void CommandSystem::take_bad_line(std::string_view line, const std::string& why) {
  if (bad_kind_.empty()) bad_kind_ = fmt::format("bad line, {}, such as: {}", why, shortened(line, 60));
  std::uint64_t query = 0;
  Pending pending;
  {
    const std::lock_guard lock(mutex_);
    if (outstanding_.empty()) return;
    query = outstanding_.begin()->first;
    pending = outstanding_.begin()->second;
    outstanding_.erase(outstanding_.begin());
  }
  pending.sink->fail(query, pending.samples, bad_kind_);
}

void CommandSystem::end_all() {
  // It may have closed its output and gone on: then it is ended here.
  std::string kind;
  if (child_.wait(options_.farewell)) {
    kind = fmt::format("the command {}", child_.ending());
  } else {
    kind = "the command closed its output";
  }
  std::map<std::uint64_t, Pending> lost;
  {
    const std::lock_guard lock(mutex_);
    ended_ = kind;
    lost.swap(outstanding_);
    messages_.clear();
  }
  changed_.notify_all();
  for (const auto& [query, pending] : lost) pending.sink->fail(query, pending.samples, kind);
}

}  // namespace

Result<std::unique_ptr<SystemUnderTest>> make_command_system(const CommandOptions& options,
                                                             const Schedule& schedule) {
  if (options.words.empty()) return bad_input("command: there is nothing to run; give a program");
  RIDGELINE_TRY(child, ChildProcess::start(options.words));
  auto system = std::make_unique<CommandSystem>(std::move(child), options, schedule);
  RIDGELINE_CHECK(system->wait_until_ready());
  return std::unique_ptr<SystemUnderTest>(std::move(system));
}

}  // namespace ridgeline
