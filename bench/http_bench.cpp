// What it costs to take streams of tokens from a server, against the plainest libcurl multi loop that moves
// the same bytes and only counts them. The server is a process of its own; the time is processor time of this
// one. `ratio` is ours over the loop's: what reading events and JSON, time stamps and the hand-over between
// threads cost.

#include <benchmark/benchmark.h>
#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "ridgeline/systems.h"
#include "stream_server.h"

namespace ridgeline {
namespace {

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

class CountingSink final : public CompletionSink {
 public:
  void first_token(std::uint64_t) override { tokens.fetch_add(1, std::memory_order_relaxed); }
  void token_gap(Nanoseconds) override { tokens.fetch_add(1, std::memory_order_relaxed); }
  void complete(std::uint64_t, std::uint32_t, std::uint32_t) override { end(); }
  void fail(std::uint64_t, std::uint32_t, std::string_view) override { end(); }
  void wait(std::uint64_t queries) {
    for (std::uint64_t seen; (seen = ended.load()) < queries;) ended.wait(seen);
  }
  std::atomic<std::uint64_t> tokens{0}, ended{0};

 private:
  void end() {
    ended.fetch_add(1);
    ended.notify_one();
  }
};

std::uint64_t through_system(SystemUnderTest& system, std::uint64_t queries) {
  CountingSink sink;
  for (std::uint64_t i = 0; i < queries; ++i) system.issue({i, 1}, sink);
  sink.wait(queries);
  return sink.tokens;
}

/// Keeps its handles, as the system does.
class PlainLoop {
 public:
  PlainLoop(const std::string& url, std::size_t streams, const std::string& body)
      : multi_(curl_multi_init()) {
    headers_ = curl_slist_append(nullptr, "Content-Type: application/json");
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(streams));
    for (std::size_t i = 0; i < streams; ++i) {
      CURL* easy = handles_.emplace_back(curl_easy_init());
      curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
      curl_easy_setopt(easy, CURLOPT_PROXY, "");
      curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
      curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
      curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body.c_str());
      curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, count);
      curl_easy_setopt(easy, CURLOPT_WRITEDATA, &bytes_);
    }
  }
  ~PlainLoop() {
    for (CURL* easy : handles_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
  }
  PlainLoop(const PlainLoop&) = delete;
  PlainLoop& operator=(const PlainLoop&) = delete;

  std::uint64_t run(std::uint64_t queries) {
    bytes_ = 0;
    std::uint64_t sent = 0, ended = 0;
    for (CURL* easy : handles_) {
      if (sent++ < queries) curl_multi_add_handle(multi_, easy);
    }
    while (ended < queries) {
      int running = 0, left = 0;
      curl_multi_perform(multi_, &running);
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        ++ended;
        CURL* easy = message->easy_handle;
        curl_multi_remove_handle(multi_, easy);
        if (sent++ < queries) curl_multi_add_handle(multi_, easy);
      }
      curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
    return bytes_;
  }

 private:
  static std::size_t count(char*, std::size_t size, std::size_t n, void* bytes) {
    *static_cast<std::uint64_t*>(bytes) += size * n;
    return size * n;
  }

  CURLM* multi_;
  curl_slist* headers_ = nullptr;
  std::vector<CURL*> handles_;
  std::uint64_t bytes_ = 0;
};

void token_streams(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  static const int port = start_stream_server();
  if (port == 0) return state.SkipWithError("no server");
  const auto streams = static_cast<std::uint32_t>(state.range(0));
  const std::uint64_t queries = 4 * streams;

  HttpOptions options;
  options.url = fmt::format("http://127.0.0.1:{}/v1", port);
  options.model = "m";
  options.max_connections = streams;
  Schedule schedule;
  schedule.lengths = {{128, tokens_per_stream}};
  auto system = make_http_system(options, schedule);
  if (!system) return state.SkipWithError(system.error().message.c_str());
  const std::string body = R"({"model":"m","stream":true,"prompt":")" + std::string(700, 'x') + "\"}";
  PlainLoop plain(options.url + "/chat/completions", streams, body);
  through_system(**system, queries);  // connects
  plain.run(queries);

  double ours = 1e9, loop = 1e9, wall = 1e9;
  for (auto _ : state) {
    double before = processor_seconds();
    const auto start = Clock::now();
    const std::uint64_t tokens = through_system(**system, queries);
    wall = std::min(wall, std::chrono::duration<double>(Clock::now() - start).count());
    ours = std::min(ours, processor_seconds() - before);
    before = processor_seconds();
    const std::uint64_t bytes = plain.run(queries);
    loop = std::min(loop, processor_seconds() - before);
    if (tokens != queries * tokens_per_stream || bytes < tokens * 200)
      return state.SkipWithError("tokens were lost");
  }
  const double tokens = static_cast<double>(queries) * tokens_per_stream;
  state.counters["ns/token"] = 1e9 * ours / tokens;
  state.counters["loop_ns/token"] = 1e9 * loop / tokens;
  state.counters["ratio"] = ours / loop;
  state.counters["streams/s"] = static_cast<double>(queries) / wall;
}
BENCHMARK(token_streams)->ArgName("streams")->Arg(1)->Arg(16)->Arg(256)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ridgeline
