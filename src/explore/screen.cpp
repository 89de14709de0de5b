#include "explore/screen.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <vector>
#ifndef __EMSCRIPTEN__
#include <thread>
#endif

namespace ridgeline::studies {
namespace {

/// Points between two looks at the stop flag: as many as take a fraction of a second, which depends on how
/// many of them have a deployment in common.
constexpr std::uint64_t least_block = 1U << 13U, most_block = 1U << 24U, least_chunk = 64;
constexpr std::chrono::milliseconds short_block{150}, long_block{500};

unsigned thread_count([[maybe_unused]] unsigned asked) {
#ifdef __EMSCRIPTEN__
  return 1;
#else
  return asked > 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
#endif
}

/// Of a block a thread takes so much at a time: whole spans where there are enough of them.
std::uint64_t chunk_of(std::uint64_t block, std::uint64_t span, unsigned threads) {
  const std::uint64_t share = std::max(least_chunk, block / (8 * std::uint64_t{threads}));
  return span <= share ? share / span * span : share;
}

void screen_block(const Study& study, std::uint64_t begin, std::uint64_t end, std::vector<RowScreen>& screens,
                  Tally& into) {
  const std::uint64_t chunk =
      chunk_of(end - begin, screens.front().span(), static_cast<unsigned>(screens.size()));
  const auto threads = std::min<std::uint64_t>(screens.size(), (end - begin + chunk - 1) / chunk);
  std::vector<Tally> tallies(threads, Tally(study));
  std::atomic<std::uint64_t> next{begin};
  const auto work = [&](std::size_t t) {
    for (std::uint64_t at = next.fetch_add(chunk); at < end; at = next.fetch_add(chunk))
      screens[t].screen(at, std::min(at + chunk, end), tallies[t]);
  };
#ifndef __EMSCRIPTEN__
  std::vector<std::thread> helpers;
  for (std::size_t t = 1; t < threads; ++t) helpers.emplace_back(work, t);
  work(0);
  for (std::thread& helper : helpers) helper.join();
#else
  work(0);
#endif
  for (const Tally& tally : tallies) into.add(tally);
}

}  // namespace

BlockScreen::BlockScreen(const Study& study, unsigned threads) : study_(&study), block_(least_block) {
  for (unsigned n = thread_count(threads); n > 0; --n) screens_.emplace_back(study);
}

std::uint64_t BlockScreen::next(std::uint64_t begin, std::uint64_t end, Tally& tally) {
  using Clock = std::chrono::steady_clock;
  end = std::min(end, begin + block_);
  const auto start = Clock::now();
  screen_block(*study_, begin, end, screens_, tally);
  const auto took = Clock::now() - start;
  if (took < short_block) block_ = std::min(most_block, block_ * 2);
  if (took > long_block) block_ = std::max(least_block, block_ / 2);
  return end;
}

void predict_each(const Study& study, std::span<const std::uint64_t> indices, unsigned threads,
                  std::span<Evaluated> into) {
  constexpr std::size_t share = 16;  // of the points a thread takes at a time
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    Evaluator evaluator(study);
    for (std::size_t at = next.fetch_add(share); at < indices.size(); at = next.fetch_add(share)) {
      for (std::size_t i = at; i < std::min(at + share, indices.size()); ++i)
        into[i] = evaluator.evaluate(indices[i]);
    }
  };
#ifndef __EMSCRIPTEN__
  const std::size_t most = (indices.size() + share - 1) / share;
  std::vector<std::thread> helpers;
  for (std::size_t t = 1; t < std::min<std::size_t>(thread_count(threads), most); ++t)
    helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
#else
  (void)threads;
  work();
#endif
}

void screen(const Study& study, const ExploreOptions& options, Tally& tally) {
  const std::uint64_t points = study.points();
  const std::uint64_t end =
      options.most_points > 0 ? std::min(points, tally.explored + options.most_points) : points;
  BlockScreen blocks(study, options.threads);
  while (tally.explored < end && !(options.stop != nullptr && *options.stop)) {
    blocks.next(tally.explored, end, tally);
    if (options.progress) options.progress({tally.explored, points, "screening"});
    if (options.wants_journal && options.keep_journal && options.wants_journal())
      options.keep_journal(write_journal(study, tally));
  }
}

}  // namespace ridgeline::studies
