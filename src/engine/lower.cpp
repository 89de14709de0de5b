#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/lowering.h"
#include "engine/token_work.h"
#include "ridgeline/engine.h"

namespace ridgeline {
namespace engine {
namespace {

Status check_images(std::span<const SequenceGroup> groups, const std::string& model) {
  for (const SequenceGroup& group : groups) {
    if (group.new_tokens == 1 && group.past_tokens == 0) continue;
    return bad_input(
        fmt::format("{}: has no tokens: a step is a number of samples, not {} new after {} past tokens",
                    model, group.new_tokens, group.past_tokens));
  }
  return Status::success();
}

Status check_encoder_decoder(const EncoderDecoder& model, std::span<const SequenceGroup> groups,
                             const std::string& id) {
  if (encoder_tokens(model) == 0)
    return bad_input(id + ": neither a stem nor cross_attention gives the encoder's length");
  return check_groups(model.decoder, groups, id);
}

}  // namespace

double samples_of(std::span<const SequenceGroup> groups) {
  double sum = 0;
  for (const SequenceGroup& group : groups) sum += group.sequences;
  return sum;
}

Status check_step(const Model& model, std::span<const SequenceGroup> groups) {
  if (groups.empty()) return bad_input(model.id + ": a step needs at least one group of sequences");
  for (const SequenceGroup& group : groups) {
    if (group.sequences == 0) return bad_input(model.id + ": a group needs at least one sequence");
    if (group.new_tokens == 0) return bad_input(model.id + ": a group needs at least one new token");
  }
  return std::visit(
      Overloaded{[&](const Transformer& t) { return check_groups(t, groups, model.id); },
                 [&](const EncoderDecoder& m) { return check_encoder_decoder(m, groups, model.id); },
                 [](const StateSpace&) { return Status::success(); },
                 [&](const auto&) { return check_images(groups, model.id); }},
      model.architecture);
}

namespace {

double layers_in(const ConvNet& net) {
  return static_cast<double>(std::count_if(net.layers.begin(), net.layers.end(), [](const ConvLayer& layer) {
    return layer.kind == ConvLayer::Kind::conv || layer.kind == ConvLayer::Kind::linear;
  }));
}
double layers_in(const Recommender& r) {
  return static_cast<double>(r.bottom_mlp.size() + r.top_mlp.size() + r.cross_layers);
}
double layers_in(const UNet& u) {
  const double levels = static_cast<double>(u.channels.size());
  const double residual = levels * (2.0 * u.blocks + 1) + 2;
  double transformers = u.mid_transformer_depth;
  for (const unsigned depth : u.transformer_depth) transformers += depth * (2.0 * u.blocks + 1);
  return (residual + transformers) * std::max(1u, u.steps);
}

}  // namespace

double layers_of(const Model& model, std::span<const SequenceGroup> groups) {
  return std::visit(Overloaded{[](const Transformer& t) -> double { return t.layers; },
                               [](const StateSpace& s) -> double { return s.layers; },
                               [&](const EncoderDecoder& m) -> double {
                                 const bool encodes = token_work(groups, true, 0).started > 0;
                                 return m.decoder.layers + (encodes ? m.encoder.layers : 0.0);
                               },
                               [](const auto& other) { return layers_in(other); }},
                    model.architecture);
}

}  // namespace engine

Status lower_into(const Model& model, std::span<const SequenceGroup> groups, const PrecisionPlan& plan,
                  std::vector<Op>& out, const Parallelism& devices, double imbalance) {
  using namespace engine;
  RIDGELINE_CHECK(check_step(model, groups));
  if (!(devices == Parallelism{})) RIDGELINE_CHECK(check(devices, model));
  if (!(imbalance >= 1 && std::isfinite(imbalance))) {
    return bad_input(
        fmt::format("imbalance: the busiest load over the mean is 1 or more, not {}", imbalance));
  }
  out.clear();
  OpWriter writer(plan, out);
  const double batch = samples_of(groups);
  std::visit(
      Overloaded{[&](const Transformer& t) { lower_transformer(t, groups, writer, {devices, imbalance}); },
                 [&](const ConvNet& net) { lower_conv_net(net, batch, writer); },
                 [&](const Recommender& r) { lower_recommender(r, batch, writer); },
                 [&](const UNet& u) { lower_unet(u, batch, writer); },
                 [&](const StateSpace& s) { lower_state_space(s, groups, writer); },
                 [&](const EncoderDecoder& m) { lower_encoder_decoder(m, groups, writer); }},
      model.architecture);
  return Status::success();
}

Result<std::vector<Op>> lower(const Model& model, const StepShape& shape, const PrecisionPlan& plan,
                              const Parallelism& devices, double imbalance) {
  std::vector<Op> ops;
  RIDGELINE_CHECK(lower_into(model, shape.groups, plan, ops, devices, imbalance));
  return ops;
}

bool generates(const Model& model) {
  return std::visit(
      engine::Overloaded{[](const Transformer& t) { return t.causal && t.lm_head && t.vocab > 0; },
                         [](const StateSpace&) { return true; }, [](const EncoderDecoder&) { return true; },
                         [](const auto&) { return false; }},
      model.architecture);
}

}  // namespace ridgeline
