// The table "State space" of docs/lowering.md.

#include "engine/lowering.h"
#include "engine/token_work.h"

namespace ridgeline::engine {

void lower_state_space(const StateSpace& s, std::span<const SequenceGroup> groups, OpWriter& out) {
  const TokenWork work = token_work(groups, true, 0);
  const double tokens = work.tokens, layers = s.layers, hidden = s.hidden, inner = s.inner;
  const double state = s.state, rank = s.dt_rank, kernel = s.conv_kernel;
  // The state is read by sequences that have a past, and written by all.
  const double states = 2 * work.sequences - work.started;
  const auto linear = [&](std::string_view name, double n, double k, double bias, double residual) {
    out.gemm(name, layers, tokens, n, k, {n * k + bias, tokens * (k + n + residual), 0});
  };

  out.gather("embed", 1, {tokens * hidden, tokens * hidden, 0});
  out.vector("norm", layers, {hidden, 2 * tokens * hidden, 0});
  linear("in_proj", 2 * inner, hidden, 0, 0);
  out.conv("conv1d", layers, inner, tokens, 1, kernel,
           {inner * kernel + inner, 2 * tokens * inner, states * inner * (kernel - 1)});
  linear("x_proj", rank + 2 * state, inner, 0, 0);
  linear("dt_proj", inner, rank, inner, 0);
  out.vector("scan", layers,
             {inner * state + inner, tokens * (4 * inner + 2 * state), states * inner * state});
  linear("out_proj", hidden, inner, 0, hidden);
  out.vector("final_norm", 1, {hidden, 2 * tokens * hidden, 0});
  const double rows = work.sequences, vocab = s.vocab;
  out.gemm("lm_head", 1, rows, vocab, hidden, {vocab * hidden, rows * (hidden + vocab), 0}, Part::head);
}

}  // namespace ridgeline::engine
