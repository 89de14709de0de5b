#include "systems/http/requests.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "folder.h"

namespace ridgeline::http {
namespace {

using Json = nlohmann::json;

Schedule schedule_of(ScenarioKind kind, std::uint32_t samples, std::vector<TokenLengths> lengths) {
  Schedule schedule;
  schedule.scenario = Scenario::mlperf(kind);
  schedule.scenario.seed = 3;
  schedule.samples = samples;
  schedule.lengths = std::move(lengths);
  return schedule;
}

HttpOptions chat() {
  HttpOptions options;
  options.url = "http://127.0.0.1:1/v1";
  options.model = "m";
  return options;
}

Json body_of(const Requests& requests, const Which& which) {
  std::string body;
  requests.write(which, body);
  return Json::parse(body);
}

std::size_t words_of(const Json& prompt) {
  const auto text = prompt.get<std::string>();
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

TEST(OpenAiRequests, ChatBody) {
  const auto schedule = schedule_of(ScenarioKind::server, 1, {{3, 5}, {7, 9}});
  const auto made = make_openai_requests(chat(), schedule);
  ASSERT_TRUE(made) << made.error().message;
  std::string text;
  const Asked asked = (*made)->write({3, 0, 0, 1}, text);  // the lengths of query 3 % 2
  EXPECT_EQ(asked.words, 7U);
  EXPECT_EQ(asked.tokens, 9U);
  Json body = Json::parse(text);
  EXPECT_EQ(words_of(body["messages"][0]["content"]), 7U);
  body["messages"][0].erase("content");
  const Json expected = {{"model", "m"},
                         {"stream", true},
                         {"stream_options", {{"include_usage", true}}},
                         {"max_tokens", 9},
                         {"messages", Json::array({{{"role", "user"}}})}};
  EXPECT_EQ(body, expected);
}

TEST(OpenAiRequests, CompletionsNotStreamedOfTheFullLength) {
  HttpOptions options = chat();
  options.api = HttpApi::completions;
  options.stream = false;
  options.ignore_eos = true;
  options.max_tokens_key = "n_predict";
  options.lengths = {4, 6};
  const auto made = make_openai_requests(options, schedule_of(ScenarioKind::single_stream, 1, {}));
  ASSERT_TRUE(made) << made.error().message;
  Json body = body_of(**made, {});
  EXPECT_EQ(words_of(body["prompt"]), 4U);
  body.erase("prompt");
  const Json expected = {{"model", "m"}, {"stream", false}, {"ignore_eos", true}, {"n_predict", 6}};
  EXPECT_EQ(body, expected);
}

TEST(OpenAiRequests, ExtraFieldsAreMergedAndNullTakesAway) {
  HttpOptions options = chat();
  options.extra_body = R"({"temperature": 0, "stream_options": null})";
  const auto made = make_openai_requests(options, schedule_of(ScenarioKind::server, 1, {}));
  ASSERT_TRUE(made) << made.error().message;
  const Json body = body_of(**made, {});
  EXPECT_EQ(body["temperature"], 0);
  EXPECT_FALSE(body.contains("stream_options"));
}

TEST(OpenAiRequests, WhatIsSetElsewhereIsRefused) {
  HttpOptions options = chat();
  const auto error = [&](const std::string& extra) {
    options.extra_body = extra;
    const auto made = make_openai_requests(options, schedule_of(ScenarioKind::server, 1, {}));
    return made ? "no error" : made.error().message;
  };
  EXPECT_EQ(error(R"({"stream": false})"), "extra-body: 'stream' is set by what was asked for; leave it out");
  EXPECT_EQ(error(R"({"max_tokens": 3})"),
            "extra-body: 'max_tokens' is set by what was asked for; leave it out");
  EXPECT_EQ(error("[1]"), "extra-body: '[1]' is not a JSON object, such as {\"temperature\": 0}");
  EXPECT_EQ(error("{"), "extra-body: '{' is not a JSON object, such as {\"temperature\": 0}");
  options.extra_body.clear();
  options.model.clear();
  EXPECT_FALSE(make_openai_requests(options, schedule_of(ScenarioKind::server, 1, {})));
}

/// Lengths belong to queries, Offline to samples; every sample has a prompt of its own, and so has the check,
/// and what a warm-up sent is not sent again.
TEST(OpenAiRequests, EachSampleHasItsOwnPrompt) {
  const auto multi =
      make_openai_requests(chat(), schedule_of(ScenarioKind::multi_stream, 2, {{20, 1}, {30, 2}}));
  const auto offline =
      make_openai_requests(chat(), schedule_of(ScenarioKind::offline, 4, {{20, 1}, {30, 2}}));
  ASSERT_TRUE(multi && offline);
  std::vector<Json> bodies = {body_of(**multi, {0, 0, 0, 1}), body_of(**multi, {0, 1, 0, 1}),
                              body_of(**multi, {1, 0, 0, 1}), body_of(**multi, {0, 0, 4, 1})};
  EXPECT_EQ(bodies[0]["max_tokens"], 1);
  EXPECT_EQ(bodies[1]["max_tokens"], 1);
  EXPECT_EQ(bodies[2]["max_tokens"], 2);
  EXPECT_EQ(body_of(**offline, {0, 1, 0, 1})["max_tokens"], 2);
  std::string check;
  (*multi)->write_check(check);
  bodies.push_back(Json::parse(check));
  std::vector<std::string> starts;
  for (const Json& body : bodies)
    starts.push_back(body["messages"][0]["content"].get<std::string>().substr(0, 30));
  std::sort(starts.begin(), starts.end());
  EXPECT_EQ(std::unique(starts.begin(), starts.end()), starts.end());
}

TEST(OpenAiRequests, TheCheckAsksForAShortAnswer) {
  const auto made = make_openai_requests(chat(), schedule_of(ScenarioKind::server, 1, {{10, 1000}}));
  ASSERT_TRUE(made);
  std::string body;
  (*made)->write_check(body);
  EXPECT_EQ(Json::parse(body)["max_tokens"], 4);
}

TEST(OpenAiRequests, PromptsOfAFileInTurn) {
  const Folder folder;
  HttpOptions options = chat();
  options.api = HttpApi::completions;
  options.prompts_file =
      folder.write("in_turn.jsonl", "{\"prompt\": \"a\", \"output_tokens\": 3}\n{\"prompt\": \"b\"}\n");
  options.lengths = {0, 0};
  const auto made = make_openai_requests(options, schedule_of(ScenarioKind::server, 1, {}));
  options.lengths = {0, 8};
  const auto eight = make_openai_requests(options, schedule_of(ScenarioKind::server, 1, {}));
  ASSERT_TRUE(made && eight);
  EXPECT_EQ(body_of(**made, {0, 0, 0, 1})["prompt"], "a");
  EXPECT_EQ(body_of(**made, {0, 0, 0, 1})["max_tokens"], 3);
  EXPECT_EQ(body_of(**made, {1, 0, 0, 1})["prompt"], "b");
  EXPECT_FALSE(body_of(**made, {1, 0, 0, 1}).contains("max_tokens"));
  EXPECT_EQ(body_of(**made, {2, 0, 0, 1})["prompt"], "a");
  EXPECT_EQ(body_of(**eight, {1, 0, 0, 1})["max_tokens"], 8);
}

constexpr const char* metadata = R"({"name":"m","inputs":[
    {"name":"x","datatype":"FP32","shape":[-1,2,3]},
    {"name":"ids","datatype":"INT64","shape":[-1,4]},
    {"name":"s","datatype":"BYTES","shape":[-1,1]},
    {"name":"b","datatype":"BOOL","shape":[-1,2]}]})";

