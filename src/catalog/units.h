#pragma once
// The units and scopes that catalog files may state, by what is measured.

#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/catalog.h"

namespace ridgeline::catalog {

/// A unit and what one of it is in SI units.
struct Unit {
  std::string_view name;
  double scale = 1;
};

/// What a value measures: the units it may have and the scope it must state.
struct Measure {
  std::string_view what;  ///< with its article: "a size"
  std::string_view scope;
  std::vector<Unit> units;
};

/// Compute peaks, dense and with structured sparsity; integer formats may count operations (TOPS).
const Measure& peak_of(Precision);
const Measure& sparse_peak_of(Precision);
const Measure& capacity();
const Measure& memory_bandwidth();
const Measure& link_bandwidth();
const Measure& latency();
/// Processors of a device; whatever they are called, one is one.
const Measure& compute_units();
const Measure& power();
const Measure& price();

/// "a", "a or b", "a, b or c".
std::string any_of(const std::vector<std::string>& words);

}  // namespace ridgeline::catalog
