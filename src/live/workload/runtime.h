#pragma once
// What every executor needs around its primitives: memory, threads, the library's engine, and a notebook.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "live/workload/dnnl_api.h"
#include "ridgeline/measurement.h"

namespace ridgeline::live {

struct FreeDeleter {
  void operator()(float* p) const { std::free(p); }
};
/// Floats aligned for vectors; large blocks ask for huge pages. Not initialised.
using Floats = std::unique_ptr<float[], FreeDeleter>;
/// Throws std::bad_alloc.
Floats allocate_floats(std::size_t count);

/// Uniform values with this standard deviation and mean 0, from the seed and the tensor's name alone.
void fill_synthetic(std::uint64_t seed, std::string_view name, float deviation, std::span<float> out);
Floats synthetic(std::uint64_t seed, std::string_view name, float deviation, std::size_t count);

/// While it lives: this many OpenMP threads, and denormals are zero on all of them. Restores what was.
class ComputeScope {
 public:
  explicit ComputeScope(unsigned threads);
  ~ComputeScope();
  ComputeScope(const ComputeScope&) = delete;
  ComputeScope& operator=(const ComputeScope&) = delete;

 private:
  int threads_before_;
  std::vector<unsigned> control_before_;
};

/// What was executed, pass by pass. A null pointer to one means that nobody asks.
struct Recorder {
  std::vector<std::vector<ExecutedOp>> passes;
  void begin_pass() { passes.emplace_back(); }
  void add(ExecutedOp op) { passes.back().push_back(std::move(op)); }
};

/// The CPU engine, one stream, and the scratch memory that all primitives share: they run one after another.
/// Scratch is ours because the library's own belongs to the thread that creates a primitive.
class Runtime {
 public:
  Runtime() : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {}
  const dnnl::engine& engine() const { return engine_; }
  dnnl::stream& stream() { return stream_; }
  /// Attributes every primitive starts from.
  static dnnl::primitive_attr attributes();
  /// Makes room for a primitive's scratch memory; call once for each one made.
  void reserve(const dnnl::memory::desc& scratchpad);
  /// Runs a primitive to its end. The scratchpad is added to `arguments`.
  void execute(const dnnl::primitive&, const dnnl::memory::desc& scratchpad,
               std::unordered_map<int, dnnl::memory>& arguments);
  /// Copies into another layout.
  void reorder(const dnnl::memory& from, const dnnl::memory& to);

 private:
  dnnl::engine engine_;
  dnnl::stream stream_;
  Floats scratch_;
  std::size_t scratch_bytes_ = 0;
};

inline Bytes fp32_bytes(double count) { return Bytes(4 * count); }

}  // namespace ridgeline::live
