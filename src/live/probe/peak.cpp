#include "live/probe/peak.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace ridgeline::live {
namespace {

// Each step is accumulator = accumulator x factor + addend. Independent accumulators hide the latency of the
// unit (at most 5 cycles on 2 ports: 10 in flight), and must all fit the register file. The factor is a
// little below one, so that values settle at one: neither denormal nor infinite, which some units treat
// slower. The empty asm statements make the compiler believe that the constants are unknown, that the
// accumulators start out different (equal ones would be computed once) and that the sums are used.
#define RIDGELINE_PEAK_LOOP(NAME, TARGET, VECTOR, ACCUMULATORS, CLOBBER, FACTOR, ADDEND, STEP) \
  TARGET void NAME(std::uint64_t iterations) {                                                 \
    VECTOR factor = FACTOR, addend = ADDEND;                                                   \
    asm volatile("" : "+" CLOBBER(factor), "+" CLOBBER(addend));                               \
    VECTOR sums[ACCUMULATORS];                                                                 \
    _Pragma("GCC unroll 32") for (auto& sum : sums) {                                          \
      sum = addend;                                                                            \
      asm volatile("" : "+" CLOBBER(sum));                                                     \
    }                                                                                          \
    for (std::uint64_t i = 0; i < iterations; ++i) {                                           \
      _Pragma("GCC unroll 32") for (auto& sum : sums) sum = STEP;                              \
    }                                                                                          \
    _Pragma("GCC unroll 32") for (auto& sum : sums) asm volatile("" : : CLOBBER(sum));         \
  }

constexpr double flops(int accumulators, int lanes, int products = 1) {
  return 2.0 * accumulators * lanes * products;
}

#if defined(__x86_64__)

#define RIDGELINE_ISA(NAME) __attribute__((target(NAME)))

RIDGELINE_PEAK_LOOP(fp32_sse2, RIDGELINE_ISA("sse2"), __m128, 12, "x", _mm_set1_ps(0.9999999F),
                    _mm_set1_ps(1e-7F), _mm_add_ps(_mm_mul_ps(sum, factor), addend))
RIDGELINE_PEAK_LOOP(fp64_sse2, RIDGELINE_ISA("sse2"), __m128d, 12, "x", _mm_set1_pd(0.9999999),
                    _mm_set1_pd(1e-7), _mm_add_pd(_mm_mul_pd(sum, factor), addend))
RIDGELINE_PEAK_LOOP(fp32_avx2, RIDGELINE_ISA("avx2,fma"), __m256, 12, "x", _mm256_set1_ps(0.9999999F),
                    _mm256_set1_ps(1e-7F), _mm256_fmadd_ps(sum, factor, addend))
RIDGELINE_PEAK_LOOP(fp64_avx2, RIDGELINE_ISA("avx2,fma"), __m256d, 12, "x", _mm256_set1_pd(0.9999999),
                    _mm256_set1_pd(1e-7), _mm256_fmadd_pd(sum, factor, addend))
RIDGELINE_PEAK_LOOP(fp32_avx512, RIDGELINE_ISA("avx512f"), __m512, 20, "v", _mm512_set1_ps(0.9999999F),
                    _mm512_set1_ps(1e-7F), _mm512_fmadd_ps(sum, factor, addend))
RIDGELINE_PEAK_LOOP(fp64_avx512, RIDGELINE_ISA("avx512f"), __m512d, 20, "v", _mm512_set1_pd(0.9999999),
                    _mm512_set1_pd(1e-7), _mm512_fmadd_pd(sum, factor, addend))
// Four products of bytes, added to a 32-bit lane.
RIDGELINE_PEAK_LOOP(int8_avxvnni, RIDGELINE_ISA("avx2,avxvnni"), __m256i, 12, "x", _mm256_set1_epi8(1),
                    _mm256_set1_epi8(1), _mm256_dpbusd_avx_epi32(sum, factor, addend))
RIDGELINE_PEAK_LOOP(int8_avx512, RIDGELINE_ISA("avx512f,avx512vnni"), __m512i, 20, "v",
                    _mm512_set1_epi32(0x01010101), _mm512_set1_epi32(0x01010101),
                    _mm512_dpbusd_epi32(sum, factor, addend))
// Two products of bf16, added to an fp32 lane.
RIDGELINE_PEAK_LOOP(bf16_avx512, RIDGELINE_ISA("avx512f,avx512bf16"), __m512, 20, "v",
                    _mm512_castsi512_ps(_mm512_set1_epi32(0x00003f80)), _mm512_setzero_ps(),
                    _mm512_dpbf16_ps(sum, (__m512bh)factor, (__m512bh)addend))

std::vector<PeakLoop> detect_peak() {
  __builtin_cpu_init();
  std::vector<PeakLoop> loops;
  if (__builtin_cpu_supports("avx512f")) {
    loops.push_back({Precision::fp64, "AVX-512 FMA", flops(20, 8), fp64_avx512});
    loops.push_back({Precision::fp32, "AVX-512 FMA", flops(20, 16), fp32_avx512});
  } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    loops.push_back({Precision::fp64, "AVX2 FMA", flops(12, 4), fp64_avx2});
    loops.push_back({Precision::fp32, "AVX2 FMA", flops(12, 8), fp32_avx2});
  } else {
    loops.push_back({Precision::fp64, "SSE2 multiply and add", flops(12, 2), fp64_sse2});
    loops.push_back({Precision::fp32, "SSE2 multiply and add", flops(12, 4), fp32_sse2});
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bf16")) {
    loops.push_back({Precision::bf16, "AVX-512 BF16", flops(20, 16, 2), bf16_avx512});
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni")) {
    loops.push_back({Precision::int8, "AVX-512 VNNI", flops(20, 16, 4), int8_avx512});
  } else if (__builtin_cpu_supports("avxvnni")) {
    loops.push_back({Precision::int8, "AVX-VNNI", flops(12, 8, 4), int8_avxvnni});
  }
  return loops;
}

