#include <limits>

#include "named_run.h"
#include "python.h"
#include "report/run_difference.h"
#include "ridgeline/report.h"
#include "ridgeline/run_difference.h"

namespace ridgeline::python {
namespace {

static_assert(sizeof(Nanoseconds) == sizeof(std::int64_t));
static_assert(sizeof(QueryRecord) % sizeof(std::int64_t) == 0);

template <class T>
using Array = nb::ndarray<nb::numpy, const T, nb::ndim<1>>;

/// One field of every query, where it lies. The array keeps the run alive.
template <class T, class Field>
Array<T> column(const std::shared_ptr<HeldRun>& held, Field QueryRecord::* field) {
  static_assert(sizeof(T) == sizeof(Field));
  const auto& queries = held->run.queries;
  const void* first = queries.empty() ? nullptr : &(queries.front().*field);
  const std::size_t shape[] = {queries.size()};
  const std::int64_t strides[] = {static_cast<std::int64_t>(sizeof(QueryRecord) / sizeof(T))};
  return {static_cast<const T*>(first), 1, shape, nb::cast(held), strides};
}

template <class T>
Array<T> whole(const std::shared_ptr<HeldRun>& held, const T* data, std::size_t size) {
  const std::size_t shape[] = {size};
  return {data, 1, shape, nb::cast(held)};
}

Array<double> latencies(const std::shared_ptr<HeldRun>& held) {
  if (held->latencies.empty()) {
    held->latencies.reserve(held->run.queries.size());
    for (const QueryRecord& query : held->run.queries)
      held->latencies.push_back(to_seconds(query.latency()).value());
  }
  return whole(held, held->latencies.data(), held->latencies.size());
}

Array<double> first_tokens(const std::shared_ptr<HeldRun>& held) {
  if (held->first_tokens.empty()) {
    held->first_tokens.reserve(held->run.queries.size());
    for (const QueryRecord& query : held->run.queries) {
      held->first_tokens.push_back(query.first_token
                                       ? to_seconds(*query.first_token - query.scheduled).value()
                                       : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return whole(held, held->first_tokens.data(), held->first_tokens.size());
}

/// The difference as text and as a document.
std::pair<std::string, std::string> compare_runs(const HeldRun& a, const HeldRun& b,
                                                 std::optional<bool> paired, std::uint64_t seed,
                                                 std::uint32_t replicas) {
  RunComparison how;
  how.paired = paired;
  how.seed = seed;
  how.replicas = replicas;
  auto difference = [&] {
    const nb::gil_scoped_release released;
    return compare(a.run, b.run, how);
  }();
  const RunDifference d = value_of(std::move(difference));
  const report::NamedRun first{"a", a.run}, second{"b", b.run};
  return {report::text(d, first, second, how), report::json(d, first, second, how)};
}

}  // namespace

void bind_run(nb::module_& m) {
  nb::class_<HeldRun>(m, "Run", "Queries of a run as arrays, which share its memory and are read-only.")
      .def_prop_ro(
          "scheduled",
          [](const std::shared_ptr<HeldRun>& h) { return column<std::int64_t>(h, &QueryRecord::scheduled); },
          "When each query was to come, ns since the start; int64, shape (queries,). Latency counts from "
          "here")
      .def_prop_ro(
          "issued",
          [](const std::shared_ptr<HeldRun>& h) { return column<std::int64_t>(h, &QueryRecord::issued); },
          "When each query was handed over, ns since the start; int64, shape (queries,)")
      .def_prop_ro(
          "completed",
          [](const std::shared_ptr<HeldRun>& h) { return column<std::int64_t>(h, &QueryRecord::completed); },
          "When the last sample of each query was done, ns since the start; int64, shape (queries,)")
      .def_prop_ro(
          "samples",
          [](const std::shared_ptr<HeldRun>& h) { return column<std::uint32_t>(h, &QueryRecord::samples); },
          "Samples of each query; uint32, shape (queries,)")
      .def_prop_ro(
          "tokens",
          [](const std::shared_ptr<HeldRun>& h) { return column<std::uint32_t>(h, &QueryRecord::tokens); },
          "Tokens that each query produced; uint32, shape (queries,)")
      .def_prop_ro("latencies", latencies, "From scheduled to completed, seconds; float64, shape (queries,)")
      .def_prop_ro("first_tokens", first_tokens,
                   "From scheduled to the first token, seconds; NaN: none; float64")
      .def_prop_ro(
          "sample_completions",
          [](const std::shared_ptr<HeldRun>& h) {
            const auto& all = h->run.sample_completions;
            return whole(h, reinterpret_cast<const std::int64_t*>(all.data()), all.size());
          },
          "When each sample was done, ns since the start (Offline and MultiStream); int64, shape (samples,)")
      .def(
          "_json", [](const HeldRun& h) { return report::json(h.run, summarize(h.run)); },
          nb::call_guard<nb::gil_scoped_release>())
      .def(
          "_text", [](const HeldRun& h) { return report::text(h.run, summarize(h.run)); },
          nb::call_guard<nb::gil_scoped_release>());
  m.def("compare_runs", compare_runs, nb::arg("a"), nb::arg("b"), nb::arg("paired") = nb::none(),
        nb::arg("seed") = 1, nb::arg("replicas") = 2000, "Run against run: text and JSON.");
  m.def(
      "load_run",
      [](const std::string& name) {
        auto named = [&] {
          const nb::gil_scoped_release released;
          return cli::load_run(name, "");
        }();
        return std::make_shared<HeldRun>(HeldRun{value_of(std::move(named)).run});
      },
      nb::arg("name"), "A run of a file that `runs export` wrote, or the id of one that is kept.");
}

}  // namespace ridgeline::python
