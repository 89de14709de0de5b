#include "live/workload/runtime.h"

#include <omp.h>
#include <sys/mman.h>

#include <cmath>
#include <new>

#include "base/random.h"

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace ridgeline::live {
namespace {

constexpr std::size_t cache_line = 64;
constexpr std::size_t huge_page = std::size_t{2} << 20;

#if defined(__SSE__)
constexpr unsigned flush_denormals = 0x8040;  // FTZ and DAZ in MXCSR
unsigned float_control() { return _mm_getcsr(); }
void set_float_control(unsigned value) { _mm_setcsr(value); }
#else
constexpr unsigned flush_denormals = 0;
unsigned float_control() { return 0; }
void set_float_control(unsigned) {}
#endif

}  // namespace

Floats allocate_floats(std::size_t count) {
  const std::size_t alignment = count * sizeof(float) >= huge_page ? huge_page : cache_line;
  const std::size_t bytes = (count * sizeof(float) + alignment) / alignment * alignment;
  void* const p = std::aligned_alloc(alignment, bytes);
  if (p == nullptr) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
  if (alignment == huge_page) madvise(p, bytes, MADV_HUGEPAGE);  // advice: refusal costs only speed
#endif
  return Floats(static_cast<float*>(p));
}

void fill_synthetic(std::uint64_t seed, std::string_view name, float deviation, std::span<float> out) {
  RandomStream stream(seed, name);
  // Two draws of 24 bits from one of 64; a uniform on [-1, 1) has standard deviation 1 / sqrt(3).
  const float scale = deviation * std::sqrt(3.0F) / static_cast<float>(1U << 23);
  const auto draw = [scale](std::uint64_t bits) {
    return scale * (static_cast<float>(bits & 0xFFFFFF) - static_cast<float>(1U << 23));
  };
  std::size_t i = 0;
  for (; i + 2 <= out.size(); i += 2) {
    const std::uint64_t bits = stream.bits();
    out[i] = draw(bits >> 40);
    out[i + 1] = draw(bits >> 16);
  }
  if (i < out.size()) out[i] = draw(stream.bits() >> 40);
}

Floats synthetic(std::uint64_t seed, std::string_view name, float deviation, std::size_t count) {
  Floats out = allocate_floats(count);
  fill_synthetic(seed, name, deviation, {out.get(), count});
  return out;
}

ComputeScope::ComputeScope(unsigned threads)
    : threads_before_(omp_get_max_threads()), control_before_(threads) {
  omp_set_num_threads(static_cast<int>(threads));
#pragma omp parallel
  {
    unsigned& before = control_before_[static_cast<std::size_t>(omp_get_thread_num())];
    before = float_control();
    set_float_control(before | flush_denormals);
  }
}

ComputeScope::~ComputeScope() {
#pragma omp parallel
  set_float_control(control_before_[static_cast<std::size_t>(omp_get_thread_num())]);
  omp_set_num_threads(threads_before_);
}

dnnl::primitive_attr Runtime::attributes() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

void Runtime::reserve(const dnnl::memory::desc& scratchpad) {
  const std::size_t bytes = scratchpad.get_size();
  if (bytes <= scratch_bytes_) return;
  scratch_ = allocate_floats(bytes / sizeof(float) + 1);
  scratch_bytes_ = bytes;
}

void Runtime::execute(const dnnl::primitive& primitive, const dnnl::memory::desc& scratchpad,
                      std::unordered_map<int, dnnl::memory>& arguments) {
  if (scratchpad.get_size() > 0)
    arguments.insert_or_assign(DNNL_ARG_SCRATCHPAD, dnnl::memory(scratchpad, engine_, scratch_.get()));
  primitive.execute(stream_, arguments);
  stream_.wait();
}

void Runtime::reorder(const dnnl::memory& from, const dnnl::memory& to) {
  dnnl::reorder(from, to).execute(stream_, const_cast<dnnl::memory&>(from), const_cast<dnnl::memory&>(to));
  stream_.wait();
}

}  // namespace ridgeline::live
