// Pipelines: stages of a file as `ridgeline run` has them, and Python functions among them.

#include "ridgeline/pipeline.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <map>
#include <thread>

#include "pipeline_file.h"
#include "pipeline_report.h"
#include "pipeline_types.h"
#include "python.h"
#include "report/evaluation.h"
#include "ridgeline/explanation.h"
#include "ridgeline/gate_report.h"
#include "ridgeline/report.h"

namespace ridgeline::python {
namespace {

/// A Python object that threads without the interpreter's lock may let go of.
using SharedObject = std::shared_ptr<nb::object>;
SharedObject share(nb::object object) {
  return {new nb::object(std::move(object)), [](nb::object* held) {
            const nb::gil_scoped_acquire acquired;
            delete held;
          }};
}

std::string name_of_run() { return pipeline_detail::type_name<Run>(); }

nb::object parsed(const std::string& json) { return nb::module_::import_("json").attr("loads")(json); }

template <class T>
const T* as(const Artifact& a) {
  return a.type == pipeline_detail::type_name<T>() ? static_cast<const T*>(a.value.get()) : nullptr;
}

/// Runs as Run, texts as str, all other results as the documents that --json prints.
nb::object object_of(const Artifact& a, bool of_python) {
  if (const auto* run = as<Run>(a)) return nb::cast(std::make_shared<HeldRun>(HeldRun{*run, {}}));
  if (of_python) return *static_cast<const nb::object*>(a.value.get());
  if (const auto* p = as<Profile>(a)) return parsed(report::json(*p));
  if (const auto* s = as<cli::Serving>(a)) return parsed(report::json(s->point, s->prediction));
  if (const auto* d = as<ProfileDifference>(a)) return parsed(report::json(*d));
  if (const auto* c = as<cli::RunsCompared>(a)) return parsed(report::json(c->difference, c->a, c->b, {}));
  if (const auto* g = as<GateReport>(a)) return parsed(report::json(*g));
  if (const auto* e = as<Evaluation>(a)) return parsed(report::json(*e));
  if (const auto* r = as<cli::Rendered>(a)) return nb::cast(r->text);
  if (const auto* d = as<cli::Deployment>(a)) {
    nb::dict names;
    names["model"] = d->model.id;
    names["hardware"] = d->hardware.id;
    return names;
  }
  return nb::none();
}

/// What a running Python stage may ask and tell; nothing once it has returned.
struct StageHandle {
  StageContext* context = nullptr;
  StageContext& get() const {
    if (context == nullptr) throw Failed{bad_input("the stage has ended; its context is of no use any more")};
    return *context;
  }
};

/// Of a function's stage: it takes one output of each stage in `needs`, in that order.
struct FunctionStage {
  std::string name, makes, version, options;
  std::vector<std::string> needs;
  bool takes_context = false;
};

class PythonPipeline {
 public:
  explicit PythonPipeline(const std::optional<std::string>& path) {
    if (!path) return;
    const cli::PipelineFile file = value_of(cli::read_stages(context(), *path));
    name_ = file.name;
    shared_ = file.shared;
    for (Stage stage : file.pipeline.stages()) {
      stage.result = true;  // whoever has the run may ask for it
      pipeline_.add(std::move(stage));
    }
  }

  void add(const FunctionStage& given, nb::object function) {
    Stage stage;
    stage.name = given.name;
    stage.kind = "function";
    stage.needs = given.needs;
    stage.version = given.version;
    stage.options = given.options;
    stage.outputs = {given.makes};
    stage.result = true;
    std::vector<bool> of_python;
    for (const std::string& need : given.needs) {
      const Stage& supplier = find(need, given.name);
      stage.inputs.push_back(supplier.outputs.front());
      of_python.push_back(is_of_python(supplier.outputs.front()));
    }
    refuse_types_of_the_library(given);
    const bool makes_run = given.makes == name_of_run();
    if (!makes_run) of_python_.push_back(given.makes);
    stage.codecs = {makes_run ? pipeline_detail::codec<Run>() : pickles(given.makes)};
    functions_.push_back(std::move(function));
    stage.run = [this, at = functions_.size() - 1, of_python, given, makes_run](
                    std::span<const Artifact> inputs,
                    StageContext& stage_context) -> Result<std::vector<Artifact>> {
      const nb::gil_scoped_acquire acquired;
      const auto handle = std::make_shared<StageHandle>(StageHandle{&stage_context});
      try {
        nb::list arguments;
        for (std::size_t i = 0; i < inputs.size(); ++i) arguments.append(object_of(inputs[i], of_python[i]));
        if (given.takes_context) arguments.append(nb::cast(handle));
        nb::object made = functions_[at](*nb::tuple(arguments));
        handle->context = nullptr;
        if (!makes_run) return std::vector<Artifact>{{given.makes, share(std::move(made)), ""}};
        return std::vector<Artifact>{
            pipeline_detail::artifact<Run>(nb::cast<std::shared_ptr<HeldRun>>(made)->run)};
      } catch (nb::python_error& error) {
        handle->context = nullptr;
        const nb::object value = nb::borrow(error.value());
        if (!raised_) raised_ = share(value);
        return bad_input(fmt::format("{}: {}", nb::cast<std::string>(value.type().attr("__name__")),
                                     nb::cast<std::string>(nb::str(value))));
      } catch (const nb::cast_error&) {
        return bad_input("the function's result is no Run, as its stage's `makes` says");
      }
    };
    pipeline_.add(std::move(stage));
  }

