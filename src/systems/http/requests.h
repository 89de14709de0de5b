#pragma once
// The requests that a run sends. All that takes long is done when they are made; write() copies text.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "ridgeline/systems.h"

namespace ridgeline::http {

/// Which samples a request is for.
struct Which {
  std::uint64_t query = 0, sample = 0;  ///< sample: the first of them, within the query
  std::uint64_t first_prompt = 0;       ///< synthetic prompts before it were sent in an earlier run
  std::uint32_t samples = 1;
};

/// What an answer will be held against; 0 is not said.
struct Asked {
  std::uint32_t words = 0;   ///< of the synthetic prompt
  std::uint32_t tokens = 0;  ///< most of the answer
};

class Requests {
 public:
  virtual ~Requests() = default;

  /// Most samples that one request may have.
  virtual std::uint32_t samples_per_request() const = 0;
  /// The body in place of what `into` has. From any thread.
  virtual Asked write(const Which&, std::string& into) const = 0;
  /// One that no query of the run sends, for a short answer.
  virtual void write_check(std::string& into) const = 0;
  /// Header fields that belong to a request of so many samples: "Name: value", or empty.
  virtual std::string header(std::uint32_t /*samples*/) const { return {}; }
};

/// Chat and completions.
Result<std::unique_ptr<Requests>> make_openai_requests(const HttpOptions&, const Schedule&);
/// KServe, by the model's metadata as the server gave it.
Result<std::unique_ptr<Requests>> make_kserve_requests(const HttpOptions&, const Schedule&,
                                                       std::string_view metadata);

}  // namespace ridgeline::http
