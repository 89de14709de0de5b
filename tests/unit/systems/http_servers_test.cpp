// Against cpp-httplib, a server that was not written for these tests: keep-alive, TLS, KServe.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <nlohmann/json.hpp>

#include "certificate.h"
#include "folder.h"
#include "http_fixture.h"

namespace ridgeline {
namespace {

using namespace test;
using Json = nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

/// Listens while it lives.
class Listening {
 public:
  explicit Listening(httplib::Server& server) : server_(server), port_(server.bind_to_any_port("127.0.0.1")) {
    server_.set_keep_alive_timeout(1);
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ~Listening() {
    server_.stop();
    thread_.join();
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  std::string at(const std::string& path) const { return "127.0.0.1:" + std::to_string(port_) + path; }

 private:
  httplib::Server& server_;
  int port_;
  std::thread thread_;
};

void add_chat(httplib::Server& server) {
  server.Post("/v1/chat/completions", [](const httplib::Request& request, httplib::Response& response) {
    const Json body = Json::parse(request.body);
    const int tokens = body["max_tokens"];
    response.set_chunked_content_provider(
        "text/event-stream", [tokens](std::size_t, httplib::DataSink& sink) {
          std::string text;
          for (int i = 0; i < tokens; ++i)
            text += "data: {\"choices\":[{\"delta\":{\"content\":\" a\"}}]}\r\n\r\n";
          text += "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":" +
                  std::to_string(tokens) + "}}\r\n\r\ndata: [DONE]\r\n\r\n";
          sink.write(text.data(), text.size());
          sink.done();
          return true;
        });
  });
}

HttpOptions chat(const std::string& url) {
  HttpOptions options;
  options.url = url;
  options.model = "m";
  return options;
}

TEST(HttpServers, KeepAliveOfAServerThatEndsIt) {
  httplib::Server server;
  add_chat(server);
  server.set_keep_alive_max_count(3);
  const Listening listening(server);
  const auto system =
      make_http_system(chat("http://" + listening.at("/v1")), schedule_of(ScenarioKind::server, 1));
  ASSERT_TRUE(system) << system.error().message;
  RecordingSink sink;
  for (std::uint64_t i = 0; i < 10; ++i) {
    (*system)->issue({i, 1}, sink);
    ASSERT_TRUE(sink.wait(i + 1));
  }
  EXPECT_EQ(sink.completed, 10U);
  EXPECT_TRUE(sink.failures.empty());
  EXPECT_EQ(sink.tokens[9], 3U);
}

class Tls : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(write_certificate(prefix_)); }
  Folder folder_;
  const std::string prefix_ = folder_.path("tls");
};

TEST_F(Tls, CertificatesAreVerifiedUnlessToldOtherwise) {
  httplib::SSLServer server((prefix_ + ".crt").c_str(), (prefix_ + ".key").c_str());
  ASSERT_TRUE(server.is_valid());
  add_chat(server);
  const Listening listening(server);
  const auto schedule = schedule_of(ScenarioKind::server, 1);
  HttpOptions options = chat("https://" + listening.at("/v1"));
  const auto unknown = make_http_system(options, schedule);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message,
            options.url +
                "/chat/completions: TLS certificate not trusted; --ca-file names the authority, --insecure "
                "goes without");

  options.ca_file = prefix_ + ".crt";
  const auto trusted = make_http_system(options, schedule);
  ASSERT_TRUE(trusted) << trusted.error().message;
  RecordingSink sink;
  (*trusted)->issue({0, 1}, sink);
  ASSERT_TRUE(sink.wait(1));
  EXPECT_EQ(sink.completed, 1U);

  options.ca_file.clear();
  options.verify_peer = false;
  const auto insecure = make_http_system(options, schedule);
  ASSERT_TRUE(insecure) << insecure.error().message;
  EXPECT_THAT((*insecure)->notes(), Contains("the server's TLS certificate was not verified"));