  /// (stage, use, takes, from, makes), in the order in which they run.
  nb::list plan() const {
    nb::list rows;
    for (const PlannedStage& planned : value_of(pipeline_.plan())) {
      const Stage& stage = pipeline_.stages()[planned.stage];
      std::vector<std::string> from;
      for (const StageSource& source : planned.inputs) from.push_back(pipeline_.stages()[source.stage].name);
      rows.append(nb::make_tuple(stage.name, stage.kind, stage.inputs, from, stage.outputs));
    }
    return rows;
  }

  /// (document, values by stage, the exception of a function or None). Observers are called without a run's
  /// end.
  nb::object run(const std::string& cache, nb::object on_start, nb::object on_end, nb::object on_progress,
                 nb::object progress) {
    raised_.reset();
    std::stop_source source;
    PipelineOptions options;
    options.cache = cache;
    options.stop = source.get_token();
    const auto call = [&](const nb::object& function, auto... values) {
      const nb::gil_scoped_acquire acquired;
      try {
        if (!function.is_none()) function(values...);
      } catch (nb::python_error& error) {
        if (!raised_) raised_ = share(nb::borrow(error.value()));
        source.request_stop();
      }
    };
    options.observer.on_start = [&](const StageReport& r) { call(on_start, r.name, r.kind); };
    options.observer.on_end = [&](const StageReport& r) { tell_end(r, call, on_end); };
    options.observer.on_failure = [&](const StageReport& r) { tell_end(r, call, on_end); };
    options.observer.on_progress = [&](const StageReport& r, double fraction, std::string_view what) {
      call(on_progress, r.name, fraction, std::string(what));
    };
    PipelineRun done;
    const bool interrupted = run_interruptibly(
        [&](cli::Host& host) {
          const std::jthread watch([&](const std::stop_token& ended) {
            while (!ended.stop_requested() && !*host.stop)
              std::this_thread::sleep_for(std::chrono::milliseconds(20));
            if (*host.stop) source.request_stop();
          });
          done = pipeline_.run(options);
        },
        std::move(progress));
    if (interrupted && done.error) {  // of a stage that was stopped
      done.error.reset();
      done.cancelled = true;
    }
    nb::dict values;
    for (const StageReport& stage : done.stages) {
      if (stage.artifacts.empty()) continue;
      const Artifact& first = stage.artifacts.front();
      values[stage.name.c_str()] = object_of(first, is_of_python(first.type));
    }
    const nb::object raised = raised_ ? *raised_ : nb::none();
    raised_.reset();
    if (done.error && raised.is_none()) throw Failed{*done.error};
    return nb::make_tuple(parsed(cli::pipeline_json(name_, done)), values, raised);
  }

  std::string name_ = "pipeline";

  /// Functions know the module that they are in, and so this pipeline: Python's collector must see through
  /// it.
  static int traverse(PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(Py_TYPE(self));
    if (!nb::inst_ready(self)) return 0;
    for (const nb::object& function : nb::inst_ptr<PythonPipeline>(self)->functions_)
      Py_VISIT(function.ptr());
    return 0;
  }
  static int clear(PyObject* self) {
    if (nb::inst_ready(self)) {
      for (nb::object& function : nb::inst_ptr<PythonPipeline>(self)->functions_) function.reset();
    }
    return 0;
  }

 private:
  const Stage& find(const std::string& need, const std::string& name) const {
    for (const Stage& stage : pipeline_.stages()) {
      if (stage.name != need) continue;
      if (!stage.outputs.empty()) return stage;
      throw Failed{bad_input(fmt::format("stage '{}': it needs '{}', which makes nothing", name, need))};
    }
    std::vector<std::string> names;
    for (const Stage& stage : pipeline_.stages()) names.push_back(stage.name);
    throw Failed{bad_input(fmt::format("stage '{}': there is no stage '{}' before it; there are {}", name,
                                       need, fmt::join(names, ", ")))};
  }
  bool is_of_python(const std::string& type) const {
    return std::find(of_python_.begin(), of_python_.end(), type) != of_python_.end();
  }
  /// What C++ stages make and take has a form that Python does not know.
  static void refuse_types_of_the_library(const FunctionStage& given) {
    for (const cli::StageKind& kind : cli::stage_kinds()) {
      if (given.makes == kind.makes && given.makes != name_of_run())
        throw Failed{bad_input(
            fmt::format("stage '{}': makes '{}', which only the stage `{}` makes; give another name",
                        given.name, given.makes, kind.name))};
    }
  }

