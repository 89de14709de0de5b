#include <gtest/gtest.h>

#include <sstream>

#include "folder.h"
#include "kernels/fields.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

class CalibrationFile : public testing::Test {
 protected:
  Result<KernelCalibration> read(const std::string& text) {
    return read_kernel_calibration(folder_.write("kernels.yaml", text));
  }
  Folder folder_;
};

/// Every field of C set to a number of its own.
template <class C>
FittedKernel<C> numbered() {
  FittedKernel<C> fitted;
  double next = 1.25;
  for (const auto& field : kernels::fields<C>()) {
    kernels::set(field, fitted.value, next);
    kernels::set(field, fitted.error, next / 8);
    next += 0.25;
  }
  fitted.rows = 12;
  fitted.suspect = 3;
  fitted.in_sample = {4.5, 6.25};
  fitted.cross_validated = KernelErrors{5.5, 7.25};
  return fitted;
}

KernelCalibration full() {
  KernelCalibration c;
  c.hardware = "h100-sxm-80gb";
  c.stack = "vllm";
  c.version = "0.24.0";
  c.source = "a \"quoted\" source";
  c.date = "2026";
  c.gemm[2] = numbered<GemmCoefficients>();
  c.gemm[2]->value.tile_choice = TileChoice::by_rows_small;
  c.gemm[2]->value.harness.small_is_odd_rows = true;
  c.context_attention = numbered<ContextCoefficients>();
  c.generation_attention = numbered<GenerationCoefficients>();
  c.generation_attention->value.sharing_limit = 32;
  c.collectives[3] = numbered<CollectiveCoefficients>();
  c.collectives[3]->value.over_host = true;
  c.moe[0] = numbered<MoeCoefficients>();
  c.moe[0]->value.row_tile = RowTileChoice::by_tokens;
  return c;
}

template <class C>
void expect_same(const MaybeFitted<C>& read, const MaybeFitted<C>& written) {
  ASSERT_TRUE(read && written);
  for (const auto& field : kernels::fields<C>()) {
    EXPECT_NEAR(kernels::get(field, read->value), kernels::get(field, written->value), 1e-9) << field.name;
    EXPECT_NEAR(kernels::get(field, read->error), kernels::get(field, written->error),
                0.06 * kernels::get(field, written->error))  // errors keep two digits
        << field.name;
  }
  EXPECT_EQ(read->rows, written->rows);
  EXPECT_EQ(read->suspect, written->suspect);
  EXPECT_EQ(read->in_sample, written->in_sample);
  EXPECT_EQ(read->cross_validated, written->cross_validated);
}

TEST_F(CalibrationFile, comes_back_unchanged) {
  const std::string text = write_kernel_calibration(full());
  const auto back = read(text);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(write_kernel_calibration(*back), text);
  EXPECT_EQ(back->source, full().source);
  expect_same(back->gemm[2], full().gemm[2]);
  expect_same(back->context_attention, full().context_attention);
  expect_same(back->generation_attention, full().generation_attention);
  expect_same(back->collectives[3], full().collectives[3]);
  expect_same(back->moe[0], full().moe[0]);
  EXPECT_EQ(back->gemm[2]->value.tile_choice, TileChoice::by_rows_small);
  EXPECT_TRUE(back->gemm[2]->value.harness.small_is_odd_rows);
  EXPECT_EQ(back->generation_attention->value.sharing_limit, 32);
  EXPECT_TRUE(back->collectives[3]->value.over_host);
  EXPECT_EQ(back->moe[0]->value.row_tile, RowTileChoice::by_tokens);
  EXPECT_FALSE(back->gemm[0] || back->moe[1]);
}

TEST_F(CalibrationFile, says_what_is_wrong_and_where) {
  const std::string text = write_kernel_calibration(full());
  const auto refused = [&](const std::string& from, const std::string& to, const std::string& message) {
    std::string changed = text;
    const auto at = changed.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    changed.replace(at, from.size(), to);
    const auto result = read(changed);
    ASSERT_FALSE(result) << from;
    EXPECT_NE(result.error().message.find(message), std::string::npos) << result.error().message;
    EXPECT_NE(result.error().message.find(".yaml:"), std::string::npos) << result.error().message;
  };
  refused("compute_efficiency:", "compute_eficiency:", "did you mean 'compute_efficiency'");
  refused("unit: us", "unit: ms", "given in us");
  refused("fp8_block:", "fp8_blok:", "did you mean 'fp8_block'");
  refused("by_rows_small", "by_luck", "is none of: fastest, by_rows, by_rows_small");
  refused("suspect: 3", "suspect: -3", "at least 0");
  refused("stack: \"vllm\"\n", "", "'stack' is missing");
  refused("date:", "day:", "unknown key");
}

TEST(KernelCalibrations, are_found_by_device_and_stack_and_kept_once) {
  KernelCalibrations all;
  ASSERT_TRUE(all.add(full()));
  EXPECT_FALSE(all.add(full()));
  EXPECT_NE(all.find("h100-sxm-80gb", "vllm"), nullptr);
  EXPECT_EQ(all.find("h100-sxm-80gb", "trtllm"), nullptr);
  EXPECT_EQ(all.find("h200-sxm-141gb", "vllm"), nullptr);
}

TEST(Fields, have_names_once_and_starts_within_their_range) {
  const auto check = [](const auto& table) {
    for (auto field = table.begin(); field != table.end(); ++field) {
      EXPECT_GT(field->low, 0) << field->name;
      EXPECT_LT(field->low, field->start) << field->name;
      EXPECT_LT(field->start, field->high) << field->name;
      for (auto other = table.begin(); other != field; ++other) EXPECT_NE(other->name, field->name);
    }
  };
  check(kernels::fields<GemmCoefficients>());
  check(kernels::fields<ContextCoefficients>());
  check(kernels::fields<GenerationCoefficients>());
  check(kernels::fields<CollectiveCoefficients>());
  check(kernels::fields<MoeCoefficients>());
}

}  // namespace
}  // namespace ridgeline
