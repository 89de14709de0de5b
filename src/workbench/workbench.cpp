#include "ridgeline/workbench.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "base/version.h"
#include "workbench/admission.h"
#include "workbench/connection.h"
#include "workbench/site.h"

namespace ridgeline {
namespace {

using namespace workbench;
using nlohmann::json;

constexpr int most_connections = 32, most_requests_each = 1000, workbench_backlog = 128;

/// Styles in attributes, pictures made in the page, and WebAssembly are what the pages use.
constexpr const char* content_policy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

/// Takes a connection when a thread is free for it, and otherwise closes it: none waits behind slow ones.
class BoundedPool : public httplib::TaskQueue {
 public:
  BoundedPool() : pool_(most_connections) {}
  void enqueue(std::function<void()> task) override {
    if (busy_ >= most_connections) {
      turning_away() = true;
      task();
      turning_away() = false;
      return;
    }
    ++busy_;
    pool_.enqueue([this, task = std::move(task)] {
      task();
      --busy_;
    });
  }
  void shutdown() override { pool_.shutdown(); }
  /// Of the task that this thread runs.
  static bool& turning_away() {
    thread_local bool value = false;
    return value;
  }

 private:
  std::atomic<int> busy_{0};
  httplib::ThreadPool pool_;
};

class WorkbenchServer : public httplib::Server {
 public:
  WorkbenchServer();
  /// The port, or -1.
  int bind(const std::string& host, int port);
  void set_admission(Admission admission) { admission_ = std::move(admission); }
  const Admission& admission() const { return admission_; }
  void halt() {
    stopping_ = true;
    stop();
  }

 private:
  bool process_and_close_socket(socket_t) override;
  void converse(Connection&);
  std::size_t prepare(httplib::Request&, bool& last) const;

