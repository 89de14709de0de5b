#pragma once
// Cost: what work takes in money, energy and carbon, part by part: an hour of it, a query, a million tokens.
// docs/economics.md.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ridgeline/economics.h"
#include "ridgeline/serving.h"

namespace ridgeline {

/// A part of all devices; unknown where part.rate has no value, for the reason there.
struct CostLine {
  CostPart part;
  std::optional<double> per_hour;  ///< of work
  std::optional<double> per_query, per_million;
  std::optional<std::pair<double, double>> query_interval, million_interval;  ///< 90 %, of the predicted time
};

struct CostReport {
  std::string model, hardware;  ///< ids
  std::string work;             ///< "64 users, 1024 tokens in, 1024 out"
  unsigned devices = 1;
  std::string query;                    ///< "request", "token", "sample"
  std::string unit;                     ///< that a million are of: "output tokens", "samples"
  std::optional<Hertz> queries, units;  ///< of all devices, while they work
  std::string unfit;                    ///< why nothing is known: it does not fit, or run there at all
  std::vector<CostLine> lines;          ///< as cost_parts() gives them
  std::vector<std::string> notes;       ///< what holds for the figures
  std::vector<Input> inputs;

  const CostLine& line(std::string_view key) const;  ///< requires one of that key
};

/// bad_input: what check(Economics) refuses. What does not fit is no error.
Result<CostReport> cost_report(const Profile&, const Hardware&, const Economics&);
/// Of a device that the work does not run on.
CostReport no_cost_report(const Model&, const Hardware&, std::string reason);
/// Predicts first. Errors of predict_serving but infeasible.
Result<CostReport> cost_report(const Model&, const Hardware&, const ServingPoint&, const Calibration&,
                               const Economics&);

}  // namespace ridgeline
