// Tiny transformers against loops in doubles, straight from the definitions.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "live/workload/transformer.h"

namespace ridgeline::live {
namespace {

using Row = std::vector<double>;
using Rows = std::vector<Row>;

Row norm_slowly(const Row& x, const NormWeights& w) {
  const double n = static_cast<double>(x.size());
  const double mean = w.bias != nullptr ? std::accumulate(x.begin(), x.end(), 0.0) / n : 0.0;
  double square = 0;
  for (const double v : x) square += (v - mean) * (v - mean) / n;
  Row y;
  for (std::size_t i = 0; i < x.size(); ++i)
    y.push_back((x[i] - mean) / std::sqrt(square + 1e-5) * w.weight[i] +
                (w.bias != nullptr ? w.bias[i] : 0.0));
  return y;
}

Row multiply_slowly(const Row& x, const ProductWeights& w, std::size_t n) {
  Row y(n);
  for (std::size_t j = 0; j < n; ++j) {
    y[j] = w.bias != nullptr ? w.bias[j] : 0.0;
    for (std::size_t l = 0; l < x.size(); ++l) y[j] += x[l] * w.weight[j * x.size() + l];
  }
  return y;
}

void add_to(Row& x, const Row& y) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += y[i];
}

/// Rotates pairs (i, i + d / 2) of every head by position / 10000^(2 i / d).
void rotate_slowly(Row& heads, std::size_t first, std::size_t count, std::size_t d, std::size_t position) {
  for (std::size_t h = 0; h < count; ++h)
    for (std::size_t i = 0; i < d / 2; ++i) {
      double& a = heads[first + h * d + i];
      double& b = heads[first + h * d + d / 2 + i];
      const double exponent = -2 * static_cast<double>(i) / static_cast<double>(d);
      const double angle = static_cast<double>(position) * std::pow(10000.0, exponent);
      const double turned = a * std::cos(angle) - b * std::sin(angle);
      b = b * std::cos(angle) + a * std::sin(angle);
      a = turned;
    }
}

Rows attend_slowly(const Transformer& t, const Rows& qkv) {
  const std::size_t d = t.head_dim;
  const std::size_t keys_at = t.heads * d;
  const std::size_t values_at = keys_at + t.kv_heads * d;
  Rows out(qkv.size(), Row(keys_at));
  for (std::size_t i = 0; i < qkv.size(); ++i)
    for (std::size_t h = 0; h < t.heads; ++h) {
      const std::size_t kv = h / (t.heads / t.kv_heads) * d;
      const std::size_t visible = t.causal ? i + 1 : qkv.size();
      Row weight(visible);
      double total = 0;
      for (std::size_t k = 0; k < visible; ++k) {
        double score = 0;
        for (std::size_t e = 0; e < d; ++e) score += qkv[i][h * d + e] * qkv[k][keys_at + kv + e];
        total += weight[k] = std::exp(score / std::sqrt(static_cast<double>(d)));
      }
      for (std::size_t k = 0; k < visible; ++k)
        for (std::size_t e = 0; e < d; ++e)
          out[i][h * d + e] += weight[k] / total * qkv[k][values_at + kv + e];
    }
  return out;
}

Row activate_slowly(const Transformer& t, const Row& up) {
  Row y(t.ffn);
  for (std::size_t j = 0; j < t.ffn; ++j)
    y[j] = t.gated_ffn ? up[j] / (1 + std::exp(-up[j])) * up[t.ffn + j]
                       : 0.5 * up[j] * (1 + std::erf(up[j] / std::sqrt(2.0)));
  return y;
}

/// Hidden states of one sequence, after the final norm.
Rows hidden_slowly(const Transformer& t, const TransformerWeights& w,
                   const std::vector<std::uint32_t>& tokens) {
  const auto table_row = [&](const float* table, std::size_t r) {
    return Row(table + r * t.hidden, table + (r + 1) * t.hidden);
  };
  Rows x;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    x.push_back(table_row(w.embedding.tokens, tokens[i]));
    if (t.positions > 0) add_to(x[i], table_row(w.embedding.positions, i));
    if (t.token_types > 0) add_to(x[i], table_row(w.embedding.types, 0));
    if (t.embedding_norm) x[i] = norm_slowly(x[i], w.embedding_norm);
  }
  const std::size_t qkv_width = std::size_t{t.heads + 2 * t.kv_heads} * t.head_dim;
  for (const auto& layer : w.layers) {
    Rows qkv;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Row in = t.post_norm ? x[i] : norm_slowly(x[i], layer.attention_norm);
      qkv.push_back(multiply_slowly(in, layer.qkv, qkv_width));
      if (t.causal && t.positions == 0) rotate_slowly(qkv[i], 0, t.heads + t.kv_heads, t.head_dim, i);
    }
    const Rows context = attend_slowly(t, qkv);
    for (std::size_t i = 0; i < x.size(); ++i) {
      add_to(x[i], multiply_slowly(context[i], layer.attention_out, t.hidden));
      if (t.post_norm) x[i] = norm_slowly(x[i], layer.attention_norm);
      const Row in = t.post_norm ? x[i] : norm_slowly(x[i], layer.ffn_norm);
      const Row up = multiply_slowly(in, layer.ffn_up, t.ffn * (t.gated_ffn ? 2 : 1));
      add_to(x[i], multiply_slowly(activate_slowly(t, up), layer.ffn_down, t.hidden));
      if (t.post_norm) x[i] = norm_slowly(x[i], layer.ffn_norm);
    }
  }
  if (t.final_norm)
    for (Row& row : x) row = norm_slowly(row, w.final_norm);
  return x;
}

