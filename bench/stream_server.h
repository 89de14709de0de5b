#pragma once
// A server in a process of its own, so that its time is not the client's: each request gets a stream of
// tokens, each in a packet, as fast as they go.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

namespace ridgeline {

constexpr int tokens_per_stream = 64;

inline bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

inline std::string chunk(const std::string& json) {
  const std::string event = "data: " + json + "\n\n";
  return fmt::format("{:x}\r\n{}\r\n", event.size(), event);
}

inline void answer_requests(int socket) {
  // As long as vLLM's pieces are.
  const std::string token = chunk(
      R"({"id":"chatcmpl-0123456789abcdef0123456789abcdef","object":"chat.completion.chunk","created":1764320000,)"
      R"("model":"some-organisation/some-model-8b","choices":[{"index":0,"delta":{"content":" word"},)"
      R"("logprobs":null,"finish_reason":null}]})");
  const std::string usage = chunk(fmt::format(
      R"({{"choices":[],"usage":{{"prompt_tokens":128,"completion_tokens":{}}}}})", tokens_per_stream));
  std::string held;
  char bytes[16384];
  for (ssize_t got; (got = recv(socket, bytes, sizeof bytes, 0)) > 0;) {
    held.append(bytes, static_cast<std::size_t>(got));
    const std::size_t head = held.find("\r\n\r\n"), length = held.find("Content-Length: ");
    if (head == std::string::npos || length == std::string::npos) continue;
    const std::size_t whole = head + 4 + static_cast<std::size_t>(std::atoll(held.c_str() + length + 16));
    if (held.size() < whole) continue;
    held.erase(0, whole);
    bool open = send_all(
        socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; open && i < tokens_per_stream; ++i) open = send_all(socket, token);
    open = open && send_all(socket, usage) && send_all(socket, "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
    if (!open) break;
  }
  close(socket);
}

/// Forks, before there are threads; the server dies with this process. Returns its port, or 0.
inline int start_stream_server() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, any, size) != 0 || listen(listener, 1024) != 0 || getsockname(listener, any, &size) != 0)
    return 0;
  const pid_t child = fork();
  if (child < 0) return 0;
  if (child > 0) {
    close(listener);
    return ntohs(address.sin_port);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int client; (client = accept(listener, nullptr, nullptr)) >= 0;) {
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::thread(answer_requests, client).detach();
  }
  _exit(0);
}

}  // namespace ridgeline
