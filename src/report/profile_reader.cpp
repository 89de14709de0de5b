#include "report/profile_reader.h"

#include <fmt/format.h>

namespace ridgeline::report {
namespace {

template <class Q>
std::optional<std::pair<Q, Q>> interval_of(const JsonPlace& place) {
  const auto ends = place.interval();
  if (!ends) return std::nullopt;
  return std::pair{Q(ends->first), Q(ends->second)};
}

std::uint32_t count_of(const JsonPlace& place) {
  const std::uint64_t count = place.whole();
  if (count > UINT32_MAX) place.complain("is out of range");
  return static_cast<std::uint32_t>(count);
}

std::optional<Precision> format_of(const std::optional<JsonPlace>& place) {
  if (!place) return std::nullopt;
  const auto format = parse_precision(place->text());
  if (!format) place->complain("must be a number format, such as bf16");
  return format;
}

PrecisionPlan read_precision(const JsonPlace& at) {
  const auto format = [&](const char* key) { return format_of(at[key]).value_or(Precision::fp16); };
  PrecisionPlan plan;
  plan.weights = format("weights");
  plan.activations = format("activations");
  plan.kv_cache = format("kv_cache");
  plan.experts = format_of(at.find("experts"));
  plan.attention = format_of(at.find("attention"));
  plan.head = format_of(at.find("head"));
  const Precision products = format("products");
  if (plan.compute() != products) plan.products = products;
  return plan;
}

Parallelism read_parallelism(const JsonPlace& at) {
  Parallelism p;
  p.tensor = count_of(at["tensor"]);
  p.pipeline = count_of(at["pipeline"]);
  p.data = count_of(at["data"]);
  p.expert = count_of(at["expert"]);
  p.expert_tensor = count_of(at["expert_tensor"]);
  return p;
}

void read_classes(const JsonPlace& at, std::array<double, op_classes>& into) {
  for (std::size_t i = 0; i < op_classes; ++i)
    into[i] = at[to_string(static_cast<OpClass>(i))].number_or_nan();
}

Provenance read_provenance(const JsonPlace& at) {
  return {at["kind"].named(ProvenanceKind::assumed), at["source"].text(), at["date"].text()};
}

Calibration read_calibration(const JsonPlace& at) {
  Calibration c;
  c.kind = at["kind"].named(CalibrationKind::fitted);
  read_classes(at["compute_efficiency"], c.compute_efficiency);
  read_classes(at["memory_share"], c.memory_share);
  for (const auto& [key, field] : std::initializer_list<std::pair<const char*, double Calibration::*>>{
           {"memory_efficiency", &Calibration::memory_efficiency},
           {"narrow_efficiency", &Calibration::narrow_efficiency},
           {"padding_rows", &Calibration::padding_rows},
           {"gemm_half_rows", &Calibration::gemm_half_rows},
           {"gemm_few_rows", &Calibration::gemm_few_rows},
           {"gemm_few_share", &Calibration::gemm_few_share},
           {"link_efficiency", &Calibration::link_efficiency},
           {"remote_link_efficiency", &Calibration::remote_link_efficiency}})
    c.*field = at[key].number_or_nan();
  for (const auto& [key, field] : std::initializer_list<std::pair<const char*, Seconds Calibration::*>>{
           {"launch_seconds", &Calibration::launch},
           {"per_layer_seconds", &Calibration::per_layer},
           {"per_expert_layer_seconds", &Calibration::per_expert_layer},
           {"per_step_seconds", &Calibration::per_step},
           {"per_sequence_seconds", &Calibration::per_sequence},
           {"hop_seconds", &Calibration::hop},
           {"remote_hop_seconds", &Calibration::remote_hop}})
    at[key].read(c.*field);
  // Documents before these keys had neither.
  if (const auto overlap = at.find("overlap")) c.overlap = overlap->named(Overlap::partial);
  if (const auto spread = at.find("spread")) c.spread = spread->number();
  c.provenance = read_provenance(at["provenance"]);
  return c;
}

Footprint read_footprint(const JsonPlace& at) {
  Footprint f;
  at["weights_bytes"].read(f.weights);
  at["kv_cache_bytes"].read(f.kv_cache);
  at["activations_bytes"].read(f.activations);
  at["capacity_bytes"].read(f.capacity);
  f.runtime = Bytes(at["total_bytes"].number()) - f.total();
  return f;
}

OpTime read_operator(const JsonPlace& at) {
  OpTime op;
  op.name = at["name"].text();
  op.kind = at["class"].named(OpClass::collective);
  op.count = at["count"].number_or_nan();
  at["flops"].read(op.flops);
  at["bytes"].read(op.bytes);
  at["wire_bytes"].read(op.wire);
  at["compute_seconds"].read(op.compute);
  at["memory_seconds"].read(op.memory);
  at["network_seconds"].read(op.network);
  at["seconds"].read(op.time);
  return op;
}

TimeEstimate read_time(const JsonPlace& at) {
  TimeEstimate e;
  at["seconds"].read(e.value);
  e.interval = interval_of<Seconds>(at["interval_seconds"]);
  return e;
}

Worker read_worker(const JsonPlace& at) {
  Worker w;
  w.replicas = count_of(at["replicas"]);
  w.parallelism = read_parallelism(at["parallelism"]);
  return w;
}

}  // namespace

Profile read_profile(const JsonPlace& at) {
  Profile p;
  p.model = at["model"].text();
  p.hardware = at["hardware"].text();
  p.precision = read_precision(at["precision"]);
  p.parallelism = read_parallelism(at["parallelism"]);
  for (const JsonPlace& group : at["shape"].items())
    p.shape.groups.push_back(
        {count_of(group["sequences"]), count_of(group["new_tokens"]), count_of(group["past_tokens"])});
  p.calibration = read_calibration(at["calibration"]);
  at["latency_seconds"].read(p.latency);
  p.interval = interval_of<Seconds>(at["latency_interval_seconds"]);
  const JsonPlace parts = at["parts"];
  parts["compute_bound_seconds"].read(p.bound_compute);
  parts["memory_bound_seconds"].read(p.bound_memory);
  parts["network_seconds"].read(p.network);
  parts["overhead_seconds"].read(p.overhead);
  at["compute_seconds"].read(p.compute);
  at["memory_seconds"].read(p.memory);
  p.regime = at["regime"].named(Regime::network_bound);
  at["flops"].read(p.flops);
  at["bytes"].read(p.bytes);
  at["wire_bytes"].read(p.wire);
  at["peak_flops_per_second"].read(p.peak);
  at["bandwidth_bytes_per_second"].read(p.bandwidth);
  at["arithmetic_intensity_flops_per_byte"].read(p.intensity);
  at["ridge_point_flops_per_byte"].read(p.ridge);
  p.samples = at["samples"].number_or_nan();
  p.tokens = at["tokens"].number_or_nan();
  at["throughput_samples_per_second"].read(p.throughput);
  p.mfu = at["mfu"].number_or_nan();
  p.footprint = read_footprint(at["footprint"]);
  if (const auto energy = at["energy_at_most_joules"].figure()) p.energy = Joules(*energy);
  for (const JsonPlace& op : at["operators"].items()) p.ops.push_back(read_operator(op));
  return p;
}

ReadServing read_serving(const JsonPlace& at) {
  ReadServing read;
  ServingPoint& point = read.point;
  point.isl = count_of(at["isl"]);
  point.osl = count_of(at["osl"]);
  point.concurrency = at["concurrency"].number();
  point.requests_per_user = at["requests_per_user"].figure().value_or(0);  // 0: a steady state
  point.worker = read_worker(at["worker"]);
  if (const auto prefill = at.find("prefill")) point.prefill = read_worker(*prefill);
  ServingPrediction& p = read.prediction;
  p.ttft = read_time(at["ttft"]);
  p.tpot = read_time(at["tpot"]);
  at["requests_per_second"].read(p.requests);
  at["tokens_per_second_per_device"].read(p.tokens_per_device);
  at["tokens_per_second_per_user"].read(p.tokens_per_user);
  p.running = at["running"].number_or_nan();
  p.largest_batch = at["largest_batch"].number_or_nan();
  at["decode_step_seconds"].read(p.step);
  at["prompt_seconds"].read(p.prompt);
  p.prompt_share = at["prompt_share"].number_or_nan();
  p.devices = count_of(at["devices"]);
  p.limit = at["bound_by"].named(ServingLimit::cache_memory);
  p.footprint = read_footprint(at["footprint"]);
  p.decode = read_profile(at["decode"]);
  return read;
}

}  // namespace ridgeline::report
