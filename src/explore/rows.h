#pragma once
// Predicts ranges of a study's points row by row: points that differ only in load (replicas, max_batch,
// concurrency; batch of passes) have their deployment in common, so it is worked out once. Into a tally goes
// bit for bit what Evaluator says of each point.

#include <memory>
#include <optional>
#include <vector>

#include "engine/serving_table.h"
#include "explore/tally.h"

namespace ridgeline::studies {

/// One a thread. The study must outlive it.
class RowScreen {
 public:
  explicit RowScreen(const Study&);
  void screen(std::uint64_t begin, std::uint64_t end, Tally&);
  /// After so many points every deployment of a range has had all its loads.
  std::uint64_t span() const { return span_; }

 private:
  struct Pass {
    enum class Known { nothing, times, too_large } known = Known::nothing;
    double latency = 0, mfu = 0, memory = 0;
  };
  /// What all axes but those of load say.
  struct Deployment {
    std::optional<std::uint64_t> number;  ///< by these axes; nothing: not made yet
    std::unique_ptr<const Model> model;   ///< where axes change it; the tables point at it
    std::optional<engine::ServingTable> serving;
    std::optional<engine::PassTable> passes;  ///< neither: `error`
    Error error;
    std::string kind;         ///< of the error; of passes that are too large, once one was
    Point point;              ///< with the load of any
    Raw raw;                  ///< what no load changes
    std::vector<Pass> known;  ///< by the position of the batch on its axis; empty: not worth keeping
  };
  /// A load axis; where the study has none, its default.
  struct LoadAxis {
    std::optional<std::size_t> position;
    std::vector<double> numbers;
    double at(const Digits& digits) const { return numbers[position ? digits[*position] : 0]; }
  };

  LoadAxis load_axis(AxisKind, double otherwise) const;
  void lay_out();
  bool sensible() const;
  bool holds_of_row(const Digits&) const;
  bool holds_of_point(const Digits&) const;
  void next_row(Digits&) const;
  Deployment& deployment_at(const Digits&);
  void make(Deployment&, const Digits&);
  void refuse(Deployment&, const Digits&, std::uint64_t begin, std::uint64_t end, Tally&);
  void serve(Deployment&, Digits, std::uint64_t begin, std::uint64_t end, Tally&);
  void pass(Deployment&, Digits, std::uint64_t begin, std::uint64_t end, Tally&);
  Pass pass_of(Deployment&, const Digits&, std::uint64_t index, Tally&);

  const Study* study_;
  Evaluator evaluator_;
  LoadAxis replicas_, max_batch_, concurrency_, batch_;
  std::optional<std::size_t> device_axis_;
  std::size_t row_axis_ = 0;  ///< from here on all axes are load, or have one value
  std::uint64_t row_points_ = 1, span_ = 1;
  std::vector<std::size_t> deployment_axes_;
  std::vector<const StudyCondition*> of_rows_, of_points_;
  std::vector<Deployment> deployments_;  ///< by their number modulo how many are kept
  bool wants_memory_ = false, keeps_passes_ = false, one_by_one_ = false;
};

}  // namespace ridgeline::studies
