#include <algorithm>

#include "report/json_parts.h"

namespace ridgeline::report {
namespace {

Json to_json(const MetricAttribution& m) {
  Json parts = Json::array();
  for (const MetricPart& part : m.parts) {
    parts.push_back(
        {{"factor", part.factor}, {"value", number(part.value)}, {"error_95", number(part.error)}});
  }
  return {{"unit", m.unit},
          {"per", m.per},
          {"baseline", number(m.baseline)},
          {"proposal", number(m.proposal)},
          {"difference", number(m.difference)},
          {"parts", parts}};
}
Json to_json(const std::optional<MetricAttribution>& m) { return m ? to_json(*m) : Json(); }

Json to_json(const Counterfactual& c) {
  return {{"factor", c.factor},
          {"speedup_alone", number(c.alone)},
          {"alone_fits", c.alone_fits},
          {"speedup_without", number(c.without)},
          {"without_fits", c.without_fits}};
}

Json to_json(const IdleCapability& c) {
  return {{"capability", c.capability},
          {"unit", c.unit},
          {"baseline", number(c.baseline)},
          {"proposal", number(c.proposal)},
          {"raised", number(c.raised())},
          {"needed", number(c.needed)},
          {"idle", number(std::max(0.0, c.idle()))}};
}

Json to_json(const RegimeShift& s) {
  return {{"input", s.input},
          {"unit", s.unit},
          {"now", number(s.now)},
          {"at", number(s.at)},
          {"regime", s.at ? Json(to_string(s.to)) : Json()},
          {"fits", s.at ? Json(s.fits) : Json()},
          {"tried_from", number(s.tried_from)},
          {"tried_to", number(s.tried_to)}};
}

Json to_json(const Elasticity& e) {
  return {{"input", e.input},       {"changes_work", e.other_work},
          {"up", number(e.up)},     {"up_latency_ratio", number(e.up_ratio)},
          {"down", number(e.down)}, {"down_latency_ratio", number(e.down_ratio)}};
}

template <class T>
Json list(const std::vector<T>& items) {
  Json json = Json::array();
  for (const T& item : items) json.push_back(to_json(item));
  return json;
}

}  // namespace

std::string json(const Explanation& e) {
  Json body = to_json(e.profiles);
  // Parts of the whole difference, memory's capacity among them, in place of those that the headline lists.
  Json parts = Json::array();
  for (const MetricPart& part : e.latency.parts) {
    Json entry = {{"factor", part.factor}, {"seconds", number(part.value)}};
    if (part.error) entry["error_95_seconds"] = number(part.error);
    parts.push_back(std::move(entry));
  }
  body["parts"] = std::move(parts);
  body["sampled"] = e.sampled;
  body["metrics"] = {{"throughput", to_json(e.throughput)},
                     {"energy_at_most", to_json(e.energy)},
                     {"cost", to_json(e.cost)},
                     {"unknown", e.unknown}};
  body["counterfactuals"] = list(e.counterfactuals);
  body["idle"] = list(e.idle);
  body["next_bottleneck"] = list(e.shifts);
  body["elasticities"] = list(e.elasticities);
  body["sentences"] = e.sentences;
  return document("ridgeline.difference/1", std::move(body));
}

}  // namespace ridgeline::report
