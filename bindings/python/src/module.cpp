// The module ridgeline._core: every file binds its own things.

#include "base/version.h"
#include "python.h"

namespace ridgeline::python {
namespace {

const char* exception_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::bad_input:
      return "BadInput";
    case ErrorKind::infeasible:
      return "Infeasible";
    case ErrorKind::unavailable:
      return "Unavailable";
  }
  return "RidgelineError";
}

void raise(const std::exception_ptr& thrown, void*) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Failed& failed) {
    const nb::object type = nb::module_::import_("ridgeline._errors").attr(exception_of(failed.error.kind));
    PyErr_SetString(type.ptr(), failed.error.message.c_str());
  }
}

}  // namespace
}  // namespace ridgeline::python

NB_MODULE(_core, m) {
  using namespace ridgeline::python;
  nb::register_exception_translator(raise);
  m.doc() = "The library: what the ridgeline package is made of. Use the package.";
  m.attr("version") = std::string(ridgeline::version);
  bind_catalog(m);
  bind_profile(m);
  bind_run(m);
  bind_command(m);
  bind_bench(m);
  bind_explore(m);
  bind_pipeline(m);
  bind_calibrate(m);
}
