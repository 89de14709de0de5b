#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "systems/http/prompt_file.h"
#include "systems/http/prompts.h"
#include "systems/http/requests.h"

namespace ridgeline::http {
namespace {

using Json = nlohmann::json;

constexpr std::uint32_t most_words = 10'000'000;
constexpr std::uint32_t check_tokens = 4;

/// The fields that all requests share.
Result<Json> common_fields(const HttpOptions& options) {
  Json fields = {{"model", options.model}, {"stream", options.stream}};
  if (options.stream) fields["stream_options"] = {{"include_usage", true}};
  if (options.ignore_eos) fields["ignore_eos"] = true;
  if (options.extra_body.empty()) return fields;
  const Json extra = Json::parse(options.extra_body, nullptr, false);
  if (!extra.is_object()) {
    return bad_input(fmt::format("extra-body: '{}' is not a JSON object, such as {{\"temperature\": 0}}",
                                 options.extra_body));
  }
  for (const std::string& taken : {std::string("model"), std::string("stream"), std::string("prompt"),
                                   std::string("messages"), options.max_tokens_key}) {
    if (extra.contains(taken)) {
      return bad_input(fmt::format("extra-body: '{}' is set by what was asked for; leave it out", taken));
    }
  }
  fields.merge_patch(extra);
  return fields;
}

class OpenAiRequests final : public Requests {
 public:
  OpenAiRequests(const HttpOptions& options, const Schedule& schedule, const Json& fields)
      : lengths_(schedule.lengths), samples_(schedule.samples) {
    offline_ = schedule.scenario.kind == ScenarioKind::offline;
    head_ = fields.dump();
    head_.pop_back();
    max_tokens_ = "," + Json(options.max_tokens_key).dump() + ":";
    const bool chat = options.api == HttpApi::chat;
    before_ = chat ? R"(,"messages":[{"role":"user","content":")" : R"(,"prompt":")";
    after_ = chat ? R"("}]})" : R"("})";
    if (lengths_.empty()) lengths_ = {options.lengths};
  }

  void use(std::vector<FilePrompt> prompts) { prompts_ = std::move(prompts); }
  void use(PromptText text) { text_ = std::move(text); }

  std::uint32_t samples_per_request() const override { return 1; }

  Asked write(const Which& which, std::string& into) const override {
    const std::uint64_t index = offline_ ? which.sample : which.query * samples_ + which.sample;
    const std::uint64_t length_index = offline_ ? which.sample : which.query;
    const TokenLengths lengths = lengths_[length_index % lengths_.size()];
    // The check has the first place of the pool.
    return text_ ? write_words(which.first_prompt + index + 1, lengths, into)
                 : write_prompt(prompts_[index % prompts_.size()], lengths.output, into);
  }

  void write_check(std::string& into) const override {
    TokenLengths lengths = lengths_.front();
    lengths.output = std::min(lengths.output, check_tokens);
    if (text_) {
      write_words(0, lengths, into);
      return;
    }
    FilePrompt prompt = prompts_.front();
    prompt.output_tokens = std::min(prompt.output_tokens.value_or(check_tokens), check_tokens);
    write_prompt(prompt, check_tokens, into);
  }

 private:
  void write_head(std::uint32_t tokens, std::string& into) const {
    into = head_;
    if (tokens == 0) return;
    into += max_tokens_;
    fmt::format_to(std::back_inserter(into), "{}", tokens);
  }

  Asked write_words(std::uint64_t index, TokenLengths lengths, std::string& into) const {
    write_head(lengths.output, into);
    into += before_;
    text_->add(index, lengths.input, into);
    into += after_;
    return {lengths.input, lengths.output};
  }

  Asked write_prompt(const FilePrompt& prompt, std::uint32_t output, std::string& into) const {
    output = prompt.output_tokens.value_or(output);
    write_head(output, into);
    into += ',';
    into += prompt.field;
    into += '}';
    return {0, output};
  }

  std::vector<TokenLengths> lengths_;
  std::uint32_t samples_;
  bool offline_ = false;
  std::string head_, max_tokens_, before_, after_;
  std::optional<PromptText> text_;
  std::vector<FilePrompt> prompts_;
};

}  // namespace

Result<std::unique_ptr<Requests>> make_openai_requests(const HttpOptions& options, const Schedule& schedule) {
  if (options.model.empty()) return bad_input("model: the name of a model at the server is needed");
  if (options.max_tokens_key.empty()) return bad_input("max-tokens-key: a name is needed");
  RIDGELINE_TRY(fields, common_fields(options));
  auto requests = std::make_unique<OpenAiRequests>(options, schedule, fields);
  if (!options.prompts_file.empty()) {
    RIDGELINE_TRY(prompts, read_prompts(options.prompts_file, options.api));
    requests->use(std::move(prompts));
  } else {
    std::uint32_t longest = schedule.lengths.empty() ? options.lengths.input : 0;
    for (const TokenLengths& l : schedule.lengths) longest = std::max(longest, l.input);
    if (longest > most_words)
      return bad_input(fmt::format("lengths: a prompt of {} tokens; at most {}", longest, most_words));
    requests->use(PromptText(schedule.scenario.seed));
  }
  return std::unique_ptr<Requests>(std::move(requests));
}

}  // namespace ridgeline::http
