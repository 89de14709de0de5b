// Against servers of which the test decides every byte: what is counted, and how it ends.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <set>

#include "http_fixture.h"

namespace ridgeline {
namespace {

using namespace test;
using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(HttpSystem, StreamsTokensAndGaps) {
  RawServer server(
      [](RawConnection& c, const std::string&) { send_stream(c, {.chunks = 4, .tokens_per_chunk = 2}); });
  const auto system = system_for(options_for(server));
  RecordingSink sink;
  play(*system, sink, 2);
  EXPECT_EQ(sink.completed, 2U);
  EXPECT_THAT(sink.first_tokens, ElementsAre(Pair(0, 1), Pair(1, 1)));
  EXPECT_THAT(sink.tokens, ElementsAre(Pair(0, 8), Pair(1, 8)));  // usage: 4 chunks of 2
  EXPECT_FALSE(sink.late_first_token);
  EXPECT_EQ(sink.gaps.size(), 6U);  // of 4 chunks 3 each
  EXPECT_THAT(system->notes(),
              ElementsAre("tokens are counted from the server's usage",
                          "2 tokens a chunk on average: gaps are between chunks",
                          "of 2 answers 0 were shorter and 2 longer than asked for",
                          "prompts: 1.25 tokens a word, by the server's count of 2 prompts"));
}

/// The server waits for each piece to be reported before it pauses and sends the next.
TEST(HttpSystem, GapsAreAtLeastTheServersPauses) {
  constexpr auto pause = milliseconds(5);
  RecordingSink sink;
  RawServer server([&](RawConnection& c, const std::string&) {
    c.send_head(200, "text/event-stream");
    for (std::size_t i = 0; i < 4; ++i) {
      while (sink.pieces() < i) std::this_thread::sleep_for(milliseconds(1));
      std::this_thread::sleep_for(pause);
      c.send_chunk("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
    }
    c.send_chunk("data: [DONE]\n\n");
    c.send_chunk("");
  });
  const auto system = system_for(options_for(server));
  const auto start = std::chrono::steady_clock::now();
  play(*system, sink, 1);
  ASSERT_EQ(sink.gaps.size(), 3U);
  Nanoseconds sum{0};
  for (const Nanoseconds gap : sink.gaps) {
    EXPECT_GE(gap, pause);
    sum += gap;
  }
  EXPECT_LE(sum, std::chrono::steady_clock::now() - start);
}

TEST(HttpSystem, WithoutUsageChunksAreTokens) {
  RawServer server(
      [](RawConnection& c, const std::string&) { send_stream(c, {.chunks = 2, .usage = false}); });
  const auto system = system_for(options_for(server));
  RecordingSink sink;
  play(*system, sink, 1);
  EXPECT_EQ(sink.tokens[0], 2U);
  EXPECT_THAT(
      system->notes(),
      ElementsAre("tokens are counted from chunks with text, as the server gave no usage: a chunk may hold "
                  "several tokens",
                  "of 1 answers 1 were shorter and 0 longer than asked for"));
}

TEST(HttpSystem, WholeAnswers) {
  HttpOptions changes;
  changes.stream = false;
  const auto answer = [](std::string json) {
    return [json](RawConnection& c, const std::string&) {
      c.send_head(200, "application/json");
      c.send_chunk(json);
      c.send_chunk("");
    };
  };
  std::vector<std::string> notes;
  EXPECT_EQ(outcome(answer(R"({"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],
                               "usage":{"prompt_tokens":8,"completion_tokens":3}})"),
                    changes, &notes),
            "complete");
  EXPECT_THAT(notes, ElementsAre("tokens are counted from the server's usage",
                                 "prompts: 1 tokens a word, by the server's count of 1 prompts"));
  EXPECT_EQ(outcome(answer(R"({"choices":[]})"), changes, &notes), "complete");
  EXPECT_THAT(notes, ElementsAre("1 answers gave no usage: their tokens are not known, and count as none"));
  EXPECT_EQ(outcome(answer("hello"), changes), "bad answer: not JSON");
  EXPECT_EQ(outcome(answer("{}"), changes), "bad answer: no choices");
  EXPECT_EQ(outcome(answer(R"({"error":{"message":"no"}})"), changes, &notes), "error in the answer");
  EXPECT_THAT(notes, ElementsAre("first error in the answer: no"));
}

TEST(HttpSystem, TheCheckIsOneRequestAndNotOfTheRun) {
  std::atomic<int> requests{0};
  RawServer server([&](RawConnection& c, const std::string&) {
    ++requests;
    send_stream(c, {});
  });
  HttpOptions options = options_for(server);
  options.check = true;
  const auto system = system_for(options);
  EXPECT_EQ(requests, 1);
  RecordingSink sink;
  play(*system, sink, 2);
  EXPECT_EQ(requests, 3);
  EXPECT_THAT(system->notes(), Contains(HasSubstr("of 2 prompts")));
}

TEST(HttpSystem, ConnectionsAreKeptAndAreNoMoreThanAsked) {
  std::atomic<int> now{0}, most{0};
  RawServer server([&](RawConnection& c, const std::string&) {
    const int running = ++now;
    for (int seen = most; running > seen && !most.compare_exchange_weak(seen, running);) {
    }
    std::this_thread::sleep_for(milliseconds(2));
    --now;
    send_stream(c, {});
  });
  HttpOptions options = options_for(server);
  options.max_connections = 3;
  options.io_threads = 2;
  const auto system = system_for(options);
  RecordingSink sink;
  play(*system, sink, 30);
  EXPECT_EQ(sink.completed, 30U);
  EXPECT_LE(most, 3);
  EXPECT_LE(server.connections(), 3U);
  EXPECT_THAT(system->notes(), Contains(HasSubstr("for one of 3 connections (max-connections)")));
}

TEST(HttpSystem, ManyStreamsAtOnceOnOneThread) {
  constexpr int streams = 200;
  std::atomic<int> arrived{0};
  RawServer server([&](RawConnection& c, const std::string&) {
    ++arrived;
    // All are under way at once: none goes on before the last has come.
    for (int i = 0; i < 20'000 && arrived < streams; ++i) std::this_thread::sleep_for(milliseconds(1));
    send_stream(c, {.chunks = 5});
  });
  const auto system = system_for(options_for(server));
  RecordingSink sink;
  play(*system, sink, streams);
  EXPECT_EQ(sink.completed, 200U);
  EXPECT_TRUE(sink.failures.empty());
  EXPECT_EQ(sink.gaps.size(), 200U * 4);
  EXPECT_EQ(server.connections(), 200U);
}

TEST(HttpSystem, SamplesAreRequestsAndTheQueryHasOneFirstToken) {
  std::atomic<int> count{0};
  RawServer server([&](RawConnection& c, const std::string&) {
    if (++count % 4 == 0) {
      c.send_head(503, "text/plain");
      return c.send_chunk("");
    }
    send_stream(c, {.chunks = 2});
  });
  HttpOptions options = options_for(server);
  options.io_threads = 3;
  const auto system = system_for(options, schedule_of(ScenarioKind::offline, 20));
  RecordingSink sink;
  play(*system, sink, 1, 20);
  EXPECT_EQ(sink.completed, 15U);
  EXPECT_THAT(sink.failures, ElementsAre(Pair("HTTP 503", 5)));
  EXPECT_EQ(sink.tokens[0], 30U);
  EXPECT_EQ(sink.first_tokens[0], 1);
}

TEST(HttpSystem, TheKeyIsSentAndIsInNoNoteAndNoName) {
  setenv("RIDGELINE_TEST_KEY", "sk-secret-7", 1);
  std::string head;
  std::vector<std::string> notes;
  HttpOptions changes;
  changes.api_key_env = "RIDGELINE_TEST_KEY";
  EXPECT_EQ(outcome(
                [&](RawConnection& c, const std::string& request) {
                  head = request.substr(0, request.find("\r\n\r\n"));
                  c.send_head(401, "application/json");
                  c.send_chunk(R"({"error":{"message":"sk-secret-7 is no key of ours: sk-secret-7"}})");
                  c.send_chunk("");
                },
                changes, &notes),
            "HTTP 401");
  EXPECT_THAT(head, HasSubstr("\r\nAuthorization: Bearer sk-secret-7"));
  EXPECT_THAT(notes, ElementsAre("first HTTP 401: *** is no key of ours: ***"));
  unsetenv("RIDGELINE_TEST_KEY");
  changes.url = "http://127.0.0.1:1/v1";
  changes.model = "m";
  const auto made = make_http_system(changes, schedule_of());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "api-key-env: the environment variable RIDGELINE_TEST_KEY is not set");
}

TEST(HttpSystem, WithoutAKeyNoneIsSent) {
  std::string head;
  outcome([&](RawConnection& c, const std::string& request) {
    head = request.substr(0, request.find("\r\n\r\n"));
    send_stream(c, {});
  });
  EXPECT_THAT(head, testing::StartsWith("POST /v1/chat/completions HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nAccept: text/event-stream"));
  EXPECT_THAT(head, testing::Not(HasSubstr("Authorization")));
  EXPECT_THAT(head, testing::Not(HasSubstr("Expect")));
}

TEST(HttpSystem, EndsWithRequestsUnderWayAndReportsNothingMore) {
  std::atomic<bool> over{false};
  RawServer server([&](RawConnection& c, const std::string&) {
    c.send_head(200, "text/event-stream");
    while (!over && !c.closed()) {
      c.send_chunk("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
      std::this_thread::sleep_for(milliseconds(1));
    }
  });
  HttpOptions options = options_for(server);
  options.max_connections = 5;  // others wait
  auto system = system_for(options);
  std::size_t gaps = 0;
  RecordingSink sink;
  for (std::uint64_t i = 0; i < 10; ++i) system->issue({i, 1}, sink);
  while (gaps < 10) {
    std::this_thread::sleep_for(milliseconds(1));
    gaps = sink.count_gaps();
  }
  system.reset();
  gaps = sink.count_gaps();
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(sink.count_gaps(), gaps);
  EXPECT_EQ(sink.ended, 0U);
  over = true;
}

TEST(HttpSystem, ARunAfterAnotherHasItsOwnPromptsAndNotes) {
  std::mutex mutex;
  std::multiset<std::string> bodies;
  RawServer server([&](RawConnection& c, const std::string& request) {
    {
      const std::lock_guard lock(mutex);
      bodies.insert(request.substr(request.find("\r\n\r\n")));
    }
    send_stream(c, {});
  });
  const auto system = system_for(options_for(server));
  RecordingSink first, second;
  play(*system, first, 3);
  play(*system, second, 2);
  EXPECT_THAT(system->notes(), Contains(HasSubstr("of 2 prompts")));
  EXPECT_EQ(std::set<std::string>(bodies.begin(), bodies.end()).size(), 5U);
}

}  // namespace
}  // namespace ridgeline
