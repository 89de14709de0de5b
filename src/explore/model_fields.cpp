#include <fmt/format.h>

#include <algorithm>

#include "explore/space.h"

namespace ridgeline::studies {
namespace {

template <unsigned Transformer::* Size>
unsigned* size_of_transformer(Model& model) {
  auto* t = std::get_if<Transformer>(&model.architecture);
  return t == nullptr ? nullptr : &(t->*Size);
}
template <unsigned MixtureOfExperts::* Size>
unsigned* size_of_experts(Model& model) {
  auto* t = std::get_if<Transformer>(&model.architecture);
  return t == nullptr || !t->moe ? nullptr : &((*t->moe).*Size);
}

constexpr ModelField sizes[] = {
    {"layers", size_of_transformer<&Transformer::layers>},
    {"hidden", size_of_transformer<&Transformer::hidden>},
    {"heads", size_of_transformer<&Transformer::heads>},
    {"kv_heads", size_of_transformer<&Transformer::kv_heads>},
    {"head_dim", size_of_transformer<&Transformer::head_dim>},
    {"ffn", size_of_transformer<&Transformer::ffn>},
    {"vocab", size_of_transformer<&Transformer::vocab>},
    {"experts", size_of_experts<&MixtureOfExperts::experts>},
    {"experts_active", size_of_experts<&MixtureOfExperts::active>},
    {"expert_ffn", size_of_experts<&MixtureOfExperts::expert_ffn>},
};

/// What a catalog file may not say of a transformer either.
Status check_sizes(const Model& model) {
  const auto* t = std::get_if<Transformer>(&model.architecture);
  if (t == nullptr) return Status::success();
  if (t->kv_heads > 0 && t->heads % t->kv_heads != 0)
    return bad_input(
        fmt::format("{}: {} key/value heads do not divide {} heads", model.id, t->kv_heads, t->heads));
  if (t->moe && t->moe->active > t->moe->experts)
    return bad_input(
        fmt::format("{}: a token uses {} of {} experts", model.id, t->moe->active, t->moe->experts));
  return Status::success();
}

}  // namespace

std::span<const ModelField> model_fields() { return sizes; }

const ModelField& model_field_of(const StudyAxis& axis) {
  const std::string_view name = std::string_view(axis.name).substr(std::string_view("model.").size());
  return *std::find_if(std::begin(sizes), std::end(sizes),
                       [&](const ModelField& f) { return f.name == name; });
}

Result<std::optional<Model>> model_at(const Study& study, const Digits& digits) {
  std::optional<Model> model;
  for (std::size_t i = 0; i < study.axes.size(); ++i) {
    const StudyAxis& axis = study.axes[i];
    if (axis.kind != AxisKind::model && axis.kind != AxisKind::model_field) continue;
    const AxisValue& value = axis.values[digits[i]];
    if (axis.kind == AxisKind::model) {
      model = study.models[static_cast<std::size_t>(value.number)];
      continue;
    }
    if (!model) model = study.model;
    const ModelField& field = model_field_of(axis);
    unsigned* size = field.of(*model);
    if (size == nullptr) return bad_input(fmt::format("{} has no {}", model->id, field.name));
    *size = static_cast<unsigned>(value.number);
  }
  if (model) RIDGELINE_CHECK(check_sizes(*model));
  return model;
}

}  // namespace ridgeline::studies
