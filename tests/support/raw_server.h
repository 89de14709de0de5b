#pragma once
// A server of which a test decides every byte and every pause: what libraries for servers would not send.

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace ridgeline::test {

class RawConnection {
 public:
  explicit RawConnection(int socket) : socket_(socket) {}
  void send(std::string_view bytes);
  void send_head(int status, std::string_view type);  ///< of an answer in chunks
  void send_chunk(std::string_view bytes);            ///< empty: the last
  /// No further request is read, the connection ends after this one.
  void close() { closed_ = true; }
  bool closed() const { return closed_; }
  /// Head and body (by Content-Length) of the next request; empty: none comes.
  std::string receive();

 private:
  int socket_;
  bool closed_ = false;
  std::string held_;
};

/// A thread a connection, on a free port of 127.0.0.1.
class RawServer {
 public:
  using Handler = std::function<void(RawConnection&, const std::string& request)>;
  explicit RawServer(Handler);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::string url(std::string_view path = "/v1") const;
  unsigned connections() const { return accepted_.load(); }

 private:
  struct Client {
    int socket;
    std::thread thread;
  };
  void accept_all();

  Handler handler_;
  int listener_;
  int port_ = 0;
  std::atomic<unsigned> accepted_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::list<Client> clients_;
  std::thread acceptor_;
};

/// A streamed answer: `chunks` pieces with text, then usage where `usage` and [DONE].
struct StreamScript {
  int chunks = 3;
  bool usage = true;
  int prompt_tokens = 10, tokens_per_chunk = 1;
};
void send_stream(RawConnection&, const StreamScript&);

}  // namespace ridgeline::test
