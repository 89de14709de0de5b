#pragma once
// The sources a catalog file names, and values that refer to them.

#include <map>
#include <string>
#include <utility>

#include "base/yaml.h"
#include "catalog/units.h"
#include "ridgeline/catalog.h"

namespace ridgeline::catalog {

/// The `sources` map of one file.
class Sources {
 public:
  /// `top` is the whole file; the key must be there and name at least one source.
  static Result<Sources> read(const YamlNode& top);

  /// The source that `map.source` names.
  Result<Provenance> of(const YamlNode& map) const;

  /// {value, unit, scope, source, interval?}: positive, in SI units.
  template <class Q>
  Result<Sourced<Q>> value(const YamlNode& map, const Measure& measure) const {
    RIDGELINE_TRY(number, si_value(map, measure));
    Sourced<Q> result{Q(number.value), number.provenance, {}};
    if (number.interval) result.interval = std::pair(Q(number.interval->first), Q(number.interval->second));
    return result;
  }

  /// The same under `parent.key`, nothing when the key is absent.
  template <class Q>
  Result<std::optional<Sourced<Q>>> optional_value(const YamlNode& parent, std::string_view key,
                                                   const Measure& measure) const {
    const auto child = parent.find(key);
    if (!child) return std::optional<Sourced<Q>>();
    RIDGELINE_TRY(found, value<Q>(*child, measure));
    return std::optional<Sourced<Q>>(std::move(found));
  }

 private:
  Result<Sourced<double>> si_value(const YamlNode& map, const Measure& measure) const;

  std::map<std::string, Provenance> named_;
};

/// The kind of provenance that this text names.
Result<ProvenanceKind> provenance_kind(const YamlNode&);
/// The provenance that stands beside a value: `kind` and `source`, both texts.
Result<Provenance> provenance_beside(const YamlNode& map);

/// A positive number: catalog values are never zero, only absent.
Result<double> positive_number(const YamlNode&);

}  // namespace ridgeline::catalog