Transformer tiny_llama() {
  Transformer t;
  t.layers = 2;
  t.hidden = 40;
  t.heads = 4;
  t.kv_heads = 2;
  t.head_dim = 12;
  t.ffn = 56;
  t.vocab = 97;
  t.tied_embeddings = true;
  return t;
}

Transformer tiny_bert() {
  Transformer t;
  t.layers = 2;
  t.hidden = 48;
  t.heads = 3;
  t.kv_heads = 3;
  t.head_dim = 16;
  t.ffn = 80;
  t.vocab = 50;
  t.causal = t.gated_ffn = t.final_norm = t.lm_head = false;
  t.qkv_bias = t.output_bias = t.ffn_bias = t.norm_bias = true;
  t.post_norm = t.embedding_norm = t.pooler = true;
  t.positions = 32;
  t.token_types = 2;
  t.classes = 3;
  return t;
}

/// Pre-norm decoder with learned positions, biases and a head of its own.
Transformer tiny_gpt() {
  Transformer t = tiny_bert();
  t.causal = t.final_norm = t.lm_head = t.head_bias = true;
  t.post_norm = t.embedding_norm = t.pooler = false;
  t.token_types = t.classes = 0;
  return t;
}

std::unique_ptr<TransformerWorkload> build(const Transformer& t, const WorkloadOptions& options) {
  auto made = TransformerWorkload::make(t, options);
  EXPECT_TRUE(made) << made.error().message;
  return *std::move(made);
}

std::vector<std::uint32_t> prompt_of(TransformerWorkload& w, std::size_t sequence, std::size_t length) {
  const auto all = w.prompts().subspan(sequence * length, length);
  return {all.begin(), all.end()};
}

void expect_row(const float* got, const Row& expected, const std::string& what) {
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(got[i], expected[i], 1e-4 * std::max(1.0, std::fabs(expected[i]))) << what << ", value " << i;
}

// Batch 1 x 5 tokens takes the kernel for few rows in every product, batch 3 x 5 oneDNN's.
class OnePass : public testing::TestWithParam<std::uint32_t> {};

TEST_P(OnePass, EncoderMatchesItsDefinition) {
  const Transformer t = tiny_bert();
  const auto w = build(t, {.max_batch = GetParam(), .prompt_tokens = 5, .seed = 3});
  w->run(GetParam(), {});
  for (std::size_t s = 0; s < GetParam(); ++s) {
    const Rows x = hidden_slowly(t, w->weights(), prompt_of(*w, s, 5));
    for (std::size_t i = 0; i < 5; ++i)
      expect_row(w->hidden() + (s * 5 + i) * t.hidden, x[i], "hidden state");
    Row pooled = multiply_slowly(x[0], w->weights().pooler, t.hidden);
    for (double& v : pooled) v = std::tanh(v);
    expect_row(w->pooled() + s * t.hidden, pooled, "pooler");
    expect_row(w->scores() + s * t.classes, multiply_slowly(pooled, w->weights().classifier, t.classes),
               "scores");
  }
}

