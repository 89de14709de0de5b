#pragma once
// One deployment under many loads: concurrency, replicas and max_batch change neither its passes nor its
// memory, only how many sequences decode, so that each number of these is lowered once.

#include <vector>

#include "engine/serving_model.h"

namespace ridgeline::engine {

/// What the loads of one deployment differ in.
struct ServingLoad {
  double concurrency = 1;
  unsigned replicas = 1;
  double max_batch = 0;
};

class ServingTable {
 public:
  /// Errors: those of predict_serving() at that point. With a sensible load they do not depend on it. Model
  /// and calibration must outlive the table.
  static Result<ServingTable> make(const Model&, const Hardware&, const ServingPoint&, const Calibration&);

  struct Times {
    double ttft = 0, tpot = 0, requests = 0, step = 0;
    std::uint32_t sequences = 1;  ///< in decode on one replica
  };
  /// Bit for bit what predict_serving() says. Requires a concurrency of 1 or more and a replica.
  Times at(const ServingLoad&);
  /// Bytes of one device with so many sequences.
  double memory(std::uint32_t sequences);

 private:
  explicit ServingTable(ServingModel model, const Calibration&);
  double step(std::uint32_t sequences);

  /// Times of more sequences are worked out anew each time, so that memory stays bounded.
  static constexpr std::uint32_t most_kept = 1U << 13U;

  ServingModel model_;
  const Calibration* calibration_;
  Rates rates_;
  Seconds prompt_;
  std::vector<double> steps_, memories_;  ///< by sequences; NaN: not yet
  std::vector<SequenceGroup> groups_;
  std::vector<Op> ops_;
};

}  // namespace ridgeline::engine
