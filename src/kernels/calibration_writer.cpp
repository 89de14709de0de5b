#include <fmt/format.h>

#include <iterator>

#include "kernels/dispatch.h"
#include "kernels/fields.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return result + '"';
}

std::string errors_text(const KernelErrors& errors) {
  return fmt::format("{{median: {:.4g}, mape: {:.4g}}}", errors.median, errors.mape);
}

template <class C>
void write_fitted(const std::string& key, const FittedKernel<C>& fitted, std::size_t depth,
                  std::string& out) {
  const auto to = std::back_inserter(out);
  const std::string pad(depth, ' ');
  fmt::format_to(to, "{}{}:\n{}  rows: {}\n{}  suspect: {}\n{}  in_sample: {}\n", pad, key, pad, fitted.rows,
                 pad, fitted.suspect, pad, errors_text(fitted.in_sample));
  if (fitted.cross_validated)
    fmt::format_to(to, "{}  cross_validated: {}\n", pad, errors_text(*fitted.cross_validated));
  const auto choices = kernels::choices_of(fitted.value);
  if (!choices.empty()) fmt::format_to(to, "{}  choices:\n", pad);
  for (const auto& [name, value] : choices) fmt::format_to(to, "{}    {}: {}\n", pad, name, value);
  fmt::format_to(to, "{}  coefficients:\n", pad);
  const C absent;
  for (const auto& field : kernels::fields<C>()) {
    const double value = kernels::get(field, fitted.value), error = kernels::get(field, fitted.error);
    if (value == kernels::get(field, absent) && error == 0) continue;
    const std::string unit = field.unit.empty() ? "" : fmt::format(", unit: {}", field.unit);
    fmt::format_to(to, "{}    {}: {{value: {:.6g}, error: {:.2g}{}}}\n", pad, field.name, value, error, unit);
  }
}

template <class E, class C, std::size_t N>
void write_each(std::string_view key, const std::array<MaybeFitted<C>, N>& each, std::string& out) {
  bool first = true;
  for (std::size_t i = 0; i < N; ++i) {
    if (!each[i]) continue;
    if (first) fmt::format_to(std::back_inserter(out), "{}:\n", key);
    first = false;
    write_fitted(std::string(to_string(static_cast<E>(i))), *each[i], 2, out);
  }
}

}  // namespace

std::string write_kernel_calibration(const KernelCalibration& c) {
  std::string out = "# Fitted kernel coefficients; docs/kernels.md explains every key.\n";
  fmt::format_to(std::back_inserter(out), "hardware: {}\nstack: {}\nversion: {}\nsource: {}\ndate: {}\n",
                 quoted(c.hardware), quoted(c.stack), quoted(c.version), quoted(c.source), quoted(c.date));
  write_each<KernelFormat>("gemm", c.gemm, out);
  if (c.context_attention) write_fitted("context_attention", *c.context_attention, 0, out);
  if (c.generation_attention) write_fitted("generation_attention", *c.generation_attention, 0, out);
  write_each<CollectiveOp>("collectives", c.collectives, out);
  write_each<KernelFormat>("moe", c.moe, out);
  return out;
}

}  // namespace ridgeline
