// What check(TrainingPlan, Model) refuses, and the names of options.

#include <fmt/format.h>

#include "base/text.h"
#include "ridgeline/training.h"

namespace ridgeline {
namespace {

Status wrong(std::string_view key, auto value, std::string_view right) {
  return bad_input(fmt::format("training: {} is {}, and must be {}", key, value, right));
}

Status check_positive(const TrainingPlan& p) {
  const std::pair<std::string_view, std::uint64_t> keys[] = {
      {"tensor", p.tensor}, {"pipeline", p.pipeline},     {"data", p.data},
      {"expert", p.expert}, {"interleave", p.interleave}, {"micro_batch", p.micro_batch},
      {"batch", p.batch},   {"sequence", p.sequence}};
  for (const auto& [key, value] : keys) {
    if (value == 0 || value > (1U << 30)) return wrong(key, value, "1 to 2^30");
  }
  return Status::success();
}

Result<const Transformer*> covered(const Model& model) {
  const auto* t = std::get_if<Transformer>(&model.architecture);
  if (t == nullptr || t->vocab == 0) {
    return bad_input(
        fmt::format("training: {} is not a transformer over tokens, and no other is covered", model.id));
  }
  const char* part = t->mla               ? "latent attention"
                     : t->linear          ? "linear attention"
                     : t->sparse          ? "sparse attention"
                     : t->sliding_window  ? "sliding windows"
                     : t->cross_attention ? "cross attention"
                                          : nullptr;
  if (part != nullptr)
    return bad_input(fmt::format("training: {} has {}, which is not covered", model.id, part));
  return t;
}

Status check_division(const TrainingPlan& p, const Transformer& t, const Model& model) {
  RIDGELINE_CHECK(check(Parallelism{.tensor = p.tensor, .expert_tensor = t.moe ? p.tensor : 1}, model));
  const std::uint64_t at_once = std::uint64_t{p.data} * p.micro_batch;
  if (p.batch % at_once != 0) {
    return wrong("batch", p.batch, fmt::format("a multiple of data x micro_batch, {}", at_once));
  }
  const std::uint64_t chunks = std::uint64_t{p.pipeline} * p.interleave;
  if (chunks > t.layers) {
    return bad_input(fmt::format("training: {} stages of {} chunks are more than the {} layers of {}",
                                 p.pipeline, p.interleave, t.layers, model.id));
  }
  if (p.interleave > 1 && p.pipeline == 1)
    return wrong("interleave", p.interleave, "1 without pipeline stages");
  if (p.interleave > 1 && p.micro_batches() % p.pipeline != 0) {
    return bad_input(
        fmt::format("training: interleave needs micro-batches, {}, that are a multiple of pipeline, {}",
                    p.micro_batches(), p.pipeline));
  }
  if (p.expert == 1) return Status::success();
  if (!t.moe) return wrong("expert", p.expert, "1: the model has no experts");
  if (t.moe->experts % p.expert != 0)
    return wrong("expert", p.expert, fmt::format("a divisor of the {} experts", t.moe->experts));
  if (p.data % p.expert != 0) return wrong("expert", p.expert, fmt::format("a divisor of data, {}", p.data));
  return Status::success();
}

}  // namespace

Status check(const TrainingPlan& plan, const Model& model) {
  RIDGELINE_TRY(transformer, covered(model));
  RIDGELINE_CHECK(check_positive(plan));
  if (plan.zero > 3) return wrong("zero", plan.zero, "0 to 3");
  if (plan.zero >= 2 && plan.pipeline > 1)
    return wrong("zero", plan.zero, "0 or 1 with pipeline stages, whose micro-batches add up gradients");
  return check_division(plan, *transformer, model);
}

std::string_view to_string(Recompute recompute) {
  constexpr std::string_view names[] = {"none", "selective", "full"};
  return names[static_cast<std::size_t>(recompute)];
}

std::optional<Recompute> parse_recompute(std::string_view text) {
  for (const auto each : {Recompute::none, Recompute::selective, Recompute::full}) {
    if (to_lower(text) == to_string(each)) return each;
  }
  return std::nullopt;
}

}  // namespace ridgeline
