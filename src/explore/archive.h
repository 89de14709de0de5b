#pragma once
// Points that no other dominates, as they come. The set does not depend on the order in which they do.

#include <array>
#include <cstdint>
#include <vector>

#include "ridgeline/study.h"

namespace ridgeline::studies {

/// Objectives, turned so that less is better; those beyond the study's are 0.
using Keys = std::array<double, most_objectives>;

struct Member {
  std::uint64_t index = 0;   ///< the lowest of those with these keys
  std::uint64_t equals = 0;  ///< the others
  Keys keys{};
};
/// By the first key, then the next, then by index.
bool comes_before(const Member&, const Member&);

class Archive {
 public:
  explicit Archive(std::size_t objectives = 1) : objectives_(objectives) {}
  void add(const Member&);
  void add(const Archive& other) {
    for (const Member& m : other.members_) add(m);
  }
  /// In no particular order. (Of two objectives by the first, so that most candidates meet few of them.)
  const std::vector<Member>& members() const { return members_; }
  std::vector<Member> sorted() const;

 private:
  void add_of_two(const Member&);

  std::vector<Member> members_;
  std::size_t objectives_;
};

/// The best few by comes_before(), dominated or not.
class Best {
 public:
  explicit Best(std::size_t most = 0) : most_(most) {}
  void add(const Member&);
  const std::vector<Member>& members() const { return members_; }  ///< best first

 private:
  std::vector<Member> members_;
  std::size_t most_;
};

}  // namespace ridgeline::studies