  static ArtifactCodec pickles(const std::string& type) {
    ArtifactCodec codec;
    codec.encode = [](const Artifact& a) {
      const nb::gil_scoped_acquire acquired;
      const nb::object bytes =
          nb::module_::import_("pickle").attr("dumps")(*static_cast<const nb::object*>(a.value.get()));
      const auto held = nb::cast<nb::bytes>(bytes);
      return std::string(held.c_str(), held.size());
    };
    codec.decode = [type](const std::string& text) -> Result<Artifact> {
      const nb::gil_scoped_acquire acquired;
      try {
        return Artifact{
            type, share(nb::module_::import_("pickle").attr("loads")(nb::bytes(text.data(), text.size()))),
            ""};
      } catch (nb::python_error& error) {
        return bad_input(error.what());
      }
    };
    return codec;
  }

  template <class Call>
  static void tell_end(const StageReport& r, const Call& call, const nb::object& on_end) {
    call(on_end, r.name, r.kind, std::string(to_string(r.status)), r.time.value(), cli::verdict_of(r),
         r.error ? r.error->message : std::string());
  }

  std::shared_ptr<cli::PipelineShared> shared_;
  Pipeline pipeline_;
  std::vector<nb::object> functions_;
  std::vector<std::string> of_python_;  ///< types that functions make
  SharedObject raised_;                 ///< by a function or an observer, the first
};

}  // namespace

void bind_pipeline(nb::module_& m) {
  nb::class_<StageHandle>(m, "StageContext", "What a running stage may ask and tell.")
      .def_prop_ro(
          "stop_requested", [](const StageHandle& h) { return h.get().stop_requested(); },
          "Ctrl-C was pressed: a long stage looks at this often, and raises")
      .def(
          "progress",
          [](const StageHandle& h, double fraction, const std::string& what) {
            h.get().progress(fraction, what);
          },
          nb::arg("fraction"), nb::arg("what") = "", "In 0..1, and what it is about.")
      .def(
          "follows_from",
          [](const StageHandle& h, const std::string& content) { h.get().follows_from(content); },
          nb::arg("content"),
          "Something outside that the result follows from, such as the text of a file: part of its place in "
          "the cache.");
  static PyType_Slot collected[] = {{Py_tp_traverse, reinterpret_cast<void*>(&PythonPipeline::traverse)},
                                    {Py_tp_clear, reinterpret_cast<void*>(&PythonPipeline::clear)},
                                    {0, nullptr}};
  nb::class_<PythonPipeline>(m, "Pipeline", nb::type_slots(collected),
                             "Stages that are wired by what they make.")
      .def(nb::init<const std::optional<std::string>&>(), nb::arg("path").none())
      .def(
          "add",
          [](PythonPipeline& p, const std::string& name, nb::object function, const std::string& makes,
             const std::vector<std::string>& needs, bool takes_context, const std::string& version,
             const std::string& options) {
            p.add({name, makes, version, options, needs, takes_context}, std::move(function));
          },
          nb::arg("name"), nb::arg("function"), nb::arg("makes"), nb::arg("needs"), nb::arg("takes_context"),
          nb::arg("version"), nb::arg("options"), "A function as a stage.")
      .def("plan", &PythonPipeline::plan,
           nb::sig("def plan(self) -> list[tuple[str, str, list[str], list[str], list[str]]]"),
           "(stage, use, takes, from, makes), in order.")
      .def("run", &PythonPipeline::run, nb::arg("cache"), nb::arg("on_start").none(),
           nb::arg("on_end").none(), nb::arg("on_progress").none(), nb::arg("progress").none(),
           nb::sig("def run(self, cache: str, on_start: object | None, on_end: object | None, on_progress: "
                   "object | "
                   "None, progress: object | None) -> tuple[dict[str, typing.Any], dict[str, typing.Any], "
                   "BaseException | None]"),
           "Document, values by stage, and what a function raised.")
      .def_rw("name", &PythonPipeline::name_, "Of the pipeline");
  m.def("default_stage_cache", cli::pipeline_cache, "The folder that `ridgeline run` uses.");
}

}  // namespace ridgeline::python
