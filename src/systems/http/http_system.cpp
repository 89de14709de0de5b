#include <fmt/format.h>
#include <sys/resource.h>

#include <atomic>
#include <condition_variable>

#include "base/text.h"
#include "systems/http/io_thread.h"

namespace ridgeline {
namespace {

using namespace http;

constexpr std::uint64_t check_query = 0;

/// Waits for the one request before the run.
class CheckSink final : public CompletionSink {
 public:
  void first_token(std::uint64_t) override {}
  void token_gap(Nanoseconds) override {}
  void complete(std::uint64_t, std::uint32_t, std::uint32_t) override { end({}); }
  void fail(std::uint64_t, std::uint32_t, std::string_view kind) override { end(std::string(kind)); }

  /// What failed; empty: nothing.
  std::string wait() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return kind_.has_value(); });
    return *kind_;
  }

 private:
  void end(std::string kind) {
    const std::lock_guard lock(mutex_);
    kind_ = std::move(kind);
    ended_.notify_one();  // under the lock: the waiter destroys this
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  std::optional<std::string> kind_;
};

std::string_view hint(std::string_view kind, HttpApi api) {
  if (kind == "connection refused") return "; is the server running there?";
  if (kind == "HTTP 401" || kind == "HTTP 403") return "; --api-key-env names the variable that has the key";
  if (kind == "HTTP 404" && api != HttpApi::kserve) return "; are the URL (.../v1), --api and --model right?";
  if (kind == "HTTP 404") return "; is the URL (.../v2/models/NAME) right?";
  if (kind == "TLS certificate not trusted")
    return "; --ca-file names the authority, --insecure goes without";
  if (kind == "timeout") return "; --request-timeout allows more";
  return "";
}

/// Each connection is an open file.
Status check_open_files(std::uint32_t connections) {
  constexpr std::uint64_t others = 64;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= connections + others)
    return Status::success();
  return bad_input(
      fmt::format("max-connections: {} needs more than the {} files that this process may open; "
                  "lower it, or raise `ulimit -n`",
                  connections, limit.rlim_cur));
}

class HttpSystem final : public SystemUnderTest {
 public:
  HttpSystem(const HttpOptions& options, CurlSettings curl)
      : options_(options), curl_(std::move(curl)), tally_(options.api != HttpApi::kserve) {}

  Status start(const Schedule& schedule) {
    RIDGELINE_TRY(requests, make_requests(schedule));
    requests_ = std::move(requests);
    IoSettings settings;
    settings.url = curl_.base() + (options_.api == HttpApi::chat          ? "/chat/completions"
                                   : options_.api == HttpApi::completions ? "/completions"
                                                                          : "/infer");
    settings.answers = options_.api == HttpApi::kserve ? AnswerKind::tensors
                       : options_.stream               ? AnswerKind::stream
                                                       : AnswerKind::whole;
    for (unsigned i = 0; i < options_.io_threads; ++i) {
      settings.connections = options_.max_connections / options_.io_threads +
                             (i < options_.max_connections % options_.io_threads ? 1 : 0);
      threads_.push_back(std::make_unique<IoThread>(settings, curl_, *requests_, tally_));
    }
    return options_.check ? check(settings.url) : Status::success();
  }

  std::string name() const override {
    std::string result = fmt::format("{}, {}", curl_.base(), to_string(options_.api));
    if (options_.api != HttpApi::kserve) result += options_.stream ? ", streaming" : ", not streaming";
    return result;
  }

