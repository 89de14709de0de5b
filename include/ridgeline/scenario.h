#pragma once
// How queries arrive, what was seen, and whether it counts: the words that simulation and measurement share.
// Semantics follow the MLPerf LoadGen (docs/scenarios.md): one Schedule drives a simulated or a real system.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"
#include "ridgeline/traffic.h"
#include "ridgeline/units.h"

namespace ridgeline {

struct HostNoise;  // host_noise.h
struct RunDigest;  // digest.h
struct TokenGaps;  // digest.h

enum class ScenarioKind {
  single_stream,
  multi_stream,
  server,
  offline,
  constant_stream,  ///< MLPerf Automotive: one query each period, each with a deadline
  interactive,      ///< Server with limits on the time to the first token and the time per token
  closed_loop,      ///< users who wait for their answer, think, and ask again; not MLPerf's
};
std::string_view to_string(ScenarioKind);                      ///< "SingleStream" ...
std::optional<ScenarioKind> parse_scenario(std::string_view);  ///< also kebab-case, any letter case
/// Queries come when they are scheduled, whether or not the system keeps up: Server, Interactive and
/// ConstantStream.
bool is_open_loop(ScenarioKind);

/// How long the users of a closed loop think.
enum class ThinkTime { fixed, exponential };
std::string_view to_string(ThinkTime);
std::optional<ThinkTime> parse_think_time(std::string_view);  ///< "fixed", "exponential"

/// A scenario's settings. Defaults are MLPerf's; a short audit shortens min_duration and says so.
struct Scenario {
  ScenarioKind kind = ScenarioKind::single_stream;
  Nanoseconds min_duration = std::chrono::seconds(600);
  std::uint64_t min_queries = 1;
  std::uint64_t max_queries = 0;  ///< stop after so many; 0: no limit
  /// MultiStream: 8; ConstantStream: sensors that are read each period; Offline: all samples in one query.
  std::uint32_t samples_per_query = 1;
  double target_qps = 0;          ///< open loops: arrival rate; Offline: expected rate, sizes the query
  Nanoseconds target_latency{0};  ///< limit on the percentile; 0: none, ConstantStream: the period
  /// Generation: limits on the percentile of the time to first token and of the time per output token; 0:
  /// none. Interactive needs both.
  Nanoseconds ttft_limit{0}, tpot_limit{0};
  double percentile = 0.90;   ///< that counts: 0.90 SingleStream, 0.999 ConstantStream, 0.99 the others
  std::uint32_t users = 1;    ///< ClosedLoop
  Nanoseconds think_time{0};  ///< ClosedLoop: from a user's answer to the next question; their mean
  ThinkTime think = ThinkTime::fixed;
  Arrivals arrivals;  ///< Server and Interactive
  TokenLengthDistribution lengths;
  std::uint64_t seed = 0;  ///< schedule_rng_seed
  /// LoadGen's "equal issue": an open loop or Offline run covers whole passes over a data set of so many
  /// samples; 0: it need not.
  std::uint64_t dataset_samples = 0;
  /// A run of more queries (Offline: samples) keeps a digest in place of each of them; 0 is a digest always.
  std::uint64_t keep_queries = 1'000'000;

  /// MLPerf's settings for a kind, with the rate and limit still to be given.
  static Scenario mlperf(ScenarioKind);

