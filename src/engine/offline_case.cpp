#include "engine/offline_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/lowering.h"
#include "engine/memory.h"

namespace ridgeline::engine {
namespace {

/// A batch large enough that the weights of a layer count little against its activations.
constexpr std::uint32_t large_batch = 64;
/// Of the memory, for weights and cache.
constexpr double usable_memory = 0.9;
/// A link slower than this is the host's (PCIe), and collectives over it pass through the host.
constexpr double fastest_host_link = 65e9;

Result<double> peak_of(const Hardware& hardware, Precision format) {
  const auto found = hardware.peak.find(compute_format(format));
  if (found != hardware.peak.end()) return found->second.value.value();
  return bad_input(fmt::format("{}: no peak in {} in the catalog", hardware.id, to_string(format)));
}

/// Attention computes in 16 bits whatever the weights are in.
double attention_peak(const Hardware& hardware, double otherwise) {
  for (const Precision format : {Precision::bf16, Precision::fp16}) {
    const auto found = hardware.peak.find(format);
    if (found != hardware.peak.end()) return found->second.value.value();
  }
  return otherwise;
}

/// Adds up operators, divided by `samples`. Vector work is fused into what stands before it.
Result<PeakWork> sum(const std::vector<Op>& ops, const Hardware& hardware, double samples) {
  PeakWork work;
  for (const Op& op : ops) {
    const double count = op.count / samples;
    if (op.kind == OpClass::gather) work.stored += op.bytes().value() * count;
    if (op.flops.value() <= 0) continue;
    RIDGELINE_TRY(peak, peak_of(hardware, op.format));
    const double flops = op.flops.value() * count;
    work.flops += flops;
    work.stored += op.weights.value() * count;
    work.activations += op.activations.value() * count;
    if (op.kind == OpClass::conv) work.convolution += flops / peak;
    if (op.kind == OpClass::gemm || op.kind == OpClass::experts) work.product += flops / peak;
    if (op.kind == OpClass::attention) work.attention += flops / attention_peak(hardware, peak);
  }
  return work;
}

std::uint32_t whole(double tokens) { return static_cast<std::uint32_t>(std::llround(std::max(1.0, tokens))); }

void scale(PeakWork& work, double by) {
  for (double* part :
       {&work.convolution, &work.product, &work.attention, &work.flops, &work.stored, &work.activations}) {
    *part *= by;
  }
}

double cache_bytes(const std::vector<Op>& ops, double sequences) {
  double sum = 0;
  for (const Op& op : ops) sum += op.kv_cache.value() * op.count;
  return sum / sequences;
}

double wire_of(const std::vector<Op>& ops, double sequences) {
  double sum = 0;
  for (const Op& op : ops) {
    if (op.kind == OpClass::collective) sum += wire_bytes(op).value() * op.count;
  }
  return sum / sequences;
}

/// The first link that joins so many devices; the last where none does.
const Link* link_for(const Hardware& hardware, unsigned devices) {
  for (const Link& link : hardware.links) {
    if (link.domain == 0 || link.domain >= devices) return &link;
  }
  return hardware.links.empty() ? nullptr : &hardware.links.back();
}

/// What the passes of a language model need of its lengths.
struct Lengths {
  StepShape prompt, step;
  explicit Lengths(const OfflineWorkload& w)
      : prompt(StepShape::prefill(large_batch, whole(w.prompt_tokens))),
        step(StepShape::decode(large_batch, whole(w.prompt_tokens + w.output_tokens / 2))) {}
};

/// Bytes that one device of `n` sends for a sample; nothing where the model cannot be divided so.
std::optional<double> wire_a_sample(const Model& model, const OfflineWorkload& workload, unsigned n) {
  Parallelism divided;
  divided.tensor = n;
  const auto* transformer = std::get_if<Transformer>(&model.architecture);
  if (!transformer) return std::nullopt;
  if (transformer->moe) divided.expert_tensor = n;
  PrecisionPlan plan = workload.precision;
  plan.activations = Precision::bf16;  // partial sums travel in 16 bits
  const Lengths lengths(workload);
  const auto prompt = lower(model, lengths.prompt, plan, divided);
  const auto step = lower(model, lengths.step, plan, divided);
  if (!prompt || !step) return std::nullopt;
  return wire_of(*prompt, large_batch) +
         workload.output_tokens * workload.beams * wire_of(*step, large_batch);
}

void add_replica(OfflineCase& c, const Model& model, const Hardware& hardware,
                 const OfflineWorkload& workload, unsigned n) {
  const double memory = usable_memory * hardware.memory.capacity->value.value() * n;
  Replica replica;
  replica.devices = n;
  replica.requests = (memory - c.weights) / c.cache_read;
  if (replica.requests < 1) return;
  if (n > 1) {
    const auto wire = wire_a_sample(model, workload, n);
    const Link* link = link_for(hardware, n);
    if (!wire || !link) return;
    replica.wire_seconds = n * *wire / link->bandwidth.value.value();
    replica.over_host_link = link->bandwidth.value.value() <= fastest_host_link;
  }
  c.replicas.push_back(replica);
}

Error too_large(const OfflineCase& c, const Model& model, const Hardware& hardware, unsigned devices) {
  const double memory = usable_memory * hardware.memory.capacity->value.value() * devices;
  return infeasible(fmt::format("{} does not fit {} x {}: {:.1f} GB are missing", model.id, devices,
                                hardware.id, (c.weights + c.cache_read - memory) / 1e9));
}

Status add_language(OfflineCase& c, const Model& model, const Hardware& hardware,
                    const OfflineWorkload& workload) {
  if (!(workload.prompt_tokens > 0) || !(workload.output_tokens > 0) || workload.beams == 0)
    return bad_input(model.id + ": prompt and output tokens, and beams, must be above 0");
  const Lengths lengths(workload);
  RIDGELINE_TRY(prompt, lower(model, lengths.prompt, workload.precision));
  RIDGELINE_TRY(prompt_work, sum(prompt, hardware, large_batch));
  c.work = prompt_work;
  RIDGELINE_TRY(step, lower(model, lengths.step, workload.precision));
  RIDGELINE_TRY(step_work, sum(step, hardware, large_batch));
  c.decode = step_work;
  c.output_tokens = workload.output_tokens;
  c.beams = workload.beams;
  scale(c.decode, c.output_tokens * c.beams);
  c.cache_read = cache_bytes(step, large_batch);
  if (workload.beams > 1) {  // they share the prompt's cache; each has its own of what it wrote
    const StepShape own = StepShape::decode(large_batch, whole(workload.output_tokens / 2));
    RIDGELINE_TRY(ops, lower(model, own, workload.precision));
    c.cache_read += (workload.beams - 1) * cache_bytes(ops, large_batch);
  }
  for (unsigned n = 1; n <= workload.max_devices; n *= 2) add_replica(c, model, hardware, workload, n);
  if (c.replicas.empty()) return too_large(c, model, hardware, std::max(1u, workload.max_devices));
  return Status::success();
}

Status add_samples(OfflineCase& c, const Model& model, const Hardware& hardware,
                   const OfflineWorkload& workload) {
  const std::uint32_t batch = large_batch * whole(workload.items);
  StepShape shape = StepShape::samples(batch);
  if (c.family == OfflineFamily::encoder) {
    const auto* transformer = std::get_if<Transformer>(&model.architecture);
    const double patches = transformer ? transformer->patch_tokens : 0;
    const double tokens = workload.prompt_tokens > 0 ? workload.prompt_tokens : model.default_sequence;
    if (patches <= 0 && tokens <= 0) return bad_input(model.id + ": give the tokens of a sample");
    if (patches <= 0) shape = StepShape::prefill(batch, whole(tokens));
  }
  RIDGELINE_TRY(ops, lower(model, shape, workload.precision));
  RIDGELINE_TRY(work, sum(ops, hardware, batch));
  c.work = work;
  scale(c.work, workload.items);
  // Embedding tables are divided over the devices; other models are small against a device.
  const double memory = usable_memory * hardware.memory.capacity->value.value();
  if (c.weights > memory * std::max(1u, workload.max_devices))
    return too_large(c, model, hardware, std::max(1u, workload.max_devices));
  return Status::success();
}

double on_chip(const Hardware& hardware) {
  double sum = 0;
  for (const MemoryLevel& cache : hardware.caches) {
    const bool last_levels = cache.name == "L2" || cache.name == "SRAM" || cache.name == "Infinity Cache";
    if (last_levels && cache.capacity) sum += cache.capacity->value.value();
  }
  return sum;
}

/// The coefficients of an efficiency: its own times those of generation, family, workload, format, software.
void add_efficiency(OfflineCase& c, Factor factor, const std::string& own, const OfflineWorkload& workload,
                    const std::string& generation) {
  const auto add = [&](std::string name) { c.names.push_back({factor, std::move(name)}); };
  add("efficiency." + own);
  if (!generation.empty()) {
    add("generation." + generation);
    add(fmt::format("family.{}.{}", to_string(c.family), generation));
  }
  if (!workload.name.empty()) add("workload." + workload.name);
  if (!workload.name.empty() && !workload.software.empty())
    add(fmt::format("software.{}.{}", workload.name, workload.software));
  if (c.value_size < 1) add("format.narrow");
  if (c.value_size > 1) add("format.wide");
}

void add_power_names(OfflineCase& c, const std::string& generation) {
  if (c.tdp <= 0) return;
  const auto add = [&](Factor factor, std::string name) { c.names.push_back({factor, std::move(name)}); };
  add(Factor::operation_energy, "energy.operation");
  if (!generation.empty()) add(Factor::operation_energy, "energy.generation." + generation);
  add(Factor::format_exponent, "energy.format");
  add(Factor::byte_energy, "energy.byte");
  add(Factor::power_exponent, "power.exponent");
  add(Factor::static_share, "power.static");
  if (!c.saves_power) return;
  const std::string own = "power.saving." + generation;
  add(Factor::saving_limit, offline_coefficient_kind(own) ? own : "power.saving");
}

void add_names(OfflineCase& c, const OfflineWorkload& workload, const std::string& generation) {
  const auto add = [&](Factor factor, std::string name) { c.names.push_back({factor, std::move(name)}); };
  if (c.work.convolution > 0) add_efficiency(c, Factor::convolution, "convolution", workload, generation);
  if (c.family == OfflineFamily::recommender) {
    add_efficiency(c, Factor::recommender, "recommender", workload, generation);
  } else if (c.family != OfflineFamily::convolution) {
    add_efficiency(c, Factor::product, "product", workload, generation);
    add_efficiency(c, Factor::attention, "attention", workload, generation);
  }
  add(Factor::memory, "memory");
  if (c.family != OfflineFamily::language && c.family != OfflineFamily::recommender)
    add(Factor::cache_time, "cache_time");
  if (c.family == OfflineFamily::recommender) add(Factor::activation_traffic, "activation_traffic");
  if (c.family == OfflineFamily::language) {
    add(Factor::token_time, "token_time");
    for (const Replica& replica : c.replicas) {
      if (replica.devices == 1) continue;
      add(replica.over_host_link ? Factor::host_link : Factor::fast_link,
          replica.over_host_link ? "link.host" : "link.fast");
    }
  }
  add_power_names(c, generation);
}

/// One name of each link, though several replicas use it.
void drop_repeated(std::vector<OfflineCase::Name>& names) {
  std::vector<OfflineCase::Name> kept;
  for (OfflineCase::Name& name : names) {
    const bool there = std::any_of(kept.begin(), kept.end(), [&](const OfflineCase::Name& k) {
      return k.factor == name.factor && k.coefficient == name.coefficient;
    });
    if (!there) kept.push_back(std::move(name));
  }
  names = std::move(kept);
}

}  // namespace

Result<OfflineCase> make_offline_case(const Model& model, const Hardware& hardware,
                                      const OfflineWorkload& workload, const std::string& generation) {
  OfflineCase c;
  c.family = offline_family(model);
  RIDGELINE_TRY(peak, peak_of(hardware, workload.precision.compute()));
  c.peak = peak;
  c.bandwidth = hardware.memory.bandwidth->value.value();
  c.cache_size = on_chip(hardware);
  c.value_size = size_of(compute_format(workload.precision.compute())).value();
  c.tdp = hardware.tdp ? hardware.tdp->value.value() : 0;
  c.power_limit = workload.power_limit ? workload.power_limit->value() : c.tdp;
  if (workload.power_limit) c.tdp = c.power_limit;
  c.saves_power = workload.power_mode == PowerMode::saving;
  c.weights = weight_bytes(model, count_parameters(model), workload.precision, {}).value();
  if (c.family == OfflineFamily::language) {
    RIDGELINE_CHECK(add_language(c, model, hardware, workload));
  } else {
    RIDGELINE_CHECK(add_samples(c, model, hardware, workload));
  }
  add_names(c, workload, generation);
  drop_repeated(c.names);
  return c;
}

}  // namespace ridgeline::engine
