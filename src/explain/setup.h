#pragma once
// Setups mixed of two: each group of fields from one side or the other.

#include <cstdint>
#include <string>
#include <vector>

#include "ridgeline/explanation.h"

namespace ridgeline::explain {

/// Groups of fields that change together; a set of them is a FieldMask.
enum Field : std::uint32_t {
  peak = 1U << 0U,
  bandwidth = 1U << 1U,  ///< of main memory; caches too
  capacity = 1U << 2U,
  interconnect = 1U << 3U,
  compute_efficiency = 1U << 4U,
  memory_efficiency = 1U << 5U,
  network_efficiency = 1U << 6U,
  overheads = 1U << 7U,         ///< and how compute and memory overlap
  calibration_kind = 1U << 8U,  ///< textbook sees one operator, the others all
  precision = 1U << 9U,
  model = 1U << 10U,
  batch = 1U << 11U,
  context = 1U << 12U,
  tokens = 1U << 13U,  ///< new ones of each sequence
  shape = 1U << 14U,   ///< all of the above where the groups of sequences cannot be paired
  parallelism = 1U << 15U,
  power = 1U << 16U,
  price = 1U << 17U,
};
using FieldMask = std::uint32_t;
inline constexpr unsigned fields = 18;
/// What decides the operators, and what decides the device's rates.
inline constexpr FieldMask lowering_fields =
    calibration_kind | precision | model | batch | context | tokens | shape | parallelism;
inline constexpr FieldMask device_fields =
    peak | bandwidth | capacity | interconnect | precision | parallelism;
inline constexpr FieldMask calibration_fields =
    compute_efficiency | memory_efficiency | network_efficiency | overheads | calibration_kind;
/// What no latency depends upon.
inline constexpr FieldMask timeless_fields = capacity | power | price;

/// Fields whose values differ, as far as a prediction of either side could read them: peaks of formats that
/// neither computes in, and links where both use one device, do not count.
FieldMask changed_fields(const Setup& baseline, const Setup& proposal);
/// The baseline with these fields of the proposal.
Setup mixed(const Setup& baseline, const Setup& proposal, FieldMask from_proposal);
/// The same for parts of a setup.
void mix_calibration(Calibration&, const Calibration& from, FieldMask taken);
void mix_hardware(Hardware&, const Hardware& from, FieldMask taken);
void mix_shape(StepShape&, const StepShape& from, FieldMask taken);
/// "peak FLOP/s and precision".
std::string name_of(FieldMask);

}  // namespace ridgeline::explain
