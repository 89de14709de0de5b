#pragma once
// Predict: a model and a step shape become operators (lower), operators become time (cost), with every part
// named.
//
//   t_op = max(t_compute, t_memory) + t_launch
//   t_compute = flops / (peak[precision] * efficiency(op class))
//   t_memory  = bytes / (bandwidth * memory efficiency), of the level of memory that holds them
//
// What the first cut leaves out is in docs/predict.md: parallelism over devices, contention, clock changes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/catalog.h"
#include "ridgeline/result.h"
#include "ridgeline/units.h"

namespace ridgeline {

// ---------------------------------------------------------------------------------------------- what runs

/// Formats of each kind of data. The peak used is that of the wider of weights and activations (of
/// `activations` when equally wide): narrower weights are widened on the way in, so 4-bit weights with fp16
/// activations compute in fp16.
struct PrecisionPlan {
  Precision weights = Precision::fp16, activations = Precision::fp16, kv_cache = Precision::fp16;
  static constexpr PrecisionPlan uniform(Precision p) { return {p, p, p}; }
  Precision compute() const;
};

/// `sequences` sequences, each with `new_tokens` tokens computed in this pass after `past_tokens` in the
/// cache. A decode step of batch B at context C is {B, 1, C}; a prefill of S tokens is {B, S, 0}; images are
/// {B, 1, 0}.
struct SequenceGroup {
  std::uint32_t sequences = 1, new_tokens = 1, past_tokens = 0;
};

/// What one forward pass computes. A continuous-batching engine mixes decode and prefill groups.
struct StepShape {
  std::vector<SequenceGroup> groups;
  static StepShape decode(std::uint32_t batch, std::uint32_t context) { return {{{batch, 1, context}}}; }
  static StepShape prefill(std::uint32_t batch, std::uint32_t tokens) { return {{{batch, tokens, 0}}}; }
  static StepShape samples(std::uint32_t batch) { return {{{batch, 1, 0}}}; }
};

// ---------------------------------------------------------------------------------------------- operators

enum class OpClass { gemm, conv, attention, vector, gather, whole_model };
inline constexpr std::size_t op_classes = 6;
std::string_view to_string(OpClass);

/// One operator, `count` times in a step. FLOPs are those of matrix products, convolutions and attention
/// products; vector work (norms, activations, softmax) counts as bytes only, as in published FLOP counts.
/// Bytes are the compulsory traffic: each input and weight read once, each output written once.
struct Op {
  std::string_view name;  ///< a literal, or a name inside the Model it was lowered from
  OpClass kind = OpClass::gemm;
  double count = 1;
  Flops flops{};               ///< of one
  Bytes weights{};             ///< parameters read by one (gathers: only the rows touched)
  Bytes activations{};         ///< read and written by one
  Bytes kv_cache{};            ///< read and written by one
  double m = 0, n = 0, k = 0;  ///< GEMM shape (convolutions: the implicit GEMM of one group); 0 elsewhere
  Bytes bytes() const { return weights + activations + kv_cache; }
};

/// Operators of one pass, in execution order, equal ones counted together. Errors: a step that makes no sense
/// for the model (no tokens, past tokens for an image model, more context than learned positions).
Result<std::vector<Op>> lower(const Model&, const StepShape&, const PrecisionPlan&);
/// The same into a caller's buffer: no allocation once it has grown.
Status lower_into(const Model&, std::span<const SequenceGroup>, const PrecisionPlan&, std::vector<Op>& out);
/// One op for the whole model, as textbooks do: 2 FLOPs a parameter and token, every weight read once, plus
/// the attention over the context. Models whose parameters are reused (convolutions) take the sum of their
/// operators.
Result<Op> lower_whole(const Model&, const StepShape&, const PrecisionPlan&);

// ---------------------------------------------------------------------------------------------- calibration

enum class CalibrationKind { ideal, textbook, fitted };
std::string_view to_string(CalibrationKind);

/// What turns ideal time into real time. `ideal` is all ones and zeros.
struct Calibration {
  CalibrationKind kind = CalibrationKind::ideal;
  std::array<double, op_classes> compute_efficiency{1, 1, 1,
                                                    1, 1, 1};  ///< share of peak, by OpClass, in (0, 1]
  double memory_efficiency = 1;                                ///< share of the bandwidth, in (0, 1]
  Seconds launch{};                                            ///< each operator
  Seconds per_layer{};                                         ///< each layer of the model
  Seconds per_step{};                                          ///< each pass
  Provenance provenance{ProvenanceKind::assumed, "ideal: the datasheet itself", ""};

