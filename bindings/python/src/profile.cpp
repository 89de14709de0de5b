#include <algorithm>

#include "options.h"
#include "python.h"
#include "ridgeline/explanation.h"
#include "ridgeline/provenance.h"
#include "ridgeline/report.h"
#include "ridgeline/sweep.h"

namespace ridgeline::python {
namespace {

/// A model on a device, ready to be asked: formats, calibration and parallelism are read once.
struct Deployment {
  CatalogModel model;
  CatalogHardware hardware;
  PrecisionPlan plan;
  Calibration calibration;
  Parallelism parallelism;
  std::vector<std::string> words;  ///< it was made of: "--precision=fp8"
};

/// A profile, and what it was made of.
struct HeldProfile {
  std::shared_ptr<Deployment> deployment;
  Profile profile;
  std::vector<std::string> step;  ///< as words: "--batch=8"
};

std::shared_ptr<Deployment> deploy(const CatalogModel& model, const CatalogHardware& hardware,
                                   std::vector<std::string> words) {
  const std::vector<std::string> given = words;
  CLI::App app;
  cli::DeploymentFlags flags;
  cli::ParallelismFlags spread;
  flags.add_to(app);
  spread.add_to(app);
  try {
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    throw Failed{bad_input(error.what())};
  }
  auto d = std::make_shared<Deployment>(Deployment{model, hardware, {}, {}, {}, given});
  d->plan = value_of(flags.plan(*model.entry));
  d->calibration = value_of(flags.calibrate(context(), *model.entry, *hardware.entry));
  d->parallelism = value_of(spread.parallelism(*model.entry));
  return d;
}

HeldProfile solve(const std::shared_ptr<Deployment>& d, std::uint32_t batch, std::uint32_t context_tokens,
                  std::optional<std::uint32_t> tokens, const std::string& phase) {
  if (batch == 0) throw Failed{bad_input("--batch: 0 is not a number of sequences; give 1 or more")};
  cli::StepFlags step;
  step.batch = batch;
  step.context = context_tokens;
  step.tokens = tokens;
  step.phase = phase;
  const StepShape shape = value_of(step.shape(*d->model.entry));
  HeldProfile held{
      d,
      value_of(predict(*d->model.entry, *d->hardware.entry, d->plan, shape, d->calibration, d->parallelism)),
      {}};
  if (batch != 1) held.step.push_back("--batch=" + std::to_string(batch));
  if (context_tokens != 0) held.step.push_back("--context=" + std::to_string(context_tokens));
  if (tokens) held.step.push_back("--tokens=" + std::to_string(*tokens));
  if (!phase.empty()) held.step.push_back("--phase=" + phase);
  return held;
}

using Numbers = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

nb::ndarray<nb::numpy, double, nb::ndim<1>> decode_latencies(const std::shared_ptr<Deployment>& d,
                                                             const Numbers& batch, const Numbers& contexts) {
  if (batch.size() != contexts.size())
    throw Failed{bad_input("sweep: batch and context have different lengths")};
  const std::size_t size = batch.size();
  auto* seconds = new double[size];
  const nb::capsule owner(seconds, [](void* p) noexcept { delete[] static_cast<double*>(p); });
  std::optional<Error> error;
  {
    const nb::gil_scoped_release released;
    const auto sweep =
        DecodeSweep::make(*d->model.entry, *d->hardware.entry, d->plan, d->calibration, d->parallelism);
    if (sweep) {
      sweep->latencies({batch.data(), size}, {contexts.data(), size}, {seconds, size});
    } else {
      error = sweep.error();
    }
  }
  if (error) throw Failed{*error};
  return {seconds, {size}, owner};
}

bool sweeps(const Deployment& d) {
  return static_cast<bool>(
      DecodeSweep::make(*d.model.entry, *d.hardware.entry, d.plan, d.calibration, d.parallelism));
}

Setup setup_of(const HeldProfile& p) {
  Setup setup;
  setup.model = *p.deployment->model.entry;
  setup.hardware = *p.deployment->hardware.entry;
  setup.precision = p.deployment->plan;
  setup.shape = p.profile.shape;
  setup.calibration = p.deployment->calibration;
  setup.parallelism = p.deployment->parallelism;
  return setup;
}

/// The explanation as text and as a document.
std::pair<std::string, std::string> explain(const HeldProfile& baseline, const HeldProfile& proposal) {
  const Setup before = setup_of(baseline), after = setup_of(proposal);
  auto explanation = [&] {
    const nb::gil_scoped_release released;
    return compare(before, after);
  }();
  const Explanation e = value_of(std::move(explanation));
  return {report::text(e), report::json(e)};
}

template <class Unit>
auto figure(Unit Profile::* member) {
  return [member](const HeldProfile& p) { return (p.profile.*member).value(); };
}
double number(const HeldProfile& p, double Profile::* member) { return p.profile.*member; }

nb::object interval_of(const HeldProfile& p) {
  if (!p.profile.interval) return nb::none();
  return nb::make_tuple(p.profile.interval->first.value(), p.profile.interval->second.value());
}

nb::list ops_of(const HeldProfile& p) {
  nb::list ops;
  for (const OpTime& op : p.profile.ops) {
    nb::dict row;
    row["name"] = op.name;
    row["kind"] = std::string(to_string(op.kind));
    row["count"] = op.count;
    row["flops"] = op.flops.value();
    row["bytes"] = op.bytes.value();
    row["wire_bytes"] = op.wire.value();
    row["compute_s"] = op.compute.value();
    row["memory_s"] = op.memory.value();
    row["network_s"] = op.network.value();
    row["time_s"] = op.time.value();
    ops.append(row);
  }
  return ops;
}

/// The words of the command that predicts it.
std::vector<std::string> words_of(const HeldProfile& p) {
  const Deployment& d = *p.deployment;
  std::vector<std::string> words{"predict", d.model.entry->id, d.hardware.entry->id};
  words.insert(words.end(), d.words.begin(), d.words.end());
  words.insert(words.end(), p.step.begin(), p.step.end());
  return words;
}

nb::module_ python_profiles() { return nb::module_::import_("ridgeline._profiles"); }
auto through_python(const char* function) {
  return [function](nb::handle self) { return nb::object(python_profiles().attr(function)(self)); };
}

}  // namespace

void bind_profile(nb::module_& m) {
  nb::class_<Deployment>(m, "Deployment", "A model on a device with formats, calibration and parallelism.")
      .def_prop_ro(
          "model", [](const Deployment& d) { return d.model; }, "What runs")
      .def_prop_ro(
          "hardware", [](const Deployment& d) { return d.hardware; }, "What it runs on")
      .def("solve", solve, nb::arg("batch") = 1, nb::arg("context") = 0, nb::arg("tokens") = nb::none(),
           nb::arg("phase") = "", "The profile of one pass.")
      .def_prop_ro("sweeps", sweeps, "Whether decode_latencies() takes it")
      .def("decode_latencies", decode_latencies, nb::arg("batch"), nb::arg("context"),
           "Seconds of decode steps: float64 arrays of batch sizes and of tokens in the cache, shape (n,) "
           "each.");
  m.def("deploy", deploy, nb::arg("model"), nb::arg("hardware"), nb::arg("words"),
        "With words as of the command line, such as ['--precision', 'fp8'].");

  nb::class_<HeldProfile>(m, "Profile", "What predict says of one pass.")
      .def_prop_ro(
          "model", [](const HeldProfile& p) { return p.deployment->model; }, "What runs")
      .def_prop_ro(
          "hardware", [](const HeldProfile& p) { return p.deployment->hardware; }, "What it runs on")
      .def_prop_ro("latency", figure(&Profile::latency), "Of the pass, s")
      .def_prop_ro("bound_compute", figure(&Profile::bound_compute),
                   "Time in operators that compute binds, s")
      .def_prop_ro("bound_memory", figure(&Profile::bound_memory), "Time in operators that memory binds, s")
      .def_prop_ro("network", figure(&Profile::network), "Time in collectives, s")
      .def_prop_ro("overhead", figure(&Profile::overhead), "Launches, layers, step and sequences, s")
      .def_prop_ro("compute", figure(&Profile::compute), "What computing alone would take, s")
      .def_prop_ro("memory", figure(&Profile::memory), "What reading and writing alone would take, s")
      .def_prop_ro("interval", interval_of, nb::sig("def interval(self) -> tuple[float, float] | None"),
                   "Of the latency, 90 %, (low, high) in s; None where the calibration knows none")
      .def_prop_ro(
          "regime", [](const HeldProfile& p) { return std::string(to_string(p.profile.regime)); },
          "'Compute Bound', 'Memory Bound', 'Overhead Bound' or 'Network Bound'")
      .def_prop_ro("flops", figure(&Profile::flops), "Work of the pass, FLOP")
      .def_prop_ro("bytes", figure(&Profile::bytes), "Moved by the pass, B")
      .def_prop_ro("wire_bytes", figure(&Profile::wire), "Sent by one device, B")
      .def_prop_ro("peak", figure(&Profile::peak), "Of the device at the precision that computes, FLOP/s")
      .def_prop_ro("bandwidth", figure(&Profile::bandwidth), "Of the device's main memory, B/s")
      .def_prop_ro("intensity", figure(&Profile::intensity), "FLOP/B")
      .def_prop_ro("ridge", figure(&Profile::ridge), "Peak over bandwidth, FLOP/B")
      .def_prop_ro(
          "samples", [](const HeldProfile& p) { return number(p, &Profile::samples); },
          "Sequences or images of the pass")
      .def_prop_ro(
          "tokens", [](const HeldProfile& p) { return number(p, &Profile::tokens); },
          "Tokens that the pass makes; 0 for models without")
      .def_prop_ro("throughput", figure(&Profile::throughput), "Back to back, samples/s (decode: tokens/s)")
      .def_prop_ro(
          "mfu", [](const HeldProfile& p) { return number(p, &Profile::mfu); },
          "Achieved FLOP/s over peak, a share of 1")
      .def_prop_ro(
          "memory_needed", [](const HeldProfile& p) { return p.profile.footprint.total().value(); },
          "On the fullest device: weights, KV cache and activations, B")
      .def_prop_ro(
          "weights_bytes", [](const HeldProfile& p) { return p.profile.footprint.weights.value(); }, "B")
      .def_prop_ro(
          "kv_cache_bytes", [](const HeldProfile& p) { return p.profile.footprint.kv_cache.value(); }, "B")
      .def_prop_ro(
          "activation_bytes", [](const HeldProfile& p) { return p.profile.footprint.activations.value(); },
          "B")
      .def_prop_ro(
          "memory_capacity", [](const HeldProfile& p) { return p.profile.footprint.capacity.value(); },
          "Of a device, B")
      .def_prop_ro(
          "fits", [](const HeldProfile& p) { return p.profile.footprint.fits(); },
          "Whether the memory holds it; False: the figures are of a device that cannot run it")
      .def_prop_ro(
          "energy",
          [](const HeldProfile& p) {
            return p.profile.energy ? std::optional(p.profile.energy->value()) : std::nullopt;
          },
          "At most, J: the TDP for the whole time; None where the TDP is unknown")
      .def_prop_ro(
          "calibration",
          [](const HeldProfile& p) { return std::string(to_string(p.profile.calibration.kind)); },
          "'ideal', 'textbook' or 'fitted'")
      .def_prop_ro(
          "ops", ops_of, nb::sig("def ops(self) -> list[dict[str, typing.Any]]"),
          "Operators: name, kind, count, flops, bytes, wire_bytes, compute_s, memory_s, network_s, time_s")
      .def("_words", words_of)
      .def("to_json", through_python("to_json"), nb::sig("def to_json(self) -> str"),
           "The document of `ridgeline predict --json`.")
      .def("to_dict", through_python("to_dict"), nb::sig("def to_dict(self) -> dict[str, typing.Any]"),
           "The same, parsed: SI units, named in the keys; unknown is None.")
      .def(
          "save", [](nb::handle self, nb::handle path) { python_profiles().attr("save")(self, path); },
          nb::arg("path"), nb::sig("def save(self, path: str | os.PathLike[str]) -> None"),
          "Writes the document; ridgeline.load(path) reads it again.")
      .def("_repr_html_", through_python("to_html"), nb::sig("def _repr_html_(self) -> str"))
      .def("__repr__", through_python("to_line"), nb::sig("def __repr__(self) -> str"))
      .def("__str__", [](const HeldProfile& p) {
        return report::text(p.profile) + rests_on(weakest_first(p.profile.inputs));
      });
  m.def("explain_profiles", explain, nb::arg("baseline"), nb::arg("proposal"),
        "Why the proposal is faster, or is not: text and JSON.");
}

}  // namespace ridgeline::python
