// bench() of callables: the load and the driver of `ridgeline bench`, and a queue that Python threads answer.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "bench_queue.h"
#include "drive_flags.h"
#include "live/host/cpus.h"
#include "options.h"
#include "python.h"
#include "ridgeline/repeat.h"
#include "ridgeline/report.h"

namespace ridgeline::python {
namespace {

/// While it lasts, commands of this thread neither catch Ctrl-C nor print.
class QuietHost {
 public:
  QuietHost() : before_(std::exchange(cli::host(), &host_)) { host_.stop = &stop_; }
  ~QuietHost() { cli::host() = before_; }
  QuietHost(const QuietHost&) = delete;
  QuietHost& operator=(const QuietHost&) = delete;

 private:
  std::atomic<bool> stop_{false};
  cli::Host host_;
  cli::Host* before_;
};

/// What callables take of the words of `bench`: the load, and how it is driven.
class BenchPlan {
 public:
  explicit BenchPlan(std::vector<std::string> words) {
    CLI::App app;
    load_.add_to(app);
    driving_.add_to(app);
    try {
      std::reverse(words.begin(), words.end());  // as CLI11 takes them
      app.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      throw Failed{bad_input(fmt::format("bench() of a callable: {}", error.what()))};
    }
    const QuietHost quiet;
    batching_ = value_of(load_.batching());
    options_ = value_of(driving_.options());
    prepare(load_.seed);
  }

  /// The schedule of a seed.
  void prepare(std::uint64_t seed) {
    load_.seed = seed;
    const nb::gil_scoped_release released;
    schedule_ = value_of(make_schedule(value_of(load_.scenario(context()))));
  }

  std::shared_ptr<CallQueue> queue(const std::string& name) const {
    return std::make_shared<CallQueue>(
        CallOptions{name, batching_.max_batch, batching_.batch_timeout, schedule_.lengths});
  }

  std::shared_ptr<HeldRun> drive_queue(CallQueue& system, const std::string& workload,
                                       const std::vector<std::string>& notes, nb::object progress) {
    std::optional<Result<Run>> driven;
    run_interruptibly(
        [&](cli::Host& host) {
          DriveOptions options = options_;
          options.stop = host.stop;
          options.progress = [&](double done) { host.progress(fmt::format("bench: {:.0f} %", 100 * done)); };
          driven.emplace(drive(schedule_, system, options));
        },
        std::move(progress));
    Run run = value_of(*std::move(driven));
    run.workload = workload;
    run.notes.insert(run.notes.begin(), notes.begin(), notes.end());
    return std::make_shared<HeldRun>(HeldRun{std::move(run), {}});
  }

  std::uint64_t seed() const { return load_.seed; }
  unsigned repeat() const { return driving_.repeat; }
  const std::vector<int>& cpus() const { return options_.system_cpus; }

