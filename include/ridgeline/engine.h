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

/// Formats of each kind of data, and of products. Products compute in the wider of the weights' format and of
/// `products` (of the activations' where that is not given; of the latter when equally wide): narrower
/// weights are widened on the way in, so 4-bit weights with fp16 activations compute in fp16, and fp8 serving
/// keeps activations in bf16 and quantises them ahead of each product.
struct PrecisionPlan {
  Precision weights = Precision::fp16, activations = Precision::fp16, kv_cache = Precision::fp16;
  std::optional<Precision> experts{};    ///< weights of routed experts where they differ (MXFP4 experts)
  std::optional<Precision> attention{};  ///< weights and products of attention where they differ
  std::optional<Precision> head{};       ///< weights of embedding and output head where they differ
  std::optional<Precision> products{};   ///< what activations are quantised to ahead of products with weights
  static constexpr PrecisionPlan uniform(Precision p) { return {p, p, p, {}, {}, {}, {}}; }
  /// As language models are served in a format narrower than 16 bits: weights and products in it, activations
  /// and the output head in bf16, the KV cache in fp8.
  static constexpr PrecisionPlan quantized(Precision p) {
    return {p, Precision::bf16, Precision::fp8, {}, {}, Precision::bf16, p};
  }
  Precision compute() const { return compute(weights); }
  /// The same for a product whose weights are in another format.
  Precision compute(Precision of_weights) const {
    const Precision incoming = products.value_or(activations);
    return size_of(of_weights) > size_of(incoming) ? of_weights : incoming;
  }
};

/// How one replica is spread over devices. tensor * data = expert * expert_tensor in models with experts.
struct Parallelism {
  unsigned tensor = 1;    ///< attention, dense feed-forward, embedding and head divided over these
  unsigned pipeline = 1;  ///< stages of layers
  unsigned data = 1;      ///< attention data parallelism: each holds all attention weights, part of the batch
  unsigned expert = 1;    ///< routed experts divided over these
  unsigned expert_tensor = 1;  ///< each expert divided over these
  unsigned devices() const { return tensor * pipeline * data; }
  friend bool operator==(const Parallelism&, const Parallelism&) = default;
};
/// bad_input with the key and what would be right: a zero, heads or experts that do not divide, tensor * data
/// unlike expert * expert_tensor.
Status check(const Parallelism&, const Model&);

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

enum class OpClass { gemm, conv, attention, vector, gather, whole_model, experts, collective };
inline constexpr std::size_t op_classes = 8;
std::string_view to_string(OpClass);

enum class Collective { none, all_reduce, all_gather, reduce_scatter, all_to_all, point_to_point };
std::string_view to_string(Collective);

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
  double m = 0, n = 0, k = 0;  ///< GEMM shape (convolutions: the implicit GEMM of one group; experts: rows of
                               ///< one of them); attention: queries, keys a query sees, head dimension
  double batch = 1;            ///< independent products side by side: conv groups, experts touched, attention
                               ///< sequences x key/value heads
  Precision format = Precision::fp16;  ///< the products compute in it
  Collective collective = Collective::none;
  unsigned peers = 1;  ///< devices that take part in the collective
  Bytes wire{};        ///< payload of a collective on one device: what an all-reduce sums, an all-gather ends
                       ///< with, a reduce-scatter starts from, an all-to-all or point to point sends
  Bytes bytes() const { return weights + activations + kv_cache; }
};
/// Bytes that one device must send for the collective: 2 (p-1)/p of the payload for an all-reduce, (p-1)/p
/// for all-gather, reduce-scatter and all-to-all, all of it point to point.
Bytes wire_bytes(const Op&);

/// Operators of one pass, in execution order, equal ones counted together, as the busiest device executes
/// them: the shape is the whole replica's batch, the shares are one device's. With pipeline stages the pass
/// goes through all of them, so every layer counts. `imbalance` is the busiest expert group's load over the
/// mean (1: even). Errors: a step that makes no sense for the model (no tokens, past tokens for an image
/// model, more context than learned positions), parallelism of a model that is not a transformer.
Result<std::vector<Op>> lower(const Model&, const StepShape&, const PrecisionPlan&, const Parallelism& = {},
                              double imbalance = 1);
