#include <fmt/format.h>

#include <algorithm>

#include "ridgeline/simulation.h"

namespace ridgeline {
namespace {

constexpr std::uint32_t largest_table = 65'536;

}  // namespace

Result<ServiceTable> make_service_table(const Model& model, const Hardware& hardware,
                                        const PrecisionPlan& plan, const RequestShape& request,
                                        std::uint32_t max_batch, const Calibration& calibration) {
  if (max_batch == 0 || max_batch > largest_table) {
    return bad_input(fmt::format("max_batch is {}; must be 1 to {}", max_batch, largest_table));
  }
  ServiceTable table;
  table.tokens_per_sample = request.output_tokens;
  for (std::uint32_t batch = 1; batch <= max_batch; ++batch) {
    RIDGELINE_TRY(time, predict_request(model, hardware, plan, request, batch, calibration));
    table.total.push_back(to_nanoseconds(time.total));
    if (request.output_tokens > 0) table.first_token.push_back(to_nanoseconds(time.first_token));
  }
  return table;
}

}  // namespace ridgeline
