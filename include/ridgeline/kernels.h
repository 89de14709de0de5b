#pragma once
// How long one kernel takes, from its exact shape: closed forms with tiles, waves, split work and fixed
// times, where the engine's own cost is smooth. Coefficients are fitted for a device under a software stack;
// files: data/calibration/kernels/*.yaml. docs/kernels.md gives every formula and coefficient.
//
// No time here beats the roofline: it is at least FLOPs / peak and bytes / bandwidth.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/catalog.h"
#include "ridgeline/result.h"
#include "ridgeline/units.h"

namespace ridgeline {

// ---------------------------------------------------------------------------------------------- shapes
// Sizes are whole numbers of at least 1, kept as doubles: they only ever enter arithmetic.

/// What a matrix product multiplies: the format of activations, of weights, and the peak that bounds it.
enum class KernelFormat {
  bf16,
  fp8,
  fp8_block,  ///< fp8 with a scale a block of 128
  int8,       ///< both sides int8
  nvfp4,
  int8_weights,  ///< weights int8, widened to bf16 before they are multiplied
  int4_weights,
  mxfp4_weights,  ///< weights mxfp4, products bf16
  mxfp4_fp8,      ///< weights mxfp4, activations and products fp8
};
inline constexpr std::size_t kernel_formats = 9;
std::string_view to_string(KernelFormat);
std::optional<KernelFormat> parse_kernel_format(std::string_view);

/// C[m,n] = A[m,k] B[k,n]: A activations, B weights, C in 16 bits.
struct GemmShape {
  KernelFormat format = KernelFormat::bf16;
  double m = 1, n = 1, k = 1;
};

/// Causal attention of whole prompts, nothing in the cache yet.
struct ContextAttention {
  double sequences = 1, length = 1;  ///< length in tokens, each sequence
  double heads = 1, kv_heads = 1, head_dim = 128;
  double window = 0;                     ///< tokens that a token sees at most; 0: all
  Precision products = Precision::bf16;  ///< bf16 or fp8
  Precision cache = Precision::bf16;     ///< bf16 or fp8
};

/// Attention of one new token a sequence to its cache.
struct GenerationAttention {
  double sequences = 1, context = 1;  ///< context in tokens, the new one included
  double heads = 1, kv_heads = 1, head_dim = 128;
  double window = 0;                  ///< of a kernel with a sliding window, whether it cuts or not; 0: none
  Precision cache = Precision::bf16;  ///< bf16 or fp8
};

enum class CollectiveOp { all_reduce, all_gather, reduce_scatter, all_to_all };
inline constexpr std::size_t collective_ops = 4;
std::string_view to_string(CollectiveOp);

struct CollectiveShape {
  CollectiveOp op = CollectiveOp::all_reduce;
  double devices = 2;
  Bytes
      bytes{};  ///< all-reduce: the vector; all-gather, reduce-scatter: all shards; all-to-all: of one device
};

/// How tokens choose experts.
enum class Routing {
  random,     ///< uniformly, independently: what a server sees of well-trained routers
  balanced,   ///< spread as evenly as can be
  power_law,  ///< expert loads fall as a power law, and the rank is the busiest one
};

/// The routed experts of one layer on one rank: dispatch, gate and up projection, activation, down
/// projection.
struct MoeShape {
  KernelFormat format = KernelFormat::bf16;
  double tokens = 1;  ///< that enter the layer, of all ranks
  double hidden = 1, expert_ffn = 1, experts = 1, top_k = 1;
  double expert_parallel = 1, tensor_parallel = 1;
  bool gated = true;  ///< two input projections
  Routing routing = Routing::random;
  double exponent = 1.2;     ///< of the power law, 1.001 .. 1.9
  double least_experts = 1;  ///< power law with few tokens: experts that the rank has busy at least
};

/// The kernels that have a closed form.
enum class KernelOp { gemm, context_attention, generation_attention, collective, moe };
inline constexpr std::size_t kernel_ops = 5;
std::string_view to_string(KernelOp);

// ---------------------------------------------------------------------------------------------- coefficients

/// How a library picks the tile of a matrix product.
enum class TileChoice {
  fastest,        ///< whatever is fastest, splitting k where that pays: tuned libraries
  by_rows,        ///< by m alone, k never split
  by_rows_small,  ///< the same with smaller tiles below 64 rows
};

struct GemmCoefficients {
  Seconds fixed_time{};             ///< launch, and what a kernel does before and after its work
  double compute_efficiency = 0;    ///< of the peak, inside a tile
  double memory_efficiency = 0;     ///< of the memory bandwidth, all operands once
  double stream_rate = 0;           ///< operands into one compute unit, in its share of the bandwidth
  Seconds step_latency{};           ///< for each value along k that a tile walks
  Seconds tile_time{};              ///< start and end of a tile
  Seconds split_time{};             ///< for each doubling of the split of k
  double wave_smoothing = 0;        ///< 0: waves are whole; 1: the last wave costs its share
  double overlap_power = 0;         ///< p of the p-norm of compute and memory time; large: full overlap
  double quantise_efficiency = 0;   ///< of the bandwidth, when activations are quantised first; 0: are not
  double unaligned_efficiency = 1;  ///< factor on compute_efficiency where m > 128 is no multiple of 4
  TileChoice tile_choice = TileChoice::fastest;
  /// What the harness added or hid; never part of a served time.
  struct Harness {
    double warm_rate = 0;            ///< small operands stay in L2: rate in memory bandwidths; 0: they do not
    Seconds launch_floor{};          ///< a launch from Python without CUDA graph; 0: graphs were used
    Seconds small_launch_floor{};    ///< of few or odd rows
    Seconds odd_launch_floor{};      ///< where n is no multiple of 64 or k none of 128
    bool small_is_odd_rows = false;  ///< small: m no multiple of 4, else m < 32
  } harness;
};

inline constexpr std::array<double, 5> attention_head_dims{64, 128, 192, 256, 512};

struct ContextCoefficients {
  Seconds fixed_time{};
  double tail_share = 0;         ///< of the longest chain of tiles that nothing overlaps
  Seconds chain_latency{};       ///< for each key tile of the longest chain
  Seconds tile_time{};           ///< start and end of a query tile on its compute unit
  double throttle = 0;           ///< slow-down of long kernels at sustained power: up to 1 + throttle
  double memory_efficiency = 0;  ///< of the bandwidth, for traffic beyond L2
  double cache_traffic = 0;      ///< K and V traffic, in times of reading or writing them once
  double cache_knee = 0;         ///< traffic at which L2 no longer helps, in sizes of L2
  double cached_rate = 0;        ///< of the memory bandwidth, for traffic within L2
  double window_slack = 0;       ///< key tiles beyond the window that are computed too
  /// Of the peak by kernel (bf16; bf16 with fp8 cache; fp8) and head dimension (attention_head_dims): each is
  /// compiled code of its own. 0: not measured.
  std::array<std::array<double, 5>, 3> efficiency{};
};

struct GenerationCoefficients {
  /// One kernel family.
  struct Kernel {
    Seconds fixed_time{};
    Seconds block_time{};     ///< of one thread block
    Seconds token_time{};     ///< for each cached token that one block walks
    double split_tokens = 0;  ///< least tokens that a block is given when the cache is split; 0: not measured
  };
  /// [bf16, fp8 cache] x [one KV head a query head, grouped].
  std::array<std::array<Kernel, 2>, 2> kernels{};
  double memory_efficiency = 0;     ///< of the bandwidth, for a cold cache
  double fp8_cache_efficiency = 1;  ///< factor on it for an fp8 cache
  double query_traffic = 0;         ///< query and output traffic, in times of moving them once
  double head_dim_power = 0;        ///< block and token times grow with (head_dim / 128) to this power
  Seconds split_time{};             ///< joins the parts of a split cache
  Seconds window_time{};            ///< more where a sliding window cuts
  Seconds transpose_time{};         ///< copies of grouped queries
  double sharing_limit = 0;         ///< query heads a KV head up to which they share its reads; 0: any number
  double unshared_efficiency = 0;   ///< of the bandwidth (beyond 1: L2 helps), for reads not shared
  Seconds unshared_block_time{};    ///< of one thread block then
  Seconds unpacked_block_time{};    ///< windowed bf16 kernels that give each query head a block; 0: none do
  struct Harness {
    double warm_rate = 0;  ///< of the memory bandwidth, for a cache that a repeated call finds in L2
    double warm_knee = 0;  ///< cache at which it no longer fits, in sizes of L2
  } harness;
};

struct CollectiveCoefficients {
  Seconds fixed_time{};        ///< of a ring of two
  Seconds step_time{};         ///< for each further step of the ring
  Seconds segment_time{};      ///< start of one segment of the pipelined transfer
  double link_efficiency = 0;  ///< of the link
  double contention = 0;       ///< see over_host
  bool over_host =
      false;  ///< the link crosses the host: efficiency falls as (2/g)^contention, else 1 - contention/g
  /// An all-reduce that sends everything to everyone at once; link_efficiency 0: there is none.
  struct OneShot {
    Seconds fixed_time{};
    Seconds device_time{};  ///< for each device beyond two
    double link_efficiency = 0;
    double contention = 0;  ///< over the host: time grows as (g/2)^contention
  } one_shot;
  struct Harness {
    Seconds launch_floor{};      ///< of calls from Python without CUDA graph
    double copy_efficiency = 0;  ///< of the memory bandwidth, of the copy such a call makes; 0: makes none
  } harness;
};

/// Row tiles of grouped expert products.
enum class RowTileChoice {
  fastest,
  by_tokens,  ///< 16 up to one token an expert, else 64
};

struct MoeCoefficients {
  Seconds fixed_time{};           ///< routing, dispatch, launches
  double compute_efficiency = 0;  ///< as in a matrix product
  double memory_efficiency = 0;   ///< of the bandwidth, weights of the experts in use
  double stream_rate = 0;         ///< operands into one compute unit, in its share of the bandwidth
  Seconds tile_time{};
  double overlap_power = 0;
  double activation_efficiency = 0;  ///< of the bandwidth, activations between the steps
  Seconds routing_time{};            ///< for each token and expert it chose
  RowTileChoice row_tile = RowTileChoice::fastest;
  struct Harness {
    double warm_rate = 0;  ///< weights of few experts stay in L2: rate in memory bandwidths; 0: they do not
  } harness;
};

// ---------------------------------------------------------------------------------------------- times

/// Where a kernel runs.
enum class KernelSetting {
  serving,    ///< weights and cache cold in L2, launched by a CUDA graph; never beats the roofline
  benchmark,  ///< called again and again on the same operands: coefficients' harness terms apply
  eager,      ///< and launched from Python
};

/// None allocates on success. bad_input on a size below 1 or not finite; unavailable when the catalog lacks
/// the device's compute_units, peak of the format, L2 or link, or the coefficients lack the kernel.
Result<Seconds> kernel_time(const GemmShape&, const Hardware&, const GemmCoefficients&,
                            KernelSetting = KernelSetting::serving);
Result<Seconds> kernel_time(const ContextAttention&, const Hardware&, const ContextCoefficients&,
                            KernelSetting = KernelSetting::serving);
Result<Seconds> kernel_time(const GenerationAttention&, const Hardware&, const GenerationCoefficients&,
                            KernelSetting = KernelSetting::serving);
/// Within one domain of the first link; beyond it is bad_input.
Result<Seconds> kernel_time(const CollectiveShape&, const Hardware&, const CollectiveCoefficients&,
                            KernelSetting = KernelSetting::serving);
Result<Seconds> kernel_time(const MoeShape&, const Hardware&, const MoeCoefficients&,
                            KernelSetting = KernelSetting::serving);

/// The longer of FLOPs / peak and least bytes / bandwidth (collectives: bytes on the wire / link);
/// unavailable as above.
Result<Seconds> kernel_roofline(const GemmShape&, const Hardware&);
Result<Seconds> kernel_roofline(const ContextAttention&, const Hardware&);
Result<Seconds> kernel_roofline(const GenerationAttention&, const Hardware&);
Result<Seconds> kernel_roofline(const CollectiveShape&, const Hardware&);
Result<Seconds> kernel_roofline(const MoeShape&, const Hardware&);

/// What a rank has to do: token-expert pairs, and experts with any.
struct MoeLoad {
  double pairs = 0, experts = 0;
};
MoeLoad moe_load(const MoeShape&);

// ---------------------------------------------------------------------------------------------- calibrations

/// |predicted / measured - 1| in per cent.
struct KernelErrors {
  double median = 0, mape = 0;
  friend bool operator==(const KernelErrors&, const KernelErrors&) = default;
};

/// Coefficients with their standard errors (0: not fitted, or at a bound), and how well they fit.
template <class Coefficients>
struct FittedKernel {
  Coefficients value, error;
  std::size_t rows = 0, suspect = 0;  ///< fitted on; left out because they beat the roofline
  KernelErrors in_sample;
  std::optional<KernelErrors> cross_validated;  ///< in groups of shapes that the fit had not seen
};
template <class Coefficients>
using MaybeFitted = std::optional<FittedKernel<Coefficients>>;

/// All kernels of one software stack on one device. Absent: not measured.
struct KernelCalibration {
  std::string hardware;        ///< catalog id
  std::string stack, version;  ///< "vllm", "trtllm", "nccl"
  std::string source, date;
  std::array<MaybeFitted<GemmCoefficients>, kernel_formats> gemm;  ///< by KernelFormat
  MaybeFitted<ContextCoefficients> context_attention;
  MaybeFitted<GenerationCoefficients> generation_attention;
  std::array<MaybeFitted<CollectiveCoefficients>, collective_ops> collectives;  ///< by CollectiveOp
  std::array<MaybeFitted<MoeCoefficients>, kernel_formats> moe;                 ///< by KernelFormat
};

/// bad_input with file, line and key; unknown keys are refused.
Result<KernelCalibration> read_kernel_calibration(const std::string& path);
/// The YAML that the reader takes back unchanged.
std::string write_kernel_calibration(const KernelCalibration&);

class KernelCalibrations {
 public:
  /// Every .yaml file of a folder, in order of name. bad_input when two are of one stack on one device.
  static Result<KernelCalibrations> load(const std::string& dir);
  /// Null when this stack was not measured on this device.
  const KernelCalibration* find(std::string_view hardware_id, std::string_view stack) const;
  const std::vector<KernelCalibration>& all() const { return all_; }
  Status add(KernelCalibration);

 private:
  std::vector<KernelCalibration> all_;
};

}  // namespace ridgeline