HttpOptions kserve() {
  HttpOptions options;
  options.api = HttpApi::kserve;
  return options;
}

TEST(KserveRequests, TensorsByTheSignature) {
  const auto made = make_kserve_requests(kserve(), schedule_of(ScenarioKind::multi_stream, 5, {}), metadata);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ((*made)->samples_per_request(), 5U);
  const Json inputs = body_of(**made, {0, 0, 0, 5})["inputs"];
  ASSERT_EQ(inputs.size(), 4U);
  EXPECT_EQ(inputs[0]["shape"], Json({5, 2, 3}));
  ASSERT_EQ(inputs[0]["data"].size(), 30U);
  for (const Json& value : inputs[0]["data"]) EXPECT_TRUE(value >= 0.0 && value <= 1.0);
  EXPECT_EQ(inputs[1]["shape"], Json({5, 4}));
  ASSERT_EQ(inputs[1]["data"].size(), 20U);
  for (const Json& value : inputs[1]["data"]) EXPECT_TRUE(value.is_number_unsigned() && value < 100);
  ASSERT_EQ(inputs[2]["data"].size(), 5U);
  EXPECT_TRUE(inputs[2]["data"][0].is_string());
  ASSERT_EQ(inputs[3]["data"].size(), 10U);
  EXPECT_TRUE(inputs[3]["data"][0].is_boolean());
}