/// The same into a caller's buffer: no allocation once it has grown.
Status lower_into(const Model&, std::span<const SequenceGroup>, const PrecisionPlan&, std::vector<Op>& out,
                  const Parallelism& = {}, double imbalance = 1);
/// One op for the whole model, as textbooks do: 2 FLOPs a parameter and token, every weight read once, plus
/// the attention over the context. Models whose parameters are reused (convolutions) take the sum of their
/// operators.
Result<Op> lower_whole(const Model&, const StepShape&, const PrecisionPlan&);

// ---------------------------------------------------------------------------------------------- calibration

enum class CalibrationKind { ideal, textbook, fitted };
std::string_view to_string(CalibrationKind);

/// How much of the shorter of an operator's compute and memory time hides behind the longer.
enum class Overlap {
  full,    ///< all of it: the time is the maximum
  partial  ///< the fourth-power mean of the two: 19 % above the maximum where they are equal
};
std::string_view to_string(Overlap);

/// What a serving engine adds to the passes that it runs. docs/serving.md derives where each enters.
struct ServingCoefficients {
  double interference = 1;    ///< share of a prompt's own pass by which it delays the sequences in decode
  double prompt_stretch = 1;  ///< a prompt's pass beside decoding sequences, in units of it alone
  double burst = 0;        ///< share of the prompts that arrived with it that a prompt waits for on average
  double step_wait = 0.5;  ///< decode steps that a request waits before its prompt is admitted
  Seconds per_prompt{};    ///< of the processor: tokenising, scheduling; delays decode like the pass itself
  Seconds per_request{};   ///< of the front end, seen by the first token only
  Seconds per_user{};      ///< of the front end, for each user connected
  double queue = 1;        ///< wait for cache memory, in units of the closed form's
  Seconds handover{};      ///< disaggregated: connection and scheduling of the KV transfer
  friend bool operator==(const ServingCoefficients&, const ServingCoefficients&) = default;
};

/// What turns ideal time into real time. `ideal` is all ones and zeros.
struct Calibration {
  CalibrationKind kind = CalibrationKind::ideal;
  /// Share of peak, by OpClass, in (0, 1].
  std::array<double, op_classes> compute_efficiency{1, 1, 1, 1, 1, 1, 1, 1};
  double memory_efficiency = 1;  ///< share of the bandwidth, in (0, 1]
  /// By OpClass, what that class reaches of memory_efficiency, in (0, 1].
  std::array<double, op_classes> memory_share{1, 1, 1, 1, 1, 1, 1, 1};
  double narrow_efficiency = 1;  ///< what products in 4-bit formats reach of compute_efficiency, in (0, 1]
  double padding_rows = 0;       ///< rows that the product of one routed expert computes besides its own
  /// A product of many rows packs its matrix first, which costs the time of this many rows: at so many it
  /// reaches half of its share of peak. 0: nothing.
  double gemm_half_rows = 0;
  /// Up to so many rows it reads the matrix where it lies instead, and reaches gemm_few_share of the class's
  /// share of peak, in (0, 1]. 0: no such kernel.
  double gemm_few_rows = 0, gemm_few_share = 1;
  Overlap overlap = Overlap::full;
  Seconds launch{};            ///< each operator
  Seconds per_layer{};         ///< each layer of the model
  Seconds per_expert_layer{};  ///< besides, each layer with routed experts
  Seconds per_step{};          ///< each pass
  Seconds per_sequence{};      ///< each sequence of a pass: sampling, detokenising
  Seconds hop{},
      remote_hop{};  ///< of a collective, for each doubling of the devices; within and across domains
  double link_efficiency = 1, remote_link_efficiency = 1;  ///< share of the link's bandwidth, in (0, 1]
  ServingCoefficients serving;
  double spread = 0,
         first_token_spread = 0;  ///< standard deviation of log(measured / predicted) of steps and
                                  ///< of first tokens, in groups that the fit had not seen; 0: unknown
  Provenance provenance{ProvenanceKind::assumed, "ideal: the datasheet itself", ""};

  double memory_efficiency_of(OpClass op) const {
    return memory_efficiency * memory_share[static_cast<std::size_t>(op)];
  }
  static Calibration ideal() { return {}; }
  /// One op, one compute efficiency, one overhead per layer.
  static Calibration textbook(double efficiency, Seconds overhead_per_layer);
};
/// Time of an operator that needs both resources.
Seconds overlapped(Seconds compute, Seconds memory, Overlap);

