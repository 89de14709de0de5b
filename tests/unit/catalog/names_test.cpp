#include <gtest/gtest.h>

#include "ridgeline/catalog.h"

namespace ridgeline {
namespace {

TEST(Precision, EveryNameReadsBack) {
  for (std::size_t i = 0; i < precisions; ++i) {
    const auto p = static_cast<Precision>(i);
    EXPECT_EQ(parse_precision(to_string(p)), p) << to_string(p);
  }
}

TEST(Precision, OtherNamesInAnyLetterCase) {
  EXPECT_EQ(parse_precision("half"), Precision::fp16);
  EXPECT_EQ(parse_precision("Float16"), Precision::fp16);
  EXPECT_EQ(parse_precision("bfloat16"), Precision::bf16);
  EXPECT_EQ(parse_precision("F32"), Precision::fp32);
  EXPECT_EQ(parse_precision("E4M3"), Precision::fp8);
  EXPECT_EQ(parse_precision("NVFP4"), Precision::nvfp4);
  EXPECT_EQ(parse_precision("MXFP4"), Precision::mxfp4);
  EXPECT_EQ(parse_precision("e2m1"), Precision::fp4);
  for (const char* name : {"w4a16", "int4_wo", "AWQ", "gptq"})
    EXPECT_EQ(parse_precision(name), Precision::int4);
  for (const char* name : {"fp8_block", "fp8-e4m3", "fp8"}) EXPECT_EQ(parse_precision(name), Precision::fp8);
  EXPECT_EQ(parse_precision(""), std::nullopt);
  EXPECT_EQ(parse_precision("fp"), std::nullopt);
  EXPECT_EQ(parse_precision("fp16 "), std::nullopt);
}

TEST(Precision, StorageIsBitsOverEight) {
  EXPECT_EQ(size_of(Precision::fp64), Bytes(64 / 8.0));
  EXPECT_EQ(size_of(Precision::fp32), Bytes(32 / 8.0));
  EXPECT_EQ(size_of(Precision::tf32), Bytes(32 / 8.0));  // 19 bits used, stored as 32
  EXPECT_EQ(size_of(Precision::bf16), Bytes(16 / 8.0));
  EXPECT_EQ(size_of(Precision::fp16), Bytes(16 / 8.0));
  EXPECT_EQ(size_of(Precision::fp8), Bytes(8 / 8.0));
  EXPECT_EQ(size_of(Precision::int8), Bytes(8 / 8.0));
  EXPECT_EQ(size_of(Precision::fp4), Bytes(4 / 8.0));
}

TEST(Precision, BlockFormatsCarryTheirScales) {
  EXPECT_EQ(size_of(Precision::nvfp4), Bytes((16 * 4 + 8) / 16.0 / 8));    // an fp8 scale for 16 values
  EXPECT_EQ(size_of(Precision::mxfp4), Bytes((32 * 4 + 8) / 32.0 / 8));    // an e8m0 scale for 32
  EXPECT_EQ(size_of(Precision::int4), Bytes((128 * 4 + 16) / 128.0 / 8));  // an fp16 scale for 128
}

TEST(Precision, BlockFormatsComputeAtThePeakOfFp4) {
  for (std::size_t i = 0; i < precisions; ++i) {
    const auto p = static_cast<Precision>(i);
    const bool blocks = p == Precision::nvfp4 || p == Precision::mxfp4;
    EXPECT_EQ(compute_format(p), blocks ? Precision::fp4 : p) << to_string(p);
  }
}

}  // namespace
}  // namespace ridgeline
