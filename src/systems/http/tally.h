#pragma once
// What the answers of a run had in common, for its notes.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/units.h"

namespace ridgeline::http {

/// Of one good answer.
struct AnswerCounts {
  std::uint32_t words = 0;   ///< of a synthetic prompt; 0: not synthetic
  std::uint32_t asked = 0;   ///< most tokens of the answer; 0: not said
  std::uint32_t chunks = 0;  ///< with text
  std::uint32_t tokens = 0;  ///< as reported to the sink
  bool by_usage = false;     ///< tokens are the server's own count
  std::optional<std::uint32_t> prompt_tokens;
};

/// Called from any thread, once an answer: takes a lock.
class Tally {
 public:
  explicit Tally(bool generates) : generates_(generates) {}

  void start_over();
  void add(const AnswerCounts&);
  /// The first message of each kind is kept: servers say why.
  void add_failure(std::string_view kind, std::string_view message);
  /// A request waited so long in this program for one of the connections.
  void add_wait(Nanoseconds);

  std::string message(std::string_view kind) const;  ///< empty: none
  std::vector<std::string> notes(std::uint32_t max_connections) const;

 private:
  void note_tokens(std::vector<std::string>&) const;
  void note_prompts(std::vector<std::string>&) const;

  const bool generates_;
  mutable std::mutex mutex_;
  std::uint64_t answers_ = 0, by_usage_ = 0, uncounted_ = 0, chunks_ = 0, chunk_tokens_ = 0;
  std::uint64_t asked_ = 0, shorter_ = 0, longer_ = 0;
  std::uint64_t prompts_ = 0, words_ = 0, prompt_tokens_ = 0;
  std::uint64_t waits_ = 0;
  Nanoseconds longest_wait_{0};
  std::map<std::string, std::string, std::less<>> messages_;
};

}  // namespace ridgeline::http
