#pragma once
// Vector loops over memory: read, write and triad, as wide as the CPU goes.

#include <cstddef>
#include <cstdint>
#include <string>

namespace ridgeline::live {

/// Arrays are 64-byte aligned and a multiple of stream_block bytes long; each loop goes over them `passes`
/// times.
inline constexpr std::size_t stream_block = 512;

struct StreamLoops {
  std::string instructions;  ///< "AVX2"
  void (*read)(const std::byte* from, std::size_t bytes, std::uint64_t passes) = nullptr;
  void (*write)(std::byte* to, std::size_t bytes, std::uint64_t passes) = nullptr;
  /// to = a + scalar b, in fp32; `bytes` of each array.
  void (*triad)(std::byte* to, const std::byte* a, const std::byte* b, std::size_t bytes,
                std::uint64_t passes) = nullptr;
};

/// The widest loops that this CPU has instructions for.
StreamLoops stream_loops();

}  // namespace ridgeline::live
