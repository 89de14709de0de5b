#pragma once
#include <string>
#include <vector>

#include "ridgeline/explanation.h"

namespace ridgeline::explain {

/// What the proposal has more of than the baseline, and would be as fast (within 0.5 %) without.
struct Unused {
  bool peak = false, bandwidth = false;
};

/// The sentences of ProfileDifference::analysis; every other field is set already, and the profiles' times
/// and bytes are those of a unit of work. The first is the case's own paragraph, the others qualify it.
std::vector<std::string> analyse(const ProfileDifference&, const Unused&);

/// Ratios that print alike are called alike.
inline constexpr double same = 0.005;
bool alike(double a, double b);

/// All of a difference but its parts, its case and its analysis.
ProfileDifference difference_of(const Profile& baseline, const Profile& proposal, const Work&);
/// Sets case and analysis of a difference that has all else.
void tell(ProfileDifference&, const Unused&);

/// "1.39x".
std::string times(double ratio);
/// "29 %"; below half a per cent: "under 1 %".
std::string percent(double share);

}  // namespace ridgeline::explain