  void issue(const Query& query, CompletionSink& sink) override {
    if (query.id == 0) begin_run();
    Ticket ticket;
    ticket.query = query.id;
    ticket.first_prompt = first_prompt_.load(std::memory_order_relaxed);
    sent_.fetch_add(query.samples, std::memory_order_relaxed);
    ticket.sink = &sink;
    ticket.issued = Clock::now();
    const std::uint32_t most = requests_->samples_per_request();
    const std::uint32_t count = (query.samples + most - 1) / most;
    if (count > 1) {
      ticket.parts = std::make_shared<QueryParts>();
      ticket.parts->awaiting = count;
    }
    // In stretches of whole requests, one a thread.
    std::uint32_t given = 0;
    for (std::uint32_t i = 0; i < threads_.size() && given < count; ++i) {
      const auto left = static_cast<std::uint32_t>(threads_.size()) - i;
      const std::uint32_t share = (count - given + left - 1) / left;
      ticket.sample = std::uint64_t{given} * most;
      ticket.samples = std::min(share * most, query.samples - given * most);
      given += share;
      threads_[next_.fetch_add(1, std::memory_order_relaxed) % threads_.size()]->send(ticket);
    }
  }

  void flush() override {}

  std::vector<std::string> notes() const override {
    auto result = tally_.notes(options_.max_connections);
    if (!options_.verify_peer && options_.url.starts_with("https"))
      result.emplace_back("the server's TLS certificate was not verified");
    return result;
  }

 private:
  /// After a warm-up: its prompts may be in the server's cache.
  void begin_run() {
    tally_.start_over();
    first_prompt_.store(sent_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  }

  Result<std::unique_ptr<Requests>> make_requests(const Schedule& schedule) const {
    if (options_.api != HttpApi::kserve) return make_openai_requests(options_, schedule);
    auto metadata = fetch(curl_, curl_.base());
    if (!metadata) {
      const std::string& message = metadata.error().message;
      const std::size_t kind = message.rfind(": ") + 2;
      return unavailable(message + std::string(hint(message.substr(kind), options_.api)));
    }
    auto requests = make_kserve_requests(options_, schedule, *metadata);
    if (!requests) return bad_input(fmt::format("{}: {}", options_.url, requests.error().message));
    return requests;
  }

  Status check(const std::string& url) {
    CheckSink sink;
    Ticket ticket;
    ticket.query = check_query;
    ticket.sink = &sink;
    ticket.issued = Clock::now();
    threads_.front()->send_check(ticket);
    const std::string kind = sink.wait();
    if (kind.empty()) return Status::success();
    std::string line = fmt::format("{}: {}", url, kind);
    if (const std::string message = tally_.message(kind); !message.empty()) line += ": " + message;
    return unavailable(line + std::string(hint(kind, options_.api)));
  }

  const HttpOptions options_;
  const CurlSettings curl_;
  Tally tally_;
  std::unique_ptr<Requests> requests_;
  std::atomic<std::uint32_t> next_{0};                    ///< thread
  std::atomic<std::uint64_t> sent_{0}, first_prompt_{0};  ///< samples; of this run
  std::vector<std::unique_ptr<IoThread>> threads_;        ///< last: they use all of the above
};

}  // namespace

std::string_view to_string(HttpApi api) {
  constexpr std::string_view names[] = {"chat", "completions", "kserve"};
  return names[static_cast<std::size_t>(api)];
}

std::optional<HttpApi> parse_http_api(std::string_view text) {
  for (const HttpApi api : {HttpApi::chat, HttpApi::completions, HttpApi::kserve}) {
    if (to_lower(text) == to_string(api)) return api;
  }
  return std::nullopt;
}

Result<std::unique_ptr<SystemUnderTest>> make_http_system(const HttpOptions& options,
                                                          const Schedule& schedule) {
  if (options.max_connections == 0 || options.max_connections > 65'536)
    return bad_input("max-connections: 1 to 65536");
  if (options.io_threads == 0 || options.io_threads > options.max_connections)
    return bad_input("io-threads: at least 1, and not more than max-connections");
  RIDGELINE_CHECK(check_open_files(options.max_connections));
  RIDGELINE_TRY(curl, CurlSettings::make(options));
  auto system = std::make_unique<HttpSystem>(options, std::move(curl));
  RIDGELINE_CHECK(system->start(schedule));
  return std::unique_ptr<SystemUnderTest>(std::move(system));
}

}  // namespace ridgeline