 private:
  cli::ScenarioFlags load_;
  cli::DriveFlags driving_;
  BatchingPolicy batching_;
  DriveOptions options_;
  Schedule schedule_;
};

/// Whether it was interrupted, how many queries, and P50 and P99 of their latency in seconds.
auto latency_of(const HeldRun& held) {
  const Summary s = summarize(held.run);
  const auto value = [](const std::optional<Estimate>& e) {
    return e ? std::optional<double>(e->value) : std::nullopt;
  };
  return nb::make_tuple(held.run.interrupted, s.queries, value(s.p50), value(s.p99));
}

std::vector<Repetition> repetitions_of(const std::vector<std::shared_ptr<HeldRun>>& runs) {
  std::vector<Repetition> all;
  for (const auto& held : runs)
    all.push_back({held->run.scenario.seed, "", held->run.interrupted, summarize(held->run)});
  return all;
}

using Tokens = std::optional<std::uint32_t>;

}  // namespace

void bind_bench(nb::module_& m) {
  nb::class_<CallSample>(m, "Query", "One query as a callable gets it: one sample of the load.")
      .def_ro("id", &CallSample::query, "Its number in the run, from 0, as in the arrays of Run")
      .def_ro("sample", &CallSample::sample, "Which of the query's samples this is, from 0")
      .def_ro("index", &CallSample::index,
              "Running number of the sample over all queries; data[index % len(data)] is of a data set")
      .def_prop_ro(
          "input_tokens", [](const CallSample& q) { return q.lengths ? Tokens(q.lengths->input) : Tokens(); },
          "Tokens of the prompt, where the load has lengths; else None")
      .def_prop_ro(
          "output_tokens",
          [](const CallSample& q) { return q.lengths ? Tokens(q.lengths->output) : Tokens(); },
          "Tokens that the answer should have, where the load has lengths; else None")
      .def("__repr__",
           [](const CallSample& q) { return fmt::format("Query({}, sample {})", q.query, q.sample); });
  nb::class_<CallQueue>(m, "CallQueue", "Queries that wait for a callable.")
      .def("serve", &CallQueue::serve, nb::arg("function"),
           nb::sig("def serve(self, function: collections.abc.Callable[[Query], object]) -> None"),
           "Calls function(query) until stop().")
      .def("serve_batches", &CallQueue::serve_batches, nb::arg("function"),
           nb::sig(
               "def serve_batches(self, function: collections.abc.Callable[[list[Query]], object]) -> None"),
           "Calls function(queries) until stop().")
      .def("stop", &CallQueue::stop, "Ends those.")
      .def("fileno", &CallQueue::descriptor, "Readable when queries came.")
      .def("take", &CallQueue::take, "All that wait; None after stop().")
      .def("token", &CallQueue::token, nb::arg("query"), nb::arg("count"), "So many tokens exist now.")
      .def("finish", &CallQueue::finish, nb::arg("query"), "It is answered now.")
      .def("fail", &CallQueue::fail, nb::arg("query"), nb::arg("exception"), "It will have no answer.");
  nb::class_<BenchPlan>(m, "BenchPlan", "A load, and how it is driven.")
      .def(nb::init<std::vector<std::string>>(), nb::arg("words"))
      .def("prepare", &BenchPlan::prepare, nb::arg("seed"), "Draws the schedule of a seed.")
      .def("queue", &BenchPlan::queue, nb::arg("name"), "For a callable of that name.")
      .def("drive", &BenchPlan::drive_queue, nb::arg("queue"), nb::arg("workload"), nb::arg("notes"),
           nb::arg("progress").none(),
           nb::sig("def drive(self, queue: CallQueue, workload: str, notes: collections.abc.Sequence[str], "
                   "progress: collections.abc.Callable[[str], object] | None) -> Run"),
           "Plays the schedule, without the GIL.")
      .def_prop_ro("repeat", &BenchPlan::repeat, "How often to measure")
      .def_prop_ro("seed", &BenchPlan::seed, "Of the schedule")
      .def_prop_ro("cpus", &BenchPlan::cpus, "Cores of the callable; none: any");
  m.def("latency_of", latency_of, nb::arg("run"),
        nb::sig("def latency_of(run: Run) -> tuple[bool, int, float | None, float | None]"),
        "Interrupted, queries, and P50 and P99 of their latency, s; None: too few queries.");
  m.def(
      "duration_text", [](double seconds) { return show(Seconds(seconds)); }, nb::arg("seconds"),
      "'1.25 ms'");
  m.def(
      "pin_this_thread",
      [](const std::vector<int>& cpus) {
        if (const auto pinned = live::pin_this_thread(cpus); !pinned) throw Failed{pinned.error()};
      },
      nb::arg("cpus"), "To these cores; none: does nothing.");
  m.def(
      "repetitions",
      [](const std::vector<std::shared_ptr<HeldRun>>& runs) {
        const auto all = repetitions_of(runs);
        return std::make_pair(report::text(runs.front()->run, all, ""),
                              report::json(runs.front()->run, all, ""));
      },
      nb::arg("runs"), "Means over runs with intervals: text and JSON.");
}

}  // namespace ridgeline::python
