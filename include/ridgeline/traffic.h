#pragma once
// What the users of an open loop send: when their requests come and how long they are.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"
#include "ridgeline/units.h"

namespace ridgeline {

/// How the queries of a Server or Interactive scenario arrive. The mean rate is the scenario's target_qps
/// whatever the kind.
struct Arrivals {
  enum class Kind {
    poisson,  ///< LoadGen's, bit for bit; the first at 0
    gamma,    ///< independent gaps with a gamma distribution; the first arrival at 0
    on_off,   ///< Poisson at one rate for `on`, at `off_ratio` of it for `off`, and again
    diurnal,  ///< Poisson at target_qps (1 + amplitude sin(2 pi t / period))
    trace,    ///< of a file; target_qps above 0 stretches its times to that mean rate
  };
  Kind kind = Kind::poisson;
  double cv = 1;  ///< gamma: standard deviation of the gaps over their mean; 1 is Poisson, 3 is bursty
  Nanoseconds on{0}, off{0};
  double off_ratio = 0;  ///< in [0, 1]; 0: nothing arrives between bursts
  Nanoseconds period{0};
  double amplitude = 0;  ///< in [0, 1]
  std::string path;      ///< of a CSV file with the columns arrival, input_tokens and output_tokens
};

std::string_view to_string(Arrivals::Kind);  ///< "on-off" ...
/// "poisson", "gamma:CV", "on-off:ON,OFF[,RATIO]", "diurnal:PERIOD,AMPLITUDE" and "trace:FILE", with times
/// such as 10s or 500ms.
Result<Arrivals> parse_arrivals(const std::string& text);
Status validate(const Arrivals&);

/// Tokens of one request: of its prompt, and those it generates.
struct TokenLengths {
  std::uint32_t input = 0, output = 0;
};
inline bool operator==(TokenLengths a, TokenLengths b) { return a.input == b.input && a.output == b.output; }

/// How long the requests are. Input and output are drawn independently, except from a file, whose rows stay
/// together.
struct TokenLengthDistribution {
  enum class Kind {
    system,     ///< whatever the system is set to: nothing is drawn
    fixed,      ///< `low`
    uniform,    ///< whole numbers from `low` to `high`, both included
    lognormal,  ///< with these means and coefficients of variation, rounded, at least 1
    empirical,  ///< rows of a file, drawn with replacement
  };
  Kind kind = Kind::system;
  TokenLengths low, high;
  double input_mean = 0, input_cv = 0, output_mean = 0, output_cv = 0;
  std::string path;  ///< of a CSV file with the columns input_tokens and output_tokens
};

/// "fixed:IN/OUT", "uniform:LOW-HIGH/LOW-HIGH", "lognormal:MEAN,CV/MEAN,CV" and "file:PATH".
Result<TokenLengthDistribution> parse_lengths(const std::string& text);
/// A preset, such as data/lengths/llama2-70b.yaml.
Result<TokenLengthDistribution> load_lengths(const std::string& path);
Status validate(const TokenLengthDistribution&);

/// A recorded stream of requests.
struct Trace {
  std::vector<Nanoseconds> arrivals;  ///< ascending
  std::vector<TokenLengths> lengths;  ///< as many, or empty where the file has no such columns
};
/// Reads a CSV file with a header. Columns are found by name, in any order, others are ignored: arrival
/// (seconds; rows ascend), input_tokens, output_tokens.
Result<Trace> read_trace(const std::string& path);

}  // namespace ridgeline