#elif defined(__aarch64__)

RIDGELINE_PEAK_LOOP(fp32_neon, , float32x4_t, 20, "w", vdupq_n_f32(0.9999999F), vdupq_n_f32(1e-7F),
                    vfmaq_f32(addend, sum, factor))
RIDGELINE_PEAK_LOOP(fp64_neon, , float64x2_t, 20, "w", vdupq_n_f64(0.9999999), vdupq_n_f64(1e-7),
                    vfmaq_f64(addend, sum, factor))

std::vector<PeakLoop> detect_peak() {
  return {{Precision::fp64, "NEON FMA", flops(20, 2), fp64_neon},
          {Precision::fp32, "NEON FMA", flops(20, 4), fp32_neon}};
}

#else

RIDGELINE_PEAK_LOOP(fp32_scalar, , float, 12, "r", 0.9999999F, 1e-7F, sum* factor + addend)
RIDGELINE_PEAK_LOOP(fp64_scalar, , double, 12, "r", 0.9999999, 1e-7, sum* factor + addend)

std::vector<PeakLoop> detect_peak() {
  return {{Precision::fp64, "scalar multiply and add", flops(12, 1), fp64_scalar},
          {Precision::fp32, "scalar multiply and add", flops(12, 1), fp32_scalar}};
}

#endif

}  // namespace

std::vector<PeakLoop> peak_loops() { return detect_peak(); }

std::vector<std::string> unmeasured_units(const std::vector<std::string>& cpu_features) {
  const auto has = [&](const char* feature) {
    return std::find(cpu_features.begin(), cpu_features.end(), feature) != cpu_features.end();
  };
  std::vector<std::string> lines;
  if (has("amx_tile") && (has("amx_int8") || has("amx_bf16"))) {
    lines.push_back("AMX is there and was not measured: the int8 and bf16 peaks are the vector units'");
  }
  if (has("avx512_fp16")) lines.push_back("AVX-512 FP16 is there and was not measured: no fp16 peak");
  if (has("sve")) lines.push_back("SVE is there and was not measured: the peaks are NEON's");
  return lines;
}

}  // namespace ridgeline::live
