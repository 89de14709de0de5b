#pragma once
#include "explore/rows.h"

namespace ridgeline::studies {

/// Predicts points in blocks that all cores share; keeps what it worked out from one call to the next.
class BlockScreen {
 public:
  /// threads 0: all cores. The study must outlive it.
  BlockScreen(const Study&, unsigned threads);
  /// The next block from `begin` on, at most to `end`: where it ended. As long as takes a fraction of a
  /// second.
  std::uint64_t next(std::uint64_t begin, std::uint64_t end, Tally&);

 private:
  const Study* study_;
  std::vector<RowScreen> screens_;
  std::uint64_t block_;
};

/// Predicts the points from `tally.explored` on, block after block. Ends early where the options say so, with
/// whole blocks done.
void screen(const Study&, const ExploreOptions&, Tally& tally);

/// Predicts the points of these indices, all cores together; `into` has as many.
void predict_each(const Study&, std::span<const std::uint64_t> indices, unsigned threads,
                  std::span<Evaluated> into);

}  // namespace ridgeline::studies
