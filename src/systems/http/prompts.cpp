#include "systems/http/prompts.h"

#include <algorithm>
#include <string_view>

#include "base/random.h"

namespace ridgeline::http {
namespace {

// Frequent English words: with the space before it, each is a token of its own in the common vocabularies.
constexpr std::string_view words[] = {
    "the",      "and",        "for",     "are",       "but",         "not",        "you",      "all",
    "any",      "can",        "had",     "her",       "was",         "one",        "our",      "out",
    "day",      "get",        "has",     "him",       "his",         "how",        "man",      "new",
    "now",      "old",        "see",     "two",       "way",         "who",        "boy",      "did",
    "its",      "let",        "put",     "say",       "she",         "too",        "use",      "time",
    "year",     "people",     "work",    "first",     "well",        "even",       "want",     "because",
    "these",    "give",       "most",    "after",     "about",       "think",      "over",     "just",
    "know",     "take",       "into",    "good",      "some",        "them",       "could",    "other",
    "than",     "then",       "look",    "only",      "come",        "back",       "that",     "with",
    "have",     "this",       "will",    "your",      "from",        "they",       "been",     "much",
    "where",    "when",       "which",   "there",     "their",       "would",      "what",     "make",
    "like",     "long",       "each",    "such",      "many",        "more",       "very",     "must",
    "both",     "made",       "part",    "find",      "here",        "same",       "right",    "place",
    "great",    "little",     "world",   "still",     "hand",        "high",       "small",    "large",
    "next",     "early",      "young",   "important", "few",         "public",     "able",     "room",
    "area",     "story",      "point",   "home",      "water",       "night",      "money",    "book",
    "eye",      "job",        "word",    "business",  "issue",       "side",       "kind",     "head",
    "house",    "service",    "friend",  "father",    "power",       "hour",       "game",     "line",
    "end",      "member",     "law",     "car",       "city",        "community",  "name",     "president",
    "team",     "minute",     "idea",    "body",      "information", "face",       "others",   "level",
    "office",   "door",       "health",  "person",    "art",         "war",        "history",  "party",
    "result",   "change",     "morning", "reason",    "research",    "girl",       "guy",      "moment",
    "air",      "teacher",    "force",   "education", "food",        "music",      "sound",    "light",
    "family",   "group",      "country", "problem",   "fact",        "state",      "system",   "program",
    "question", "government", "number",  "company",   "case",        "week",       "study",    "school",
    "student",  "field",      "market",  "paper",     "report",      "value",      "model",    "data",
    "sample",   "paint",      "river",   "mountain",  "green",       "blue",       "white",    "black",
    "red",      "open",       "close",   "start",     "stop",        "turn",       "move",     "walk",
    "run",      "read",       "write",   "speak",     "listen",      "hear",       "play",     "hold",
    "bring",    "keep",       "show",    "tell",      "ask",         "call",       "try",      "leave",
    "feel",     "become",     "begin",   "seem",      "help",        "talk",       "provide",  "stand",
    "include",  "continue",   "set",     "learn",     "lead",        "understand", "watch",    "follow",
    "create",   "allow",      "add",     "spend",     "grow",        "offer",      "remember", "love",
    "consider", "appear",     "buy",     "wait",      "serve",       "send",       "expect",   "build",
    "stay",     "fall",       "cut",     "reach",     "remain"};

// Far from any whole fraction of the pool, so that prompts which follow one another share no long stretch.
constexpr std::uint64_t stride = 618'034;

}  // namespace

PromptText::PromptText(std::uint64_t seed) {
  RandomStream random(seed, "prompt words");
  starts_.reserve(pool + 1);
  for (std::uint32_t i = 0; i < pool; ++i) {
    starts_.push_back(static_cast<std::uint32_t>(text_.size()));
    text_ += words[random.below(std::size(words))];
    text_ += ' ';
  }
  starts_.push_back(static_cast<std::uint32_t>(text_.size()));
}

void PromptText::add(std::uint64_t index, std::uint32_t count, std::string& into) const {
  if (count == 0) return;
  auto from = static_cast<std::uint32_t>((index % pool) * stride % pool);
  while (count > 0) {
    const std::uint32_t piece = std::min(count, pool - from);
    into.append(text_, starts_[from], starts_[from + piece] - starts_[from]);
    count -= piece;
    from = 0;
  }
  into.pop_back();
}

}  // namespace ridgeline::http
