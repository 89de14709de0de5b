#pragma once
// Samples of a query that one request carries, and how they report.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "ridgeline/scenario.h"

namespace ridgeline::http {

using Clock = std::chrono::steady_clock;

/// Of the requests of one query.
struct QueryParts {
  std::atomic<std::uint32_t> awaiting{0};  ///< requests with neither a first token nor an end
  std::atomic<bool> any{false};            ///< one had a first token
};

/// Not copied once a request has it: reports are once each.
struct Ticket {
  std::uint64_t query = 0, sample = 0;  ///< sample: the first, within the query
  std::uint64_t first_prompt = 0;       ///< of this run
  std::uint32_t samples = 1;
  CompletionSink* sink = nullptr;
  std::shared_ptr<QueryParts> parts;  ///< empty: the query has one request
  Clock::time_point issued{};

  void first_token() {
    heard_ = true;
    if (parts) parts->any.store(true, std::memory_order_relaxed);
    if (!parts || parts->awaiting.fetch_sub(1, std::memory_order_acq_rel) == 1) sink->first_token(query);
  }
  void complete(std::uint32_t tokens) {
    stop_waiting();
    sink->complete(query, samples, tokens);
  }
  void fail(std::string_view kind) {
    stop_waiting();
    sink->fail(query, samples, kind);
  }

 private:
  /// Those that have a first token do not wait for those that will never have one.
  void stop_waiting() {
    if (heard_ || !parts) return;
    heard_ = true;
    if (parts->awaiting.fetch_sub(1, std::memory_order_acq_rel) == 1 && parts->any.load())
      sink->first_token(query);
  }

  bool heard_ = false;
};

}  // namespace ridgeline::http
