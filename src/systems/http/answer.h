#pragma once
// What becomes of the bytes that a request is answered with. One a connection, used again and again.

#include <memory>
#include <string>
#include <string_view>

#include "systems/http/requests.h"
#include "systems/http/tally.h"
#include "systems/http/ticket.h"

namespace ridgeline::http {

/// How the transfer ended, as far as it did.
struct Transferred {
  long status = 0;
  std::string_view content_type;
  bool whole = true;      ///< the answer ended as HTTP says it must
  std::string_view kind;  ///< of what went wrong, when it is not whole
};

class Answer {
 public:
  explicit Answer(Tally& tally, std::string_view secret) : tally_(tally), secret_(secret) {}
  virtual ~Answer() = default;

  void begin(Ticket ticket, const Asked& asked);
  /// Bytes of a good answer; false: it failed, and the rest is of no use.
  bool take(std::string_view bytes, std::string_view content_type) {
    if (!ended_) read(bytes, content_type);
    return !failed_;
  }
  /// Bytes of a bad one: HTTP's status says so.
  void take_refusal(std::string_view bytes);
  /// Reports, where take() has not done so already.
  void end(const Transferred&);

 protected:
  virtual void clear() = 0;
  virtual void read(std::string_view bytes, std::string_view content_type) = 0;
  virtual void close(const Transferred&) = 0;
  void complete(AnswerCounts);
  /// The message is the server's.
  void fail(std::string_view kind, std::string_view message = {});
  Ticket& ticket() { return ticket_; }
  const Asked& asked() const { return asked_; }

 private:
  Tally& tally_;
  std::string_view secret_;  ///< that no note may hold
  Ticket ticket_;
  Asked asked_;
  std::string refusal_;
  bool ended_ = true, failed_ = false;
};

enum class AnswerKind { stream, whole, tensors };
/// Both arguments must outlive it.
std::unique_ptr<Answer> make_answer(AnswerKind, Tally&, std::string_view secret);

}  // namespace ridgeline::http
