#include "report/json_parts.h"

namespace ridgeline::report {
namespace {

Json level(const MemoryLevel& memory) {
  return {{"name", memory.name},
          {"capacity_bytes", report::to_json(memory.capacity)},
          {"bandwidth_bytes_per_second", report::to_json(memory.bandwidth)}};
}

Json peaks(const std::map<Precision, Sourced<FlopsPerSecond>>& table) {
  Json json = Json::object();
  for (const auto& [format, peak] : table) json[std::string(to_string(format))] = report::to_json(peak);
  return json;
}

}  // namespace

Json to_json(const Hardware& h) {
  Json caches = Json::array(), links = Json::array();
  for (const auto& cache : h.caches) caches.push_back(level(cache));
  for (const auto& link : h.links) {
    links.push_back({{"name", link.name},
                     {"bandwidth_bytes_per_second_per_direction", to_json(link.bandwidth)},
                     {"latency_seconds", to_json(link.latency)},
                     {"domain_devices", link.domain > 0 ? Json(link.domain) : Json()}});
  }
  return {{"id", h.id},
          {"name", h.name},
          {"vendor", h.vendor},
          {"tier", h.tier},
          {"year", h.year},
          {"aliases", h.aliases},
          {"peak_flops_per_second_dense", peaks(h.peak)},
          {"peak_flops_per_second_sparse", peaks(h.peak_sparse)},
          {"memory", level(h.memory)},
          {"caches", caches},
          {"links", links},
          {"compute_units", to_json(h.compute_units)},
          {"tdp_watts", to_json(h.tdp)},
          {"price_usd", to_json(h.price)},
          {"note", h.note}};
}

std::string json(const Hardware& h) { return document("ridgeline.hardware/1", to_json(h)); }

std::string json(const Model& m) {
  static constexpr const char* kinds[] = {"transformer", "conv_net",    "recommender",
                                          "unet",        "state_space", "encoder_decoder"};
  const ParameterCount parameters = count_parameters(m);
  return document("ridgeline.model/1", {{"id", m.id},
                                        {"name", m.name},
                                        {"task", m.task},
                                        {"aliases", m.aliases},
                                        {"architecture", kinds[m.architecture.index()]},
                                        {"parameters",
                                         {{"total", number(parameters.total)},
                                          {"active", number(parameters.active)},
                                          {"embedding", number(parameters.embedding)},
                                          {"published", to_json(m.published_parameters)}}},
                                        {"provenance", to_json(m.provenance)},
                                        {"note", m.note}});
}

}  // namespace ridgeline::report
