#include "systems/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

extern char** environ;

namespace ridgeline::systems {
namespace {

struct Pipe {
  Descriptor read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    return unavailable(fmt::format("command: no pipe: {}", std::strerror(errno)));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// What posix_spawn is told, freed at the end.
struct SpawnSettings {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  SpawnSettings() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    // What this program ignores or blocks is no business of the other.
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGQUIT, SIGHUP}) sigaddset(&defaults, number);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
};

}  // namespace

void Descriptor::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& words) {
  assert(!words.empty());
  RIDGELINE_TRY(to, make_pipe());
  RIDGELINE_TRY(from, make_pipe());
  SpawnSettings settings;
  posix_spawn_file_actions_adddup2(&settings.actions, to.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&settings.actions, from.write.get(), STDOUT_FILENO);
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  arguments.reserve(copies.size() + 1);
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int failed =
      posix_spawnp(&pid, arguments[0], &settings.actions, &settings.attributes, arguments.data(), environ);
  if (failed != 0)
    return unavailable(fmt::format("command: cannot run '{}': {}", words.front(), std::strerror(failed)));
  ChildProcess child(pid);
  child.ended_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  child.input = std::move(to.write);
  child.output = std::move(from.read);
  for (const int fd : {child.input.get(), child.output.get()})
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : input(std::move(other.input)),
      output(std::move(other.output)),
      pid_(std::exchange(other.pid_, -1)),
      ended_(std::move(other.ended_)),
      reaped_(other.reaped_),
      status_(other.status_) {}

ChildProcess::~ChildProcess() {
  if (pid_ >= 0 && !reaped_) reap();
}

/// The rest of the group goes first: once its leader is reaped, the number may be another's.
void ChildProcess::reap() {
  kill(-pid_, SIGKILL);
  while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
  reaped_ = true;
}

void ChildProcess::terminate() const {
  if (!reaped_) kill(-pid_, SIGTERM);
}

bool ChildProcess::wait(Nanoseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (reaped_) return true;
    siginfo_t seen{};
    if (waitid(P_PID, static_cast<id_t>(pid_), &seen, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        seen.si_pid == pid_) {
      reap();
      return true;
    }
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= Nanoseconds(0)) return false;
    const auto step = std::chrono::ceil<std::chrono::milliseconds>(
        ended_.get() >= 0 ? left : std::min<Nanoseconds>(left, std::chrono::milliseconds(5)));
    pollfd ended{ended_.get(), POLLIN, 0};
    poll(&ended, 1, static_cast<int>(std::min<std::int64_t>(step.count(), 1000)));
  }
}

std::string ChildProcess::ending() const {
  if (WIFSIGNALED(status_))
    return fmt::format("was killed by signal {} ({})", WTERMSIG(status_), strsignal(WTERMSIG(status_)));
  return fmt::format("exited with {}", WEXITSTATUS(status_));
}

}  // namespace ridgeline::systems
