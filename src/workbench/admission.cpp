#include "workbench/admission.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace ridgeline::workbench {
namespace {

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool is_address(const std::string& text) {
  std::array<unsigned char, 16> ignored;
  return ::inet_pton(AF_INET, text.c_str(), ignored.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), ignored.data()) == 1;
}

}  // namespace

Admission::Admission(const std::string& host, std::uint16_t port)
    : host_(lowered(host)), port_(port), any_address_(host == "0.0.0.0" || host == "::") {}

/// Without this any site could name a host that resolves to us, and read what we answer (DNS rebinding). An
/// address is no name, so where we listen on all of them any may be meant.
bool Admission::names_us(const std::string& authority) const {
  std::string name = lowered(authority);
  const std::string port = fmt::format(":{}", port_);
  if (name.ends_with(port)) {
    name.resize(name.size() - port.size());
  } else if (port_ != 80) {
    return false;
  }
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  return name == host_ || name == "127.0.0.1" || name == "localhost" || name == "::1" ||
         (any_address_ && is_address(name));
}

std::size_t Admission::body_size(const httplib::Request& request) {
  const std::string text = request.get_header_value("Content-Length");
  std::size_t size = 0;
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size;
}

/// The header X-Ridgeline makes a browser ask first before a page of another origin may send it (and be told
/// no), as JSON's type does.
std::optional<Refusal> Admission::check_body(const httplib::Request& request) const {
  const bool to_ledgers = request.path == "/api/ledgers";
  if (request.method == "GET" || request.method == "HEAD") {
    if (request.has_header("Content-Length") || request.has_header("Transfer-Encoding"))
      return Refusal{413, "a request may have no body"};
    return std::nullopt;
  }
  if (request.method != "POST" || !to_ledgers)
    return Refusal{405, to_ledgers ? "only GET, HEAD and POST" : "only GET and HEAD"};
  if (request.get_header_value("X-Ridgeline") != "1")
    return Refusal{403, "only a page of the workbench may send this: X-Ridgeline: 1"};
  if (request.has_header("Transfer-Encoding") || request.has_header("Content-Encoding"))
    return Refusal{413, "a body is sent as it is, with its Content-Length"};
  const std::string length = request.get_header_value("Content-Length");
  const bool one_number = request.get_header_value_count("Content-Length") == 1 && !length.empty() &&
                          length.find_first_not_of("0123456789") == std::string::npos;
  if (!one_number) return Refusal{411, "the body's Content-Length, once"};
  if (length.size() > 18 || body_size(request) > largest_body)
    return Refusal{413, fmt::format("a ledger has at most {} bytes", largest_body)};
  const std::string type = lowered(request.get_header_value("Content-Type"));
  if (type.substr(0, type.find(';')) != "application/json")
    return Refusal{415, "a ledger is application/json"};
  return std::nullopt;
}

std::optional<Refusal> Admission::check(const httplib::Request& request) const {
  if (request.get_header_value_count("Host") != 1 || !names_us(request.get_header_value("Host")))
    return Refusal{403, "the Host header must name this server, once"};
  if (const auto refusal = check_body(request)) return refusal;
  const std::string origin = request.get_header_value("Origin");
  if (request.has_header("Origin") && !(origin.starts_with("http://") && names_us(origin.substr(7))))
    return Refusal{403, "a page of another origin may not ask"};
  const std::string site = request.get_header_value("Sec-Fetch-Site");
  const bool foreign = site == "cross-site" || site == "same-site";
  if (foreign &&
      (request.get_header_value("Sec-Fetch-Mode") != "navigate" || request.path.starts_with("/api/")))
    return Refusal{403, "a page of another site may lead here, and no more"};
  return std::nullopt;
}

}  // namespace ridgeline::workbench
