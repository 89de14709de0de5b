#include "live/probe/stream.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ridgeline::live {
namespace {

// Eight vectors a step keep the load and store ports busy and the loop's own cost small. The memory clobber
// between passes keeps the compiler from reading or writing once for all of them.
#define RIDGELINE_STREAM_LOOPS(ISA, TARGET, VECTOR, CLOBBER, LOAD, STORE, OR, BROADCAST, ADD, MULTIPLY) \
  TARGET void read_##ISA(const std::byte* from, std::size_t bytes, std::uint64_t passes) {              \
    const auto* data = reinterpret_cast<const float*>(from);                                            \
    constexpr std::size_t lanes = sizeof(VECTOR) / sizeof(float);                                       \
    VECTOR seen[8];                                                                                     \
    _Pragma("GCC unroll 8") for (auto& one : seen) one = BROADCAST(0.0F);                               \
    for (std::uint64_t pass = 0; pass < passes; ++pass) {                                               \
      for (std::size_t i = 0; i < bytes / sizeof(float); i += 8 * lanes) {                              \
        _Pragma("GCC unroll 8") for (std::size_t j = 0; j < 8; ++j) seen[j] =                           \
            OR(seen[j], LOAD(data + i + j * lanes));                                                    \
      }                                                                                                 \
      asm volatile("" : : : "memory");                                                                  \
    }                                                                                                   \
    _Pragma("GCC unroll 8") for (auto& one : seen) asm volatile("" : : CLOBBER(one));                   \
  }                                                                                                     \
  TARGET void write_##ISA(std::byte* to, std::size_t bytes, std::uint64_t passes) {                     \
    auto* data = reinterpret_cast<float*>(to);                                                          \
    constexpr std::size_t lanes = sizeof(VECTOR) / sizeof(float);                                       \
    VECTOR value = BROADCAST(1.0F);                                                                     \
    asm volatile("" : "+" CLOBBER(value));                                                              \
    for (std::uint64_t pass = 0; pass < passes; ++pass) {                                               \
      for (std::size_t i = 0; i < bytes / sizeof(float); i += 8 * lanes) {                              \
        _Pragma("GCC unroll 8") for (std::size_t j = 0; j < 8; ++j) STORE(data + i + j * lanes, value); \
      }                                                                                                 \
      asm volatile("" : : : "memory");                                                                  \
    }                                                                                                   \
  }                                                                                                     \
  TARGET void triad_##ISA(std::byte* to, const std::byte* a, const std::byte* b, std::size_t bytes,     \
                          std::uint64_t passes) {                                                       \
    auto* out = reinterpret_cast<float*>(to);                                                           \
    const auto* left = reinterpret_cast<const float*>(a);                                               \
    const auto* right = reinterpret_cast<const float*>(b);                                              \
    constexpr std::size_t lanes = sizeof(VECTOR) / sizeof(float);                                       \
    const VECTOR scalar = BROADCAST(0.5F);                                                              \
    for (std::uint64_t pass = 0; pass < passes; ++pass) {                                               \
      for (std::size_t i = 0; i < bytes / sizeof(float); i += 8 * lanes) {                              \
        _Pragma("GCC unroll 8") for (std::size_t j = 0; j < 8; ++j) {                                   \
          const std::size_t at = i + j * lanes;                                                         \
          STORE(out + at, ADD(LOAD(left + at), MULTIPLY(scalar, LOAD(right + at))));                    \
        }                                                                                               \
      }                                                                                                 \
      asm volatile("" : : : "memory");                                                                  \
    }                                                                                                   \
  }

#if defined(__x86_64__)

#define RIDGELINE_ISA(NAME) __attribute__((target(NAME)))

RIDGELINE_STREAM_LOOPS(sse2, RIDGELINE_ISA("sse2"), __m128, "x", _mm_load_ps, _mm_store_ps, _mm_or_ps,
                       _mm_set1_ps, _mm_add_ps, _mm_mul_ps)
RIDGELINE_STREAM_LOOPS(avx2, RIDGELINE_ISA("avx2"), __m256, "x", _mm256_load_ps, _mm256_store_ps,
                       _mm256_or_ps, _mm256_set1_ps, _mm256_add_ps, _mm256_mul_ps)
// An addition stands in for OR, which plain AVX-512F lacks on floats; eight sums hide its latency.
RIDGELINE_STREAM_LOOPS(avx512, RIDGELINE_ISA("avx512f"), __m512, "v", _mm512_load_ps, _mm512_store_ps,
                       _mm512_add_ps, _mm512_set1_ps, _mm512_add_ps, _mm512_mul_ps)

StreamLoops detect_stream() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) return {"AVX-512", read_avx512, write_avx512, triad_avx512};
  if (__builtin_cpu_supports("avx2")) return {"AVX2", read_avx2, write_avx2, triad_avx2};
  return {"SSE2", read_sse2, write_sse2, triad_sse2};
}

#else

using Vector = float __attribute__((vector_size(16)));
Vector load(const float* from) { return *reinterpret_cast<const Vector*>(from); }
void store(float* to, Vector value) { *reinterpret_cast<Vector*>(to) = value; }
Vector broadcast(float x) { return Vector{x, x, x, x}; }
Vector add(Vector a, Vector b) { return a + b; }
Vector multiply(Vector a, Vector b) { return a * b; }

RIDGELINE_STREAM_LOOPS(plain, , Vector, "m", load, store, add, broadcast, add, multiply)

StreamLoops detect_stream() { return {"128-bit vectors", read_plain, write_plain, triad_plain}; }

#endif

}  // namespace

StreamLoops stream_loops() { return detect_stream(); }

}  // namespace ridgeline::live
