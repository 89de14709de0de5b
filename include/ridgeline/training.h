#pragma once
// Training: the time of a step, the memory it needs and what it costs to get to N tokens, for transformers
// trained by data, tensor, pipeline and expert parallelism. docs/training.md has every formula with its
// source and what is left out.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/economics.h"
#include "ridgeline/engine.h"
#include "ridgeline/failures.h"
#include "ridgeline/kernels.h"

namespace ridgeline {

/// What is not kept from the forward pass and computed again in the backward pass.
enum class Recompute {
  none,
  selective,  ///< the core of attention: scores, softmax, their product with the values
  full,       ///< every layer, from its input
};
std::string_view to_string(Recompute);
std::optional<Recompute> parse_recompute(std::string_view);

/// How the core of attention is executed.
enum class AttentionCore {
  fused,     ///< tile by tile (FlashAttention): no scores in memory, nothing computed above the diagonal
  separate,  ///< scores written and read, the whole square computed
};

struct TrainingPlan {
  unsigned tensor = 1, pipeline = 1, data = 1;
  unsigned expert = 1;      ///< of the data ranks, those that the routed experts are divided over
  unsigned interleave = 1;  ///< chunks of layers that each stage has
  unsigned zero = 0;        ///< ZeRO stage: 1 divides the optimizer's state, 2 gradients, 3 weights too
  std::uint32_t micro_batch = 1, batch = 1;  ///< sequences: of one pass of a data rank; of a step
  std::uint32_t sequence = 2048;             ///< tokens
  bool sequence_parallel = false;  ///< norms and dropouts divided over the tensor ranks along the sequence
  bool dropout = false;            ///< kept masks, and their traffic
  Recompute recompute = Recompute::none;
  AttentionCore attention = AttentionCore::fused;
  Precision precision = Precision::bf16;  ///< of products; activations and weights take two bytes
  unsigned devices() const { return tensor * pipeline * data; }
  std::uint32_t micro_batches() const { return batch / (data * micro_batch); }
};
/// bad_input with the key and what would be right: zeros, a batch that does not divide, layers fewer than
/// stages, ZeRO 2 or 3 with pipeline stages, experts without any.
Status check(const TrainingPlan&, const Model&);

/// What the step's time rests on besides the catalog.
struct TrainingCoefficients {
  /// Speed of products in a step that lasts over their speed in a benchmark of the kernel alone: clocks that
  /// the power limit allows, and what happens between kernels. The only coefficient that is fitted on
  /// training.
  double sustained = 1;
  double spread = 0;      ///< standard deviation of log(predicted / published) where the fit had not seen it
  bool compared = false;  ///< steps of this device were compared; else `spread` is assumed
  Provenance provenance;
  /// Of the device, as measured for serving: share of the memory's bandwidth and of links, share of peak of
  /// fused attention; and of products, assumed, where those kernels were not measured.
  Calibration calibration;
  std::optional<KernelCalibration> products, collectives;  ///< the device's kernels, where they were measured
};

/// Parts of a step; they sum to its time.
struct TrainingParts {
  Seconds products{};            ///< forward and backward, of the layers
  Seconds attention{};           ///< core: products of scores and values, softmax
  Seconds vectors{};             ///< norms, activations, dropouts, residuals
  Seconds recompute{};           ///< all that is computed again, collectives included
  Seconds tensor_collectives{};  ///< sums over the tensor ranks
  Seconds expert_collectives{};  ///< tokens to their experts and back
  Seconds head{};                ///< logits and loss, on the last stage, which paces the others
  Seconds stage_to_stage{};      ///< activations and their gradients
  Seconds bubble{};              ///< stages that wait while the pipeline fills and empties
  Seconds data_collectives{};    ///< gradients, and weights under ZeRO
  Seconds optimizer{};
  Seconds total() const {
    return products + attention + vectors + recompute + tensor_collectives + expert_collectives + head +
           stage_to_stage + bubble + data_collectives + optimizer;
  }
};

/// Of the fullest device, which has the first stage.
struct TrainingMemory {
  Bytes weights{}, gradients{}, optimizer{}, activations{}, logits{}, capacity{};
  Bytes total() const { return weights + gradients + optimizer + activations + logits; }
  bool fits() const { return total() <= capacity; }
  Bytes missing() const { return fits() ? Bytes(0) : total() - capacity; }
};

struct TrainingStep {
  std::string model, hardware;
  TrainingPlan plan;
  Seconds time{};    ///< = parts.total(): nothing of the data ranks' collectives hides behind computing
  Seconds hidden{};  ///< of it, what hides where they overlap with the backward pass as far as they can
  std::optional<std::pair<Seconds, Seconds>> interval;  ///< 90 %, hidden or not
  TrainingParts parts;
  TrainingMemory memory;
  double parameters = 0;
  Flops model_flops{};      ///< of a step, all devices, without what is computed again
  Flops hardware_flops{};   ///< with it
  double mfu = 0, hfu = 0;  ///< over the peak of all devices
  double tokens = 0;        ///< of a step
  Hertz tokens_per_second() const { return Hertz(tokens / time.value()); }
  FlopsPerSecond peak{};  ///< of a device
};

/// Errors: those of check(); a model that is no transformer, or one with attention or layers that this does
/// not cover; a precision that the device lacks; devices without a link. A plan that does not fit is not an
/// error: look at memory.fits().
Result<TrainingStep> predict_training(const Model&, const Hardware&, const TrainingPlan&,
                                      const TrainingCoefficients&);

/// A part of what a run takes in money, energy or carbon.
struct TrainingCost {
  CostPart part;  ///< its rate is of all devices, a second
  std::optional<double> total;
  std::optional<double> lost;  ///< of it: checkpoints, restarts and what is computed twice; with failures
  std::optional<std::pair<double, double>> interval;  ///< 90 %, of the total
};

/// All steps to so many tokens; failures where they are given, but no evaluations.
struct TrainingRun {
  double tokens = 0, steps = 0;
  Seconds time{};
  std::optional<std::pair<Seconds, Seconds>> interval;  ///< 90 %, of the steps' time
  std::optional<FailureCost> failures;
  double device_hours = 0;
  std::vector<TrainingCost> costs;  ///< as cost_parts() gives them
  std::optional<Dollars> cost;      ///< the total of these; unknown without a price
  std::optional<Joules> energy;     ///< the same; at most where `energy_at_most`
  std::optional<double> carbon;     ///< grams of CO2 equivalent, of the electricity and of making the devices
  bool energy_at_most = false;      ///< at TDP
  std::vector<Input> inputs;        ///< of the money, energy and carbon

