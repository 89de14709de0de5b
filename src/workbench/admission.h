#pragma once
// Which requests are answered at all: those that this machine's own pages make, or its user.

#include <httplib.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ridgeline::workbench {

/// Of what is sent to /api/ledgers, the one path that takes anything.
inline constexpr std::size_t largest_body = 5'000'000;

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
  /// The body's size as it is announced; 0 without one. Of what check() admits.
  static std::size_t body_size(const httplib::Request&);

 private:
  std::optional<Refusal> check_body(const httplib::Request&) const;
  bool names_us(const std::string& authority) const;

  std::string host_;
  std::uint16_t port_ = 0;
  bool any_address_ = false;  ///< listens on all of the machine's
};

}  // namespace ridgeline::workbench
