#pragma once
// Simulate an LLM serving system: engines that batch continuously, as vLLM does, behind a router. One request
// is in a replica's batch from its admission to its last token; requests come and go between passes.
// docs/continuous.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/scenario.h"
#include "ridgeline/serving.h"
#include "ridgeline/simulation.h"
#include "ridgeline/step_times.h"

namespace ridgeline {

/// Whether a prompt may be spread over passes that also decode. off: a pass computes prompts or decodes.
enum class ChunkedPrefill { on, off };
/// What happens to the request that was admitted last when the cache is full: its cache is dropped and
/// computed again later, or moves to the host and back.
enum class Preemption { recompute, swap };
enum class Router { round_robin, least_outstanding, power_of_two };
std::optional<Preemption> parse_preemption(std::string_view);  ///< "recompute", "swap"
std::optional<Router> parse_router(std::string_view);  ///< "round-robin", "least-outstanding", "power-of-two"
std::string_view to_string(Preemption);
std::string_view to_string(Router);

/// One replica's scheduler and memory.
struct EngineLimits {
  std::uint32_t token_budget = 2048;  ///< new tokens of one pass, decode ones included
  std::uint32_t max_sequences = 256;  ///< admitted at once
  ChunkedPrefill chunked_prefill = ChunkedPrefill::on;
  std::uint32_t block_tokens = 16;  ///< of the KV cache
  std::uint64_t kv_blocks = 0;      ///< that fit beside the weights; of the whole replica
  Preemption preemption = Preemption::recompute;
  Ticks swap_token{0};            ///< time of one token's cache over the link to the host
  double prefix_hit_rate = 0;     ///< share of each prompt that the cache has already, in [0, 1)
  std::uint32_t max_waiting = 0;  ///< requests in the queue of a replica; more are refused. 0: no limit
  Nanoseconds timeout{0};         ///< a request not admitted by then is given up. 0: never
};

/// Workers that compute prompts only, and the link over which the cache goes to those that decode.
struct PrefillStage {
  StepTimes times;
  EngineLimits limits;
  std::uint32_t replicas = 1;
  std::uint32_t devices = 1;  ///< of a replica
  Ticks transfer_token{0};    ///< time of one token's cache over the link
  Nanoseconds handover{0};    ///< of each transfer: connection and scheduling
};

/// Lower classes are served first; a class is preempted before those below it.
inline constexpr std::uint8_t request_classes = 4;

struct ContinuousSystem {
  std::string name, workload;  ///< for Run::system, Run::workload
  StepTimes times;
  EngineLimits limits;
  std::uint32_t replicas = 1;
  Router router = Router::round_robin;
  /// A request that has no first token so long after it reached a replica is sent to another one too, that
  /// with the fewest requests. The first token of either cancels the other, at the end of its pass in
  /// progress. 0: never. Needs two replicas (that compute prompts), and not Offline.
  Nanoseconds hedge_after{0};
  std::optional<PrefillStage> prefill;
  TokenLengths lengths{1024, 256};    ///< of each request, where the schedule gives none
  std::vector<std::uint8_t> classes;  ///< of each request, 0 to request_classes - 1; empty: all alike ...
  /// ... or drawn at random with these shares, which add up to 1. The notes have the times of each class.
  std::vector<double> class_shares;
  Nanoseconds per_request{0};     ///< front end, before a request reaches an engine
  Nanoseconds per_user{0};        ///< the same, for each request in the system
  Interference interference;      ///< of each replica's passes, with random streams of its own
  std::optional<HeatModel> heat;  ///< of each device, which starts at ambient; none: always the full clock
  std::uint32_t devices = 1;      ///< of a replica, which share its work and so warm up alike
  std::uint64_t seed = 0;         ///< of the router, the interference and the classes
  std::uint32_t windows = 100;    ///< Run::windows has about so many at most, of 1 ms at least; 0: none
};

/// A deployment to be made into a system.
struct ContinuousOptions {
  PrecisionPlan precision;
  Worker worker;                  ///< disaggregated: decodes only
  std::optional<Worker> prefill;  ///< disaggregated: computes the prompts
  EngineLimits limits;            ///< kv_blocks and swap_token 0: from the hardware
  TokenLengths lengths{1024, 256};
  std::uint32_t longest = 0;            ///< prompt and output of the longest request; 0: that of `lengths`
  double memory_fraction = 0.92;        ///< of the capacity that the engine may use
  BytesPerSecond swap_bandwidth{25e9};  ///< of one device to the host: PCIe 4.0 x16 as it is reached
};
/// Errors: those of predict_serving; infeasible when one request of `lengths` does not fit, with the numbers.
Result<ContinuousSystem> make_continuous_system(const Model&, const Hardware&, const ContinuousOptions&,
                                                const Calibration&);

/// What became of the requests. issued = completed + refused + timed_out + cancelled, once all are through;
/// copies that hedge are not issued.
struct RequestCounts {
  std::uint64_t issued = 0, completed = 0, refused = 0, timed_out = 0;
  std::uint64_t cancelled = 0;  ///< by those who asked: none in a simulation
  std::uint64_t preemptions = 0;
  std::uint64_t hedged = 0, hedges_won = 0;  ///< copies sent; those that were faster
  std::uint64_t wasted_tokens = 0;           ///< computed of prompts that were cancelled
  std::uint64_t passes = 0;                  ///< of all engines, those taken in jumps included
  std::uint64_t prompt_tokens = 0;           ///< computed, again after a preemption too
  std::uint64_t decode_tokens = 0;           ///< made by decode passes
  std::uint64_t most_blocks = 0;             ///< of the cache in use at once, on any one replica
};

/// Jumps go over many passes at once wherever nothing but decoding happens; single steps are the reference,
/// and give the same Run. Systems with interference, heat or hedges take single steps whatever is asked for.
enum class Stepping { jumps, single };

/// Plays any schedule but MultiStream's in virtual time; each query is one request, offline each sample is.
/// Run::queries holds the requests that completed, in the order of issue; Run::refused and timed_out count
/// the others. The same inputs give the same Run on every platform. Times of one instant: arrivals come
/// before the ends of passes. Errors: bad_input; infeasible when a request can never fit the cache.
Result<Run> simulate_continuous(const Schedule&, const ContinuousSystem&, RequestCounts* = nullptr,
                                Stepping = Stepping::jumps);

}  // namespace ridgeline
