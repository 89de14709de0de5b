#include "explore/archive.h"

#include <algorithm>

namespace ridgeline::studies {
namespace {

enum class Order { first_dominates, second_dominates, equal, neither };

Order compare(const Keys& a, const Keys& b, std::size_t objectives) {
  bool a_better = false, b_better = false;
  for (std::size_t i = 0; i < objectives; ++i) {
    a_better = a_better || a[i] < b[i];
    b_better = b_better || b[i] < a[i];
  }
  if (a_better && b_better) return Order::neither;
  if (a_better) return Order::first_dominates;
  return b_better ? Order::second_dominates : Order::equal;
}

}  // namespace

bool comes_before(const Member& a, const Member& b) {
  return a.keys != b.keys ? a.keys < b.keys : a.index < b.index;
}

/// Sorted by the first key the second falls, so the last member that is no worse by the first is the best by
/// the second of all that could dominate.
void Archive::add_of_two(const Member& candidate) {
  const Keys& keys = candidate.keys;
  const auto after = std::upper_bound(members_.begin(), members_.end(), keys[0],
                                      [](double key, const Member& m) { return key < m.keys[0]; });
  auto first = after;
  if (after != members_.begin()) {
    Member& before = *std::prev(after);
    if (before.keys[0] == keys[0] && before.keys[1] == keys[1]) {
      before.equals += 1 + candidate.equals;
      before.index = std::min(before.index, candidate.index);
      return;
    }
    if (before.keys[1] <= keys[1]) return;
    if (before.keys[0] == keys[0]) --first;
  }
  auto last = after;
  while (last != members_.end() && last->keys[1] >= keys[1]) ++last;
  if (first == last) {
    members_.insert(first, candidate);
  } else {
    *first = candidate;
    members_.erase(std::next(first), last);
  }
}

void Archive::add(const Member& candidate) {
  if (objectives_ == 2) return add_of_two(candidate);
  for (std::size_t i = 0; i < members_.size();) {
    switch (compare(members_[i].keys, candidate.keys, objectives_)) {
      case Order::first_dominates:
        // The next points resemble this one, so what beat it is asked first.
        if (i > 0) std::swap(members_[i], members_[i / 2]);
        return;
      case Order::equal:
        members_[i].equals += 1 + candidate.equals;
        members_[i].index = std::min(members_[i].index, candidate.index);
        return;
      case Order::second_dominates:
        members_[i] = members_.back();
        members_.pop_back();
        break;
      case Order::neither:
        ++i;
        break;
    }
  }
  members_.push_back(candidate);
}

std::vector<Member> Archive::sorted() const {
  std::vector<Member> result = members_;
  std::sort(result.begin(), result.end(), comes_before);
  return result;
}

void Best::add(const Member& candidate) {
  if (members_.size() == most_ && (most_ == 0 || !comes_before(candidate, members_.back()))) return;
  members_.insert(std::upper_bound(members_.begin(), members_.end(), candidate, comes_before), candidate);
  if (members_.size() > most_) members_.pop_back();
}

}  // namespace ridgeline::studies
