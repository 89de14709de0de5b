#pragma once
// What processes of a job say to one another. Of one build and one kind of machine: numbers as they lie.

#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "ridgeline/study_shares.h"

namespace ridgeline::cluster {

enum class Kind : char {
  hello,     ///< to the leader: text is the study's fingerprint
  beat,      ///< both ways: still here
  screen,    ///< from the leader: the range
  drop,      ///< from the leader: the range is another's now, unless it is begun
  findings,  ///< to the leader: the range, its seconds, text
  leave,     ///< from the leader: together
};

struct Message {
  Kind kind = Kind::beat;
  StudyRange range;
  double seconds = 0;
  bool together = true;
  std::string text;
};

struct MessageHead {
  StudyRange range;
  double seconds = 0;
  Kind kind = Kind::beat;
  bool together = true;
};

inline std::string written(const Message& message) {
  const MessageHead head{message.range, message.seconds, message.kind, message.together};
  std::string bytes(sizeof head, '\0');
  std::memcpy(bytes.data(), &head, sizeof head);
  return bytes + message.text;
}

/// Nothing: not a message.
inline std::optional<Message> parsed(std::string_view bytes) {
  MessageHead head;
  if (bytes.size() < sizeof head) return std::nullopt;
  std::memcpy(&head, bytes.data(), sizeof head);
  return Message{head.kind, head.range, head.seconds, head.together, std::string(bytes.substr(sizeof head))};
}

}  // namespace ridgeline::cluster
