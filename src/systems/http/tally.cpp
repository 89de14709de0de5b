#include "systems/http/tally.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ridgeline::http {
namespace {

constexpr std::size_t most_messages = 8;
constexpr Nanoseconds shortest_wait =
    std::chrono::milliseconds(1);  // less: the last piece of an answer is read

}  // namespace

void Tally::start_over() {
  const std::lock_guard lock(mutex_);
  answers_ = by_usage_ = uncounted_ = chunks_ = chunk_tokens_ = asked_ = shorter_ = longer_ = 0;
  prompts_ = words_ = prompt_tokens_ = waits_ = 0;
  longest_wait_ = Nanoseconds(0);
  messages_.clear();
}

void Tally::add(const AnswerCounts& a) {
  const std::lock_guard lock(mutex_);
  ++answers_;
  if (a.by_usage) {
    ++by_usage_;
    chunks_ += a.chunks;
    chunk_tokens_ += a.chunks > 0 ? a.tokens : 0;
  }
  if (!a.by_usage && a.tokens == 0) ++uncounted_;
  if (a.asked > 0 && (a.by_usage || a.tokens > 0)) {
    ++asked_;
    if (a.tokens < a.asked) ++shorter_;
    if (a.tokens > a.asked) ++longer_;
  }
  if (a.words > 0 && a.prompt_tokens) {
    ++prompts_;
    words_ += a.words;
    prompt_tokens_ += *a.prompt_tokens;
  }
}

void Tally::add_failure(std::string_view kind, std::string_view message) {
  if (message.empty()) return;
  const std::lock_guard lock(mutex_);
  if (messages_.size() < most_messages && messages_.find(kind) == messages_.end())
    messages_.emplace(kind, message);
}

std::string Tally::message(std::string_view kind) const {
  const std::lock_guard lock(mutex_);
  const auto found = messages_.find(kind);
  return found == messages_.end() ? std::string() : found->second;
}

void Tally::add_wait(Nanoseconds wait) {
  if (wait < shortest_wait) return;
  const std::lock_guard lock(mutex_);
  ++waits_;
  longest_wait_ = std::max(longest_wait_, wait);
}

void Tally::note_tokens(std::vector<std::string>& notes) const {
  const std::uint64_t by_chunks = answers_ - by_usage_ - uncounted_;
  std::string counted = "tokens are counted from ";
  if (by_chunks == 0) {
    counted += "the server's usage";
  } else if (by_usage_ == 0) {
    counted += "chunks with text, as the server gave no usage: a chunk may hold several tokens";
  } else {
    counted +=
        fmt::format("the server's usage in {} answers and from chunks with text in {}", by_usage_, by_chunks);
  }
  if (by_usage_ + by_chunks > 0) notes.push_back(std::move(counted));
  if (uncounted_ > 0) {
    notes.push_back(
        fmt::format("{} answers gave no usage: their tokens are not known, and count as none", uncounted_));
  }
  if (chunk_tokens_ != chunks_) {
    notes.push_back(fmt::format("{:.3g} tokens a chunk on average: gaps are between chunks",
                                static_cast<double>(chunk_tokens_) / static_cast<double>(chunks_)));
  }
  if (shorter_ + longer_ > 0) {
    notes.push_back(
        fmt::format("of {} answers {} were shorter and {} longer than asked for", asked_, shorter_, longer_));
  }
}

void Tally::note_prompts(std::vector<std::string>& notes) const {
  if (prompts_ == 0) return;
  notes.push_back(fmt::format("prompts: {:.4g} tokens a word, by the server's count of {} prompts",
                              static_cast<double>(prompt_tokens_) / static_cast<double>(words_), prompts_));
}

std::vector<std::string> Tally::notes(std::uint32_t max_connections) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> result;
  if (generates_ && answers_ > 0) {
    note_tokens(result);
    note_prompts(result);
  }
  if (waits_ > 0) {
    result.push_back(
        fmt::format("{} requests waited here, up to {}, for one of {} connections (max-connections); "
                    "latencies include it",
                    waits_, show(to_seconds(longest_wait_)), max_connections));
  }
  for (const auto& [kind, message] : messages_) result.push_back(fmt::format("first {}: {}", kind, message));
  return result;
}

}  // namespace ridgeline::http
