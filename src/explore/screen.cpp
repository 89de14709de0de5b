#include "explore/screen.h"

#include <algorithm>
#include <atomic>
#ifndef __EMSCRIPTEN__
#include <thread>
#endif

namespace ridgeline::studies {
namespace {

/// Points between two looks at the stop flag: a second at most, and enough to share.
constexpr std::uint64_t block_points = 1U << 13U;
/// Of these a thread takes at a time, so that the device of its last point mostly serves again.
constexpr std::uint64_t chunk_points = 64;

unsigned thread_count([[maybe_unused]] unsigned asked) {
#ifdef __EMSCRIPTEN__
  return 1;
#else
  return asked > 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
#endif
}

void screen_block(const Study& study, std::uint64_t begin, std::uint64_t end, unsigned threads, Tally& into) {
  const auto chunks = (end - begin + chunk_points - 1) / chunk_points;
  threads = static_cast<unsigned>(std::min<std::uint64_t>(threads, chunks));
  std::vector<Tally> tallies(threads, Tally(study));
  std::atomic<std::uint64_t> next{begin};
  const auto work = [&](Tally& tally) {
    Evaluator evaluator(study);
    for (std::uint64_t at = next.fetch_add(chunk_points); at < end; at = next.fetch_add(chunk_points)) {
      Digits digits = digits_of(study, at);
      for (std::uint64_t i = at; i < std::min(at + chunk_points, end); ++i, advance(study, digits))
        tally.add(study, i, digits, evaluator.evaluate(digits));
    }
  };
#ifndef __EMSCRIPTEN__
  std::vector<std::thread> helpers;
  for (unsigned t = 1; t < threads; ++t) helpers.emplace_back(work, std::ref(tallies[t]));
  work(tallies[0]);
  for (std::thread& helper : helpers) helper.join();
#else
  work(tallies[0]);
#endif
  for (const Tally& tally : tallies) into.add(tally);
}

}  // namespace

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
  const std::uint64_t points = study.points(), begun = tally.explored;
  const unsigned threads = thread_count(options.threads);
  const auto stopped = [&] {
    return (options.stop != nullptr && *options.stop) ||
           (options.most_points > 0 && tally.explored - begun >= options.most_points);
  };
  while (tally.explored < points && !stopped()) {
    const std::uint64_t limit =
        options.most_points > 0 ? options.most_points - (tally.explored - begun) : block_points;
    const std::uint64_t end = std::min(points, tally.explored + std::min(block_points, limit));
    screen_block(study, tally.explored, end, threads, tally);
    if (options.progress) options.progress({tally.explored, points, "screening"});
    if (options.wants_journal && options.keep_journal && options.wants_journal())
      options.keep_journal(write_journal(study, tally));
  }
}

}  // namespace ridgeline::studies
