#pragma once
// Servers for the tests, with costs that a reader can add up, and one who talks to them.

#include <gtest/gtest.h>
#include <httplib.h>

#include <nlohmann/json.hpp>

#include "ridgeline/endpoint.h"

namespace ridgeline::endpoint {

using nlohmann::json;
using namespace std::chrono_literals;

/// A prompt takes 10 ms, a decode pass 5 ms, whatever there is in it.
inline ContinuousSystem even_system(std::uint32_t max_sequences = 64) {
  LinearCosts costs;
  costs.step = 5ms;
  costs.prompt = 10ms;
  ContinuousSystem system;
  system.name = "test";
  system.workload = "test-model";
  system.times = *StepTimes::linear(costs, {max_sequences, 8192, {}});
  system.limits.max_sequences = max_sequences;
  system.limits.kv_blocks = 10'000;
  system.lengths = {64, 4};
  return system;
}

inline std::unique_ptr<Endpoint> start(ContinuousSystem system, EndpointOptions options = {}) {
  auto endpoint = start_endpoint(std::move(system), options);
  EXPECT_TRUE(endpoint) << endpoint.error().message;
  return *std::move(endpoint);
}

/// Data of the events of a stream, [DONE] too, and when each was there.
struct Events {
  int status = 0;
  std::vector<std::string> data;
  std::vector<std::chrono::steady_clock::time_point> at;
};

class Client {
 public:
  explicit Client(const Endpoint& endpoint) : http_("127.0.0.1", endpoint.port()) {
    http_.set_read_timeout(60);
    http_.set_tcp_nodelay(true);
  }
  httplib::Result get(const std::string& path) { return http_.Get(path); }
  httplib::Result post(const std::string& path, const std::string& body) {
    return http_.Post(path, body, "application/json");
  }
  httplib::Result complete(const json& body) { return post("/v1/completions", body.dump()); }

  /// Leaves after so many events, if any.
  Events stream(const std::string& path, const json& body, std::size_t most = SIZE_MAX) {
    Events events;
    std::string text;
    httplib::Request request;
    request.method = "POST";
    request.path = path;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body.dump();
    request.response_handler = [&](const httplib::Response& response) {
      events.status = response.status;
      return true;
    };
    request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      text.append(data, size);
      for (std::size_t end; (end = text.find("\n\n")) != text.npos; text.erase(0, end + 2)) {
        EXPECT_EQ(text.substr(0, 6), "data: ");
        events.data.push_back(text.substr(6, end - 6));
        events.at.push_back(std::chrono::steady_clock::now());
      }
      return events.data.size() < most;
    };
    httplib::Response response;
    auto error = httplib::Error::Success;
    http_.send(request, response, error);
    return events;
  }

 private:
  httplib::Client http_;
};

/// The value of a metric's sample, such as `name` or `name_bucket{...,le="1"}`'s end; NaN when there is none.
inline double metric(Client& client, const std::string& name, const std::string& more = "") {
  const auto response = client.get("/metrics");
  if (!response) return NAN;
  const std::string start = "\n" + name + "{model_name=\"test-model\"" + more + "} ";
  const std::size_t at = response->body.find(start);
  return at == std::string::npos ? NAN : std::stod(response->body.substr(at + start.size()));
}

}  // namespace ridgeline::endpoint
