#pragma once
// Who is told what becomes of requests, as it happens.

#include "serve/continuous_request.h"

namespace ridgeline::serve {

/// References hold during the call only. A hedge has the number of the request that it copies; of the two
/// only one is ever reported.
class ContinuousObserver {
 public:
  virtual ~ContinuousObserver() = default;
  virtual void finished(const Request&) = 0;
  virtual void refused(const Request&, Nanoseconds) {}
  /// It is told when the engine looks at its queue, which may be later than the deadline.
  virtual void timed_out(const Request&, Nanoseconds) {}
  /// Asked for by ContinuousCluster::report_tokens(): `made` tokens in all are there, the first one at
  /// Request::first_token, which may be later; perhaps no more than the last time. Not the last token: that
  /// is finished().
  virtual void tokens(const Request&, std::uint32_t, Nanoseconds) {}
};

}  // namespace ridgeline::serve
