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

void Archive::add(const Member& candidate) {
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
