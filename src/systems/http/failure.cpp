#include "systems/http/failure.h"

#include <fmt/format.h>

#include <cerrno>

#include "base/text.h"

namespace ridgeline::http {

std::string failure_kind(CURLcode code, long os_error) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "host not found";
    case CURLE_COULDNT_CONNECT:
      return os_error == ECONNREFUSED ? "connection refused" : "cannot connect";
    case CURLE_OPERATION_TIMEDOUT:
      return "timeout";
    case CURLE_GOT_NOTHING:
      return "connection closed without an answer";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return std::string(connection_broken);
    case CURLE_SSL_CONNECT_ERROR:
      return "TLS handshake failed";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "TLS certificate not trusted";
    case CURLE_SSL_CACERT_BADFILE:
      return "the CA file cannot be used";
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return "bad answer: not HTTP";
    default:
      return to_lower(curl_easy_strerror(code));
  }
}

std::string status_kind(long status) { return fmt::format("HTTP {}", status); }

}  // namespace ridgeline::http