// ---------------------------------------------------------------------------------------------- profile

enum class Regime { compute_bound, memory_bound, overhead_bound, network_bound };
std::string_view to_string(Regime);  ///< "Compute Bound", "Memory Bound", "Overhead Bound", "Network Bound"

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
  Bytes wire{};  ///< sent by one device
  Seconds compute{}, memory{}, network{};
  Seconds time{};  ///< overlapped(compute, memory) + network + launches
};

/// Memory that a deployment needs on its fullest device, against what the device has.
struct Footprint {
  Bytes weights{}, kv_cache{}, activations{};
  Bytes runtime{};  ///< what the serving engine keeps for itself; the caller says how much
  Bytes capacity{};
  Bytes total() const { return weights + kv_cache + activations + runtime; }
  bool fits() const { return total() <= capacity; }
  Bytes missing() const { return fits() ? Bytes(0) : total() - capacity; }
};

/// What a replica holds at one time.
struct MemoryDemand {
  std::uint32_t sequences = 1;     ///< of the whole replica; samples of a batch in models without tokens
  std::uint32_t context = 0;       ///< tokens of each sequence, those it will produce included
  std::uint32_t chunk_tokens = 0;  ///< prompt tokens in the largest pass of one data rank; 0: it only decodes
  Bytes runtime{};                 ///< reserved on each device
};
/// Weights, cache and the activations of the largest pass: inputs and outputs of its largest operator, an
/// estimate from below. Errors: those of lower(), a model with tokens and a context of 0.
Result<Footprint> footprint(const Model&, const PrecisionPlan&, const Parallelism&, const MemoryDemand&,
                            Bytes capacity);
/// The most sequences that fit, at most 2^30; 0 when not even one does. `demand.sequences` is not read.
Result<std::uint32_t> largest_batch(const Model&, const PrecisionPlan&, const Parallelism&,
                                    MemoryDemand demand, Bytes capacity);

/// What predict returns for one pass or, summed over passes, one request shape.
struct Profile {
  std::string model, hardware;  ///< ids
  std::string memory_name;      ///< of the device's main memory: "HBM2e"
  PrecisionPlan precision;
  Parallelism parallelism;
  Calibration calibration;
  StepShape shape;
  Seconds latency{};                      ///< = bound_compute + bound_memory + network + overhead, exactly
  Seconds bound_compute{};                ///< time in operators that compute binds (ties count here)
  Seconds bound_memory{};                 ///< time in operators that memory binds
  Seconds network{};                      ///< time in collectives
  Seconds overhead{};                     ///< launches, layers, step, sequences
  Seconds compute{}, memory{};            ///< what each resource alone would take
  Regime regime = Regime::compute_bound;  ///< the larger resource; overhead_bound when overhead exceeds both
  Flops flops{};
  Bytes bytes{};
  Bytes wire{};                       ///< sent by one device
  FlopsPerSecond peak{};              ///< of the device at the precision that computes
  BytesPerSecond bandwidth{};         ///< of its main memory
  FlopsPerByte intensity{}, ridge{};  ///< ridge = peak / bandwidth, with the calibration's efficiencies 1
  double samples = 0;                 ///< sequences or images of the pass
  double tokens = 0;                  ///< tokens produced: one per sequence in decode, 0 for image models
  Hertz throughput{};                 ///< samples per second back to back (decode: tokens per second)
  double mfu = 0;                     ///< achieved FLOP/s over peak
  Footprint footprint;
  std::optional<Joules> energy;  ///< at most: TDP times latency, all devices; unknown when the TDP is
  std::optional<std::pair<Seconds, Seconds>> interval;  ///< 90 %, of the latency; where the calibration knows
  std::vector<OpTime> ops;
  std::vector<Input> inputs;  ///< every catalog and calibration value used
};

/// Predicts one pass. Errors: bad_input (precision the device lacks, efficiency outside (0, 1]); an
/// infeasible deployment is not an error here: look at footprint.fits(), which every front end must show.
Result<Profile> predict(const Model&, const Hardware&, const PrecisionPlan&, const StepShape&,
                        const Calibration&, const Parallelism& = {});

/// True where each sequence of a pass yields one token.
bool generates(const Model&);

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
