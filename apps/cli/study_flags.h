#pragma once
// A study as flags rather than as a file: they become the text of a file, and nothing else.

#include <deque>
#include <string>
#include <vector>

#include "app.h"
#include "ridgeline/study.h"

namespace ridgeline::cli {

/// A study with its answer: what `explore` makes.
struct Explored {
  Study study;
  StudyResult result;
};

class StudyFlags {
 public:
  void add_to(CLI::App&);
  /// Whether any of them was given.
  bool given() const;
  /// "--tp, --minimise": those that were.
  std::string names() const;
  /// The study file that they say; docs/explore.md. bad_input: values that no list or range is written with.
  Result<std::string> text(const std::optional<double>& price_per_hour) const;

 private:
  struct Axis {
    std::string key;  ///< in the file
    std::string flag;
    std::string values;
  };
  std::deque<Axis> axes_;  ///< whose addresses CLI11 keeps
  std::vector<std::string> more_axes_, minimise_, maximise_, constraints_, conditions_;
  std::string calibration_, stack_, stack_version_, verify_, ttft_p99_, tpot_p99_, search_;
  std::optional<std::uint64_t> verified_points_, population_, generations_, seed_;
  std::vector<const CLI::Option*> options_;
};

}  // namespace ridgeline::cli
