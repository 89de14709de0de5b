#include "calibrate/measured_csv_parallelism.h"

#include <fmt/format.h>

#include <algorithm>

namespace ridgeline::calibrate {
namespace {

constexpr std::string_view square_note =
    "moe_tp = moe_ep = g with tp or dp = g x g: the same results stand in other rows as g devices, experts "
    "divided "
    "over them, and are read so";
constexpr std::string_view world_note =
    "tp = dp with moe_ep = tp x dp: tp is the number of devices, read as data parallelism over them";
constexpr std::string_view spread_note =
    "expert parallelism missing or unlike tensor x data: experts are divided over all devices of a worker "
    "(tensor "
    "parallelism alone cuts each of them)";

/// Rows of one benchmark occur twice, once with tp (or dp) = moe_tp x moe_ep and both of these the true
/// number.
bool unsquare(Parallelism& p) {
  const unsigned g = p.expert;
  if (g <= 1 || p.expert_tensor != g) return false;
  if (p.tensor == g * g && p.data == 1) {
    p.tensor = g;
  } else if (p.data == g * g && p.tensor == 1) {
    p.data = g;
  } else {
    return false;
  }
  p.expert_tensor = 1;
  return true;
}

bool world_size(Parallelism& p) {
  if (p.tensor <= 1 || p.tensor != p.data || p.expert != p.tensor * p.data) return false;
  p.tensor = 1;
  p.expert = p.data;
  p.expert_tensor = 1;
  return true;
}

bool spread_experts(Parallelism& p) {
  const unsigned devices = p.tensor * p.data;
  if (p.expert * p.expert_tensor == devices) return false;
  if (p.data > 1) {
    p.expert = devices;
  } else if (p.expert > 1 && devices % p.expert == 0) {
    // as many groups as were given
  } else if (p.expert_tensor > 1 && devices % p.expert_tensor == 0) {
    p.expert = devices / p.expert_tensor;
  } else {
    p.expert = 1;
  }
  p.expert_tensor = devices / p.expert;
  return true;
}

/// The nearest power of two that the model accepts in place of a tensor parallelism that it does not; 0:
/// none.
unsigned nearest_accepted(const Parallelism& asked, const Model& model) {
  const auto ratio = [&](unsigned a) {
    return a > asked.tensor ? static_cast<double>(a) / asked.tensor : static_cast<double>(asked.tensor) / a;
  };
  unsigned best = 0;
  for (unsigned candidate = 1; candidate <= 2 * asked.tensor; candidate *= 2) {
    Parallelism p = asked;
    p.tensor = candidate;
    spread_experts(p);
    if (!check(p, model)) continue;
    if (best == 0 || ratio(candidate) < ratio(best)) best = candidate;
  }
  return best;
}

unsigned heads_of(const Model& model) {
  const auto* transformer = std::get_if<Transformer>(&model.architecture);
  return transformer ? transformer->heads : 0;
}

}  // namespace

Spread canonical(const RawParallelism& raw, RowForm form, const Model& model) {
  const auto given = [](std::uint32_t n) { return std::max(1u, n); };
  Spread result{
      {given(raw.tensor), given(raw.pipeline), given(raw.data), given(raw.expert), given(raw.expert_tensor)},
      {},
      {}};
  Parallelism& p = result.parallelism;
  const auto* transformer = std::get_if<Transformer>(&model.architecture);
  if (!transformer || !transformer->moe) {
    p.expert = p.expert_tensor = 1;
  } else if (form == RowForm::silicon && raw.data > 0 && unsquare(p)) {
    result.note = square_note;
  } else if (form == RowForm::silicon && world_size(p)) {
    result.note = world_note;
  } else if (spread_experts(p)) {
    result.note = spread_note;
  }
  const auto accepted = check(p, model);
  if (accepted) return result;
  result.doubt = accepted.error().message;
  const unsigned heads = heads_of(model);
  if (heads == 0 || heads % p.tensor == 0) return result;
  if (const unsigned tensor = nearest_accepted(p, model)) {
    result.doubt = fmt::format("tensor parallelism {} does not divide the {} heads of {}; answered as {}",
                               p.tensor, heads, model.id, tensor);
    p.tensor = tensor;
    if (transformer->moe) spread_experts(p);
  }
  return result;
}

}  // namespace ridgeline::calibrate