TEST(KserveRequests, OfflineBatchesAndTheRest) {
  HttpOptions options = kserve();
  const auto schedule = schedule_of(ScenarioKind::offline, 10, {});
  EXPECT_EQ((*make_kserve_requests(options, schedule, metadata))->samples_per_request(), 1U);
  options.request_samples = 4;
  const auto made = make_kserve_requests(options, schedule, metadata);
  ASSERT_TRUE(made);
  EXPECT_EQ(body_of(**made, {0, 0, 0, 4})["inputs"][1]["shape"], Json({4, 4}));
  EXPECT_EQ(body_of(**made, {0, 8, 0, 2})["inputs"][1]["shape"], Json({2, 4}));
  EXPECT_EQ(body_of(**made, {0, 0, 0, 3})["inputs"][1]["shape"], Json({3, 4}));  // a warm-up
}

TEST(KserveRequests, AModelWithoutABatchHasASampleARequest) {
  const char* one = R"({"inputs":[{"name":"x","datatype":"FP32","shape":[1,2]}]})";
  const auto made = make_kserve_requests(kserve(), schedule_of(ScenarioKind::multi_stream, 5, {}), one);
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)->samples_per_request(), 1U);
  EXPECT_EQ(body_of(**made, {0, 2, 0, 1})["inputs"][0]["shape"], Json({1, 2}));
  HttpOptions options = kserve();
  options.request_samples = 2;
  EXPECT_FALSE(make_kserve_requests(options, schedule_of(ScenarioKind::multi_stream, 5, {}), one));
}

TEST(KserveRequests, BinaryTensors) {
  HttpOptions options = kserve();
  options.binary_tensors = true;
  const char* half = R"({"inputs":[{"name":"h","datatype":"FP16","shape":[-1,3]},
                                   {"name":"x","datatype":"FP32","shape":[-1,2]},
                                   {"name":"s","datatype":"BYTES","shape":[-1]}]})";
  const auto made = make_kserve_requests(options, schedule_of(ScenarioKind::multi_stream, 2, {}), half);
  ASSERT_TRUE(made) << made.error().message;
  std::string body;
  (*made)->write({0, 0, 0, 2}, body);
  const std::string header = (*made)->header(2);
  const std::string name = "Inference-Header-Content-Length: ";
  ASSERT_TRUE(header.starts_with(name));
  const std::size_t length = std::stoul(header.substr(name.size()));
  const Json json = Json::parse(body.substr(0, length));
  EXPECT_EQ(json["parameters"]["binary_data_output"], true);
  const std::size_t half_bytes = 2 * 3 * 2, single_bytes = 2 * 2 * 4, text_bytes = 2 * (4 + 5);
  EXPECT_EQ(json["inputs"][0]["parameters"]["binary_data_size"], half_bytes);
  EXPECT_EQ(json["inputs"][1]["parameters"]["binary_data_size"], single_bytes);
  EXPECT_EQ(json["inputs"][2]["parameters"]["binary_data_size"], text_bytes);
  ASSERT_EQ(body.size(), length + half_bytes + single_bytes + text_bytes);
  EXPECT_FALSE(json["inputs"][0].contains("data"));
  EXPECT_EQ(static_cast<unsigned char>(body[length + 1]) & 0xFCU, 0x3CU);  // a half of 1 to 2: exponent 15
  float value = -1;
  std::memcpy(&value, body.data() + length + half_bytes, sizeof value);
  EXPECT_TRUE(value >= 0 && value <= 1);
  EXPECT_EQ(body[length + half_bytes + single_bytes], 5);  // letters of the first word
}

TEST(KserveRequests, Errors) {
  HttpOptions options = kserve();
  const auto error = [&](const char* text) {
    const auto made = make_kserve_requests(options, schedule_of(ScenarioKind::server, 1, {}), text);
    return made ? "no error" : made.error().message;
  };
  EXPECT_EQ(error("[]"),
            "the model's metadata have no list of inputs, as the Open Inference Protocol v2 has");
  EXPECT_EQ(error(R"({"inputs":[{"name":"x","datatype":"FP33","shape":[1]}]})"),
            "the model's input 'x' has the unknown type \"FP33\"");
  EXPECT_EQ(error(R"({"inputs":[{"name":"x","datatype":"FP16","shape":[1]}]})"),
            "input 'x' is FP16, which JSON has no form for; use --binary-tensors");
  const char* open = R"({"inputs":[{"name":"x","datatype":"FP32","shape":[-1,-1]}]})";
  EXPECT_EQ(error(open),
            "the model's input 'x' has the shape [-1,-1], which leaves dimension 1 open; give it as "
            "--input-shape x=...");
  options.input_shapes = {{"x", {-1, 7}}};
  EXPECT_EQ(error(open), "no error");
  options.input_shapes = {{"y", {7}}};
  EXPECT_EQ(error(R"({"inputs":[{"name":"x","datatype":"FP32","shape":[1]}]})"),
            "input-shape: the model has no input 'y'");
}

}  // namespace
}  // namespace ridgeline::http
