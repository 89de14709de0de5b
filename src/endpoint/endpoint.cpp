#include "ridgeline/endpoint.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "endpoint/metrics.h"
#include "endpoint/openai.h"

namespace ridgeline {
namespace {

using namespace endpoint;
using nlohmann::json;

/// How often a connection that waits looks whether its client is still there.
constexpr auto look_every = std::chrono::milliseconds(100);
constexpr std::uint32_t other_connections = 32;  ///< threads beyond those of the requests
constexpr int backlog = 4096;
constexpr std::size_t longest_body = 64 << 20;

/// The library asks for a backlog of 5: connections that come at once would wait for a second.
class Server : public httplib::Server {
 public:
  void widen_backlog() { ::listen(svr_sock_, backlog); }
};

void answer_error(httplib::Response& response, const ApiError& error) {
  response.status = error.status;
  response.set_content(error.body(), "application/json");
}

ApiError lost(End end) {
  switch (end) {
    case End::refused:
      return {429, "the queue is full; try again later", "rate_limit_error", "", "queue_full"};
    case End::timed_out:
      return {504, "the request waited too long and was given up", "timeout_error", "", "timeout"};
    default:
      return {503, "the server is stopping", "service_unavailable_error", "", "stopping"};
  }
}

class HttpEndpoint : public Endpoint {
 public:
  HttpEndpoint(std::unique_ptr<serve::OnlineSystem> system, const EndpointOptions& options)
      : options_(options),
        lengths_(system->system().lengths),
        loses_(loses(system->system())),
        pacer_(std::move(system), options.time_scale) {}
  ~HttpEndpoint() override { halt(); }

  Status listen();
  std::uint16_t port() const override { return port_; }
  EndpointReport stop() override;

 private:
  using Request = httplib::Request;
  using Response = httplib::Response;

  /// Whether a request may end without an answer.
  static bool loses(const ContinuousSystem& system) {
    const EngineLimits& l = system.prefill ? system.prefill->limits : system.limits;
    return l.max_waiting > 0 || l.timeout > Nanoseconds(0);
  }
  void add_routes();
  void halt();
  void complete(Api, const Request&, Response&);
  std::optional<ApiError> check(const CompletionRequest&, TokenLengths&) const;
  void answer(Api, const CompletionRequest&, std::shared_ptr<TokenStream>, Response&);
  bool send_more(TokenStream&, const Answer&, const CompletionRequest&, std::uint32_t& sent,
                 httplib::DataSink&);
  void note_lateness(TokenStream&, std::uint32_t from, std::uint32_t to);
  void leave(const std::shared_ptr<TokenStream>&);
  std::string models() const;
  std::string metrics();

