#pragma once
// A thread that has many requests under way at once: libcurl's multi interface over epoll, so that a wake-up
// costs what the ready connections cost, however many others wait.

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "systems/http/answer.h"
#include "systems/http/curl_settings.h"
#include "systems/http/requests.h"
#include "systems/http/ticket.h"

namespace ridgeline::http {

struct IoSettings {
  std::string url;
  AnswerKind answers = AnswerKind::stream;
  std::uint32_t connections = 1;  ///< most at once
};

class IoThread {
 public:
  /// All references must outlive it.
  IoThread(const IoSettings&, const CurlSettings&, const Requests&, Tally&);
  /// Cuts off what is under way; nothing is reported from then on.
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  /// Samples of a query, in as many requests as it takes. From any thread; returns at once.
  void send(const Ticket&);
  /// The request that no query of the run sends.
  void send_check(const Ticket&);

 private:
  struct Transfer;
  struct MultiCloser {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
  };
  struct Descriptor {
    explicit Descriptor(int number) : fd(number) {}
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int fd;
  };
  struct Job {
    Ticket ticket;
    bool check = false;
    bool held = false;  ///< found no connection free
  };

  void push(Job);
  void run();
  void wait_and_act();
  void take_inbox();
  void start_waiting();
  void start(const Job&);
  void take_ended();
  void end(Transfer&, CURLcode);
  Transfer& idle_transfer();
  curl_slist* headers_for(std::uint32_t samples);

  static int on_socket(CURL*, curl_socket_t, int what, void* self, void*);
  static int on_timer(CURLM*, long timeout_ms, void* self);
  static std::size_t on_bytes(char*, std::size_t, std::size_t, void* transfer);

  const IoSettings settings_;
  const CurlSettings& curl_;
  const Requests& requests_;
  Tally& tally_;
  Descriptor epoll_, wake_;
  std::mutex mutex_;
  std::vector<Job> inbox_, taken_;
  std::atomic<bool> stop_{false};
  // The thread's own:
  std::map<std::uint32_t, HeaderList> headers_;
  std::unique_ptr<CURLM, MultiCloser> multi_;
  std::vector<std::unique_ptr<Transfer>> transfers_;
  std::vector<Transfer*> idle_;
  std::deque<Job> waiting_;
  std::optional<Clock::time_point> timer_;
  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace ridgeline::http
