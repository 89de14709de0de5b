#include "live/workload/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "live/workload/attention.h"
#include "live/workload/few_rows.h"
#include "live/workload/runtime.h"

namespace ridgeline::live {
namespace {

std::vector<float> noise(const char* name, std::size_t count) {
  std::vector<float> out(count);
  fill_synthetic(7, name, 1.0F, out);
  return out;
}

/// Softmax attention of one head in doubles, straight from the definition.
std::vector<double> attend_slowly(const AttentionHead& h) {
  std::vector<double> out;
  for (std::size_t i = 0; i < h.new_tokens; ++i) {
    const std::size_t visible = h.causal ? h.past_tokens + i + 1 : h.past_tokens + h.new_tokens;
    std::vector<double> weight(visible);
    double total = 0;
    for (std::size_t k = 0; k < visible; ++k) {
      double score = 0;
      for (std::size_t d = 0; d < h.dim; ++d)
        score += double{h.queries[i * h.query_stride + d]} * h.keys[k * h.key_stride + d];
      total += weight[k] = std::exp(score / std::sqrt(static_cast<double>(h.dim)));
    }
    for (std::size_t d = 0; d < h.dim; ++d) {
      double y = 0;
      for (std::size_t k = 0; k < visible; ++k) y += weight[k] / total * h.values[k * h.value_stride + d];
      out.push_back(y);
    }
  }
  return out;
}

struct HeadCase {
  std::size_t new_tokens, past_tokens, dim;
  bool causal;
};

TEST(Kernels, AttentionOfOneHeadIsSoftmaxAttentionOnEveryInstructionSet) {
  // Whole and broken blocks of queries, panels of keys and vectors of the head dimension.
  const std::vector<HeadCase> cases = {{1, 0, 64, true},  {1, 37, 64, true},  {4, 0, 8, false},
                                       {9, 0, 16, true},  {64, 0, 64, false}, {70, 13, 33, false},
                                       {70, 13, 40, true}};
  for (const Kernels& kernel : runnable_kernels())
    for (const HeadCase& c : cases) {
      SCOPED_TRACE(testing::Message() << kernel.name << ", new " << c.new_tokens << ", past " << c.past_tokens
                                      << ", dim " << c.dim << ", causal " << c.causal);
      const std::size_t keys = c.past_tokens + c.new_tokens;
      const std::size_t stride = c.dim + 3;
      const auto q = noise("q", c.new_tokens * stride);
      const auto k = noise("k", keys * stride);
      const auto v = noise("v", keys * stride);
      std::vector<float> y(c.new_tokens * stride, 99.0F);
      const AttentionHead head{q.data(), k.data(), v.data(),     y.data(),      stride, stride,
                               stride,   stride,   c.new_tokens, c.past_tokens, c.dim,  c.causal};
      AttentionScratch scratch;
      const std::uint64_t pairs = kernel.attend_head(head, scratch);
      const std::size_t n = c.new_tokens;
      EXPECT_EQ(pairs, c.causal ? n * c.past_tokens + n * (n + 1) / 2 : n * keys);
      const auto expected = attend_slowly(head);
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t d = 0; d < c.dim; ++d) EXPECT_NEAR(y[i * stride + d], expected[i * c.dim + d], 1e-5);
      EXPECT_EQ(y[c.dim], 99.0F) << "wrote beyond the head";
    }
}

TEST(Kernels, FewRowsAreTheProductOnEveryInstructionSet) {
  const std::size_t n = 21;
  const std::size_t k = 43;
  const std::size_t stride = 50;
  const auto x = noise("x", most_few_rows * stride);
  const auto w = noise("w", n * k);
  for (const Kernels& kernel : runnable_kernels())
    for (std::size_t m = 1; m <= most_few_rows; ++m)
      for (const bool add : {false, true}) {
        std::vector<float> y(m * n, 1.0F);
        kernel.multiply_rows(m, {n, k, x.data(), stride, w.data(), add, y.data()}, 0, n);
        for (std::size_t i = 0; i < m; ++i)
          for (std::size_t j = 0; j < n; ++j) {
            double expected = add ? 1 : 0;
            for (std::size_t l = 0; l < k; ++l) expected += double{x[i * stride + l]} * w[j * k + l];
            EXPECT_NEAR(y[i * n + j], expected, 2e-5) << kernel.name << ", m " << m << ", row " << i;
          }
      }
}

TEST(Kernels, FewRowsSplitOverThreadsGiveTheSameBits) {
  const std::size_t n = 100;
  const std::size_t k = 64;
  const auto x = noise("x", 2 * k);
  const auto w = noise("w", n * k);
  std::vector<float> one(2 * n);
  std::vector<float> three(2 * n);
  {
    const ComputeScope scope(1);
    few_rows(2, n, k, x.data(), k, w.data(), Write::replace, one.data());
  }
  {
    const ComputeScope scope(3);
    few_rows(2, n, k, x.data(), k, w.data(), Write::replace, three.data());
  }
  EXPECT_EQ(one, three);
}

TEST(Kernels, SiluIsAccurateOverItsWholeRange) {
  std::vector<float> gate;
  for (float x = -100; x <= 100; x += 0.37F) gate.push_back(x);
  const std::vector<float> up(gate.size(), 1.0F);
  for (const Kernels& kernel : runnable_kernels()) {
    std::vector<float> y(gate.size());
    kernel.silu_row(gate.size(), gate.data(), up.data(), y.data());
    for (std::size_t i = 0; i < gate.size(); ++i) {
      const double expected = gate[i] / (1 + std::exp(-double{gate[i]}));
      EXPECT_NEAR(y[i], expected, 1e-6 * std::max(1.0, std::fabs(expected)))
          << kernel.name << " at " << gate[i];
    }
  }
}

TEST(Kernels, SyntheticValuesHaveTheDeviationAskedForAndDependOnTheNameOnly) {
  const std::size_t n = 100000;
  std::vector<float> a(n);
  std::vector<float> b(n + 1);
  std::vector<float> c(n);
  fill_synthetic(1, "a", 0.5F, a);
  fill_synthetic(1, "a", 0.5F, b);
  fill_synthetic(1, "c", 0.5F, c);
  EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin())) << "a longer tensor starts with the same values";
  EXPECT_NE(a, c);
  double mean = 0;
  double square = 0;
  for (const float x : a) {
    mean += x / static_cast<double>(n);
    square += double{x} * x / static_cast<double>(n);
  }
  // Standard errors: of the mean 0.5 / sqrt(n) = 0.0016; of a uniform's variance 0.25 sqrt(0.8 / n) = 0.0007.
  EXPECT_NEAR(mean, 0, 4 * 0.0016);
  EXPECT_NEAR(square, 0.25, 4 * 0.0007);
}

}  // namespace
}  // namespace ridgeline::live