  const EndpointOptions options_;
  const TokenLengths lengths_;
  const bool loses_;
  const std::int64_t started_ = std::time(nullptr);
  Pacer pacer_;
  Server server_;
  std::thread thread_;
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> ids_{0}, turned_away_{0}, malformed_{0};
  std::atomic<std::uint32_t> in_progress_{0};
  std::mutex mutex_;  ///< of what follows
  LatencyHistogram lateness_;
};

Status HttpEndpoint::listen() {
  server_.new_task_queue = [n = options_.most_requests + other_connections] {
    return new httplib::ThreadPool(n);
  };
  server_.set_tcp_nodelay(true);
  server_.set_keep_alive_max_count(1'000'000);
  server_.set_payload_max_length(longest_body);
  add_routes();
  const int bound = options_.port == 0 ? server_.bind_to_any_port(options_.host)
                    : server_.bind_to_port(options_.host, options_.port) ? options_.port
                                                                         : -1;
  if (bound < 0) {
    return unavailable(fmt::format("cannot listen on {} port {}: no such address here, or the port is taken",
                                   options_.host, options_.port));
  }
  port_ = static_cast<std::uint16_t>(bound);
  thread_ = std::thread([this] { server_.listen_after_bind(); });
  while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  server_.widen_backlog();
  return Status::success();
}

void HttpEndpoint::add_routes() {
  const auto post = [this](const char* path, Api api) {
    server_.Post(
        path, [this, api](const Request& request, Response& response) { complete(api, request, response); });
  };
  post("/v1/chat/completions", Api::chat);
  post("/v1/completions", Api::completions);
  server_.Get("/v1/models",
              [this](const Request&, Response& r) { r.set_content(models(), "application/json"); });
  server_.Get("/health", [](const Request&, Response& r) { r.set_content("", "text/plain"); });
  server_.Get("/metrics", [this](const Request&, Response& r) {
    r.set_content(metrics(), "text/plain; version=0.0.4; charset=utf-8");
  });
  server_.set_error_handler([](const Request& request, Response& response) {
    if (!response.body.empty()) return;
    ApiError error;
    error.status = response.status;
    error.message = response.status == 404
                        ? fmt::format("{} {}: no such thing here", request.method, request.path)
                        : fmt::format("the request was refused with {}", response.status);
    answer_error(response, error);
  });
}

void HttpEndpoint::halt() {
  pacer_.stop();
  server_.stop();
  if (thread_.joinable()) thread_.join();
}

EndpointReport HttpEndpoint::stop() {
  halt();
  EndpointReport report;
  const Pacer::View view = pacer_.view();
  report.run = pacer_.finish();
  report.counts = view.counts;
  report.prompt_tokens = view.tally.prompt_tokens;
  report.output_tokens = view.tally.output_tokens;
  report.turned_away = turned_away_;
  report.malformed = malformed_;
  const std::lock_guard lock(mutex_);
  report.lateness = lateness_;
  return report;
}

std::optional<ApiError> HttpEndpoint::check(const CompletionRequest& asked, TokenLengths& lengths) const {
  if (!asked.model.empty() && asked.model != options_.model) {
    return ApiError{404,
                    fmt::format("the model '{}' does not exist; this is {}", asked.model, options_.model),
                    "invalid_request_error", "model", "model_not_found"};
  }
  lengths = {asked.prompt_tokens, asked.max_tokens.value_or(lengths_.output)};
  const std::uint64_t total = std::uint64_t{lengths.input} + lengths.output;
  if (total <= pacer_.longest()) return std::nullopt;
  return ApiError{
      400,
      fmt::format("this model's maximum context length is {} tokens, and you asked for {}: {} in the "
                  "prompt, {} in the answer",
                  pacer_.longest(), total, lengths.input, lengths.output),
      "invalid_request_error", "", "context_length_exceeded"};
}

void HttpEndpoint::complete(Api api, const Request& request, Response& response) {
  const RealTime came = RealClock::now();
  CompletionRequest asked;
  TokenLengths lengths;
  auto error = parse_request(api, request.body, asked);
  if (!error) error = check(asked, lengths);
  if (error) {
    ++malformed_;
    return answer_error(response, *error);
  }
  if (in_progress_.fetch_add(1) >= options_.most_requests) {
    --in_progress_;
    ++turned_away_;
    return answer_error(response, {503,
                                   fmt::format("{} requests are in progress, as many as this server takes",
                                               options_.most_requests),
                                   "service_unavailable_error", "", "overloaded"});
  }
  auto stream = pacer_.submit(lengths, came);
  if (!stream) {
    --in_progress_;
    ApiError refused = lost(End::closed);
    if (stream.error().kind != ErrorKind::unavailable)
      refused = {400, stream.error().message, "invalid_request_error", "", ""};
    return answer_error(response, refused);
  }
  answer(api, asked, *stream, response);
}

/// Where a request may be lost, the status must wait until that is known: for its first token.
void HttpEndpoint::answer(Api api, const CompletionRequest& asked, std::shared_ptr<TokenStream> stream,
                          Response& response) {
  TokenStream::Progress progress;
  do {
    progress = stream->wait_beyond(0, loses_ ? look_every : std::chrono::milliseconds(0));
  } while (loses_ && progress.made == 0 && !progress.end);
  if (progress.end && *progress.end != End::completed) {
    leave(stream);
    return answer_error(response, lost(*progress.end));
  }
  const auto answer =
      std::make_shared<Answer>(api, fmt::format("{}-{}", api == Api::chat ? "chatcmpl" : "cmpl", ++ids_),
                               options_.model, std::time(nullptr), stream->lengths());
  response.set_chunked_content_provider(
      asked.stream ? "text/event-stream" : "application/json",
      [this, asked, stream, answer, sent = 0U](std::size_t, httplib::DataSink& sink) mutable {
        return send_more(*stream, *answer, asked, sent, sink);
      },
      [this, stream](bool) { leave(stream); });
}

/// False: the client is gone, or the server.
bool HttpEndpoint::send_more(TokenStream& stream, const Answer& answer, const CompletionRequest& asked,
                             std::uint32_t& sent, httplib::DataSink& sink) {
  const std::uint32_t all = stream.lengths().output;
  const auto progress = stream.wait_beyond(asked.stream ? sent : all - 1, look_every);
  if (progress.end && progress.made < all) return false;
  if (asked.stream ? progress.made == sent : progress.made < all) return sink.is_writable();
  std::string text;
  if (asked.stream) {
    for (std::uint32_t i = sent; i < progress.made; ++i) answer.append_event(text, i);
    if (progress.made == all) answer.append_end(text, asked.include_usage);
  } else {
    text = answer.whole();
    sent = all - 1;
  }
  if (!sink.write(text.data(), text.size())) return false;
  note_lateness(stream, sent, progress.made);
  sent = progress.made;
  if (sent == all) sink.done();
  return true;
}

void HttpEndpoint::note_lateness(TokenStream& stream, std::uint32_t from, std::uint32_t to) {
  const RealTime now = RealClock::now();
  const std::lock_guard lock(mutex_);
  for (; from < to; ++from) lateness_.record(std::max(Nanoseconds(0), Nanoseconds(now - stream.due(from))));
}

void HttpEndpoint::leave(const std::shared_ptr<TokenStream>& stream) {
  pacer_.leave(stream);
  --in_progress_;
}

std::string HttpEndpoint::models() const {
  const json model{{"id", options_.model},
                   {"object", "model"},
                   {"created", started_},
                   {"owned_by", "ridgeline"},
                   {"root", options_.model},
                   {"parent", nullptr},
                   {"max_model_len", pacer_.longest()}};
  return json{{"object", "list"}, {"data", {model}}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string HttpEndpoint::metrics() {
  const Pacer::View view = pacer_.view();
  std::unique_lock lock(mutex_);
  const LatencyHistogram lateness = lateness_;
  lock.unlock();
  return metrics_text(view, lateness, turned_away_, options_.model);
}

}  // namespace

Result<std::unique_ptr<Endpoint>> start_endpoint(ContinuousSystem system, const EndpointOptions& asked) {
  if (!(asked.time_scale >= 0.001 && asked.time_scale <= 1000)) {
    return bad_input(fmt::format("the time scale is {:g}; must be 0.001 to 1000", asked.time_scale));
  }
  if (asked.most_requests == 0 || asked.most_requests > 4096) {
    return bad_input(fmt::format("most_requests is {}; must be 1 to 4096", asked.most_requests));
  }
  EndpointOptions options = asked;
  if (options.model.empty()) options.model = system.workload;
  RIDGELINE_TRY(online, serve::OnlineSystem::make(std::move(system)));
  auto endpoint = std::make_unique<HttpEndpoint>(std::move(online), options);
  RIDGELINE_CHECK(endpoint->listen());
  return std::unique_ptr<Endpoint>(std::move(endpoint));
}

}  // namespace ridgeline
