#pragma once
// From what a prediction or a simulation gives to the metrics of a study. NaN is unknown.

#include <array>
#include <limits>

#include "ridgeline/study.h"

namespace ridgeline::studies {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
using Values = std::array<double, most_study_metrics>;

/// What the metrics are computed from.
struct Raw {
  double ttft = unknown, tpot = unknown, requests = unknown;  ///< serving
  double step = unknown;
  double concurrency = 1, osl = 1;  ///< serving
  double samples = 1;               ///< step: of one pass, all replicas
  double mfu = unknown;             ///< step
  double memory = unknown;
  double devices = 1;
  double tdp = unknown, price_per_hour = unknown;  ///< of one device
};

/// As study_metrics() lists them.
Values values_of(StudyKind, const Raw&);
/// The same prediction with its times multiplied.
Raw stretched(StudyKind, const Raw&, double times, double first_token);
/// Requests that a closed group of users completes in a second.
double request_rate(double concurrency, double osl, double ttft, double tpot);

std::vector<std::optional<double>> known(StudyKind, const Values&);
std::size_t find_metric(StudyKind, std::string_view name);  ///< requires one of that name

}  // namespace ridgeline::studies
