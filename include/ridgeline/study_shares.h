#pragma once
// A study that several processes screen: one leads, hands out ranges of points and gathers what they say. How
// the bytes travel is not said here (cluster.h). The result has the same bytes for any number of processes.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ridgeline/study.h"

namespace ridgeline {

struct StudyRange {
  std::uint64_t begin = 0, end = 0;
  friend bool operator==(const StudyRange&, const StudyRange&) = default;
};

/// A few characters for all that points are predicted from: processes must have the same to work together.
std::string study_fingerprint(const Study&);

/// Screens ranges for the process that leads. The study must outlive it.
class RangeScreen {
 public:
  RangeScreen(const Study&, unsigned threads);  ///< 0: all cores
  ~RangeScreen();
  /// What the points say, for StudyShares::take() in a process of the same build; nothing where `stop` was
  /// set.
  std::optional<std::string> screen(StudyRange, const std::atomic<bool>& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Who has which range, and what is known so far. Of the process that leads; not thread safe. The study must
/// outlive it.
class StudyShares {
 public:
  /// From the state of a journal, where there is one; most_points as in ExploreOptions. bad_input: the
  /// journal is of another study.
  static Result<StudyShares> begin(const Study&, const std::optional<std::string>& journal,
                                   std::uint64_t most_points = 0);
  ~StudyShares();
  StudyShares(StudyShares&&) noexcept;
  StudyShares& operator=(StudyShares&&) noexcept;

  /// The first range that nobody holds; new ones have at most `most` points, less where few are left to share
  /// among `holders`. Nothing: all are taken or held.
  std::optional<StudyRange> lease(int holder, std::uint64_t most, int holders);
  /// What the points of a range say. Of a range that is known already nothing changes: its holder was thought
  /// lost and was not. bad_input: not what RangeScreen says of the range.
  Status take(StudyRange, std::string_view findings);
  /// Its ranges go to others.
  void lose(int holder);
  /// A range that is out has another holder now.
  void pass(StudyRange, int holder);

  bool complete() const;
  std::uint64_t taken() const;  ///< points, of all ranges
  std::string journal() const;  ///< of the points before the first range that is out
  /// As explore() ends; the points as in journal().
  Result<StudyResult> conclude(const ExploreOptions&) const;

 private:
  struct Impl;
  explicit StudyShares(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ridgeline
