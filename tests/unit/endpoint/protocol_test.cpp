// What goes over the wire, and what is refused.

#include <fmt/format.h>

#include <thread>

#include "endpoint/openai.h"
#include "servers.h"

namespace ridgeline::endpoint {
namespace {

std::uint32_t tokens_of(Api api, const json& body) {
  CompletionRequest request;
  const auto error = parse_request(api, body.dump(), request);
  EXPECT_FALSE(error) << error->message;
  return request.prompt_tokens;
}

TEST(OpenAi, PromptsAreCounted) {
  EXPECT_EQ(tokens_of(Api::completions, {{"prompt", " one\ttwo \n three"}}), 3U);
  EXPECT_EQ(tokens_of(Api::completions, {{"prompt", ""}}), 1U);  // there is no request without a prompt
  EXPECT_EQ(tokens_of(Api::completions, {{"prompt", {5, 6, 7, 8}}}), 4U);
  EXPECT_EQ(tokens_of(Api::completions, {{"prompt", {"one two"}}}), 2U);
  EXPECT_EQ(tokens_of(Api::completions, {{"prompt", json::array({{1, 2, 3}})}}), 3U);
  const json parts = json::array({{{"type", "text"}, {"text", "three more words"}}, {{"type", "image_url"}}});
  const json messages =
      json::array({{{"role", "system"}, {"content", "be brief"}}, {{"role", "user"}, {"content", parts}}});
  EXPECT_EQ(tokens_of(Api::chat, {{"messages", messages}}), 5U);
}

TEST(OpenAi, TheNewerLimitCounts) {
  CompletionRequest request;
  EXPECT_FALSE(parse_request(Api::chat, R"({"messages":[{"role":"user","content":"x"}],"max_tokens":7,
      "max_completion_tokens":9,"stream":true,"stream_options":{"include_usage":true},"temperature":0})",
                             request));
  EXPECT_EQ(request.max_tokens, 9U);
  EXPECT_TRUE(request.stream);
  EXPECT_TRUE(request.include_usage);
}

TEST(OpenAi, WhatIsWrongIsNamed) {
  for (const auto& [body, param] : std::vector<std::pair<std::string, std::string>>{
           {"", ""},
           {"{", ""},
           {"[]", ""},
           {"{}", "prompt"},
           {R"({"prompt":["a","b"]})", "prompt"},
           {R"({"prompt":[[1],[2]]})", "prompt"},
           {R"({"prompt":[1,"b"]})", "prompt"},
           {R"({"prompt":[[[1]]]})", "prompt"},
           {R"({"prompt":5})", "prompt"},
           {R"({"prompt":"a","max_tokens":0})", "max_tokens"},
           {R"({"prompt":"a","max_tokens":1.5})", "max_tokens"},
           {R"({"prompt":"a","max_tokens":99999999999})", "max_tokens"},
           {R"({"prompt":"a","stream":1})", "stream"},
           {R"({"prompt":"a","n":2})", "n"},
           {R"({"prompt":"a","model":3})", "model"},
           {R"({"prompt":"a","stream_options":{"include_usage":"yes"}})", "include_usage"}}) {
    CompletionRequest request;
    const auto error = parse_request(Api::completions, body, request);
    ASSERT_TRUE(error) << body;
    EXPECT_EQ(error->status, 400);
    EXPECT_EQ(error->param, param) << body;
    const json object = json::parse(error->body()).at("error");
    EXPECT_EQ(object.at("type"), "invalid_request_error");
    EXPECT_EQ(object.at("param").is_null(), param.empty());
  }
  CompletionRequest request;
  for (const char* messages :
       {"[]", "{}", R"(["a"])", R"([{"content":"a"}])", R"([{"role":"user","content":5}])"})
    EXPECT_TRUE(parse_request(Api::chat, fmt::format(R"({{"messages":{}}})", messages), request)) << messages;
}

