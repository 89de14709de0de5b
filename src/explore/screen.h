#pragma once
#include "explore/tally.h"

namespace ridgeline::studies {

/// Predicts the points from `tally.explored` on, block after block; all cores share a block. Ends early where
/// the options say so, with whole blocks done.
void screen(const Study&, const ExploreOptions&, Tally& tally);

/// Predicts the points of these indices, all cores together; `into` has as many.
void predict_each(const Study&, std::span<const std::uint64_t> indices, unsigned threads,
                  std::span<Evaluated> into);

}  // namespace ridgeline::studies
