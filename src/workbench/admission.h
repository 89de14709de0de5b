#pragma once
// Which requests are answered at all: those that this machine's own pages make, or its user.

#include <httplib.h>

#include <cstdint>
#include <optional>
#include <string>

namespace ridgeline::workbench {

struct Refusal {
  int status = 400;
  std::string why;
};

class Admission {
 public:
  Admission() = default;
  Admission(const std::string& host, std::uint16_t port);

  /// Null: it may be answered.
  std::optional<Refusal> check(const httplib::Request&) const;

 private:
  bool names_us(const std::string& authority) const;

  std::string host_;
  std::uint16_t port_ = 0;
  bool any_address_ = false;  ///< listens on all of the machine's
};

}  // namespace ridgeline::workbench
