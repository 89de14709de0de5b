#include "systems/http/io_thread.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "systems/http/failure.h"

namespace ridgeline::http {
namespace {

/// TLS libraries write to sockets without MSG_NOSIGNAL.
void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

struct IoThread::Transfer {
  Easy easy;
  std::unique_ptr<Answer> answer;
  std::string body;
  long status = 0;                ///< 0: no bytes of a body came yet
  std::string_view content_type;  ///< libcurl's, as long as the transfer
};

IoThread::Descriptor::~Descriptor() {
  if (fd >= 0) close(fd);
}

IoThread::IoThread(const IoSettings& settings, const CurlSettings& curl, const Requests& requests,
                   Tally& tally)
    : settings_(settings),
      curl_(curl),
      requests_(requests),
      tally_(tally),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      multi_(curl_multi_init()) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_.fd;
  epoll_ctl(epoll_.fd, EPOLL_CTL_ADD, wake_.fd, &event);
  CURLM* m = multi_.get();
  curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(m, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(m, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(m, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  curl_multi_setopt(m, CURLMOPT_MAXCONNECTS, static_cast<long>(settings_.connections));
  thread_ = std::thread([this] { run(); });
}

IoThread::~IoThread() {
  stop_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  static_cast<void>(!write(wake_.fd, &one, sizeof one));
  thread_.join();
  for (const auto& transfer : transfers_) curl_multi_remove_handle(multi_.get(), transfer->easy.get());
}

void IoThread::send(const Ticket& ticket) { push({ticket, false, false}); }
void IoThread::send_check(const Ticket& ticket) { push({ticket, true, false}); }

void IoThread::push(Job job) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = inbox_.empty();
    inbox_.push_back(std::move(job));
  }
  const std::uint64_t one = 1;
  if (first) static_cast<void>(!write(wake_.fd, &one, sizeof one));
}

void IoThread::run() {
  block_sigpipe();
  while (!stop_.load(std::memory_order_acquire)) {
    wait_and_act();
    take_ended();
    take_inbox();
    start_waiting();
  }
}

void IoThread::wait_and_act() {
  int timeout = -1;
  if (timer_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*timer_ - Clock::now()).count();
    timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  }
  std::array<epoll_event, 128> events;
  const int count = epoll_wait(epoll_.fd, events.data(), static_cast<int>(events.size()), timeout);
  int running = 0;
  for (int i = 0; i < count && !stop_.load(std::memory_order_relaxed); ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.fd == wake_.fd) {
      std::uint64_t wakes = 0;
      static_cast<void>(!read(wake_.fd, &wakes, sizeof wakes));
      continue;
    }
    int ready = 0;
    if ((event.events & EPOLLIN) != 0) ready |= CURL_CSELECT_IN;
    if ((event.events & EPOLLOUT) != 0) ready |= CURL_CSELECT_OUT;
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) ready |= CURL_CSELECT_ERR;
    curl_multi_socket_action(multi_.get(), event.data.fd, ready, &running);
  }
  if (timer_ && Clock::now() >= *timer_) {
    timer_.reset();
    curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
  }
}

void IoThread::take_inbox() {
  {
    const std::lock_guard lock(mutex_);
    std::swap(inbox_, taken_);
  }
  for (Job& job : taken_) waiting_.push_back(std::move(job));
  taken_.clear();
}

void IoThread::start_waiting() {
  while (!waiting_.empty() && transfers_.size() - idle_.size() < settings_.connections) {
    Job& front = waiting_.front();
    const std::uint32_t most = front.check ? front.ticket.samples : requests_.samples_per_request();
    if (front.ticket.samples <= most) {
      const Job job = std::move(front);
      waiting_.pop_front();
      start(job);
      continue;
    }
    Job piece = front;
    piece.ticket.samples = most;
    front.ticket.sample += most;
    front.ticket.samples -= most;
    start(piece);
  }
  for (auto job = waiting_.rbegin(); job != waiting_.rend() && !job->held; ++job) job->held = true;
}

