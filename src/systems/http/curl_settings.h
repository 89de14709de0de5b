#pragma once
// What all transfers to a server have in common, and one transfer that waits for its answer.

#include <curl/curl.h>

#include <map>
#include <memory>
#include <string>

#include "ridgeline/systems.h"

namespace ridgeline::http {

struct EasyCloser {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyCloser>;

struct ListFreer {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListFreer>;

class CurlSettings {
 public:
  /// Errors: the URL, the files and the key that the options name.
  static Result<CurlSettings> make(const HttpOptions&);

  /// A handle for requests to this URL, without header fields.
  Easy easy(const std::string& url) const;
  /// The header fields of a request, and one more where that is not empty.
  HeaderList headers(const std::string& more) const;
  /// The bearer key; empty: none.
  const std::string& key() const { return *key_; }
  const std::string& base() const { return base_; }  ///< the URL without slashes at its end

 private:
  std::string base_, ca_file_;
  std::shared_ptr<const std::string> key_;  ///< where it is does not change: answers look at it
  bool stream_ = true, verify_peer_ = true;
  long timeout_ms_ = 0;
};

/// "http" or "https", a host, no user and no query. `url` without slashes at its end.
Status check_url(const std::string& url);

/// GET. Errors: unavailable, with the URL, what went wrong and what the server wrote.
Result<std::string> fetch(const CurlSettings&, const std::string& url);

}  // namespace ridgeline::http
