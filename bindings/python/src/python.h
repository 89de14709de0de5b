#pragma once
// What the files of the Python module share. They convert, and call the library; results are the library's.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <any>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app.h"
#include "ridgeline/catalog.h"
#include "ridgeline/engine.h"
#include "ridgeline/scenario.h"

namespace ridgeline::python {

namespace nb = nanobind;

/// Becomes BadInput, Infeasible or Unavailable of ridgeline._errors, with the line that the program prints.
struct Failed {
  Error error;
};
/// The value, or a Python exception.
template <class T>
T value_of(Result<T> result) {
  if (!result) throw Failed{result.error()};
  return *std::move(result);
}

/// The settings of all calls: where the catalog is, and what has been read of it.
const cli::Context& context();

/// An entry of the catalog, which lives as long as it does.
struct CatalogModel {
  std::shared_ptr<const Catalog> catalog;
  const Model* entry = nullptr;
};
struct CatalogHardware {
  std::shared_ptr<const Catalog> catalog;
  const Hardware* entry = nullptr;
};

/// A run, and arrays that were made of it once: Python's views keep it alive.
struct HeldRun {
  Run run;
  /// Seconds, of each query; made when they are first asked for. Without a first token: NaN.
  std::vector<double> latencies{}, first_tokens{};
};

/// Does `work` without the GIL on a thread of its own, while this one looks for signals; `progress` (a
/// callable or None) gets the lines. Ctrl-C sets the stop flag that `work` is given: what looks at it ends
/// soon, with what there is. True when that happened; the caller raises, or returns what came out.
bool run_interruptibly(const std::function<void(cli::Host&)>& work, nb::object progress);

/// What a command printed and made.
struct Outcome {
  int code = 0;
  bool interrupted = false;
  std::string text;
  std::vector<std::any> results;
};

/// Runs a command line, without the GIL; Failed where the command fails.
Outcome run_command(const std::vector<std::string>& words, nb::object progress);

void bind_catalog(nb::module_&);
void bind_profile(nb::module_&);
void bind_run(nb::module_&);
void bind_command(nb::module_&);
void bind_bench(nb::module_&);
void bind_explore(nb::module_&);
void bind_pipeline(nb::module_&);
void bind_calibrate(nb::module_&);

}  // namespace ridgeline::python
