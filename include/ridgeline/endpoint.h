#pragma once
// An OpenAI-compatible HTTP server whose tokens come when a simulated system would make them, for testing
// gateways, autoscalers and load tools without its hardware. Native only. docs/serve-sim.md.

#include <cstdint>
#include <memory>
#include <string>

#include "ridgeline/continuous.h"
#include "ridgeline/histogram.h"

namespace ridgeline {

struct EndpointOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;             ///< 0: one that is free
  std::string model;                  ///< as clients name it; empty: the system's workload
  double time_scale = 1;              ///< simulated seconds in a second, 0.001 to 1000
  std::uint32_t most_requests = 512;  ///< answered at once, 1 to 4096; more get 503
};

/// What an endpoint did.
struct EndpointReport {
  Run run;  ///< those that completed, in simulated time from the start; arrivals as they came
  RequestCounts counts;
  std::uint64_t prompt_tokens = 0,
                output_tokens = 0;  ///< of prompts that got a token; told of, cancelled or not
  std::uint64_t turned_away = 0;    ///< beyond most_requests
  std::uint64_t malformed = 0;      ///< answered 400 or 404
  /// In real time, of each token of a stream and of each whole answer: handed to the operating system, less
  /// the instant that the simulation has for it.
  LatencyHistogram lateness;
};

/// Runs in threads of its own until it is stopped or destroyed.
class Endpoint {
 public:
  virtual ~Endpoint() = default;
  virtual std::uint16_t port() const = 0;
  /// Breaks off what is in progress and waits for all connections to be closed, five seconds at most where
  /// clients keep idle ones. Once.
  virtual EndpointReport stop() = 0;
};

/// Listens when it returns. Errors: those of simulate_continuous(); bad_input (options); unavailable (the
/// address cannot be bound).
Result<std::unique_ptr<Endpoint>> start_endpoint(ContinuousSystem, const EndpointOptions&);

}  // namespace ridgeline
