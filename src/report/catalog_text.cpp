#include <fmt/format.h>

#include "report/format.h"
#include "report/table.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

template <class Q>
void add(Table& table, std::string key, const Sourced<Q>& sourced) {
  std::string value = show(sourced.value);
  if (sourced.interval) {
    value += fmt::format(" [{}, {}]", show(sourced.interval->first), show(sourced.interval->second));
  }
  table.add({std::move(key), std::move(value), show(sourced.provenance)});
}

std::string names(const std::vector<std::string>& aliases) {
  return aliases.empty() ? "" : fmt::format("also: {}\n", fmt::join(aliases, ", "));
}

std::string kind_of(const Architecture& architecture) {
  static constexpr const char* kinds[] = {"transformer", "convolutional net", "recommender",
                                          "U-Net",       "state space",       "encoder and decoder"};
  return kinds[architecture.index()];
}

std::string describe(const Transformer& t) {
  std::string result =
      fmt::format("{} layers, hidden {}, {} heads of {} ({} key/value), feed-forward {}{}", t.layers,
                  t.hidden, t.heads, t.head_dim, t.kv_heads, t.ffn, t.gated_ffn ? " gated" : "");
  if (t.moe) {
    result += fmt::format("; {} experts of {}, {} active, {} shared", t.moe->experts, t.moe->expert_ffn,
                          t.moe->active, t.moe->shared);
  }
  if (t.mla) result += fmt::format("; latent attention, rank {}", t.mla->kv_lora_rank);
  if (t.linear) {
    result +=
        fmt::format("; linear attention but every {}th layer, {} heads of {} x {}", t.linear->full_every,
                    t.linear->value_heads, t.linear->key_dim, t.linear->value_dim);
  }
  if (t.sparse) result += fmt::format("; sparse attention, {} tokens a query", t.sparse->top_k);
  if (t.sliding_window) result += fmt::format("; sliding window {}", t.sliding_window);
  if (t.vocab) result += fmt::format("; vocabulary {}", t.vocab);
  return result;
}

std::string describe(const Architecture& architecture) {
  if (const auto* t = std::get_if<Transformer>(&architecture)) return describe(*t);
  if (const auto* net = std::get_if<ConvNet>(&architecture)) {
    return fmt::format("{} operators on {} x {} x {}", net->layers.size(), net->input_c, net->input_h,
                       net->input_w);
  }
  if (const auto* pair = std::get_if<EncoderDecoder>(&architecture)) {
    return fmt::format("encoder: {}; decoder: {}", describe(pair->encoder), describe(pair->decoder));
  }
  if (const auto* rec = std::get_if<Recommender>(&architecture)) {
    return fmt::format("{} embedding tables of dimension {}", rec->table_rows.size(), rec->embedding_dim);
  }
  if (const auto* unet = std::get_if<UNet>(&architecture)) {
    return fmt::format("latent {0} x {0}, channels {1}, {2} steps", unet->latent,
                       fmt::join(unet->channels, "/"), unet->steps);
  }
  const auto& ssm = std::get<StateSpace>(architecture);
  return fmt::format("{} layers, hidden {}, inner {}, state {}", ssm.layers, ssm.hidden, ssm.inner,
                     ssm.state);
}

}  // namespace

std::string text(const Hardware& h) {
  std::string result = fmt::format("{} ({}, {}, {})\n{}", h.name, h.id, h.tier, h.year, names(h.aliases));
  Table table({{"what"}, {"value", Align::right}, {"where it comes from"}});
  for (const auto& [format, peak] : h.peak) add(table, fmt::format("peak {} dense", to_string(format)), peak);
  for (const auto& [format, peak] : h.peak_sparse)
    add(table, fmt::format("peak {} sparse", to_string(format)), peak);
  const auto level = [&](const MemoryLevel& memory) {
    if (memory.capacity) add(table, memory.name + " capacity", *memory.capacity);
    if (memory.bandwidth) add(table, memory.name + " bandwidth", *memory.bandwidth);
  };
  level(h.memory);
  for (const auto& cache : h.caches) level(cache);
  for (const auto& link : h.links) {
    add(table, link.name + " per direction", link.bandwidth);
    if (link.domain > 0) table.add({link.name + " joins", fmt::format("{} devices", link.domain), ""});
    if (link.latency) add(table, link.name + " latency", *link.latency);
  }
  if (h.compute_units) {
    table.add(
        {"compute units", fmt::format("{:.0f}", h.compute_units->value), show(h.compute_units->provenance)});
  }
  if (h.tdp) add(table, "TDP", *h.tdp);
  if (h.price) {
    table.add({"price", fmt::format("{:.0f} USD", h.price->value.value()), show(h.price->provenance)});
  } else {
    table.add({"price", "unknown", ""});
  }
  result += table.text();
  if (!h.note.empty()) result += fmt::format("note: {}\n", h.note);
  return result;
}

std::string text(const Model& m) {
  const ParameterCount parameters = count_parameters(m);
  std::string result = fmt::format("{} ({}, {})\n{}{}: {}\n", m.name, m.id, m.task, names(m.aliases),
                                   kind_of(m.architecture), describe(m.architecture));
  result += fmt::format("parameters: {} by the architecture", count(parameters.total));
  if (parameters.active < parameters.total)
    result += fmt::format(", {} active a token", count(parameters.active));
  if (m.published_parameters) {
    result += fmt::format("; published {} ({})", count(m.published_parameters->value),
                          show(m.published_parameters->provenance));
  }
  result += fmt::format("\nsource: {}\n", show(m.provenance));
  if (!m.note.empty()) result += fmt::format("note: {}\n", m.note);
  return result;
}

}  // namespace ridgeline::report
