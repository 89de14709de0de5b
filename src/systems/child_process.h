#pragma once
// A program with pipes to its standard input and output; its standard error is ours.

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "ridgeline/result.h"
#include "ridgeline/units.h"

namespace ridgeline::systems {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  int get() const { return fd_; }
  void close();

 private:
  int fd_;
};

/// In a process group of its own, so that Ctrl-C in a terminal reaches the driver alone, and with default
/// signals. Our ends of the pipes do not block.
class ChildProcess {
 public:
  /// Errors: unavailable, when it cannot be run. Requires at least one word.
  static Result<ChildProcess> start(const std::vector<std::string>& words);
  /// Kills what is left of the group, and reaps.
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;

  Descriptor input, output;
  /// Readable once the program has ended; -1 where the kernel has no such descriptors.
  int ended_fd() const { return ended_.get(); }

  /// Waits until it has ended or the time is over; true if it has ended: then what is left of its group is
  /// killed, it is reaped, and ending() says how it went.
  bool wait(Nanoseconds patience);
  void terminate() const;      ///< SIGTERM, to the whole group
  std::string ending() const;  ///< "exited with 3", "was killed by signal 9 (Killed)"

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  void reap();

  pid_t pid_;
  Descriptor ended_;
  bool reaped_ = false;
  int status_ = 0;
};

}  // namespace ridgeline::systems