  const TrainingCost& of(std::string_view key) const;  ///< requires one of that key
};
/// Devices draw their power at work all the time, while they wait for a restart too. bad_input: tokens that
/// are not above 0, and what check(Economics) and cost_of_failures() refuse.
Result<TrainingRun> training_run(const TrainingStep&, const Hardware&, double tokens, const Economics&,
                                 const std::optional<FailureModel>& = {});

/// A published step.
struct TrainingRow {
  std::size_t line = 0;
  std::string label, model, hardware;
  TrainingPlan plan;
  Seconds seconds{};
  std::optional<Bytes> activations;
  bool fitted = false;  ///< the coefficient was fitted on it
};
/// CSV; docs/training.md lists the columns. Errors name line and column.
Result<std::vector<TrainingRow>> read_training_rows(const std::string& path);

struct TrainingError {
  TrainingRow row;
  TrainingStep step;
  double time = 0;                    ///< predicted / published - 1
  std::optional<double> activations;  ///< the same of the memory
};
/// Predictions beside what was published. Errors name the line.
Result<std::vector<TrainingError>> validate_training(const std::vector<TrainingRow>&, const Catalog&,
                                                     const TrainingCoefficients&);

/// TrainingCoefficients::sustained by least squares of log(predicted / published) over the rows that are
/// marked for it. bad_input below two such rows.
struct FittedShare {
  double value = 0, error = 0;  ///< error: standard error of the logarithm
  std::size_t rows = 0;
};
Result<FittedShare> fit_training(const std::vector<TrainingRow>&, const Catalog&,
                                 const TrainingCoefficients&);

/// data/training/coefficients.yaml, and what is known of the device.
Result<TrainingCoefficients> load_training_coefficients(const std::string& path, const Hardware&,
                                                        const Calibration&, const KernelCalibrations&);

}  // namespace ridgeline
