#include "engine/serving_table.h"

#include <cmath>
#include <limits>

#include "engine/calibration.h"
#include "engine/pass_counts.h"

namespace ridgeline::engine {
namespace {

/// The value kept for `at`, from `work` where there is none.
template <class Work>
double kept(std::vector<double>& values, std::uint32_t at, std::uint32_t most, Work&& work) {
  if (at >= most) return work();
  if (at >= values.size())
    values.resize(std::min<std::size_t>(most, std::max<std::size_t>(64, 2 * std::size_t{at})),
                  std::numeric_limits<double>::quiet_NaN());
  if (std::isnan(values[at])) values[at] = work();
  return values[at];
}

}  // namespace

Result<ServingTable> ServingTable::make(const Model& model, const Hardware& hardware,
                                        const ServingPoint& point, const Calibration& calibration) {
  RIDGELINE_CHECK(validate(calibration));
  RIDGELINE_TRY(made, ServingModel::make(model, hardware, point, 1));
  return ServingTable(std::move(made), calibration);
}

ServingTable::ServingTable(ServingModel model, const Calibration& calibration)
    : model_(std::move(model)),
      calibration_(&calibration),
      rates_(model_.decode_rates(calibration)),
      prompt_(model_.prompt_time(calibration)) {}

double ServingTable::step(std::uint32_t sequences) {
  return kept(steps_, sequences, most_kept, [&] {
    const ServingPoint& point = model_.point();
    const Parallelism& spread = point.worker.parallelism;
    groups_.assign(1, {sequences, 1, model_.mean_context()});
    // What was refused would have been for the first number of sequences too.
    [[maybe_unused]] const Status lowered =
        lower_into(model_.model(), groups_, point.precision, ops_, spread);
    const Totals totals = cost_ops(ops_, rates_);
    return (totals.busy() + overhead(totals, *calibration_, pass_counts(model_.model(), groups_, spread)))
        .value();
  });
}

double ServingTable::memory(std::uint32_t sequences) {
  return kept(memories_, sequences, most_kept, [&] {
    const auto held = model_.memory_need().of(sequences);
    return held ? held->total().value() : std::numeric_limits<double>::quiet_NaN();
  });
}

ServingTable::Times ServingTable::at(const ServingLoad& load) {
  model_.set_load(load.concurrency, load.replicas, load.max_batch);
  model_.set_running(1);
  const double osl = model_.point().osl;
  const ServingTimes times = *settle(
      osl,
      [&](double decoding) {
        model_.set_running(decoding);
        return true;
      },
      [&] { return model_.times(*calibration_, Seconds(step(model_.in_decode())), prompt_); });
  const double in_system = times.ttft.value() + (osl - 1.0) * times.tpot.value();
  return {times.ttft.value(), times.tpot.value(), load.concurrency / in_system, times.step.value(),
          model_.in_decode()};
}

}  // namespace ridgeline::engine
