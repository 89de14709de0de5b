#pragma once
// A client's socket that no client can hold for long: what a request may take in bytes and in time is bounded
// as a whole, where the library bounds each read alone.

#include <httplib.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>

namespace ridgeline::workbench {

class Connection : public httplib::Stream {
 public:
  /// Gives up at once when `stopping` becomes true. Closes the socket when destroyed.
  Connection(int socket, const std::atomic<bool>& stopping) : socket_(socket), stopping_(stopping) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override;

  /// Whether the first byte of a request came within the idle time; its allowances begin then.
  bool await_request();
  /// From now on the client may send a body of so many bytes, and the time to write is that of the answer.
  void begin_answer(std::size_t body);

  using Stream::write;
  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return socket_; }

 private:
  using Clock = std::chrono::steady_clock;
  bool wait(short events, Clock::time_point until) const;
  bool fill(Clock::time_point until);

  const int socket_;
  const std::atomic<bool>& stopping_;
  Clock::time_point read_by_, write_by_;
  std::size_t allowance_ = 0;  ///< bytes that the request may still have
  std::array<char, 4096> buffer_;
  std::size_t from_ = 0, to_ = 0;  ///< what is buffered
};

}  // namespace ridgeline::workbench
