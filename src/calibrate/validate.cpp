#include <fmt/format.h>

#include <map>
#include <tuple>

#include "calibrate/parallel.h"
#include "calibrate/validate_groups.h"
#include "calibrate/validate_roofline.h"
#include "ridgeline/validation.h"

namespace ridgeline {
namespace {

using namespace calibrate;

/// Calibrations that the rows of a table need, each found once.
class Found {
 public:
  static Result<Found> make(const MeasuredTable& table, const Catalog& catalog,
                            const Calibrations& calibrations) {
    Found found;
    for (const MeasuredPoint& m : table.points) {
      RIDGELINE_TRY(hardware, catalog.hardware(m.hardware));
      const auto [place, is_new] = found.calibrations_.try_emplace({m.hardware, m.stack, m.version, m.model});
      if (is_new) place->second = calibrations.find(*hardware, m.stack, m.version, m.model).calibration;
    }
    return found;
  }
  const Calibration& of(const MeasuredPoint& m) const {
    return calibrations_.at({m.hardware, m.stack, m.version, m.model});
  }

 private:
  std::map<std::tuple<std::string, std::string, std::string, std::string>, Calibration> calibrations_;
};

Status predict_row(const MeasuredPoint& measured, const Catalog& catalog, const Calibration& calibration,
                   ValidatedPoint& point) {
  RIDGELINE_TRY(model, catalog.model(measured.model));
  RIDGELINE_TRY(hardware, catalog.hardware(measured.hardware));
  RIDGELINE_TRY(fastest, fastest_times(*model, *hardware, measured));
  point.fastest_tpot = fastest.tpot;
  point.fastest_ttft = fastest.ttft;
  point.suspect = beats_roofline(measured, fastest);
  RIDGELINE_TRY(predicted, predict_serving(*model, *hardware, measured.point, calibration));
  point.predicted_ttft = predicted.ttft.value;
  point.predicted_tpot = predicted.tpot.value;
  point.ttft_interval = predicted.ttft.interval;
  point.tpot_interval = predicted.tpot.interval;
  return Status::success();
}

}  // namespace

Result<Validation> validate(const MeasuredTable& table, const Catalog& catalog,
                            const Calibrations& calibrations, const ValidationOptions& options) {
  Validation result;
  result.table = table;
  RIDGELINE_TRY(found, Found::make(table, catalog, calibrations));
  result.points.resize(table.points.size());
  for_each_index(result.points.size(), 64, [&](std::size_t i) {
    ValidatedPoint& point = result.points[i];
    point.row = i;
    const auto done = predict_row(table.points[i], catalog, found.of(table.points[i]), point);
    if (!done) point.error = done.error().message;
  });
  RIDGELINE_CHECK(summarize(result, options.by));
  return result;
}

}  // namespace ridgeline
