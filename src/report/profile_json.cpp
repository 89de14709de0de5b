#include "report/json_parts.h"

namespace ridgeline::report {

Json to_json(const Calibration& c) {
  Json efficiency = Json::object();
  for (std::size_t i = 0; i < op_classes; ++i) {
    efficiency[std::string(to_string(static_cast<OpClass>(i)))] = number(c.compute_efficiency[i]);
  }
  return {{"kind", to_string(c.kind)},
          {"compute_efficiency", efficiency},
          {"memory_efficiency", number(c.memory_efficiency)},
          {"launch_seconds", number(c.launch)},
          {"per_layer_seconds", number(c.per_layer)},
          {"per_step_seconds", number(c.per_step)},
          {"provenance", to_json(c.provenance)}};
}

Json to_json(const Profile& p) {
  Json groups = Json::array(), ops = Json::array(), inputs = Json::array();
  for (const auto& group : p.shape.groups) {
    groups.push_back({{"sequences", group.sequences},
                      {"new_tokens", group.new_tokens},
                      {"past_tokens", group.past_tokens}});
  }
  for (const auto& op : p.ops) {
    ops.push_back({{"name", op.name},
                   {"class", to_string(op.kind)},
                   {"count", number(op.count)},
                   {"flops", number(op.flops)},
                   {"bytes", number(op.bytes)},
                   {"compute_seconds", number(op.compute)},
                   {"memory_seconds", number(op.memory)},
                   {"seconds", number(op.time)}});
  }
  for (const auto& input : p.inputs) {
    inputs.push_back({{"key", input.key}, {"value", input.value}, {"provenance", to_json(input.provenance)}});
  }
  return {{"model", p.model},
          {"hardware", p.hardware},
          {"precision",
           {{"weights", to_string(p.precision.weights)},
            {"activations", to_string(p.precision.activations)},
            {"kv_cache", to_string(p.precision.kv_cache)}}},
          {"shape", groups},
          {"calibration", to_json(p.calibration)},
          {"latency_seconds", number(p.latency)},
          {"parts",
           {{"compute_bound_seconds", number(p.bound_compute)},
            {"memory_bound_seconds", number(p.bound_memory)},
            {"overhead_seconds", number(p.overhead)}}},
          {"compute_seconds", number(p.compute)},
          {"memory_seconds", number(p.memory)},
          {"regime", to_string(p.regime)},
          {"flops", number(p.flops)},
          {"bytes", number(p.bytes)},
          {"arithmetic_intensity_flops_per_byte", number(p.intensity)},
          {"ridge_point_flops_per_byte", number(p.ridge)},
          {"samples", number(p.samples)},
          {"tokens", number(p.tokens)},
          {"throughput_samples_per_second", number(p.throughput)},
          {"mfu", number(p.mfu)},
          {"footprint",
           {{"weights_bytes", number(p.footprint.weights)},
            {"kv_cache_bytes", number(p.footprint.kv_cache)},
            {"activations_bytes", number(p.footprint.activations)},
            {"total_bytes", number(p.footprint.total())},
            {"capacity_bytes", number(p.footprint.capacity)},
            {"fits", p.footprint.fits()}}},
          {"energy_at_most_joules", number(p.energy)},
          {"operators", ops},
          {"inputs", inputs}};
}

std::string json(const Profile& p) { return document("ridgeline.profile/1", to_json(p)); }

std::string json(const ProfileDifference& d) {
  Json parts = Json::array();
  for (const auto& part : d.parts)
    parts.push_back({{"factor", part.factor}, {"seconds", number(part.seconds)}});
  return document("ridgeline.difference/1", {{"case", to_string(d.kind)},
                                             {"speedup", number(d.speedup)},
                                             {"bandwidth_ratio", number(d.bandwidth_ratio)},
                                             {"peak_ratio", number(d.peak_ratio)},
                                             {"difference_seconds", number(d.difference)},
                                             {"parts", parts},
                                             {"analysis", d.analysis},
                                             {"baseline", to_json(d.baseline)},
                                             {"proposal", to_json(d.proposal)}});
}

}  // namespace ridgeline::report
