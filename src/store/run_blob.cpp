#include "store/run_blob.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/hash.h"
#include "ridgeline/run_fields.h"
#include "store/bytes.h"
#include "store/run_columns.h"

namespace ridgeline::store {
namespace {

template <class T>
concept Unsigned = std::unsigned_integral<T> && !std::same_as<T, bool>;

/// More than the finest histogram has (50 * 2^14), whatever the bytes say.
constexpr std::uint64_t most_buckets = 1 << 20;

/// Names are left out: order is all that counts.
class BlobWriter {
 public:
  void operator()(const char*, bool value) { bytes_.number(value ? 1 : 0); }
  void operator()(const char*, Unsigned auto value) { bytes_.number(value); }
  void operator()(const char*, double value) { bytes_.real(value); }
  void operator()(const char*, Nanoseconds value) { bytes_.difference(value.count()); }
  void operator()(const char*, const std::string& value) { bytes_.text(value); }
  template <int... E>
  void operator()(const char*, Quantity<E...> value) {
    bytes_.real(value.value());
  }
  template <class T>
  void operator()(const char* name, const std::optional<T>& value) {
    (*this)(name, value.has_value());
    if (value) (*this)(name, *value);
  }
  void operator()(const char*, const std::array<double, 6>& values) {
    for (const double value : values) bytes_.real(value);
  }
  void operator()(const char* name, const std::vector<std::string>& values) {
    bytes_.number(values.size());
    for (const std::string& value : values) (*this)(name, value);
  }
  void operator()(const char*, const LatencyHistogram& histogram) {
    const auto state = histogram.state();
    for (const std::uint64_t value :
         {std::uint64_t{state.digits}, state.min, state.max, state.sum_low, state.sum_high})
      bytes_.number(value);
    bytes_.number(state.counts.size());
    ColumnWriter column(bytes_);
    for (const std::uint64_t count : state.counts) column.add(static_cast<std::int64_t>(count));
    column.end();
  }
  template <class E>
  void operator()(const char*, E value, E) {
    bytes_.number(static_cast<std::uint64_t>(value));
  }
  template <class T>
  void part(const char*, const T& value) {
    fields(*this, value);
  }
  template <class T>
  void parts(const char*, const std::vector<T>& values) {
    bytes_.number(values.size());
    for (const T& value : values) fields(*this, value);
  }
  template <class T>
  void shared(const char* name, const std::shared_ptr<const T>& value) {
    (*this)(name, value != nullptr);
    if (value) fields(*this, *value);
  }
  static constexpr std::uint64_t form() { return newest_run_form; }
  ByteWriter& bytes() { return bytes_; }

 private:
  ByteWriter bytes_;
};

class BlobReader {
 public:
  explicit BlobReader(std::string_view bytes) : bytes_(bytes), form_(bytes_.number()) {}
  std::uint64_t form() const { return form_; }

  void operator()(const char*, bool& value) { value = below(2) == 1; }
  template <Unsigned T>
  void operator()(const char*, T& value) {
    const std::uint64_t number = bytes_.number();
    value = static_cast<T>(number);
    if (value != number) bytes_.fail();
  }
  void operator()(const char*, double& value) { value = bytes_.real(); }
  void operator()(const char*, Nanoseconds& value) { value = Nanoseconds(bytes_.difference()); }
  void operator()(const char*, std::string& value) { value = bytes_.text(); }
  template <int... E>
  void operator()(const char*, Quantity<E...>& value) {
    value = Quantity<E...>(bytes_.real());
  }
  template <class T>
  void operator()(const char* name, std::optional<T>& value) {
    value.reset();
    if (below(2) == 1) (*this)(name, value.emplace());
  }
  void operator()(const char*, std::array<double, 6>& values) {
    for (double& value : values) value = bytes_.real();
  }
  void operator()(const char* name, std::vector<std::string>& values) {
    fill(values, [&](std::string& value) { (*this)(name, value); });
  }
  void operator()(const char*, LatencyHistogram& histogram) {
    LatencyHistogram::State state;
    (*this)("", state.digits);
    for (std::uint64_t* value : {&state.min, &state.max, &state.sum_low, &state.sum_high})
      *value = bytes_.number();
    state.counts.resize(below(most_buckets + 1));
    ColumnReader column(bytes_);
    for (std::uint64_t& count : state.counts) count = static_cast<std::uint64_t>(column.next());
    auto made = LatencyHistogram::of(std::move(state));
    if (made) {
      histogram = *std::move(made);
    } else {
      bytes_.fail();
    }
  }
  template <class E>
  void operator()(const char*, E& value, E last) {
    value = static_cast<E>(below(static_cast<std::uint64_t>(last) + 1));
  }
  template <class T>
  void part(const char*, T& value) {
    fields(*this, value);
  }
  template <class T>
  void parts(const char*, std::vector<T>& values) {
    fill(values, [&](T& value) { fields(*this, value); });
  }
  template <class T>
  void shared(const char*, std::shared_ptr<const T>& value) {
    if (below(2) == 0) return;
    auto made = std::make_shared<T>();
    fields(*this, *made);
    value = std::move(made);
  }
  ByteReader& bytes() { return bytes_; }

 private:
  std::uint64_t below(std::uint64_t limit) {
    const std::uint64_t value = bytes_.number();
    return value < limit ? value : bytes_.fail();
  }
  /// As many elements as are announced, one by one: a false count runs out of bytes, not of memory.
  template <class T, class Read>
  void fill(std::vector<T>& values, Read read) {
    for (std::uint64_t left = bytes_.number(); left > 0 && !bytes_.failed(); --left)
      read(values.emplace_back());
  }

  ByteReader bytes_;
  std::uint64_t form_;
};

}  // namespace

std::string write_run(const Run& run) {
  BlobWriter writer;
  writer.bytes().number(BlobWriter::form());
  fields(writer, run);
  write_columns(writer.bytes(), run);
  return std::move(writer.bytes()).take();
}

Result<Run> read_run(std::string_view blob) {
  BlobReader reader(blob);
  if (reader.form() < 1 || reader.form() > newest_run_form) {
    return unavailable(fmt::format("the run has form {}, and this version knows only those up to {}",
                                   reader.form(), newest_run_form));
  }
  Run run;
  fields(reader, run);
  read_columns(reader.bytes(), run);
  if (reader.bytes().failed() || !reader.bytes().at_end())
    return unavailable("what is kept of the run is damaged");
  return run;
}

std::string id_of(std::string_view blob) { return fnv1a_hex(blob); }

}  // namespace ridgeline::store
