#include "systems/http/answer.h"

#include <algorithm>
#include <utility>

#include "systems/http/answer_json.h"
#include "systems/http/failure.h"
#include "systems/http/sse.h"

namespace ridgeline::http {
namespace {

constexpr std::size_t most_refusal = 1 << 16;
constexpr std::size_t most_message = 200;
constexpr std::size_t most_event = 16 << 20;

/// One line, short, and without the secret.
std::string presentable(std::string_view message, std::string_view secret) {
  std::string text(message);
  if (!secret.empty()) {
    constexpr std::string_view stars = "***";
    for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += stars.size())
      text.replace(at, secret.size(), stars);
  }
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  if (text.size() > most_message) {
    std::size_t end = most_message;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // within a character
    text.resize(end);
    text += " ...";
  }
  return text;
}

class StreamedAnswer final : public Answer {
 public:
  using Answer::Answer;

 private:
  void clear() override {
    events_.clear();
    chunks_ = 0;
    finished_ = false;
    prompt_tokens_ = completion_tokens_ = std::nullopt;
  }

  void read(std::string_view bytes, std::string_view content_type) override {
    if (content_type.starts_with("application/json")) return fail(not_a_stream);
    arrived_ = Clock::now();  // all that comes in one piece came at once
    if (!events_.feed(bytes, [this](std::string_view data) { return take_event(data); })) return;
    if (events_.held() > most_event) fail(too_long_event);
  }

  /// False once the answer has ended.
  bool take_event(std::string_view data) {
    if (data == "[DONE]") {
      finish();
      return false;
    }
    const auto part = read_answer(data);
    if (!part || part->is_error) {
      fail(part ? error_in_stream : not_json, part ? part->message : std::string());
      return false;
    }
    if (part->prompt_tokens) prompt_tokens_ = part->prompt_tokens;
    if (part->completion_tokens) completion_tokens_ = part->completion_tokens;
    finished_ = finished_ || part->finished;
    if (part->has_text) take_chunk();
    return true;
  }

  void take_chunk() {
    if (++chunks_ == 1) {
      ticket().first_token();
    } else {
      ticket().sink->token_gap(arrived_ - last_);
    }
    last_ = arrived_;
  }

  void finish() {
    AnswerCounts counts;
    counts.chunks = chunks_;
    counts.by_usage = completion_tokens_.has_value();
    counts.tokens = completion_tokens_.value_or(chunks_);
    counts.prompt_tokens = prompt_tokens_;
    complete(counts);
  }

  void close(const Transferred& how) override {
    // Some servers end without [DONE]; a stream that was cut off has no reason to finish either.
    if (finished_) return finish();
    const bool cut = how.whole || (how.kind == connection_broken && how.status != 0);
    fail(cut ? stream_ended_early : how.kind);
  }

  EventStream events_;
  std::uint32_t chunks_ = 0;
  bool finished_ = false;
  std::optional<std::uint32_t> prompt_tokens_, completion_tokens_;
  Clock::time_point arrived_{}, last_{};
};

class WholeAnswer : public Answer {
 public:
  using Answer::Answer;

 protected:
  const std::string& body() const { return body_; }

 private:
  void clear() override { body_.clear(); }
  void read(std::string_view bytes, std::string_view) override { body_ += bytes; }
  void close(const Transferred& how) override {
    if (!how.whole) {
      fail(how.kind);
    } else {
      judge();
    }
  }
  virtual void judge() {
    const auto part = read_answer(body_);
    if (!part) return fail(not_json);
    if (part->is_error) return fail("error in the answer", part->message);
    if (!part->has_choices) return fail(no_choices);
    AnswerCounts counts;
    counts.by_usage = part->completion_tokens.has_value();
    counts.tokens = part->completion_tokens.value_or(0);
    counts.prompt_tokens = part->prompt_tokens;
    complete(counts);
  }

  std::string body_;
};

/// Looks only as far as it takes to see that outputs came: reading megabytes of numbers would be counted as
/// the server's time.
class TensorAnswer final : public WholeAnswer {
 public:
  using WholeAnswer::WholeAnswer;

 private:
  void judge() override {
    const std::string_view text = body();
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos || text[start] != '{') return fail(not_json);
    if (text.find("\"outputs\"") == std::string_view::npos) return fail(no_outputs);
    complete({});
  }
};

}  // namespace

void Answer::begin(Ticket ticket, const Asked& asked) {
  ticket_ = std::move(ticket);
  asked_ = asked;
  refusal_.clear();
  ended_ = failed_ = false;
  clear();
}

void Answer::take_refusal(std::string_view bytes) {
  refusal_ += bytes.substr(0, most_refusal - std::min(refusal_.size(), most_refusal));
}

void Answer::end(const Transferred& how) {
  if (ended_) return;
  const bool refused = how.status != 0 && how.status / 100 != 2;
  if (!refused) return close(how);
  const auto part = read_answer(refusal_);
  if (part && !part->message.empty()) return fail(status_kind(how.status), part->message);
  for (char& c : refusal_) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';  // of an unknown character set
  }
  fail(status_kind(how.status), refusal_);
}

void Answer::complete(AnswerCounts counts) {
  ended_ = true;
  counts.words = asked_.words;
  counts.asked = asked_.tokens;
  tally_.add(counts);
  // A driver that sees the last completion may destroy its sink, and read the notes.
  std::exchange(ticket_, Ticket()).complete(counts.tokens);
}

void Answer::fail(std::string_view kind, std::string_view message) {
  ended_ = failed_ = true;
  tally_.add_failure(kind, presentable(message, secret_));
  std::exchange(ticket_, Ticket()).fail(kind);
}

std::unique_ptr<Answer> make_answer(AnswerKind kind, Tally& tally, std::string_view secret) {
  switch (kind) {
    case AnswerKind::stream:
      return std::make_unique<StreamedAnswer>(tally, secret);
    case AnswerKind::tensors:
      return std::make_unique<TensorAnswer>(tally, secret);
    case AnswerKind::whole:
      break;
  }
  return std::make_unique<WholeAnswer>(tally, secret);
}

}  // namespace ridgeline::http
