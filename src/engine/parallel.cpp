// What check(Parallelism, Model) refuses. Engines refuse the same: weights are cut into equal parts.

#include <fmt/format.h>

#include <string_view>

#include "ridgeline/engine.h"

namespace ridgeline {
namespace {

Status check_positive(const Parallelism& p) {
  const std::pair<std::string_view, unsigned> keys[] = {{"tensor", p.tensor},
                                                        {"pipeline", p.pipeline},
                                                        {"data", p.data},
                                                        {"expert", p.expert},
                                                        {"expert_tensor", p.expert_tensor}};
  for (const auto& [key, value] : keys) {
    if (value == 0) return bad_input(fmt::format("parallelism: {} is 0, and must be 1 or more", key));
  }
  return Status::success();
}

/// `what` of the model is cut into `parts` by `key`.
Status check_divides(std::string_view key, unsigned parts, std::string_view what, unsigned whole,
                     const Model& model) {
  if (whole % parts == 0) return Status::success();
  return bad_input(fmt::format("parallelism: {} is {}, and must divide the {} {} of {}", key, parts, whole,
                               what, model.id));
}

Status check_attention(const Parallelism& p, const Transformer& t, const Model& model) {
  RIDGELINE_CHECK(check_divides("tensor", p.tensor, "heads", t.heads, model));
  if (!t.mla && t.kv_heads % p.tensor != 0 && (t.kv_heads == 0 || p.tensor % t.kv_heads != 0)) {
    return bad_input(
        fmt::format("parallelism: tensor is {}, and must divide the {} kv_heads of {} or be a multiple",
                    p.tensor, t.kv_heads, model.id));
  }
  if (!t.linear) return Status::success();
  RIDGELINE_CHECK(check_divides("tensor", p.tensor, "linear key_heads", t.linear->key_heads, model));
  return check_divides("tensor", p.tensor, "linear value_heads", t.linear->value_heads, model);
}

Status check_experts(const Parallelism& p, const MixtureOfExperts& moe, const Model& model) {
  RIDGELINE_CHECK(check_divides("expert", p.expert, "experts", moe.experts, model));
  RIDGELINE_CHECK(check_divides("expert_tensor", p.expert_tensor, "expert_ffn", moe.expert_ffn, model));
  const unsigned shared = moe.shared * (moe.shared_ffn > 0 ? moe.shared_ffn : moe.expert_ffn);
  RIDGELINE_CHECK(check_divides("tensor", p.tensor, "shared_ffn", shared, model));
  if (p.tensor * p.data == p.expert * p.expert_tensor) return Status::success();
  return bad_input(
      fmt::format("parallelism: expert x expert_tensor is {} x {}, and must be tensor x data = {} x {}",
                  p.expert, p.expert_tensor, p.tensor, p.data));
}

Status check_transformer(const Parallelism& p, const Transformer& t, const Model& model) {
  RIDGELINE_CHECK(check_attention(p, t, model));
  if (p.pipeline > t.layers) {
    return bad_input(fmt::format("parallelism: pipeline is {}, and must be at most the {} layers of {}",
                                 p.pipeline, t.layers, model.id));
  }
  const bool has_dense = !t.moe || t.moe->dense_layers > 0;
  if (has_dense) RIDGELINE_CHECK(check_divides("tensor", p.tensor, "ffn", t.ffn, model));
  if (t.moe) return check_experts(p, *t.moe, model);
  if (p.expert == 1 && p.expert_tensor == 1) return Status::success();
  return bad_input(
      fmt::format("parallelism: {} has no experts, so expert and expert_tensor must be 1, not {} and {}",
                  model.id, p.expert, p.expert_tensor));
}

}  // namespace

Status check(const Parallelism& p, const Model& model) {
  RIDGELINE_CHECK(check_positive(p));
  if (const auto* t = std::get_if<Transformer>(&model.architecture)) return check_transformer(p, *t, model);
  if (p == Parallelism{}) return Status::success();
  return bad_input(
      fmt::format("parallelism: {} is not a stack of transformer layers and runs on 1 device, not {}; "
                  "multiply replicas instead",
                  model.id, p.devices()));
}

}  // namespace ridgeline
