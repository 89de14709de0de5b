#include "workbench/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ridgeline::workbench {
namespace {

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds idle_time = 5s, request_time = 5s, body_time = 10s, answer_time = 60s,
                                    drain_time = 500ms;
constexpr std::chrono::milliseconds stop_look_every = 50ms;
constexpr std::size_t longest_request = 32 << 10, most_drained = 1 << 20;

bool may_come_later(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

/// What was not read would make the system reset the connection, and the client lose the answer.
Connection::~Connection() {
  ::shutdown(socket_, SHUT_WR);
  const auto until = Clock::now() + drain_time;
  for (std::size_t drained = 0; drained < most_drained && fill(until); drained += to_) from_ = to_;
  ::close(socket_);
}

bool Connection::await_request() {
  if (from_ == to_ && !fill(Clock::now() + idle_time)) return false;
  read_by_ = write_by_ = Clock::now() + request_time;
  allowance_ = longest_request;
  return true;
}

void Connection::begin_answer(std::size_t body) {
  write_by_ = Clock::now() + answer_time;
  if (body == 0) return;
  read_by_ = Clock::now() + body_time;
  allowance_ += body;
}

bool Connection::wait(short events, Clock::time_point until) const {
  while (!stopping_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left <= 0ms) return false;
    pollfd entry{socket_, events, 0};
    const int ready = ::poll(
        &entry, 1, static_cast<int>(std::min<std::chrono::milliseconds>(left, stop_look_every).count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
  return false;
}

/// Only when all that was buffered is read.
bool Connection::fill(Clock::time_point until) {
  while (wait(POLLIN, until)) {
    const ssize_t got = ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && may_come_later(errno)) continue;
    if (got <= 0) return false;
    from_ = 0;
    to_ = static_cast<std::size_t>(got);
    return true;
  }
  return false;
}

bool Connection::is_readable() const { return from_ < to_ || wait(POLLIN, read_by_); }
bool Connection::is_writable() const { return wait(POLLOUT, write_by_); }

ssize_t Connection::read(char* to, std::size_t size) {
  if (from_ == to_ && !fill(read_by_)) return -1;
  size = std::min({size, to_ - from_, allowance_});
  if (size == 0) return -1;
  std::memcpy(to, buffer_.data() + from_, size);
  from_ += size;
  allowance_ -= size;
  return static_cast<ssize_t>(size);
}

ssize_t Connection::write(const char* from, std::size_t size) {
  while (wait(POLLOUT, write_by_)) {
    const ssize_t sent = ::send(socket_, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0 || !may_come_later(errno)) return sent;
  }
  return -1;
}

}  // namespace ridgeline::workbench
