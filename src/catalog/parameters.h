#pragma once
// Parameters of each architecture, as derived in docs/catalog.md.

#include "ridgeline/catalog.h"

namespace ridgeline::catalog {

ParameterCount parameters_of(const Transformer&);
ParameterCount parameters_of(const ConvNet&);
ParameterCount parameters_of(const Recommender&);
ParameterCount parameters_of(const UNet&);
ParameterCount parameters_of(const StateSpace&);
ParameterCount parameters_of(const EncoderDecoder&);

/// Weights of a dense layer, with its bias if it has one.
inline double dense(double in, double out, bool bias) { return in * out + (bias ? out : 0); }

}  // namespace ridgeline::catalog
