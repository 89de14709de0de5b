#include "report/record.h"

namespace ridgeline::report {

namespace {

Json by_class(const std::array<double, op_classes>& values) {
  Json json = Json::object();
  for (std::size_t i = 0; i < op_classes; ++i) {
    json[std::string(to_string(static_cast<OpClass>(i)))] = number(values[i]);
  }
  return json;
}

Json interval(const std::optional<std::pair<Seconds, Seconds>>& ends) {
  return ends ? Json{number(ends->first), number(ends->second)} : Json();
}

Json format_or_null(const std::optional<Precision>& format) {
  return format ? Json(to_string(*format)) : Json();
}

}  // namespace

Json to_json(const Calibration& c) {
  return {{"kind", to_string(c.kind)},
          {"compute_efficiency", by_class(c.compute_efficiency)},
          {"memory_efficiency", number(c.memory_efficiency)},
          {"memory_share", by_class(c.memory_share)},
          {"narrow_efficiency", number(c.narrow_efficiency)},
          {"padding_rows", number(c.padding_rows)},
          {"gemm_half_rows", number(c.gemm_half_rows)},
          {"gemm_few_rows", number(c.gemm_few_rows)},
          {"gemm_few_share", number(c.gemm_few_share)},
          {"overlap", to_string(c.overlap)},
          {"launch_seconds", number(c.launch)},
          {"per_layer_seconds", number(c.per_layer)},
          {"per_expert_layer_seconds", number(c.per_expert_layer)},
          {"per_step_seconds", number(c.per_step)},
          {"per_sequence_seconds", number(c.per_sequence)},
          {"hop_seconds", number(c.hop)},
          {"link_efficiency", number(c.link_efficiency)},
          {"remote_hop_seconds", number(c.remote_hop)},
          {"remote_link_efficiency", number(c.remote_link_efficiency)},
          {"spread", number(c.spread)},
          {"provenance", to_json(c.provenance)}};
}

Json to_json(const Parallelism& p) {
  return {{"tensor", p.tensor}, {"pipeline", p.pipeline},           {"data", p.data},
          {"expert", p.expert}, {"expert_tensor", p.expert_tensor}, {"devices", p.devices()}};
}

Json to_json(const Footprint& f) {
  return {{"weights_bytes", number(f.weights)},         {"kv_cache_bytes", number(f.kv_cache)},
          {"activations_bytes", number(f.activations)}, {"total_bytes", number(f.total())},
          {"capacity_bytes", number(f.capacity)},       {"fits", f.fits()}};
}

Json to_json(const Profile& p) {
  Json groups = Json::array(), ops = Json::array();
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
                   {"network_seconds", number(op.network)},
                   {"wire_bytes", number(op.wire)},
                   {"seconds", number(op.time)}});
  }
  return {{"model", p.model},
          {"hardware", p.hardware},
          {"precision",
           {{"weights", to_string(p.precision.weights)},
            {"activations", to_string(p.precision.activations)},
            {"kv_cache", to_string(p.precision.kv_cache)},
            {"products", to_string(p.precision.compute())},
            {"experts", format_or_null(p.precision.experts)},
            {"attention", format_or_null(p.precision.attention)},
            {"head", format_or_null(p.precision.head)}}},
          {"parallelism", to_json(p.parallelism)},
          {"shape", groups},
          {"calibration", to_json(p.calibration)},
          {"latency_seconds", number(p.latency)},
          {"latency_interval_seconds", interval(p.interval)},
          {"parts",
           {{"compute_bound_seconds", number(p.bound_compute)},
            {"memory_bound_seconds", number(p.bound_memory)},
            {"network_seconds", number(p.network)},
            {"overhead_seconds", number(p.overhead)}}},
          {"compute_seconds", number(p.compute)},
          {"memory_seconds", number(p.memory)},
          {"regime", to_string(p.regime)},
          {"flops", number(p.flops)},
          {"bytes", number(p.bytes)},
          {"wire_bytes", number(p.wire)},
          {"peak_flops_per_second", number(p.peak)},
          {"bandwidth_bytes_per_second", number(p.bandwidth)},
          {"arithmetic_intensity_flops_per_byte", number(p.intensity)},
          {"ridge_point_flops_per_byte", number(p.ridge)},
          {"samples", number(p.samples)},
          {"tokens", number(p.tokens)},
          {"throughput_samples_per_second", number(p.throughput)},
          {"mfu", number(p.mfu)},
          {"footprint", to_json(p.footprint)},
          {"energy_at_most_joules", number(p.energy)},
          {"operators", ops},
          {"inputs", to_json(p.inputs)}};
}

std::string json(const Profile& p) { return document("ridgeline.profile/1", to_json(p)); }

Json to_json(const ProfileDifference& d) {
  Json parts = Json::array();
  for (const auto& part : d.parts)
    parts.push_back({{"factor", part.factor}, {"seconds", number(part.seconds)}});
  return {
      {"case", to_string(d.kind)},
      {"speedup", number(d.speedup)},
      {"bandwidth_ratio", number(d.bandwidth_ratio)},
      {"peak_ratio", number(d.peak_ratio)},
      {"work",
       {{"unit", d.work.unit}, {"baseline", number(d.work.baseline)}, {"proposal", number(d.work.proposal)}}},
      {"difference_seconds", number(d.difference)},
      {"parts", parts},
      {"analysis", d.analysis},
      {"baseline", to_json(d.baseline)},
      {"proposal", to_json(d.proposal)}};
}

std::string json(const ProfileDifference& d) { return document("ridgeline.difference/1", to_json(d)); }

}  // namespace ridgeline::report
