#pragma once
// Pieces of the JSON documents. SI numbers with the unit in the key; unknown is null.

#include <nlohmann/json.hpp>
#include <optional>

#include "ridgeline/audit.h"
#include "ridgeline/report.h"

namespace ridgeline::report {

using Json = nlohmann::ordered_json;

/// A finite number, or null.
Json number(double);
template <int... E>
Json number(Quantity<E...> quantity) {
  return number(quantity.value());
}
template <class T>
Json number(const std::optional<T>& value) {
  return value ? number(*value) : Json();
}

Json to_json(const Provenance&);
template <class Q>
Json to_json(const Sourced<Q>& sourced) {
  Json json = {{"value", number(sourced.value)}};
  if (sourced.interval)
    json["interval"] = {number(sourced.interval->first), number(sourced.interval->second)};
  json["provenance"] = to_json(sourced.provenance);
  return json;
}
Json to_json(const Estimate&);
Json to_json(const Scenario&);
Json to_json(const Summary&);
Json to_json(const Hardware&);
Json to_json(const Calibration&);
Json to_json(const Parallelism&);
Json to_json(const Footprint&);
Json to_json(const Profile&);
Json to_json(const ProfileDifference&);
Json to_json(const HostProbe&);
template <class T>
Json to_json(const std::optional<T>& value) {
  return value ? to_json(*value) : Json();
}

/// The document's text: schema name and the producer's version first.
std::string document(const char* schema, Json body);

}  // namespace ridgeline::report