  /// ConstantStream: time from one query to the next. Requires target_qps > 0.
  Nanoseconds period() const;
  /// The limit on the percentile that holds; 0: none.
  Nanoseconds latency_limit() const;
};
/// What is wrong with a scenario (NaN or negative rate, Server without a rate ...).
Status validate(const Scenario&);

/// The arrivals a scenario generates. Server: every scheduled time, as LoadGen draws them (bit-exact).
/// Closed-loop kinds issue the next query when the last completes; Offline has one query at 0.
struct Schedule {
  Scenario scenario;
  std::vector<Nanoseconds> arrivals;  ///< open loops: ascending. Others: empty
  std::uint32_t samples = 1;          ///< of each query
  /// Of query i (Offline: of sample i): lengths[i % size]. Open loops and Offline have one each. Empty: the
  /// system's own.
  std::vector<TokenLengths> lengths;
};
/// Reads the files that the scenario names.
Result<Schedule> make_schedule(const Scenario&);

/// One query as it went. Times since the start of the run.
struct QueryRecord {
  Nanoseconds scheduled{0};                ///< latency counts from here
  Nanoseconds issued{0};                   ///< when it was really handed over; issued - scheduled is lateness
  Nanoseconds completed{0};                ///< last sample
  std::optional<Nanoseconds> first_token;  ///< generation only
  std::uint32_t samples = 1, tokens = 0;
  Nanoseconds latency() const { return completed - scheduled; }
};

/// What a simulated query waited for: parts of its latency, which they add up to.
struct Phases {
  Nanoseconds queueing{0};      ///< until a worker could have taken it
  Nanoseconds batching{0};      ///< until the batch it went in was started
  Nanoseconds prefill{0};       ///< until the first token, or the whole service of a model that has none
  Nanoseconds decode{0};        ///< from the first token to the last
  Nanoseconds interference{0};  ///< noise, pauses, background load, context switches
  Nanoseconds throttling{0};    ///< time that a full clock would have saved
  Nanoseconds total() const { return queueing + batching + prefill + decode + interference + throttling; }
};

/// A stretch of a run, for a picture of how it went. Ends where the next one starts.
struct Window {
  Nanoseconds start{0};
  std::uint64_t arrived = 0, completed = 0;  ///< queries; Offline completes samples
  double waiting = 0;                        ///< mean number of queries in the queue
  double busy = 0;                           ///< share of the workers' time spent computing
  std::optional<Seconds> p99;                ///< latency of those completed; nearest rank
  std::optional<double> clock;               ///< mean, as a share of the full clock
  std::optional<double> celsius;             ///< of the hottest node, at the end
  std::optional<Joules> energy;
};

/// Queries that a real system answered with an error, or not at all.
struct RunFailure {
  std::string kind;         ///< "timeout", "HTTP 503", "the stream ended early"
  std::uint64_t count = 0;  ///< queries; Offline: samples
};

enum class RunOrigin { predicted, simulated, measured };
std::string_view to_string(RunOrigin);

/// The result of a scenario against a system, simulated or measured: one type for both.
struct Run {
  Scenario scenario;
  RunOrigin origin = RunOrigin::measured;
  std::string system, workload;      ///< "this-machine, 1 thread"; "resnet-50, batch 1"
  std::string version, machine;      ///< of Ridgeline; host description
  std::vector<QueryRecord> queries;  ///< in issue order
  /// Offline and MultiStream record when each sample was done; elsewhere empty.
  std::vector<Nanoseconds> sample_completions;
  std::vector<Phases> phases;  ///< of each query, or empty
  std::vector<Window> windows;
  std::uint64_t refused = 0, timed_out = 0;  ///< queries that got no answer; not in queries
  std::vector<RunFailure> failures;          ///< measured: the same, by kind, most frequent first
  /// Times from one token (or chunk of tokens) of an answer to the next, where the system reports them.
  std::shared_ptr<const TokenGaps> token_gaps;
  /// Measured: what else the machine did meanwhile.
  std::shared_ptr<const HostNoise> host_noise;
  /// In place of queries, sample completions and phases, which are then empty: see Scenario::keep_queries.
  std::shared_ptr<const RunDigest> digest;
  bool interrupted = false;
  std::vector<std::string> notes;  ///< what a reader must know
  std::uint64_t failed() const;    ///< of all kinds
};
/// "3 refused, 1 timed out, 2 HTTP 503": what got no answer, by kind.
std::string describe_lost(const Run&);

/// A value with a 95 % interval; the interval is absent where the sample cannot support one.
struct Estimate {
  double value = 0;
  std::optional<double> low, high;
};

struct Verdict {
  bool valid = false;
  std::vector<std::string> reasons;  ///< why not; empty when valid
};

/// Queries within every limit that was set on their latency, first token and time per token.
struct Goodput {
  std::uint64_t queries = 0, good = 0;  ///< completed, and those within every limit
  std::uint64_t lost = 0;               ///< without an answer, which misses every limit
  Hertz throughput{}, goodput{};        ///< of the two, from the start of the run to the last completion
  double attainment() const {
    const std::uint64_t issued = queries + lost;
    return issued ? static_cast<double>(good) / static_cast<double>(issued) : 0;
  }
};

/// Of one meter (HostNoise::energy); Offline: per sample.
struct EnergyPerQuery {
  std::string scope;
  Joules energy{};
};

/// Percentiles in seconds (nearest rank as LoadGen: sorted[floor(n p)]), absent when n cannot support them
/// (n (1 - p) < 1); order-statistic intervals of as many independent queries as the dependent ones are worth,
/// absent where that is too few to tell. Offline percentiles are over samples and have no intervals: the
/// samples of one query are not draws. Percentiles of a digest are the upper ends of their buckets, and
/// intervals include the bucket (docs/scenarios.md).
struct Summary {
  std::uint64_t queries = 0, samples = 0;                ///< completed
  std::uint64_t refused = 0, timed_out = 0, failed = 0;  ///< queries without an answer; Offline: samples
  std::uint64_t lost() const { return refused + timed_out + failed; }
  std::uint64_t issued() const { return queries + lost(); }
  /// ConstantStream: queries not complete by their deadline, those without an answer included.
  std::optional<std::uint64_t> missed_deadlines;
  Seconds duration{};
  std::optional<Estimate> p50, p90, p99, mean;
  std::optional<Estimate> decisive;    ///< the percentile that counts
  std::optional<Estimate> throughput;  ///< samples per second by the scenario's own rule
  std::optional<Estimate> ttft_p50, ttft_p99, tpot_p50, tpot_p99;
  std::optional<Seconds> gap_p50, gap_p99, gap_max;  ///< of Run::token_gaps
  std::optional<double>
      scheduled_rate;              ///< open loops: queries per second that came; throughput keeps up or not
  std::optional<Goodput> goodput;  ///< within the scenario's limits; absent where it sets none
  std::optional<Seconds> early_stopping;              ///< LoadGen's estimate of the percentile that counts
  std::optional<Seconds> lateness_p50, lateness_p99;  ///< of issue, measured open-loop runs
  std::vector<EnergyPerQuery> energy;                 ///< per completed query, by what was metered
  Verdict verdict;
};
Summary summarize(const Run&);

// ---------------------------------------------------------------------------------------------- SUT

/// A query on its way to a system under test.
struct Query {
  std::uint64_t id = 0;  ///< index in Run::queries
  std::uint32_t samples = 1;
};

/// Where a system reports; may be called from any thread (simulated systems: from the event loop).
class CompletionSink {
 public:
  virtual ~CompletionSink() = default;
  /// The first token of every sample of the query exists.
  virtual void first_token(std::uint64_t query) = 0;
  /// An answer went on, so long after its token (or chunk of tokens) before.
  virtual void token_gap(Nanoseconds) = 0;
  /// `samples` more samples of the query are done, having produced `tokens` tokens in all.
  virtual void complete(std::uint64_t query, std::uint32_t samples, std::uint32_t tokens) = 0;
  /// `samples` more samples of the query will have no answer, for a reason that is counted by its name.
  virtual void fail(std::uint64_t query, std::uint32_t samples, std::string_view kind) = 0;
};

/// A system under test, simulated or real. issue() returns at once; the system answers through the sink.
class SystemUnderTest {
 public:
  virtual ~SystemUnderTest() = default;
  virtual std::string name() const = 0;
  virtual void issue(const Query&, CompletionSink&) = 0;
  /// No more queries will come: what waits for a fuller batch must go.
  virtual void flush() = 0;
  /// issue() may be called by several threads at once.
  virtual bool takes_many_issuers() const { return false; }
  /// What a reader of the run that just ended must know of the system. A run starts with query 0.
  virtual std::vector<std::string> notes() const { return {}; }
};

}  // namespace ridgeline
