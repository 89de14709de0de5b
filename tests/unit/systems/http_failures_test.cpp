// How requests fail, what it is called, and what is refused beforehand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http_fixture.h"

namespace ridgeline {
namespace {

using namespace test;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(HttpFailures, KindsOfFailure) {
  const auto head_then = [](std::string bytes) {
    return [bytes](RawConnection& c, const std::string&) {
      c.send_head(200, "text/event-stream");
      if (!bytes.empty()) c.send_chunk(bytes);
      c.send_chunk("");
    };
  };
  const std::string token = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
  EXPECT_EQ(outcome(head_then("")), "stream ended early");
  EXPECT_EQ(outcome(head_then(token)), "stream ended early");
  EXPECT_EQ(outcome(head_then(token + "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n")), "complete");
  EXPECT_EQ(outcome(head_then(token + "data: what\n\n")), "bad answer: not JSON");
  EXPECT_EQ(outcome(head_then(token + "data: {\"error\":{\"message\":\"out of memory\"}}\n\n")),
            "error in the stream");
  EXPECT_EQ(outcome([&](RawConnection& c, const std::string&) {
              c.send_head(200, "text/event-stream");
              c.send_chunk(token);
              c.close();
            }),
            "stream ended early");
  EXPECT_EQ(outcome([](RawConnection& c, const std::string&) {
              c.send_head(200, "application/json");
              c.send_chunk("{}");
              c.send_chunk("");
            }),
            "bad answer: not a stream");
  EXPECT_EQ(outcome([](RawConnection& c, const std::string&) { c.close(); }),
            "connection closed without an answer");
  EXPECT_EQ(outcome([](RawConnection& c, const std::string&) {
              c.send("garbage\r\n\r\n");
              c.close();
            }),
            "bad answer: not HTTP");
}

TEST(HttpFailures, StatusIsTheKindAndTheServersMessageANote) {
  std::vector<std::string> notes;
  EXPECT_EQ(outcome(
                [](RawConnection& c, const std::string&) {
                  c.send_head(429, "application/json");
                  c.send_chunk(R"({"error":{"message":"slow down,\nplease"}})");
                  c.send_chunk("");
                },
                {}, &notes),
            "HTTP 429");
  EXPECT_THAT(notes, ElementsAre("first HTTP 429: slow down, please"));
  EXPECT_EQ(outcome(
                [](RawConnection& c, const std::string&) {
                  c.send_head(500, "text/plain");
                  c.send_chunk(std::string(300, 'x') + "\xff");
                  c.send_chunk("");
                },
                {}, &notes),
            "HTTP 500");
  EXPECT_THAT(notes, ElementsAre("first HTTP 500: " + std::string(200, 'x') + " ..."));
}

TEST(HttpFailures, TimesOut) {
  HttpOptions changes;
  changes.request_timeout = milliseconds(50);
  EXPECT_EQ(outcome([](RawConnection& c, const std::string&) { c.receive(); }, changes), "timeout");
  EXPECT_EQ(outcome(
                [](RawConnection& c, const std::string&) {
                  c.send_head(200, "text/event-stream");
                  c.send_chunk("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
                  c.receive();
                },
                changes),
            "timeout");
}

TEST(HttpFailures, ConnectionRefused) {
  HttpOptions options;
  options.model = "m";
  options.check = false;
  {
    const RawServer gone([](RawConnection&, const std::string&) {});
    options.url = gone.url();
  }
  const auto system = system_for(options);
  RecordingSink sink;
  play(*system, sink, 3);
  EXPECT_THAT(sink.failures, ElementsAre(Pair("connection refused", 3)));
}

TEST(HttpFailures, TheCheckSaysWhatIsWrong) {
  HttpOptions options;
  options.model = "m";
  {
    const RawServer gone([](RawConnection&, const std::string&) {});
    options.url = gone.url();
  }
  auto made = make_http_system(options, schedule_of());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(made.error().message,
            options.url + "/chat/completions: connection refused; is the server running there?");
  RawServer server([](RawConnection& c, const std::string&) {
    c.send_head(404, "application/json");
    c.send_chunk(R"({"error":{"message":"no model m"}})");
    c.send_chunk("");
  });
  options.url = server.url() + "/";
  made = make_http_system(options, schedule_of());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, server.url() +
                                      "/chat/completions: HTTP 404: no model m; are the URL (.../v1), "
                                      "--api and --model right?");
}

TEST(HttpFailures, BadOptions) {
  HttpOptions good;
  good.url = "http://127.0.0.1:1/v1";
  good.model = "m";
  const auto error = [&](auto change) {
    HttpOptions options = good;
    change(options);
    const auto made = make_http_system(options, schedule_of());
    return made ? "no error" : made.error().message;
  };
  EXPECT_EQ(error([](HttpOptions& o) { o.url = "ftp://x"; }),
            "'ftp://x' is not a URL such as http://127.0.0.1:8000/v1");
  EXPECT_EQ(error([](HttpOptions& o) { o.url = "http://u:p@x/v1"; }),
            "the URL holds a user or password, which would be kept with the run; use --api-key-env");
  EXPECT_EQ(error([](HttpOptions& o) { o.url = "http://x/v1?key=1"; }),
            "'http://x/v1?key=1': give the server's base, without ? and #");
  EXPECT_EQ(error([](HttpOptions& o) { o.max_connections = 0; }), "max-connections: 1 to 65536");
  EXPECT_EQ(error([](HttpOptions& o) { o.io_threads = 257; }),
            "io-threads: at least 1, and not more than max-connections");
  EXPECT_EQ(error([](HttpOptions& o) { o.request_timeout = Nanoseconds(0); }),
            "request-timeout: a time of 1 ms to 24 days is needed");
  EXPECT_THAT(error([](HttpOptions& o) { o.ca_file = "/nonexistent.pem"; }), HasSubstr("/nonexistent.pem"));
  EXPECT_THAT(error([](HttpOptions& o) { o.prompts_file = "/nonexistent.jsonl"; }),
              HasSubstr("/nonexistent.jsonl"));
}

}  // namespace
}  // namespace ridgeline
