#pragma once
// Names for what goes wrong with a request; each is counted by its name.

#include <curl/curl.h>

#include <string>
#include <string_view>

namespace ridgeline::http {

inline constexpr std::string_view not_json = "bad answer: not JSON";
inline constexpr std::string_view not_a_stream = "bad answer: not a stream";
inline constexpr std::string_view no_choices = "bad answer: no choices";
inline constexpr std::string_view no_outputs = "bad answer: no outputs";
inline constexpr std::string_view too_long_event = "bad answer: an event of more than 16 MB";
inline constexpr std::string_view error_in_stream = "error in the stream";
inline constexpr std::string_view connection_broken = "connection broken";
inline constexpr std::string_view stream_ended_early = "stream ended early";

/// "connection refused", "timeout" ...; `os_error` is CURLINFO_OS_ERRNO.
std::string failure_kind(CURLcode code, long os_error);
std::string status_kind(long status);  ///< "HTTP 503"

}  // namespace ridgeline::http
