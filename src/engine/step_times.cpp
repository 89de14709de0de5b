#include "ridgeline/step_times.h"

#include <algorithm>
#include <cmath>

namespace ridgeline {
namespace {

constexpr std::int64_t longest_sum = std::int64_t{1} << 61;

}  // namespace

std::size_t StepTimes::piece_of(std::uint32_t sequences, std::uint64_t context) const {
  const std::uint64_t mean = context / sequences;
  const auto above = std::upper_bound(contexts_.begin() + 1, contexts_.end(), mean);
  return static_cast<std::size_t>(above - contexts_.begin()) - 1;
}

Ticks StepTimes::decode(std::uint32_t sequences, std::uint64_t context) const {
  const std::size_t i = piece_of(sequences, context);
  const Piece& piece = pieces_[(sequences - 1) * contexts_.size() + i];
  return Ticks(piece.at_start + piece.slope * static_cast<std::int64_t>(context - sequences * contexts_[i]));
}

Ticks StepTimes::decode_run(std::uint32_t sequences, std::uint64_t context, std::uint64_t steps) const {
  std::int64_t sum = 0;
  for (std::size_t i = piece_of(sequences, context); steps > 0; ++i) {
    const std::uint64_t start = sequences * contexts_[i];
    std::uint64_t here = steps;
    if (i + 1 < contexts_.size()) {
      const std::uint64_t end = sequences * contexts_[i + 1];
      here = std::min(steps, (end - context + sequences - 1) / sequences);
    }
    const Piece& piece = pieces_[(sequences - 1) * contexts_.size() + i];
    // n steps from excess x: n a + slope (n x + B n (n - 1) / 2).
    const std::uint64_t tokens = here * (context - start) + sequences * (here * (here - 1) / 2);
    sum += static_cast<std::int64_t>(here) * piece.at_start + piece.slope * static_cast<std::int64_t>(tokens);
    context += sequences * here;
    steps -= here;
  }
  return Ticks(sum);
}

std::uint64_t StepTimes::steps_for(std::uint32_t sequences, std::uint64_t context, Ticks time) const {
  const std::uint64_t most = longest_run(sequences);
  // A first guess from the quadratic of the first piece, then bisection between exact sums.
  const Ticks first = decode(sequences, context);
  if (time <= first) return 1;
  const double a = static_cast<double>(first.count());
  const double growth = static_cast<double>(decode(sequences, context + sequences).count()) - a;
  const double target = static_cast<double>(time.count());
  const double b = a - growth / 2, root = std::sqrt(std::max(0.0, b * b + 2 * growth * target));
  const double guess = 2 * target / (b + root);
  const auto steps = static_cast<std::uint64_t>(std::min(guess, static_cast<double>(most)));
  std::uint64_t low = 0, high = most;  // low is too few (or 0), high is enough (or the most)
  for (std::uint64_t probe = std::clamp<std::uint64_t>(steps, 1, most), reach = 1; low + 1 < high;) {
    if (probe <= low || probe >= high) probe = low + (high - low) / 2;
    const bool enough = decode_run(sequences, context, probe) >= time;
    (enough ? high : low) = probe;
    probe = enough ? (probe > reach ? probe - reach : 0) : probe + reach;
    reach *= 2;
  }
  return high;
}

std::int64_t StepTimes::prompt_up_to(std::uint32_t tokens, const std::vector<std::int64_t>& times) const {
  const auto above = std::upper_bound(prompts_.begin(), prompts_.end(), std::uint64_t{tokens});
  const auto next = std::min(static_cast<std::size_t>(above - prompts_.begin()), prompts_.size() - 1);
  const std::uint64_t from = prompts_[next - 1], to = prompts_[next];
  const double share = static_cast<double>(tokens - from) / static_cast<double>(to - from);
  const std::int64_t rise = times[next] - times[next - 1];
  if (tokens == from) return times[next - 1];
  if (tokens == to) return times[next];
  return times[next - 1] + static_cast<std::int64_t>(share * static_cast<double>(rise));
}

Ticks StepTimes::prompt(std::uint32_t from, std::uint32_t to) const {
  const std::int64_t before = from == 0 ? 0 : prompt_up_to(from, prompt_times_);
  return Ticks(std::max(prompt_up_to(to, prompt_times_) - before, prompt_times_[1]));
}

Ticks StepTimes::prompt_compute(std::uint32_t from, std::uint32_t to) const {
  const std::int64_t part = prompt_up_to(to, prompt_compute_) - prompt_up_to(from, prompt_compute_);
  return std::clamp(Ticks(part), Ticks(0), prompt(from, to));
}

void StepTimes::set_longest_runs() {
  longest_run_.assign(pieces_.size() / contexts_.size() + 1, 1);
  for (std::uint32_t b = 1; b < longest_run_.size(); ++b) {
    const std::int64_t longest = std::max<std::int64_t>(1, decode(b, 2 * b * contexts_.back()).count());
    longest_run_[b] = static_cast<std::uint64_t>(std::clamp<std::int64_t>(longest_sum / longest, 1, 1 << 20));
  }
}

}  // namespace ridgeline
