#include "train/costs.h"

namespace ridgeline::train {
namespace {

/// Weights and activations of training fit no cache.
constexpr Bytes beyond_caches(1e18);

std::optional<KernelFormat> kernel_format(Precision precision) {
  switch (precision) {
    case Precision::fp16:
    case Precision::bf16:
      return KernelFormat::bf16;
    case Precision::fp8:
      return KernelFormat::fp8;
    default:
      return std::nullopt;
  }
}

}  // namespace

Costs::Costs(const Hardware& hardware, const engine::DeviceView& device,
             const TrainingCoefficients& coefficients)
    : hardware_(hardware),
      coefficients_(coefficients),
      rates_(engine::make_rates(device, coefficients.calibration, beyond_caches)) {}

Seconds Costs::of(const std::vector<Op>& ops) const {
  Seconds sum{};
  for (const Op& op : ops) sum += of(op) * op.count;
  return sum;
}

Seconds Costs::of(const Op& op) const {
  if (op.kind == OpClass::gemm) {
    if (const auto time = measured_product(op)) return *time / coefficients_.sustained;
  }
  const engine::OpCost one = engine::cost(op, rates_);
  return overlapped(one.compute / coefficients_.sustained, one.memory, Overlap::full);
}

std::optional<Seconds> Costs::measured_product(const Op& op) const {
  const auto format = kernel_format(op.format);
  if (!coefficients_.products || !format) return std::nullopt;
  const auto& fitted = coefficients_.products->gemm[static_cast<std::size_t>(*format)];
  if (!fitted) return std::nullopt;
  const auto time = kernel_time(GemmShape{*format, op.m, op.n, op.k}, hardware_, fitted->value);
  if (!time) return std::nullopt;
  return *time;
}

Seconds Costs::of(Collective kind, unsigned peers, unsigned span, Bytes payload) const {
  if (peers <= 1) return Seconds(0);
  const bool inside = rates_.scale_up.domain == 0 || span <= rates_.scale_up.domain;
  if (inside) {
    if (const auto time = measured_collective(kind, peers, payload)) return *time;
  }
  Op op;
  op.kind = OpClass::collective;
  op.collective = kind;
  op.peers = peers;
  op.wire = payload;
  const auto& network = inside ? rates_.scale_up : rates_.scale_out;
  return Seconds(network.hop * portable_log2(peers) + wire_bytes(op).value() * network.seconds_per_byte);
}

std::optional<Seconds> Costs::measured_collective(Collective kind, unsigned peers, Bytes payload) const {
  if (!coefficients_.collectives) return std::nullopt;
  CollectiveShape shape;
  shape.devices = peers;
  shape.bytes = payload;
  switch (kind) {
    case Collective::all_reduce:
      shape.op = CollectiveOp::all_reduce;
      break;
    case Collective::all_gather:
      shape.op = CollectiveOp::all_gather;
      break;
    case Collective::reduce_scatter:
      shape.op = CollectiveOp::reduce_scatter;
      break;
    case Collective::all_to_all:
      shape.op = CollectiveOp::all_to_all;
      break;
    default:
      return std::nullopt;
  }
  const auto& fitted = coefficients_.collectives->collectives[static_cast<std::size_t>(shape.op)];
  if (!fitted) return std::nullopt;
  const auto time = kernel_time(shape, hardware_, fitted->value);
  if (!time) return std::nullopt;
  return *time;
}

}  // namespace ridgeline::train