TEST(EndpointProtocol, AStreamHasOneEventAToken) {
  const auto server = start(even_system());
  Client client(*server);
  const json body{{"model", "test-model"},
                  {"messages", {{{"role", "user"}, {"content", "say three words"}}}},
                  {"max_tokens", 3},
                  {"stream", true},
                  {"stream_options", {{"include_usage", true}}}};
  const Events events = client.stream("/v1/chat/completions", body);
  EXPECT_EQ(events.status, 200);
  ASSERT_EQ(events.data.size(), 5U);  // three tokens, the usage, the end
  std::string said;
  for (std::size_t i = 0; i < 3; ++i) {
    const json event = json::parse(events.data[i]);
    EXPECT_EQ(event.at("object"), "chat.completion.chunk");
    EXPECT_EQ(event.at("model"), "test-model");
    const json& choice = event.at("choices").at(0);
    EXPECT_EQ(choice.at("delta").contains("role"), i == 0);
    EXPECT_EQ(choice.at("finish_reason").is_null(), i < 2);
    said += choice.at("delta").at("content").get<std::string>();
  }
  EXPECT_EQ(tokens_of(Api::completions, {{"prompt", said}}), 3U);
  EXPECT_EQ(json::parse(events.data[2]).at("choices").at(0).at("finish_reason"), "length");
  const json usage = json::parse(events.data[3]);
  EXPECT_TRUE(usage.at("choices").empty());
  EXPECT_EQ(usage.at("usage"), (json{{"prompt_tokens", 3}, {"completion_tokens", 3}, {"total_tokens", 6}}));
  EXPECT_EQ(events.data[4], "[DONE]");
}

TEST(EndpointProtocol, AWholeAnswerSaysTheSame) {
  const auto server = start(even_system());
  Client client(*server);
  const auto response = client.complete({{"prompt", {1, 2, 3, 4, 5}}, {"max_tokens", 20}});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  const json answer = json::parse(response->body);
  EXPECT_EQ(answer.at("object"), "text_completion");
  EXPECT_EQ(tokens_of(Api::completions, {{"prompt", answer.at("choices").at(0).at("text")}}), 20U);
  EXPECT_EQ(answer.at("usage").at("total_tokens"), 25);
  const auto chat =
      client.post("/v1/chat/completions", R"({"messages":[{"role":"user","content":"hello"}]})");
  ASSERT_TRUE(chat);
  const json message = json::parse(chat->body).at("choices").at(0).at("message");
  EXPECT_EQ(message.at("role"), "assistant");
  EXPECT_EQ(json::parse(chat->body).at("usage").at("completion_tokens"), 4);  // the system's own length
}

TEST(EndpointProtocol, ErrorsAreOpenAis) {
  ContinuousSystem small = even_system();
  small.limits.kv_blocks = 10;  // of 16 tokens
  const auto server = start(small);
  Client client(*server);
  const auto code = [&](const httplib::Result& response) {
    EXPECT_TRUE(response);
    const json error = json::parse(response->body).at("error");
    return std::pair(response->status, error.at("code").is_null() ? "" : error.at("code").get<std::string>());
  };
  EXPECT_EQ(code(client.post("/v1/completions", "{")), std::pair(400, std::string()));
  EXPECT_EQ(code(client.complete({{"prompt", "x"}, {"model", "other"}})),
            std::pair(404, std::string("model_not_found")));
  EXPECT_EQ(code(client.complete({{"prompt", "x"}, {"max_tokens", 160}})),
            std::pair(400, std::string("context_length_exceeded")));
  EXPECT_EQ(code(client.get("/v1/nothing")), std::pair(404, std::string()));
  EXPECT_EQ(server->stop().malformed, 3U);
}

TEST(EndpointProtocol, ModelsAndHealth) {
  EndpointOptions options;
  options.model = "org/\"name\"";
  const auto server = start(even_system(), options);
  Client client(*server);
  EXPECT_EQ(client.get("/health")->status, 200);
  const json models = json::parse(client.get("/v1/models")->body);
  EXPECT_EQ(models.at("data").at(0).at("id"), "org/\"name\"");
  EXPECT_GE(models.at("data").at(0).at("max_model_len"), 8192);
  EXPECT_EQ(client.complete({{"prompt", "x"}, {"model", "org/\"name\""}})->status, 200);
}

TEST(EndpointStart, WhatCannotBeIsRefused) {
  EndpointOptions options;
  options.time_scale = 0;
  EXPECT_FALSE(start_endpoint(even_system(), options));
  options.time_scale = 1;
  options.most_requests = 0;
  EXPECT_FALSE(start_endpoint(even_system(), options));
  options.most_requests = 4;
  const auto first = start(even_system(), options);
  options.host = "256.1.1.1";
  const auto nowhere = start_endpoint(even_system(), options);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, ErrorKind::unavailable);
  ContinuousSystem none = even_system();
  none.replicas = 0;
  EXPECT_FALSE(start_endpoint(none, EndpointOptions{}));
}

}  // namespace
}  // namespace ridgeline::endpoint
