#include "systems/http/curl_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "base/file.h"
#include "base/version.h"
#include "systems/http/failure.h"

namespace ridgeline::http {
namespace {

/// Once, before any other use; never undone, as other threads may still use the library.
void set_up_curl() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(done);
}

Result<std::string> key_of(const std::string& variable) {
  if (variable.empty()) return std::string();
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr || *value == 0)
    return unavailable(fmt::format("api-key-env: the environment variable {} is not set", variable));
  std::string key(value);
  if (std::any_of(key.begin(), key.end(), [](unsigned char c) { return c < ' ' || c == 127; }))
    return bad_input(fmt::format("api-key-env: {} has a control character or a line end in it", variable));
  return key;
}

std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(bytes, size * count);
  return size * count;
}

}  // namespace

Status check_url(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
  const auto has = [&](CURLUPart part) {
    char* text = nullptr;
    const bool found = curl_url_get(parts.get(), part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return found;
  };
  const bool http = url.starts_with("http://") || url.starts_with("https://");
  if (!http || curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    return bad_input(fmt::format("'{}' is not a URL such as http://127.0.0.1:8000/v1", url));
  // The command and the run are kept: what is secret may not be in them.
  if (has(CURLUPART_USER) || has(CURLUPART_PASSWORD))
    return bad_input("the URL holds a user or password, which would be kept with the run; use --api-key-env");
  if (has(CURLUPART_QUERY) || has(CURLUPART_FRAGMENT))
    return bad_input(fmt::format("'{}': give the server's base, without ? and #", url));
  return Status::success();
}

Result<CurlSettings> CurlSettings::make(const HttpOptions& options) {
  set_up_curl();
  CurlSettings settings;
  RIDGELINE_CHECK(check_url(options.url));
  settings.base_ = options.url;
  while (settings.base_.ends_with('/')) settings.base_.pop_back();
  RIDGELINE_TRY(key, key_of(options.api_key_env));
  settings.key_ = std::make_shared<const std::string>(std::move(key));
  if (!options.ca_file.empty()) {
    RIDGELINE_TRY(certificates, read_file(options.ca_file));
    if (certificates.find("-----BEGIN") == std::string::npos)
      return bad_input(fmt::format("{}: no certificate in PEM", options.ca_file));
  }
  settings.ca_file_ = options.ca_file;
  settings.stream_ = options.stream && options.api != HttpApi::kserve;
  settings.verify_peer_ = options.verify_peer;
  if (options.request_timeout < std::chrono::milliseconds(1) ||
      options.request_timeout > std::chrono::hours(24 * 24))
    return bad_input("request-timeout: a time of 1 ms to 24 days is needed");
  settings.timeout_ms_ = static_cast<long>(
      std::chrono::duration_cast<std::chrono::milliseconds>(options.request_timeout).count());
  return settings;
}

Easy CurlSettings::easy(const std::string& url) const {
  Easy handle(curl_easy_init());
  CURL* h = handle.get();
  curl_easy_setopt(h, CURLOPT_URL, url.c_str());
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(h, CURLOPT_PROXY, "");  // what is measured is the server, not what the environment names
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, timeout_ms_);
  curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, verify_peer_ ? 1L : 0L);
  curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, verify_peer_ ? 2L : 0L);
  if (!ca_file_.empty()) {
    curl_easy_setopt(h, CURLOPT_CAINFO, ca_file_.c_str());
    curl_easy_setopt(h, CURLOPT_CAPATH, nullptr);
  }
  return handle;
}

HeaderList CurlSettings::headers(const std::string& more) const {
  HeaderList list;
  const auto add = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    static_cast<void>(list.release());
    list.reset(longer);
  };
  add("Content-Type: application/json");
  add(stream_ ? "Accept: text/event-stream" : "Accept: application/json");
  add(fmt::format("User-Agent: ridgeline/{}", version));
  add("Expect:");  // no 100-continue before a large body
  if (!key_->empty()) add("Authorization: Bearer " + *key_);
  if (!more.empty()) add(more);
  return list;
}

Result<std::string> fetch(const CurlSettings& settings, const std::string& url) {
  const Easy easy = settings.easy(url);
  const HeaderList headers = settings.headers({});
  std::string body;
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &body);
  const CURLcode code = curl_easy_perform(easy.get());
  long status = 0, os_error = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &os_error);
  if (code != CURLE_OK) return unavailable(fmt::format("{}: {}", url, failure_kind(code, os_error)));
  if (status / 100 != 2) return unavailable(fmt::format("{}: {}", url, status_kind(status)));
  return body;
}

}  // namespace ridgeline::http
