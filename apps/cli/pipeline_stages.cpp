#include "pipeline_stages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "continuous_flags.h"
#include "options.h"
#include "pipeline_options.h"
#include "pipeline_types.h"
#include "report/evaluation.h"
#include "ridgeline/explanation.h"
#include "ridgeline/gate_report.h"
#include "ridgeline/report.h"
#include "simulated_system.h"

namespace ridgeline::cli {
namespace {

namespace fs = std::filesystem;

using Shared = std::shared_ptr<PipelineShared>;

/// All a stage of this program has: it is computed again by another build.
template <class Function>
Stage stage_of(const StageEntry& entry, Function run) {
  Stage stage = pipeline_detail::make_stage(entry.name, std::move(run));
  stage.kind = entry.use;
  stage.needs = entry.needs;
  stage.version = build_identity();
  stage.options = options_text(entry.with);
  return stage;
}

// ---------------------------------------------------------------------------------------------- load

struct LoadFlags {
  std::string model, hardware;
  DeploymentFlags deployment;
  ParallelismFlags parallelism;
};

Result<const Catalog*> catalog_of(PipelineShared& shared) {
  if (!shared.catalog) {
    RIDGELINE_TRY(catalog, load_catalog(*shared.context));
    shared.catalog = std::move(catalog);
  }
  return &*shared.catalog;
}

/// Files that the deployment, and what is simulated of it, follow from.
Status follow(const PipelineShared& shared, const Deployment& d, const LoadFlags& flags,
              StageContext& context) {
  const Context& program = *shared.context;
  RIDGELINE_TRY(model, data_file(program, "models/" + d.model.id + ".yaml"));
  RIDGELINE_TRY(device, data_file(program, "hardware/" + d.hardware.id + ".yaml"));
  std::vector<std::string> files{model, fs::exists(device) ? device : this_machine_path()};
  if (!flags.deployment.calibration_file.empty()) files.push_back(flags.deployment.calibration_file);
  for (const char* folder : {"calibration", "lengths", "heat"}) {
    RIDGELINE_TRY(dir, data_file(program, folder));
    std::error_code ignored;
    for (const auto& file : fs::directory_iterator(dir, ignored)) {
      if (file.is_regular_file(ignored)) files.push_back(file.path().string());
    }
  }
  std::sort(files.begin() + 2, files.end());
  for (const std::string& file : files) {
    RIDGELINE_TRY(text, read_file(file));
    context.follows_from(text);
  }
  return Status::success();
}

Result<Stage> make_load(const Shared& shared, const StageEntry& entry) {
  const auto flags = std::make_shared<LoadFlags>();
  CLI::App app;
  app.add_option("--model", flags->model)->required();
  app.add_option("--hardware", flags->hardware)->required();
  flags->deployment.add_to(app);
  flags->parallelism.add_to(app);
  RIDGELINE_CHECK(read_options(entry, app));
  return stage_of(entry, [shared, flags](StageContext& context) -> Result<Deployment> {
    RIDGELINE_TRY(catalog, catalog_of(*shared));
    RIDGELINE_TRY(model, catalog->model(flags->model));
    RIDGELINE_TRY(hardware, catalog->hardware(flags->hardware));
    Deployment d{*model, *hardware, {}, {}, {}};
    RIDGELINE_TRY(plan, flags->deployment.plan(d.model));
    RIDGELINE_TRY(calibration, flags->deployment.calibrate(*shared->context, d.model, d.hardware));
    RIDGELINE_TRY(parallelism, flags->parallelism.parallelism(d.model));
    d.precision = plan;
    d.calibration = calibration;
    d.parallelism = parallelism;
    RIDGELINE_CHECK(follow(*shared, d, *flags, context));
    return d;
  });
}

// ---------------------------------------------------------------------------------------------- predict

Result<std::shared_ptr<StepFlags>> step_flags(const StageEntry& entry) {
  const auto flags = std::make_shared<StepFlags>();
  CLI::App app;
  flags->add_to(app);
  RIDGELINE_CHECK(read_options(entry, app));
  return flags;
}

Result<Profile> profile_of(const Deployment& d, const StepShape& shape) {
  return predict(d.model, d.hardware, d.precision, shape, d.calibration, d.parallelism);
}

Result<Stage> make_lower(const Shared&, const StageEntry& entry) {
  RIDGELINE_TRY(flags, step_flags(entry));
  return stage_of(entry, [flags](const Deployment& given) -> Result<Operators> {
    Operators made{std::make_shared<const Deployment>(given), {}, {}};
    const Deployment& d = *made.deployment;
    RIDGELINE_TRY(shape, flags->shape(d.model));
    RIDGELINE_TRY(ops, lower(d.model, shape, d.precision, d.parallelism));
    made.shape = shape;
    made.ops = std::move(ops);
    return made;
  });
}

Result<Stage> make_cost(const Shared&, const StageEntry& entry) {
  CLI::App app;
  RIDGELINE_CHECK(read_options(entry, app));
  return stage_of(entry, [](const Operators& lowered) -> Result<Profile> {
    return profile_of(*lowered.deployment, lowered.shape);
  });
}

Result<Stage> make_predict(const Shared&, const StageEntry& entry) {
  RIDGELINE_TRY(flags, step_flags(entry));
  return stage_of(entry, [flags](const Deployment& d) -> Result<Profile> {
    RIDGELINE_TRY(shape, flags->shape(d.model));
    return profile_of(d, shape);
  });
}

Result<Stage> make_serving(const Shared&, const StageEntry& entry) {
  const auto flags = std::make_shared<ServingFlags>();
  CLI::App app;
  flags->add_to(app);
  app.get_option("--concurrency")->required();
  RIDGELINE_CHECK(read_options(entry, app));
  return stage_of(entry, [flags](const Deployment& d) -> Result<Serving> {
    RIDGELINE_TRY(point, flags->point(d.model, d.precision, d.parallelism));
    RIDGELINE_TRY(prediction, predict_serving(d.model, d.hardware, point, d.calibration));
    return Serving{point, std::move(prediction)};
  });
}

// ---------------------------------------------------------------------------------------------- simulate

struct SimulateStageFlags {
  ScenarioFlags load;
  DisturbanceFlags disturbance;
  ContinuousFlags continuous;
  std::uint32_t replicas = 1;
};

Result<RunScenario> system_of(const Context& context, const Deployment& d, const SimulateStageFlags& flags) {
  RIDGELINE_TRY(disturbance, flags.disturbance.disturbance(context));
  if (flags.continuous.continuous) {
    return flags.continuous.system(d.model, d.hardware, d.precision, d.calibration, d.parallelism,
                                   flags.load.shape(), flags.replicas, disturbance);
  }
  if (d.parallelism.devices() > 1)
    return bad_input(
        "static batches run on one device; add `continuous: true`, or load without tp, pp and dp");
  RIDGELINE_TRY(batching, flags.load.batching());
  RIDGELINE_TRY(shape, shape_of(context, flags.load, d.model));
  return static_batches(d.model, d.hardware, d.precision, d.calibration,
                        {batching, shape, flags.replicas, disturbance});
}

Result<Stage> make_simulate(const Shared& shared, const StageEntry& entry) {
  const auto flags = std::make_shared<SimulateStageFlags>();
  CLI::App app;
  flags->load.add_to(app);
  flags->disturbance.add_to(app);
  flags->continuous.add_to(app);
  for (const char* of_load : {"--tp", "--pp", "--dp", "--ep"}) app.remove_option(app.get_option(of_load));
  for (const char* formed : {"--max-batch", "--batch-timeout"})
    app.get_option(formed)->excludes("--continuous");
  app.add_option("--replicas", flags->replicas)->check(CLI::Range(1U, 65536U));
  RIDGELINE_CHECK(read_options(entry, app));
  return stage_of(entry, [shared, flags](const Deployment& d, StageContext& context) -> Result<Run> {
    RIDGELINE_TRY(play, system_of(*shared->context, d, *flags));
    RIDGELINE_TRY(scenario, flags->load.scenario(*shared->context));
    context.progress(0.5, "tables are made; playing the scenario");
    if (context.stop_requested()) return unavailable("stopped");
    RIDGELINE_TRY(run, play(scenario));
    if (run.interrupted) return unavailable("stopped");  // half a run has no place in the cache
    return run;
  });
}

// ---------------------------------------------------------------------------------------------- conclusions

/// The one type of these that the stages it needs make.
Result<std::string> input_of(const StageEntry& entry, const std::vector<std::string>& accepted) {
  std::vector<std::string> found;
  for (const std::string& type : accepted) {
    if (std::find(entry.makers.begin(), entry.makers.end(), type) != entry.makers.end())
      found.push_back(type);
  }
  if (found.size() == 1) return found.front();
  return entry.node.error(fmt::format(
      "{} takes one of {}, and {}; name the stage in needs", entry.use, fmt::join(accepted, ", "),
      found.empty() ? "nothing makes one" : fmt::format("there are {}", fmt::join(found, " and "))));
}

Result<Stage> make_compare(const Shared&, const StageEntry& entry) {
  CLI::App app;
  RIDGELINE_CHECK(read_options(entry, app));
  RIDGELINE_TRY(type, input_of(entry, {"Profile", "Run"}));
  if (type == "Profile") {
    return stage_of(entry, [](const Profile& baseline, const Profile& proposal) -> Result<ProfileDifference> {
      return compare(baseline, proposal);
    });
  }
  return stage_of(entry, [names = entry.needs](const Run& a, const Run& b) -> Result<RunsCompared> {
    RIDGELINE_TRY(difference, compare(a, b));
    return RunsCompared{{names[0], a}, {names[1], b}, std::move(difference)};
  });
}

struct CheckStageFlags {
  std::vector<std::string> fail_if;
  bool strict = false;
};

Result<Stage> make_check(const Shared&, const StageEntry& entry) {
  CheckStageFlags flags;
  CLI::App app;
  app.add_option("--fail-if", flags.fail_if)->required()->take_all();
  app.add_flag("--strict", flags.strict);
  RIDGELINE_CHECK(read_options(entry, app));
  std::vector<Criterion> criteria;
  for (const std::string& text : flags.fail_if) {
    const auto criterion = parse_criterion(text, run_vocabulary());
    if (!criterion) return entry.with->find("fail-if")->error(criterion.error().message);
    criteria.push_back(*criterion);
  }
  GateOptions options;
  if (entry.needs.size() == 2) {
    options.base_name = entry.needs[0];
    options.head_name = entry.needs[1];
  }
  options.strictness = flags.strict ? Strictness::strict : Strictness::lenient;
  Stage stage = stage_of(entry, [criteria, options](const Run& base, const Run& head) {
    return ridgeline::check(base, head, criteria, options);
  });
  stage.result = true;
  return stage;
}

Result<Stage> make_evaluate(const Shared& shared, const StageEntry& entry) {
  EvaluationFlags& flags = shared->evaluations[entry.name];
  CLI::App app;
  flags.add_to(app);
  RIDGELINE_CHECK(read_options(entry, app));
  const auto terms = flags.terms(*shared->context);
  if (!terms) return entry.node.error(terms.error().message);
  RIDGELINE_TRY(path, data_file(*shared->context, "economics/devices.yaml"));
  RIDGELINE_TRY(facts, read_device_facts(path));
  const auto terms_for = [terms = *terms, facts = std::move(facts)](const Hardware& hardware) {
    EvaluationTerms all = terms;
    all.economics = with_facts(terms.economics, hardware, facts);
    return all;
  };
  RIDGELINE_TRY(type, input_of(entry, {"Profile", "Serving"}));
  Stage stage;
  if (type == "Profile") {
    stage = stage_of(entry, [terms_for](const Profile& p, const Deployment& d) {
      return evaluate(p, d.hardware, terms_for(d.hardware));
    });
  } else {
    stage = stage_of(entry, [terms_for](const Serving& s, const Deployment& d) {
      return evaluate(s.point, s.prediction, d.hardware, terms_for(d.hardware));
    });
  }
  stage.result = true;
  return stage;
}

// ---------------------------------------------------------------------------------------------- render

struct RenderFlags {
  std::string format = "text", to;
};

std::string fenced(const std::string& text) { return "```\n" + text + "```\n"; }

std::string shown(const Profile& p, const std::string& format) {
  return format == "json" ? report::json(p) : report::text(p);
}
std::string shown(const Serving& s, const std::string& format) {
  return format == "json" ? report::json(s.point, s.prediction) : report::text(s.point, s.prediction);
}
std::string shown(const Run& run, const std::string& format) {
  const Summary summary = summarize(run);
  return format == "json" ? report::json(run, summary) : report::text(run, summary);
}
std::string shown(const ProfileDifference& d, const std::string& format) {
  return format == "json" ? report::json(d) : report::text(d);
}
std::string shown(const RunsCompared& c, const std::string& format) {
  return format == "json" ? report::json(c.difference, c.a, c.b, {})
                          : report::text(c.difference, c.a, c.b, {});
}
std::string shown(const GateReport& gate, const std::string& format) {
  return format == "json"       ? report::json(gate)
         : format == "markdown" ? report::markdown(gate)
                                : report::text(gate);
}
std::string shown(const Evaluation& e, const std::string& format) {
  return format == "json" ? report::json(e) : format == "markdown" ? report::markdown(e) : report::text(e);
}

template <class T>
Stage render(const StageEntry& entry, const std::shared_ptr<RenderFlags>& flags) {
  Stage stage = stage_of(entry, [flags](const T& result) -> Result<Rendered> {
    std::string text = shown(result, flags->format);
    constexpr bool in_markdown = std::is_same_v<T, Evaluation> || std::is_same_v<T, GateReport>;
    if (flags->format == "markdown" && !in_markdown) text = fenced(text);
    if (!flags->to.empty()) RIDGELINE_CHECK(ridgeline::write_file(flags->to, text));
    return Rendered{std::move(text), flags->to};
  });
  stage.result = true;
  return stage;
}

Result<Stage> make_render(const Shared&, const StageEntry& entry) {
  const auto flags = std::make_shared<RenderFlags>();
  CLI::App app;
  app.add_option("--format", flags->format)->check(CLI::IsMember({"text", "json", "markdown"}));
  app.add_option("--to", flags->to);
  RIDGELINE_CHECK(read_options(entry, app));
  RIDGELINE_TRY(type, input_of(entry, {"Profile", "Serving", "Run", "ProfileDifference", "RunDifference",
                                       "GateReport", "Evaluation"}));
  if (type == "Profile") return render<Profile>(entry, flags);
  if (type == "Serving") return render<Serving>(entry, flags);
  if (type == "Run") return render<Run>(entry, flags);
  if (type == "RunDifference") return render<RunsCompared>(entry, flags);
  if (type == "GateReport") return render<GateReport>(entry, flags);
  if (type == "Evaluation") return render<Evaluation>(entry, flags);
  return render<ProfileDifference>(entry, flags);
}

}  // namespace

const std::vector<StageKind>& stage_kinds() {
  static const std::vector<StageKind> kinds{
      {"load", "a model, a device and how it is deployed", "–", "Deployment", make_load},
      {"lower", "one pass as operators", "Deployment", "Operators", make_lower},
      {"cost", "what those operators take", "Operators", "Profile", make_cost},
      {"predict", "both at once: one pass", "Deployment", "Profile", make_predict},
      {"serving", "a serving point in closed form", "Deployment", "Serving", make_serving},
      {"simulate", "a scenario in virtual time", "Deployment", "Run", make_simulate},
      {"compare", "why two predictions differ, or whether two runs do", "two of Profile or Run",
       "ProfileDifference", make_compare},
      {"check", "criteria on two runs, as in CI", "Run, Run", "GateReport", make_check},
      {"evaluate", "feasibility, performance, cost", "Profile or Serving; Deployment", "Evaluation",
       make_evaluate},
      {"render", "text, json or markdown, printed or to a file", "any result", "Rendered", make_render},
  };
  return kinds;
}

const StageKind* find_stage_kind(std::string_view name) {
  const auto& kinds = stage_kinds();
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const StageKind& k) { return k.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace ridgeline::cli
