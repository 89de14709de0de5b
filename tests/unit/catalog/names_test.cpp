#include <gtest/gtest.h>

#include "ridgeline/catalog.h"

namespace ridgeline {
namespace {

TEST(Precision, EveryNameReadsBack) {
  for (const auto p : {Precision::fp64, Precision::fp32, Precision::tf32, Precision::bf16, Precision::fp16,
                       Precision::fp8, Precision::int8, Precision::fp4, Precision::int4}) {
    EXPECT_EQ(parse_precision(to_string(p)), p) << to_string(p);
  }
}

TEST(Precision, OtherNamesInAnyLetterCase) {
  EXPECT_EQ(parse_precision("half"), Precision::fp16);
  EXPECT_EQ(parse_precision("Float16"), Precision::fp16);
  EXPECT_EQ(parse_precision("bfloat16"), Precision::bf16);
  EXPECT_EQ(parse_precision("F32"), Precision::fp32);
  EXPECT_EQ(parse_precision("E4M3"), Precision::fp8);
  EXPECT_EQ(parse_precision("nvfp4"), Precision::fp4);
  EXPECT_EQ(parse_precision("MXFP4"), Precision::fp4);
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
  EXPECT_EQ(size_of(Precision::int4), Bytes(4 / 8.0));
}

}  // namespace
}  // namespace ridgeline
