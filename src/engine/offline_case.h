#pragma once
// What a workload asks of a device, before any coefficient: seconds at the peaks, by kind of operator.

#include <string>
#include <vector>

#include "ridgeline/offline.h"

namespace ridgeline::engine {

/// What the coefficients multiply up to. A case says which names make up each.
enum class Factor {
  convolution,  ///< shares of the peak, before they are held below most_efficient
  product,
  attention,
  recommender,
  memory,              ///< share of the bandwidth
  cache_time,          ///< s
  activation_traffic,  ///< share of it that leaves the chip
  fast_link,           ///< shares of the bandwidth
  host_link,
  token_time,        ///< s, of a token generated
  operation_energy,  ///< J/FLOP at 8 bit
  format_exponent,   ///< of the energy in bytes a value
  byte_energy,       ///< J/B
  power_exponent,    ///< of the dynamic power in the clock
  static_share,      ///< of the TDP
  saving_limit       ///< power limit of PowerMode::saving, share of the TDP
};
inline constexpr std::size_t factors = 16;

/// Seconds at the peak of the format, and FLOPs, a sample.
struct PeakWork {
  double convolution = 0, product = 0, attention = 0;  ///< s
  double flops = 0;
  double stored = 0, activations = 0;  ///< B: weights, rows gathered; inputs and outputs of products
};

/// A number of devices that share one replica of a language model.
struct Replica {
  unsigned devices = 1;
  double requests = 0;      ///< that its memory holds besides the weights
  double wire_seconds = 0;  ///< device-seconds a sample at the link's full bandwidth
  bool over_host_link = false;
};

struct OfflineCase {
  OfflineFamily family = OfflineFamily::language;
  PeakWork work;             ///< language models: of the prompt
  PeakWork decode;           ///< of all output tokens of a sample
  double output_tokens = 0;  ///< of a sample
  double beams = 1;
  double weights = 0;     ///< B
  double cache_read = 0;  ///< B of KV cache in a step of one request
  std::vector<Replica> replicas;
  double peak = 0;         ///< FLOP/s, of the format that computes
  double bandwidth = 0;    ///< B/s
  double cache_size = 0;   ///< B on the chip
  double value_size = 1;   ///< B, of the format that computes
  double tdp = 0;          ///< W; 0: unknown
  double power_limit = 0;  ///< W, before the mode
  bool saves_power = false;

  struct Name {
    Factor factor;
    std::string coefficient;
  };
  std::vector<Name> names;  ///< each factor is the product of its coefficients; those not here are 1
};

/// `generation` as the coefficients call it. Errors as predict_offline.
Result<OfflineCase> make_offline_case(const Model&, const Hardware&, const OfflineWorkload&,
                                      const std::string& generation);

}  // namespace ridgeline::engine