  options.ca_file = prefix_ + ".key.none";
  EXPECT_FALSE(make_http_system(options, schedule));
}

TEST_F(Tls, PlainHttpAtATlsServerIsNoAnswer) {
  httplib::SSLServer server((prefix_ + ".crt").c_str(), (prefix_ + ".key").c_str());
  const Listening listening(server);
  EXPECT_FALSE(make_http_system(chat("http://" + listening.at("/v1")), schedule_of(ScenarioKind::server, 1)));
}

TEST(Kserve, QueriesAreBatches) {
  httplib::Server server;
  std::mutex mutex;
  std::vector<std::size_t> batches;
  server.Get("/v2/models/m", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"name":"m","inputs":[{"name":"x","datatype":"FP32","shape":[-1,4]}]})",
                         "application/json");
  });
  server.Post("/v2/models/m/infer", [&](const httplib::Request& request, httplib::Response& response) {
    const Json input = Json::parse(request.body)["inputs"][0];
    const std::lock_guard lock(mutex);
    batches.push_back(input["shape"][0]);
    if (input["data"].size() != batches.back() * 4) response.status = 400;
    response.set_content(
        R"({"model_name":"m","outputs":[{"name":"y","shape":[1],"datatype":"FP32","data":[1]}]})",
        "application/json");
  });
  server.Get("/v2/models/odd", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"inputs":[{"name":"x","datatype":"FP32","shape":[-1,-1]}]})",
                         "application/json");
  });
  const Listening listening(server);
  HttpOptions options;
  options.api = HttpApi::kserve;
  options.url = "http://" + listening.at("/v2/models/m");
  options.check = false;
  options.request_samples = 4;
  const auto system = make_http_system(options, schedule_of(ScenarioKind::multi_stream, 10));
  ASSERT_TRUE(system) << system.error().message;
  RecordingSink sink;
  (*system)->issue({0, 10}, sink);
  ASSERT_TRUE(sink.wait(10));
  EXPECT_EQ(sink.completed, 10U);
  EXPECT_TRUE(sink.first_tokens.empty());
  std::sort(batches.begin(), batches.end());
  EXPECT_THAT(batches, ElementsAre(2, 4, 4));
  EXPECT_TRUE((*system)->notes().empty());

  options.url = "http://" + listening.at("/v2/models/none");
  const auto none = make_http_system(options, schedule_of(ScenarioKind::multi_stream, 10));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, options.url + ": HTTP 404; is the URL (.../v2/models/NAME) right?");
  options.url = "http://" + listening.at("/v2/models/odd");
  const auto odd = make_http_system(options, schedule_of(ScenarioKind::multi_stream, 10));
  ASSERT_FALSE(odd);
  EXPECT_THAT(odd.error().message, HasSubstr("--input-shape x=..."));
}

TEST(Kserve, BinaryTensorsSayWhereTheyBegin) {
  httplib::Server server;
  server.Get("/v2/models/m", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"inputs":[{"name":"x","datatype":"FP16","shape":[-1,4]}]})", "application/json");
  });
  server.Post("/v2/models/m/infer", [&](const httplib::Request& request, httplib::Response& response) {
    const auto length = std::stoul("0" + request.get_header_value("Inference-Header-Content-Length"));
    const bool good = length > 0 && request.body.size() == length + 2 * 4 * 2 &&  // 2 samples of 4 halves
                      Json::accept(request.body.substr(0, length));
    if (!good) response.status = 400;
    response.set_content("{\"outputs\":[]}\x01\x02", "application/octet-stream");
  });
  const Listening listening(server);
  HttpOptions options;
  options.api = HttpApi::kserve;
  options.url = "http://" + listening.at("/v2/models/m");
  options.binary_tensors = true;
  const auto system = make_http_system(options, schedule_of(ScenarioKind::multi_stream, 2));
  ASSERT_TRUE(system) << system.error().message;
  RecordingSink sink;
  (*system)->issue({0, 2}, sink);
  ASSERT_TRUE(sink.wait(2));
  EXPECT_EQ(sink.completed, 2U);
}

TEST(Kserve, AnswersWithoutOutputsFail) {
  httplib::Server server;
  int count = 0;
  server.Get("/v2/models/m", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"inputs":[{"name":"x","datatype":"INT32","shape":[1]}]})", "application/json");
  });
  server.Post("/v2/models/m/infer", [&](const httplib::Request&, httplib::Response& response) {
    ++count;
    if (count == 1) response.set_content("what", "text/plain");
    if (count == 2) response.set_content("{}", "application/json");
    if (count == 3) {
      response.status = 400;
      response.set_content(R"({"error":"a shape that is wrong"})", "application/json");
    }
  });
  const Listening listening(server);
  HttpOptions options;
  options.api = HttpApi::kserve;
  options.url = "http://" + listening.at("/v2/models/m");
  options.check = false;
  const auto system = make_http_system(options, schedule_of(ScenarioKind::server, 1));
  ASSERT_TRUE(system) << system.error().message;
  RecordingSink sink;
  for (std::uint64_t i = 0; i < 3; ++i) {
    (*system)->issue({i, 1}, sink);
    ASSERT_TRUE(sink.wait(i + 1));
  }
  EXPECT_THAT(sink.failures, ElementsAre(Pair("HTTP 400", 1), Pair("bad answer: no outputs", 1),
                                         Pair("bad answer: not JSON", 1)));
  EXPECT_THAT((*system)->notes(), ElementsAre("first HTTP 400: a shape that is wrong"));
}

}  // namespace
}  // namespace ridgeline
