#include "ridgeline/workbench.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "folder.h"

namespace ridgeline {
namespace {

using testing::HasSubstr;

/// A site in a folder of its own, served; two kept runs that are none.
class WorkbenchTest : public testing::Test {
 protected:
  void SetUp() override {
    write("index.html", "page");
    write("app.js", std::string(10'000, 'x'));
    options_.site = folder_.path();
    options_.port = 0;
    options_.runs = [] { return Result<std::string>(std::string("[]")); };
    options_.run = [](const std::string& id) -> Result<std::string> {
      if (id == "ab") return std::string("{}");
      if (id == "dead") throw std::runtime_error("thrown");
      if (id == "bad") return bad_input("no such run");
      return unavailable("no store");
    };
  }
  void write(const std::string& name, const std::string& bytes) { folder_.write(name, bytes); }
  void serve() {
    auto started = start_workbench(options_);
    ASSERT_TRUE(started) << started.error().message;
    workbench_ = *std::move(started);
  }
  httplib::Result get(const std::string& path, const httplib::Headers& headers = {}) {
    httplib::Client client("127.0.0.1", workbench_->port());
    return client.Get(path, headers);
  }

  Folder folder_;
  WorkbenchOptions options_;
  std::unique_ptr<Workbench> workbench_;
};

TEST_F(WorkbenchTest, AnswersFilesAndRuns) {
  serve();
  const std::vector<std::pair<std::string, int>> expected{{"/", 200},
                                                          {"/index.html", 200},
                                                          {"/nothing", 404},
                                                          {"/api/hello", 200},
                                                          {"/api/runs", 200},
                                                          {"/api/runs/ab", 200},
                                                          {"/api/runs/bad", 404},
                                                          {"/api/runs/c0", 503},
                                                          {"/api/runs/dead", 500}};
  for (const auto& [path, status] : expected) {
    const auto answer = get(path);
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, status) << path;
    EXPECT_THAT(answer->get_header_value("Content-Security-Policy"), HasSubstr("default-src 'self'")) << path;
    EXPECT_FALSE(answer->has_header("EXCEPTION_WHAT")) << path;
  }
  EXPECT_EQ(get("/app.js")->body, std::string(10'000, 'x'));
  EXPECT_EQ(get("/app.js", {{"Accept-Encoding", "gzip"}})->body, std::string(10'000, 'x'));
  EXPECT_EQ(get("/", {{"Host", "evil.example"}})->status, 403);
  EXPECT_EQ(get("/", {{"Origin", "http://evil.example"}})->status, 403);
}

TEST_F(WorkbenchTest, TakesLedgersOfItsOwnPages) {
  std::string taken;
  options_.ledgers = [] { return Result<std::string>(std::string("[]")); };
  options_.keep_ledger = [&](const std::string& body) -> Result<std::string> {
    if (body == "{}") return bad_input("no ledger");
    if (body == "{ }") return unavailable("no room");
    taken = body;
    return std::string(R"({"id": "ab"})");
  };
  serve();
  httplib::Client client("127.0.0.1", workbench_->port());
  const httplib::Headers ours{{"X-Ridgeline", "1"}};
  const auto send = [&](const httplib::Headers& headers, const std::string& body,
                        const char* type = "application/json") {
    return client.Post("/api/ledgers", headers, body, type);
  };
  const std::string large(100'000, ' ');  // far beyond what a request without a body may have
  EXPECT_EQ(send(ours, large)->status, 200);
  EXPECT_EQ(taken, large);
  EXPECT_EQ(send(ours, "{}")->status, 400);
  EXPECT_EQ(send(ours, "{ }")->status, 503);
  EXPECT_EQ(get("/api/ledgers")->status, 200);
  taken.clear();
  EXPECT_EQ(send({}, large)->status, 403);
  EXPECT_EQ(send({{"X-Ridgeline", "1"}, {"Origin", "http://evil.example"}}, large)->status, 403);
  EXPECT_EQ(send(ours, large, "text/plain")->status, 415);
  EXPECT_EQ(client.Post("/api/runs", ours, large, "application/json")->status, 405);
  EXPECT_EQ(taken, "");
}

TEST_F(WorkbenchTest, TakesNothingWhereNothingIsKept) {
  serve();
  httplib::Client client("127.0.0.1", workbench_->port());
  EXPECT_EQ(client.Post("/api/ledgers", {{"X-Ridgeline", "1"}}, "{}", "application/json")->status, 404);
}

TEST_F(WorkbenchTest, WhatChangesInTheFolderIsNotSeen) {
  serve();
  write("index.html", "another");
  write("new.js", "new");
  EXPECT_EQ(get("/")->body, "page");
  EXPECT_EQ(get("/new.js")->status, 404);
}

TEST_F(WorkbenchTest, ManyAtOnce) {
  serve();
  std::vector<std::thread> clients;
  std::atomic<int> fine = 0;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      httplib::Client client("127.0.0.1", workbench_->port());
      client.set_keep_alive(true);
      for (int j = 0; j < 20; ++j)
        fine += client.Get("/app.js")->body.size() == 10'000 && client.Get("/api/runs");
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(fine, 160);
}

TEST_F(WorkbenchTest, TwoDoNotShareAPort) {
  serve();
  WorkbenchOptions second = options_;
  second.port = workbench_->port();
  const auto taken = start_workbench(second);
  ASSERT_FALSE(taken);
  EXPECT_THAT(taken.error().message, HasSubstr("taken"));
  second.tries = 20;
  const auto next = start_workbench(second);
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_GT((*next)->port(), workbench_->port());
}

TEST_F(WorkbenchTest, RefusesAFolderWithoutAPage) {
  std::filesystem::remove(folder_.path("index.html"));
  const auto started = start_workbench(options_);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr("make site"));
}

TEST(Workbench, Loopback) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "localhost", "::1"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "localhost.example", ""})
    EXPECT_FALSE(is_loopback(host)) << host;
}

}  // namespace
}  // namespace ridgeline
