#include "calibrate/validate_roofline.h"

#include <fmt/format.h>

#include "base/text.h"
#include "engine/serving_model.h"

namespace ridgeline::calibrate {

Result<FastestTimes> fastest_times(const Model& model, const Hardware& hardware,
                                   const MeasuredPoint& measured) {
  double decoding = 0;
  if (measured.tpot && measured.ttft) {
    const Seconds decode = *measured.tpot * measured.point.osl;
    decoding = decode / (decode + *measured.ttft);
  }
  RIDGELINE_TRY(serving, engine::ServingModel::make(model, hardware, measured.point, decoding));
  const engine::ServingTimes ideal = serving.evaluate(Calibration::ideal());
  return FastestTimes{ideal.step, ideal.prompt};
}

std::string beats_roofline(const MeasuredPoint& measured, const FastestTimes& fastest) {
  if (measured.tpot && *measured.tpot < fastest.tpot) {
    return fmt::format("TPOT {} beats the roofline's {}", show(*measured.tpot), show(fastest.tpot));
  }
  if (measured.ttft && *measured.ttft < fastest.ttft) {
    return fmt::format("TTFT {} beats the roofline's {}", show(*measured.ttft), show(fastest.ttft));
  }
  return "";
}

}  // namespace ridgeline::calibrate
