#pragma once
// What is kept of the points seen so far. Adding up in any order gives the same.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "explore/evaluate.h"

namespace ridgeline::studies {

class Tally {
 public:
  explicit Tally(const Study&);
  void add(const Study&, std::uint64_t index, const Digits&, const Evaluated&);
  void add(const Tally&);
  void add_excluded(std::uint64_t points) {
    explored += points;
    excluded += points;
  }
  /// A point with values, on the device of that position in the study.
  void add_predicted(const Study&, std::uint64_t index, std::size_t device, const Values&);
  /// Points with one error, of which `kind` is error_kind() and `index` the lowest.
  void add_errors(const std::string& kind, const Error&, std::uint64_t index, std::uint64_t points);
  /// Counts a point where a lower one with an error of that kind is there already.
  bool add_like(const std::string& kind, std::uint64_t index);

  struct OfConstraint {
    std::uint64_t fell = 0, fell_alone = 0, untold = 0;
  };
  struct OfError {
    bool does_not_fit = false;
    std::uint64_t count = 0, example = 0;
    std::string message;
  };
  struct Partial {
    std::uint64_t count = 0;
    Archive archive;
  };
  /// Points that keep to the constraints: the front of each device's. Their union's front is the study's.
  Archive front() const;

  std::uint64_t explored = 0, excluded = 0, does_not_fit = 0, failed = 0, fell = 0, untold = 0, feasible = 0;
  std::vector<OfConstraint> constraints;
  std::map<std::string, OfError> errors;  ///< by kind
  std::vector<Archive> devices;
  std::vector<Archive> without;              ///< by constraint: points that break that one alone
  std::map<std::uint32_t, Partial> partial;  ///< by the objectives that are unknown
  Best top;
  bool searched = false;  ///< a search chose the points, and came to its end

 private:
  std::size_t objectives_;
  std::size_t device_axis_;
};

/// The message with its numbers left out, but not those inside names: equal for the same thing wrong at
/// another point.
std::string error_kind(const Error&);

/// The state as text, and back: indices and counts only, points are predicted again. The text names the
/// study: another one's is refused.
std::string write_journal(const Study&, const Tally&);
Result<Tally> read_journal(const Study&, const std::string& text);
/// Everything that points are predicted from, as a few characters.
std::string fingerprint(const Study&);

/// The state as bytes for another process of the same build: quick, and nothing is predicted again.
std::string pack(const Tally&);
Result<Tally> unpack(const Study&, std::string_view bytes);

}  // namespace ridgeline::studies
