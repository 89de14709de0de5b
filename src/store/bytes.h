#pragma once
// Numbers as bytes, the same on every platform: unsigned ones in base 128, low digits first, with a high bit
// that says that more follow; signed ones zigzag (0, -1, 1, -2 ...); doubles as their 64 bits, low byte
// first.

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace ridgeline::store {

class ByteWriter {
 public:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void difference(std::int64_t value) {
    number(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }
  void real(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (unsigned shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>(bits >> shift);
  }
  void text(std::string_view text) {
    number(text.size());
    bytes_ += text;
  }
  std::string take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads beyond the end, or a number of more than 64 bits, give zeros and make it fail for good.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint64_t byte = next();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return fail();
  }
  std::int64_t difference() {
    const std::uint64_t value = number();
    return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
  }
  double real() {
    std::uint64_t bits = 0;
    for (unsigned shift = 0; shift < 64; shift += 8) bits |= next() << shift;
    return std::bit_cast<double>(bits);
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > rest_.size()) return fail(), "";
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  std::uint64_t fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }
  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::uint64_t next() {
    if (rest_.empty()) return fail();
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }

  std::string_view rest_;
  bool failed_ = false;
};

/// A column of signed numbers, where a zero is followed by how many more of them come: a constant column, or
/// one that is mostly zero, takes next to nothing. One column at a time; end() writes the zeros that are
/// pending.
class ColumnWriter {
 public:
  explicit ColumnWriter(ByteWriter& bytes) : bytes_(bytes) {}
  void add(std::int64_t value) {
    if (value == 0) {
      ++zeros_;
      return;
    }
    end();
    bytes_.difference(value);
  }
  void end() {
    if (zeros_ == 0) return;
    bytes_.difference(0);
    bytes_.number(zeros_ - 1);
    zeros_ = 0;
  }

 private:
  ByteWriter& bytes_;
  std::uint64_t zeros_ = 0;
};

class ColumnReader {
 public:
  explicit ColumnReader(ByteReader& bytes) : bytes_(bytes) {}
  std::int64_t next() {
    if (zeros_ > 0) {
      --zeros_;
      return 0;
    }
    const std::int64_t value = bytes_.difference();
    if (value == 0) zeros_ = bytes_.number();
    return value;
  }

 private:
  ByteReader& bytes_;
  std::uint64_t zeros_ = 0;
};

/// Differences wrap, so that every pair of numbers has one.
inline std::int64_t wrapped_sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
inline std::int64_t wrapped_difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

}  // namespace ridgeline::store