IoThread::Transfer& IoThread::idle_transfer() {
  if (idle_.empty()) {
    auto& added = transfers_.emplace_back(std::make_unique<Transfer>());
    added->easy = curl_.easy(settings_.url);
    added->answer = make_answer(settings_.answers, tally_, curl_.key());
    CURL* h = added->easy.get();
    curl_easy_setopt(h, CURLOPT_POST, 1L);
    curl_easy_setopt(h, CURLOPT_PRIVATE, added.get());
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, added.get());
    idle_.push_back(added.get());
  }
  Transfer& transfer = *idle_.back();
  idle_.pop_back();
  return transfer;
}

curl_slist* IoThread::headers_for(std::uint32_t samples) {
  auto& list = headers_[samples];
  if (!list) list = curl_.headers(requests_.header(samples));
  return list.get();
}

void IoThread::start(const Job& job) {
  Transfer& transfer = idle_transfer();
  const Ticket& ticket = job.ticket;
  Asked asked;
  if (job.check) {
    requests_.write_check(transfer.body);
  } else {
    asked =
        requests_.write({ticket.query, ticket.sample, ticket.first_prompt, ticket.samples}, transfer.body);
    if (job.held) tally_.add_wait(Clock::now() - ticket.issued);
  }
  transfer.status = 0;
  transfer.content_type = {};
  transfer.answer->begin(ticket, asked);
  CURL* h = transfer.easy.get();
  curl_easy_setopt(h, CURLOPT_HTTPHEADER,
                   headers_for(job.check ? requests_.samples_per_request() : ticket.samples));
  curl_easy_setopt(h, CURLOPT_POSTFIELDS, transfer.body.data());
  curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body.size()));
  curl_multi_add_handle(multi_.get(), h);
}

void IoThread::take_ended() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    char* of = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &of);
    auto& transfer = *reinterpret_cast<Transfer*>(of);
    curl_multi_remove_handle(multi_.get(), message->easy_handle);
    end(transfer, code);
    idle_.push_back(&transfer);
  }
}

void IoThread::end(Transfer& transfer, CURLcode code) {
  CURL* h = transfer.easy.get();
  Transferred how;
  long os_error = 0;
  curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &how.status);
  curl_easy_getinfo(h, CURLINFO_OS_ERRNO, &os_error);
  how.whole = code == CURLE_OK;
  std::string kind;
  if (!how.whole) kind = failure_kind(code, os_error);
  how.kind = kind;
  transfer.answer->end(how);
}

int IoThread::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
  auto& thread = *static_cast<IoThread*>(self);
  epoll_event event{};
  event.data.fd = socket;
  if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(thread.epoll_.fd, EPOLL_CTL_DEL, socket, &event);
    return 0;
  }
  if (epoll_ctl(thread.epoll_.fd, known != nullptr ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event) != 0)
    epoll_ctl(thread.epoll_.fd, known != nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
  // Any pointer: says that epoll has this socket.
  if (known == nullptr) curl_multi_assign(thread.multi_.get(), socket, &thread);
  return 0;
}

int IoThread::on_timer(CURLM*, long timeout_ms, void* self) {
  auto& timer = static_cast<IoThread*>(self)->timer_;
  if (timeout_ms < 0) {
    timer.reset();
  } else {
    timer = Clock::now() + std::chrono::milliseconds(timeout_ms);
  }
  return 0;
}

std::size_t IoThread::on_bytes(char* bytes, std::size_t size, std::size_t count, void* of) {
  auto& transfer = *static_cast<Transfer*>(of);
  const std::string_view text(bytes, size * count);
  if (transfer.status == 0) {
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &transfer.status);
    char* type = nullptr;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_CONTENT_TYPE, &type);
    if (type != nullptr) transfer.content_type = type;
  }
  if (transfer.status / 100 != 2) {
    transfer.answer->take_refusal(text);
    return text.size();
  }
  return transfer.answer->take(text, transfer.content_type) ? text.size() : 0;  // 0 closes the connection
}

}  // namespace ridgeline::http
