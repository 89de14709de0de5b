#include "load/lengths.h"

#include <algorithm>

#include "base/random.h"
#include "load/samplers.h"

namespace ridgeline::load {
namespace {

std::uint32_t whole_tokens(double drawn) {
  return static_cast<std::uint32_t>(std::clamp(drawn + 0.5, 1.0, 4294967295.0));
}

std::uint32_t between(RandomStream& stream, std::uint32_t low, std::uint32_t high) {
  return low + static_cast<std::uint32_t>(stream.below(std::uint64_t{high} - low + 1));
}

}  // namespace

Result<std::vector<TokenLengths>> draw_lengths(const TokenLengthDistribution& d, std::uint64_t seed,
                                               std::size_t count) {
  using Kind = TokenLengthDistribution::Kind;
  std::vector<TokenLengths> rows;
  if (d.kind == Kind::empirical) {
    RIDGELINE_TRY(read, read_lengths(d.path));
    rows = std::move(read);
  }
  RandomStream inputs(seed, "input lengths"), outputs(seed, "output lengths");
  std::vector<TokenLengths> drawn(count, d.low);
  for (TokenLengths& lengths : drawn) {
    switch (d.kind) {
      case Kind::uniform:
        lengths.input = between(inputs, d.low.input, d.high.input);
        lengths.output = between(outputs, d.low.output, d.high.output);
        break;
      case Kind::lognormal:
        lengths.input = whole_tokens(sample_lognormal(inputs, d.input_mean, d.input_cv));
        lengths.output = whole_tokens(sample_lognormal(outputs, d.output_mean, d.output_cv));
        break;
      case Kind::empirical:
        lengths = rows[inputs.below(rows.size())];
        break;
      case Kind::system:
      case Kind::fixed:
        break;
    }
  }
  return drawn;
}

}  // namespace ridgeline::load
