#include "raw_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace ridgeline::test {

void RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return close();
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void RawConnection::send_head(int status, std::string_view type) {
  send(fmt::format("HTTP/1.1 {} Status\r\nContent-Type: {}\r\nTransfer-Encoding: chunked\r\n\r\n", status,
                   type));
}

void RawConnection::send_chunk(std::string_view bytes) {
  send(fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes));
}

std::string RawConnection::receive() {
  std::size_t wanted = 0;
  for (;;) {
    const std::size_t head = held_.find("\r\n\r\n");
    if (head != std::string::npos && wanted == 0) {
      wanted = head + 4;
      const std::size_t length = held_.find("Content-Length: ");
      if (length < head) wanted += static_cast<std::size_t>(std::atoll(held_.c_str() + length + 16));
    }
    if (wanted > 0 && held_.size() >= wanted) {
      std::string request = held_.substr(0, wanted);
      held_.erase(0, wanted);
      return request;
    }
    char bytes[16384];
    const ssize_t got = recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0) return {};
    held_.append(bytes, static_cast<std::size_t>(got));
  }
}

RawServer::RawServer(Handler handler)
    : handler_(std::move(handler)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, any, size) != 0 || listen(listener_, 1024) != 0 ||
      getsockname(listener_, any, &size) != 0)
    std::abort();
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

RawServer::~RawServer() {
  stop_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (Client& client : clients_) shutdown(client.socket, SHUT_RDWR);
  for (Client& client : clients_) {
    client.thread.join();
    ::close(client.socket);
  }
}

std::string RawServer::url(std::string_view path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

void RawServer::accept_all() {
  while (!stop_) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++accepted_;
    clients_.push_back({client, std::thread([this, client] {
                          RawConnection connection(client);
                          while (!connection.closed()) {
                            const std::string request = connection.receive();
                            if (request.empty()) break;
                            handler_(connection, request);
                          }
                          shutdown(client, SHUT_RDWR);
                        })});
  }
}

void send_stream(RawConnection& connection, const StreamScript& script) {
  const auto event = [](const std::string& json) { return "data: " + json + "\n\n"; };
  connection.send_head(200, "text/event-stream");
  connection.send_chunk(event(R"({"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})"));
  for (int i = 0; i < script.chunks; ++i) {
    connection.send_chunk(
        event(R"({"choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}]})"));
  }
  connection.send_chunk(event(R"({"choices":[{"index":0,"delta":{},"finish_reason":"length"}]})"));
  if (script.usage) {
    connection.send_chunk(event(fmt::format(
        R"({{"choices":[],"usage":{{"prompt_tokens":{},"completion_tokens":{},"total_tokens":0}}}})",
        script.prompt_tokens, script.chunks * script.tokens_per_chunk)));
  }
  connection.send_chunk("data: [DONE]\n\n");
  connection.send_chunk("");
}

}  // namespace ridgeline::test
