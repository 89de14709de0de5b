#pragma once
#include "explore/tally.h"

namespace ridgeline::studies {

/// Predicts the points from `tally.explored` on, block after block; all cores share a block. Ends early where
/// the options say so, with whole blocks done.
void screen(const Study&, const ExploreOptions&, Tally& tally);

}  // namespace ridgeline::studies
