#include <algorithm>

#include "explore/space.h"

namespace ridgeline::studies {
namespace {

const Provenance of_study{ProvenanceKind::assumed, "an axis of the study", ""};

template <class Q>
std::optional<double> number(const std::optional<Sourced<Q>>& value) {
  if (!value) return std::nullopt;
  return value->value.value();
}
template <class Q>
void assign(std::optional<Sourced<Q>>& into, double value) {
  into = Sourced<Q>{Q(value), of_study, {}};
}

template <Precision P>
constexpr HardwareField peak_of(std::string_view name) {
  return {name, "FLOP/s",
          [](const Hardware& h) -> std::optional<double> {
            const auto found = h.peak.find(P);
            if (found == h.peak.end()) return std::nullopt;
            return found->second.value.value();
          },
          [](Hardware& h, double v) { h.peak[P] = {FlopsPerSecond(v), of_study, {}}; }};
}

constexpr HardwareField fields[] = {
    {"memory.bandwidth", "B/s", [](const Hardware& h) { return number(h.memory.bandwidth); },
     [](Hardware& h, double v) { assign(h.memory.bandwidth, v); }},
    {"memory.capacity", "B", [](const Hardware& h) { return number(h.memory.capacity); },
     [](Hardware& h, double v) { assign(h.memory.capacity, v); }},
    {"link.bandwidth", "B/s",
     [](const Hardware& h) -> std::optional<double> {
       if (h.links.empty()) return std::nullopt;
       return h.links.front().bandwidth.value.value();
     },
     [](Hardware& h, double v) {
       if (h.links.empty()) h.links.push_back({"of the study", {}, {}, 0});
       h.links.front().bandwidth = {BytesPerSecond(v), of_study, {}};
     }},
    peak_of<Precision::bf16>("peak.bf16"),
    peak_of<Precision::fp16>("peak.fp16"),
    peak_of<Precision::fp8>("peak.fp8"),
    peak_of<Precision::int8>("peak.int8"),
    peak_of<Precision::fp4>("peak.fp4"),
    {"tdp", "W", [](const Hardware& h) { return number(h.tdp); },
     [](Hardware& h, double v) { assign(h.tdp, v); }},
    {"price", "USD", [](const Hardware& h) { return number(h.price); },
     [](Hardware& h, double v) { assign(h.price, v); }},
};

}  // namespace

std::span<const HardwareField> hardware_fields() { return fields; }

const HardwareField& field_of(const StudyAxis& axis) {
  const std::string_view name = std::string_view(axis.name).substr(std::string_view("hardware.").size());
  return *std::find_if(std::begin(fields), std::end(fields),
                       [&](const HardwareField& f) { return f.name == name; });
}

}  // namespace ridgeline::studies
