#pragma once
// Synthetic prompts: common words at random, of which most tokenizers make one token each.

#include <cstdint>
#include <string>
#include <vector>

namespace ridgeline::http {

class PromptText {
 public:
  static constexpr std::uint32_t pool = 1'000'003;  ///< words; a prime, so that starts do not repeat before

  /// Draws the pool from the seed's stream "prompt words".
  explicit PromptText(std::uint64_t seed);
  /// Adds so many words with a space between, letters only. Prompts of `pool` indices in a row start at
  /// different places of the pool, so that a server's prefix cache finds none of them again.
  void add(std::uint64_t index, std::uint32_t words, std::string& into) const;

 private:
  std::string text_;                   ///< each word and a space
  std::vector<std::uint32_t> starts_;  ///< of each word in text_, and its end
};

}  // namespace ridgeline::http
