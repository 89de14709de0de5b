#include "calibrate/measured_csv_precision.h"

#include <string_view>

namespace ridgeline::calibrate {
namespace {

bool is_four_bit_float(Precision p) { return compute_format(p) == Precision::fp4; }

/// Checkpoints that exist with MXFP4 experts only, whatever name a benchmark gives their format.
bool published_in_mxfp4(const Model& model) { return std::string_view(model.id).substr(0, 7) == "gpt-oss"; }

/// Experts in MXFP4, all else in bf16. A device with FP4 units multiplies them by fp8 activations, others
/// widen them to bf16.
PrecisionPlan mxfp4_experts(const Hardware& hardware) {
  PrecisionPlan plan = PrecisionPlan::uniform(Precision::bf16);
  plan.experts = Precision::mxfp4;
  plan.kv_cache = Precision::fp8;
  if (hardware.peak.count(Precision::fp4) > 0) plan.products = Precision::fp8;
  return plan;
}

PrecisionPlan four_bit(const Model& model, Precision weights) {
  // Checkpoints with experts keep attention in bf16.
  PrecisionPlan plan = PrecisionPlan::quantized(weights == Precision::fp4 ? Precision::nvfp4 : weights);
  if (has_experts(model)) plan.attention = Precision::bf16;
  return plan;
}

/// Weight-only: widened to bf16 before the product. Where there are experts, only they are narrow.
PrecisionPlan int4_weights(const Model& model) {
  PrecisionPlan plan = PrecisionPlan::uniform(Precision::bf16);
  if (has_experts(model)) {
    plan.experts = Precision::int4;
  } else {
    plan.weights = Precision::int4;
    plan.head = Precision::bf16;
  }
  return plan;
}

PrecisionPlan plan_of(const Model& model, Precision base) {
  if (is_four_bit_float(base)) return four_bit(model, base);
  if (base == Precision::int4) return int4_weights(model);
  const bool narrow = size_of(base) < size_of(Precision::bf16);
  return narrow ? PrecisionPlan::quantized(base) : PrecisionPlan::uniform(base);
}

}  // namespace

bool has_experts(const Model& model) {
  const auto* transformer = std::get_if<Transformer>(&model.architecture);
  return transformer && transformer->moe;
}

PrecisionPlan plan_for(const Model& model, const Hardware& hardware, const PrecisionWords& words) {
  const bool nothing = !words.overall && !words.gemm && !words.experts;
  const Precision base = words.gemm      ? *words.gemm
                         : words.overall ? *words.overall
                         : words.experts ? *words.experts
                                         : Precision::bf16;
  const Precision experts = words.experts.value_or(base);
  PrecisionPlan plan;
  if (published_in_mxfp4(model) && !nothing && base != Precision::bf16 && base != Precision::fp16) {
    plan = mxfp4_experts(hardware);
  } else if (has_experts(model) && is_four_bit_float(experts) && size_of(base) == size_of(Precision::bf16)) {
    plan = mxfp4_experts(hardware);
    plan.experts = experts;
  } else {
    plan = plan_of(model, base);
    if (has_experts(model) && experts != base) plan.experts = experts;
  }
  if (words.kv_cache) plan.kv_cache = *words.kv_cache;
  return plan;
}

}  // namespace ridgeline::calibrate
