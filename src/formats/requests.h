#pragma once
// What every foreign format comes down to: requests with times, from which the Run is made.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/formats.h"

namespace ridgeline::formats {

/// Times on whatever clock the file has.
struct Request {
  Nanoseconds scheduled{0}, issued{0}, completed{0};
  std::optional<Nanoseconds> first_token;
  TokenLengths tokens;
};

/// Of a wall clock or stopwatch in seconds; absent when it is not within 126 years of its zero.
std::optional<Nanoseconds> clock_time(double seconds);

/// A scenario that asks for nothing: users who wait for their answers, or arrivals at a rate.
Scenario unjudged_users(std::uint64_t users);
Scenario unjudged_rate(double per_second);

/// Sorts the requests by their scheduled times, counts from the first, and fills imported.run. `path` and
/// `what` ("request") name a request that ends before it starts. Bad input: that, or no request.
Result<ImportedRun> finish(ImportedRun imported, std::vector<Request> requests, const std::string& path,
                           const std::string& what);

}  // namespace ridgeline::formats