  static Calibration ideal() { return {}; }
  /// One op, one compute efficiency, one overhead per layer.
  static Calibration textbook(double efficiency, Seconds overhead_per_layer);
};

// ---------------------------------------------------------------------------------------------- profile

enum class Regime { compute_bound, memory_bound, overhead_bound };
std::string_view to_string(Regime);  ///< "Compute Bound", "Memory Bound", "Overhead Bound"

/// One value that a result used, for --explain-inputs.
struct Input {
  std::string key, value;  ///< "hardware.memory.bandwidth", "2039 GB/s"
  Provenance provenance;
};

/// An operator's share of a step, all `count` of them together.
struct OpTime {
  std::string name;
  OpClass kind = OpClass::gemm;
  double count = 1;
  Flops flops{};
  Bytes bytes{};
  Seconds compute{}, memory{}, time{};  ///< time = max(compute, memory) + launches
};

/// Memory that a deployment needs, against what the device has.
struct Footprint {
  Bytes weights{}, kv_cache{}, activations{}, capacity{};
  Bytes total() const { return weights + kv_cache + activations; }
  bool fits() const { return total() <= capacity; }
};

/// What predict returns for one pass or, summed over passes, one request shape.
struct Profile {
  std::string model, hardware;  ///< ids
  std::string memory_name;      ///< of the device's main memory: "HBM2e"
  PrecisionPlan precision;
  Calibration calibration;
  StepShape shape;
  Seconds latency{};                      ///< = bound_compute + bound_memory + overhead, exactly
  Seconds bound_compute{};                ///< time in operators that compute binds (ties count here)
  Seconds bound_memory{};                 ///< time in operators that memory binds
  Seconds overhead{};                     ///< launches, layers, step
  Seconds compute{}, memory{};            ///< what each resource alone would take
  Regime regime = Regime::compute_bound;  ///< the larger resource; overhead_bound when overhead exceeds both
  Flops flops{};
  Bytes bytes{};
  FlopsPerSecond peak{};              ///< of the device at the precision that computes
  BytesPerSecond bandwidth{};         ///< of its main memory
  FlopsPerByte intensity{}, ridge{};  ///< ridge = peak / bandwidth, with the calibration's efficiencies 1
  double samples = 0;                 ///< sequences or images of the pass
  double tokens = 0;                  ///< tokens produced: one per sequence in decode, 0 for image models
  Hertz throughput{};                 ///< samples per second back to back (decode: tokens per second)
  double mfu = 0;                     ///< achieved FLOP/s over peak
  Footprint footprint;
  std::optional<Joules> energy;  ///< at most: TDP times latency; unknown when the TDP is
  std::vector<OpTime> ops;
  std::vector<Input> inputs;  ///< every catalog and calibration value used
};

/// Predicts one pass. Errors: bad_input (precision the device lacks, efficiency outside (0, 1]); an
/// infeasible deployment is not an error here: look at footprint.fits(), which every front end must show.
Result<Profile> predict(const Model&, const Hardware&, const PrecisionPlan&, const StepShape&,
                        const Calibration&);

/// One query of a scenario: generation reads a prompt and writes output tokens; other models take
/// `prompt_tokens` as the sequence length (0: the model's default) and have no output tokens.
struct RequestShape {
  std::uint32_t prompt_tokens = 0, output_tokens = 0;
};

/// Time of a batch of equal requests run to completion together, and when the first token of each was there.
struct RequestTime {
  Seconds total{}, first_token{};
};
/// Prefill, then one pass a token with a context that grows: the exact sum, not a mean context.
Result<RequestTime> predict_request(const Model&, const Hardware&, const PrecisionPlan&, const RequestShape&,
                                    std::uint32_t batch, const Calibration&);

}  // namespace ridgeline