  Admission admission_;
  std::atomic<bool> stopping_{false};
};

WorkbenchServer::WorkbenchServer() {
  new_task_queue = [] { return new BoundedPool; };
  set_tcp_nodelay(true);
  // The library would set SO_REUSEPORT: two servers would share a port, and each get half of the requests.
  set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  set_default_headers({{"Content-Security-Policy", content_policy},
                       {"X-Content-Type-Options", "nosniff"},
                       {"X-Frame-Options", "DENY"},
                       {"Referrer-Policy", "no-referrer"},
                       {"Cross-Origin-Opener-Policy", "same-origin"},
                       {"Cross-Origin-Resource-Policy", "same-origin"}});
}

int WorkbenchServer::bind(const std::string& host, int port) {
  const int bound = port == 0 ? bind_to_any_port(host) : bind_to_port(host, port) ? port : -1;
  if (bound < 0) return bound;
  ::listen(svr_sock_, workbench_backlog);  // more than the library asks for; from here clients may come
  ::fcntl(svr_sock_, F_SETFD, FD_CLOEXEC);
  return bound;
}

bool WorkbenchServer::process_and_close_socket(socket_t socket) {
  if (BoundedPool::turning_away()) {
    constexpr std::string_view answer =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    ::send(socket, answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    ::close(socket);
    return false;
  }
  Connection connection(socket, stopping_);
  try {
    converse(connection);
  } catch (const std::exception&) {  // of what the library does with a request; the connection ends
  }
  return true;
}

void WorkbenchServer::converse(Connection& connection) {
  for (int i = 1; i <= most_requests_each && connection.await_request(); ++i) {
    bool understood = false, last = false;
    const bool sent =
        process_request(connection, i == most_requests_each, last, [&](httplib::Request& request) {
          understood = true;
          connection.begin_answer(prepare(request, last));
        });
    if (!sent || !understood || last) return;
  }
}

/// Takes away what the library would act on by itself (ranges of any number, its own compression), and ends
/// the connection with what is refused, and after a body: one that nobody read would pass for the next
/// request. The size of the body that may come.
std::size_t WorkbenchServer::prepare(httplib::Request& request, bool& last) const {
  request.ranges.clear();
  request.headers.erase("Expect");
  const std::string encodings = request.get_header_value("Accept-Encoding");
  request.headers.erase("Accept-Encoding");
  request.headers.erase("Ridgeline-Gzip");
  if (encodings.find("gzip") != std::string::npos && encodings.find("gzip;q=0") == std::string::npos)
    request.set_header("Ridgeline-Gzip", "1");
  const bool refused = admission_.check(request).has_value();
  if (!refused && request.method != "POST") return 0;
  last = true;
  request.headers.erase("Connection");
  request.set_header("Connection", "close");
  return refused ? 0 : Admission::body_size(request);
}

class HttpWorkbench : public Workbench {
 public:
  HttpWorkbench(const WorkbenchOptions& options, Site site) : options_(options), site_(std::move(site)) {}
  ~HttpWorkbench() override {
    server_.halt();
    if (thread_.joinable()) thread_.join();
  }

  Status listen();
  std::uint16_t port() const override { return port_; }
  std::string url() const override;

 private:
  using Request = httplib::Request;
  using Response = httplib::Response;
  void answer(const Request&, Response&);
  void answer_api(const Request&, Response&);
  void take_ledger(const Request&, Response&);
  static void answer_file(const Request&, const std::shared_ptr<const SiteFile>&, Response&);
  static void answer_json(const Result<std::string>&, Response&);
  static void answer_error(int status, const std::string& message, Response&);

  const WorkbenchOptions options_;
  const Site site_;
  WorkbenchServer server_;
  std::thread thread_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;  ///< of the options' functions
};

Status HttpWorkbench::listen() {
  int bound = -1, port = options_.port;
  for (int i = 0; bound < 0 && i < std::max<int>(options_.tries, 1) && port <= 65535; ++i, ++port)
    bound = server_.bind(options_.host, port);
  if (bound < 0) {
    return unavailable(fmt::format("cannot listen on {} port {}: no such address here, or the port is taken",
                                   options_.host, options_.port));
  }
  port_ = static_cast<std::uint16_t>(bound);
  server_.set_admission(Admission(options_.host, port_));
  server_.set_pre_routing_handler([this](const Request& request, Response& response) {
    // What is taken has to be read first, by the library.
    if (request.method == "POST" && options_.keep_ledger && !server_.admission().check(request))
      return httplib::Server::HandlerResponse::Unhandled;
    answer(request, response);
    return httplib::Server::HandlerResponse::Handled;
  });
  server_.set_payload_max_length(largest_body);
  server_.Post("/api/ledgers",
               [this](const Request& request, Response& response) { take_ledger(request, response); });
  server_.set_exception_handler([](const Request&, Response& response, std::exception_ptr) {
    answer_error(500, "this request could not be answered", response);
  });
  thread_ = std::thread([this] { server_.listen_after_bind(); });
  while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return Status::success();
}

std::string HttpWorkbench::url() const {
  std::string host = options_.host;
  if (host == "0.0.0.0" || host == "::") host = "127.0.0.1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return fmt::format("http://{}:{}/", host, port_);
}

void HttpWorkbench::answer_error(int status, const std::string& message, Response& response) {
  response.status = status;
  response.set_content(json{{"error", message}}.dump(-1, ' ', false, json::error_handler_t::replace) + "\n",
                       "application/json");
}

void HttpWorkbench::answer(const Request& request, Response& response) {
  if (const auto refusal = server_.admission().check(request)) {
    if (refusal->status == 405)
      response.set_header("Allow", request.path == "/api/ledgers" ? "GET, HEAD, POST" : "GET, HEAD");
    return answer_error(refusal->status, refusal->why, response);
  }
  if (request.method == "POST") return answer_error(404, "nothing is taken here", response);
  if (request.path.starts_with("/api/")) return answer_api(request, response);
  const auto found = site_.find(request.path);
  if (found == site_.end()) return answer_error(404, "no such file here", response);
  answer_file(request, found->second, response);
}

void HttpWorkbench::answer_file(const Request& request, const std::shared_ptr<const SiteFile>& file,
                                Response& response) {
  response.set_header("Cache-Control", "no-cache");
  response.set_header("ETag", file->tag);
  response.set_header("Vary", "Accept-Encoding");
  response.status = 200;
  if (request.get_header_value("If-None-Match") == file->tag) {
    response.status = 304;
    return;
  }
  const bool gzip = !file->gzip.empty() && request.has_header("Ridgeline-Gzip");
  if (gzip) response.set_header("Content-Encoding", "gzip");
  const std::string& bytes = gzip ? file->gzip : file->bytes;
  if (bytes.empty()) return response.set_content("", file->type);
  response.set_content_provider(bytes.size(), file->type,
                                [file, &bytes](std::size_t from, std::size_t size, httplib::DataSink& sink) {
                                  return sink.write(bytes.data() + from, size);
                                });
}

void HttpWorkbench::answer_json(const Result<std::string>& document, Response& response) {
  response.set_header("Cache-Control", "no-store");
  if (!document) {
    return answer_error(document.error().kind == ErrorKind::unavailable ? 503 : 404, document.error().message,
                        response);
  }
  response.status = 200;
  response.set_content(*document, "application/json");
}

/// Behind a prefix of the path, where what follows may be an id.
std::optional<std::string> id_after(const std::string& path, std::string_view prefix) {
  constexpr std::size_t digits_of_id = 16;
  if (!path.starts_with(prefix)) return std::nullopt;
  std::string id = path.substr(prefix.size());
  const bool may = !id.empty() && id.size() <= digits_of_id &&
                   id.find_first_not_of("0123456789abcdef") == std::string::npos;
  return may ? std::optional(std::move(id)) : std::nullopt;
}

void HttpWorkbench::answer_api(const Request& request, Response& response) {
  const std::lock_guard lock(mutex_);
  const std::string& path = request.path;
  if (path == "/api/hello") return answer_json(json{{"ridgeline", version}}.dump() + "\n", response);
  if (path == "/api/runs" && options_.runs) return answer_json(options_.runs(), response);
  if (path == "/api/ledgers" && options_.ledgers) return answer_json(options_.ledgers(), response);
  if (const auto id = id_after(path, "/api/runs/"); id && options_.run)
    return answer_json(options_.run(*id), response);
  if (const auto id = id_after(path, "/api/ledgers/"); id && options_.ledger)
    return answer_json(options_.ledger(*id), response);
  answer_error(404, "no such thing here", response);
}

void HttpWorkbench::take_ledger(const Request& request, Response& response) {
  const std::lock_guard lock(mutex_);
  const auto kept = options_.keep_ledger(request.body);
  if (kept) return answer_json(kept, response);
  response.set_header("Cache-Control", "no-store");
  answer_error(kept.error().kind == ErrorKind::unavailable ? 503 : 400, kept.error().message, response);
}

}  // namespace

bool is_loopback(const std::string& host) {
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  return host == "localhost" || host == "::1";
}

Result<std::unique_ptr<Workbench>> start_workbench(const WorkbenchOptions& options) {
  RIDGELINE_TRY(site, read_site(options.site));
  auto workbench = std::make_unique<HttpWorkbench>(options, std::move(site));
  RIDGELINE_CHECK(workbench->listen());
  return std::unique_ptr<Workbench>(std::move(workbench));
}

}  // namespace ridgeline
