#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "explore/conclude.h"
#include "explore/screen.h"
#include "ridgeline/study_shares.h"

// Its `version` would hide parameters of that name in the headers above.
#include "base/version.h"

namespace ridgeline {

using namespace studies;

std::string study_fingerprint(const Study& study) {
  return fmt::format("{} {} {}", version, build_type, fingerprint(study));
}

struct RangeScreen::Impl {
  const Study* study;
  BlockScreen blocks;
};

RangeScreen::RangeScreen(const Study& study, unsigned threads)
    : impl_(new Impl{&study, BlockScreen(study, threads)}) {}
RangeScreen::~RangeScreen() = default;

std::optional<std::string> RangeScreen::screen(StudyRange range, const std::atomic<bool>& stop) {
  Tally tally(*impl_->study);
  while (range.begin < range.end) {
    if (stop) return std::nullopt;
    range.begin = impl_->blocks.next(range.begin, range.end, tally);
  }
  return pack(tally);
}

struct StudyShares::Impl {
  struct Segment {
    std::uint64_t end = 0;
    Tally tally;
  };
  struct Held {
    std::uint64_t end = 0;
    int holder = 0;
  };

  bool is_known(std::uint64_t begin) const {
    if (begin < known.explored) return true;
    const auto after = ahead.upper_bound(begin);
    return after != ahead.begin() && begin < std::prev(after)->second.end;
  }

  const Study* study;
  Tally known;              ///< of the points before known.explored
  std::uint64_t end, next;  ///< of the points to screen; the first that was never out
  std::uint64_t points_ahead = 0;
  std::map<std::uint64_t, Segment> ahead;       ///< by begin; no two touch
  std::map<std::uint64_t, Held> held;           ///< by begin
  std::map<std::uint64_t, std::uint64_t> free;  ///< begin, end: out once, and nobody's now
};

StudyShares::StudyShares(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StudyShares::~StudyShares() = default;
StudyShares::StudyShares(StudyShares&&) noexcept = default;
StudyShares& StudyShares::operator=(StudyShares&&) noexcept = default;

Result<StudyShares> StudyShares::begin(const Study& study, const std::optional<std::string>& journal,
                                       std::uint64_t most_points) {
  Tally known(study);
  if (journal) {
    RIDGELINE_TRY(read, read_journal(study, *journal));
    known = std::move(read);
  }
  const std::uint64_t points = study.points(), from = known.explored;
  const std::uint64_t end = most_points > 0 ? std::min(points, from + most_points) : points;
  return StudyShares(std::unique_ptr<Impl>(new Impl{&study, std::move(known), end, from, 0, {}, {}, {}}));
}

std::optional<StudyRange> StudyShares::lease(int holder, std::uint64_t most, int holders) {
  Impl& my = *impl_;
  StudyRange range;
  if (!my.free.empty()) {
    range = {my.free.begin()->first, my.free.begin()->second};
    my.free.erase(my.free.begin());
  } else if (my.next < my.end) {
    // Towards the end smaller ones, so that all end together.
    constexpr std::uint64_t least = 1U << 12U;
    const std::uint64_t fair = (my.end - my.next) / (4 * std::uint64_t(std::max(1, holders)));
    const std::uint64_t size = std::max(std::min(least, most), std::min(most, fair));
    range = {my.next, std::min(my.end, my.next + size)};
    my.next = range.end;
  } else {
    return std::nullopt;
  }
  my.held[range.begin] = {range.end, holder};
  return range;
}

Status StudyShares::take(StudyRange range, std::string_view findings) {
  Impl& my = *impl_;
  if (my.is_known(range.begin)) return Status::success();
  RIDGELINE_TRY(tally, unpack(*my.study, findings));
  if (range.begin >= range.end || range.end > my.next || tally.explored != range.end - range.begin)
    return bad_input("another process speaks of points that it was not asked for");
  my.held.erase(range.begin);
  my.free.erase(range.begin);
  my.points_ahead += tally.explored;
  auto at = my.ahead.emplace(range.begin, Impl::Segment{range.end, std::move(tally)}).first;
  if (at != my.ahead.begin() && std::prev(at)->second.end == range.begin) {
    const auto before = std::prev(at);
    before->second.tally.add(at->second.tally);
    before->second.end = at->second.end;
    my.ahead.erase(at);
    at = before;
  }
  if (const auto after = std::next(at); after != my.ahead.end() && after->first == at->second.end) {
    at->second.tally.add(after->second.tally);
    at->second.end = after->second.end;
    my.ahead.erase(after);
  }
  if (at->first == my.known.explored) {
    my.points_ahead -= at->second.tally.explored;
    my.known.add(at->second.tally);
    my.ahead.erase(at);
  }
  return Status::success();
}

void StudyShares::lose(int holder) {
  Impl& my = *impl_;
  for (auto at = my.held.begin(); at != my.held.end();) {
    if (at->second.holder == holder) {
      my.free[at->first] = at->second.end;
      at = my.held.erase(at);
    } else {
      ++at;
    }
  }
}

void StudyShares::pass(StudyRange range, int holder) {
  if (const auto at = impl_->held.find(range.begin); at != impl_->held.end()) at->second.holder = holder;
}

bool StudyShares::complete() const { return impl_->known.explored >= impl_->end; }
std::uint64_t StudyShares::taken() const { return impl_->known.explored + impl_->points_ahead; }
std::string StudyShares::journal() const { return write_journal(*impl_->study, impl_->known); }
Result<StudyResult> StudyShares::conclude(const ExploreOptions& options) const {
  return studies::conclude(*impl_->study, impl_->known, options);
}

}  // namespace ridgeline
