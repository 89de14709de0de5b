// Fits and validations, as `ridgeline calibrate` and `ridgeline validate` make them.

#include "python.h"
#include "ridgeline/report.h"
#include "ridgeline/validation.h"

namespace ridgeline::python {
namespace {

/// A document and its text, where a command made a T.
template <class T>
nb::object command_result(const std::vector<std::string>& words, nb::object progress) {
  std::string printed;
  std::optional<Error> error;
  std::optional<T> made;
  run_interruptibly(
      [&](cli::Host& host) {
        cli::Context of_this_call = context();
        of_this_call.captured = &printed;
        cli::run_program(words, of_this_call);
        for (const std::any& result : host.results) {
          if (const auto* found = std::any_cast<T>(&result)) made = *found;
        }
        error = host.error;
      },
      std::move(progress));
  if (error) throw Failed{*std::move(error)};
  if (!made)
    throw Failed{
        bad_input("not a table of serving points; for kernel times and MLPerf results use the command line")};
  return nb::make_tuple(report::json(*made), report::text(*made));
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
