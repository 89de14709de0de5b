// Fits and validations, as `ridgeline calibrate` and `ridgeline validate` make them.

#include "python.h"
#include "ridgeline/report.h"
#include "ridgeline/validation.h"

namespace ridgeline::python {
namespace {

/// A document and its text, where a command made a T.
template <class T>
nb::object command_result(const std::vector<std::string>& words, nb::object progress) {
  const Outcome outcome = run_command(words, std::move(progress));
  for (const std::any& result : outcome.results) {
    if (const auto* made = std::any_cast<T>(&result))
      return nb::make_tuple(report::json(*made), report::text(*made));
  }
  throw Failed{
      bad_input("not a table of serving points; for kernel times and MLPerf results use the command line")};
}

}  // namespace

void bind_calibrate(nb::module_& m) {
  m.def("calibrate_command", command_result<Fit>, nb::arg("words"), nb::arg("progress").none(),
        nb::sig("def calibrate_command(words: collections.abc.Sequence[str], progress: "
                "collections.abc.Callable[[str], object] | None) -> tuple[str, str]"),
        "`ridgeline calibrate` of serving points: JSON and text.");
  m.def("validate_command", command_result<Validation>, nb::arg("words"), nb::arg("progress").none(),
        nb::sig("def validate_command(words: collections.abc.Sequence[str], progress: "
                "collections.abc.Callable[[str], object] | None) -> tuple[str, str]"),
        "`ridgeline validate` of serving points: JSON and text.");
}

}  // namespace ridgeline::python