TEST_P(OnePass, DecodersMatchTheirDefinition) {
  for (const Transformer& t : {tiny_llama(), tiny_gpt()}) {
    const auto w = build(t, {.max_batch = GetParam(), .prompt_tokens = 5, .seed = 3});
    w->run(GetParam(), {});
    for (std::size_t s = 0; s < GetParam(); ++s) {
      const Rows x = hidden_slowly(t, w->weights(), prompt_of(*w, s, 5));
      expect_row(w->logits() + s * t.vocab, multiply_slowly(x.back(), w->weights().lm_head, t.vocab),
                 "logits");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Batches, OnePass, testing::Values(1U, 2U, 3U, 9U));

TEST(TransformerWorkload, DecodingWithTheCacheEqualsReadingTheLongerSequence) {
  const std::uint32_t prompt = 6;
  const std::uint32_t output = 5;
  const std::uint32_t batch = 2;
  for (const Transformer& t : {tiny_llama(), tiny_gpt()}) {
    const auto step_by_step =
        build(t, {.max_batch = batch, .prompt_tokens = prompt, .output_tokens = output, .seed = 4});
    step_by_step->run(batch, {});
    const auto at_once = build(t, {.max_batch = batch, .prompt_tokens = prompt + output - 1, .seed = 4});
    for (std::size_t s = 0; s < batch; ++s) {
      const auto start = prompt_of(*step_by_step, s, prompt);
      const auto row = at_once->prompts().subspan(s * (prompt + output - 1), prompt + output - 1);
      std::copy(start.begin(), start.end(), row.begin());
      std::copy_n(&step_by_step->generated()[s * output], output - 1, row.begin() + prompt);
    }
    at_once->run(batch, {});
    for (std::size_t i = 0; i < batch * t.vocab; ++i)
      ASSERT_NEAR(step_by_step->logits()[i], at_once->logits()[i], 1e-4) << "logit " << i;
    for (std::size_t s = 0; s < batch; ++s) {
      const float* const row = at_once->logits() + s * t.vocab;
      EXPECT_EQ(step_by_step->generated()[s * output + output - 1],
                static_cast<std::uint32_t>(std::max_element(row, row + t.vocab) - row));
    }
  }
}

TEST(TransformerWorkload, FirstTokenIsToldOnceAfterPrefillAndRunsRepeat) {
  const auto w = build(tiny_llama(), {.max_batch = 2, .threads = 2, .prompt_tokens = 4, .output_tokens = 3});
  int told = 0;
  w->run(2, [&] { ++told; });
  EXPECT_EQ(told, 1);
  const auto first = w->generated();
  ASSERT_EQ(first.size(), 6U);
  w->run(1, {});
  w->run(2, {});
  EXPECT_EQ(w->generated(), first);
  EXPECT_EQ(w->tokens_per_sample(), 3U);
}

TEST(TransformerWorkload, TraceHasOnePassATokenWithAGrowingContext) {
  const Transformer t = tiny_llama();
  const auto w = build(t, {.max_batch = 2, .prompt_tokens = 4, .output_tokens = 3});
  const auto passes = w->trace(2);
  ASSERT_EQ(passes.size(), 3U);
  // Pairs a head and sequence: prefill 1 + 2 + 3 + 4 = 10, then 5, then 6.
  const std::vector<double> pairs = {10, 5, 6};
  for (std::size_t p = 0; p < passes.size(); ++p) {
    double flops = 0;
    for (const ExecutedOp& op : passes[p])
      if (op.name == "attention") flops += op.flops.value();
    EXPECT_EQ(flops, 2 /*layers*/ * 2 /*sequences*/ * t.heads * 4 * t.head_dim * pairs[p]) << "pass " << p;
  }
}

TEST(TransformerWorkload, WhatHasNoExecutorIsNamed) {
  const auto message = [](auto change) {
    Transformer t = tiny_llama();
    change(t);
    const auto made = TransformerWorkload::make(t, {.prompt_tokens = 4});
    return made ? std::string("made") : made.error().message;
  };
  EXPECT_EQ(message([](Transformer& t) { t.moe.emplace(); }), "no executor for mixture of experts");
  EXPECT_EQ(message([](Transformer& t) { t.mla.emplace(); }), "no executor for latent attention (mla)");
  EXPECT_EQ(message([](Transformer& t) { t.sliding_window = 8; }), "no executor for sliding_window");
  EXPECT_EQ(message([](Transformer& t) { t.qk_norm = true; }), "no executor for qk_norm");
  EXPECT_EQ(message([](Transformer& t) { t.kv_heads = 3; }), "4 heads cannot share 3 kv_heads evenly");
}

}  // namespace
}  // namespace ridgeline::live
