#include <fmt/format.h>

#include <cmath>

#include "explore/read_axes.h"
#include "explore/read_study.h"

namespace ridgeline::studies {
namespace {

bool applies(const CalibrationScope& scope, const Study& study, const Hardware& hardware) {
  return (scope.generation.empty() || scope.generation == hardware.generation) &&
         (scope.stack.empty() || scope.stack == study.stack) &&
         (scope.version.empty() || scope.version == study.stack_version);
}

/// Of the logarithms: levels add up, and their errors are those of separate factors.
std::vector<double> errors_of(const Calibrations& calibrations, const Study& study,
                              const Hardware& hardware) {
  std::vector<double> squares(coefficients().size(), 0);
  for (const CalibrationLevel& level : calibrations.levels) {
    if (!applies(level.scope, study, hardware)) continue;
    for (const auto& factor : level.factors) squares[factor.coefficient] += factor.error * factor.error;
  }
  for (double& square : squares) square = std::sqrt(square);
  return squares;
}

Result<double> positive(const YamlNode& node) {
  RIDGELINE_TRY(value, node.as_number());
  if (!(value > 0)) return node.error("must be above 0");
  return value;
}

}  // namespace

Status read_search(const YamlNode& top, Study& study) {
  const auto map = top.find("search");
  if (!map) return Status::success();
  if (!map->is_map()) return map->error("a map, such as {method: nsga2, population: 100, generations: 200}");
  RIDGELINE_CHECK(map->only_keys({"method", "population", "generations", "seed"}));
  RIDGELINE_TRY(method, map->text_or("method", "nsga2"));
  if (method == "grid") {
    if (map->entries().size() > 1) return map->error("method: grid predicts every point and has no settings");
    return Status::success();
  }
  if (method != "nsga2")
    return map->find("method")->error(fmt::format("unknown '{}'; use nsga2 or grid", method));
  StudySearch search;
  if (const auto node = map->find("population")) {
    RIDGELINE_TRY(population, node->as_count());
    if (population < 8 || population % 4 != 0) return node->error("give a multiple of 4, 8 at least");
    search.population = population;
  }
  if (const auto node = map->find("generations")) {
    RIDGELINE_TRY(generations, node->as_count());
    search.generations = generations;
  }
  if (const auto node = map->find("seed")) {
    RIDGELINE_TRY(seed, node->as_count());
    search.seed = seed;
  }
  study.search = search;
  return Status::success();
}

Status read_calibration(const YamlNode& top, const Calibrations& calibrations, Study& study) {
  RIDGELINE_TRY(kind, top.text_or("calibration", "fitted"));
  if (kind != "fitted" && kind != "ideal")
    return top.find("calibration")->error(fmt::format("unknown '{}'; use fitted or ideal", kind));
  RIDGELINE_TRY(stack, top.text_or("stack", ""));
  RIDGELINE_TRY(version, top.text_or("stack_version", ""));
  study.ideal = kind == "ideal";
  if (study.ideal && !stack.empty()) return top.find("stack")->error("belongs to calibration: fitted");
  study.stack = stack;
  study.stack_version = version;
  for (StudyDevice& device : study.devices) {
    if (study.ideal) continue;
    // Of several models the spread is that of groups the fit had not seen, the wider one.
    const std::string model = study.models.size() > 1 ? "" : study.model.id;
    device.calibration = calibrations.find(device.hardware, stack, version, model).calibration;
    device.coefficient_errors = errors_of(calibrations, study, device.hardware);
  }
  return Status::success();
}

Status read_money(const YamlNode& top, const Catalog& catalog, Study& study) {
  const auto money = top.find("money");
  if (!money) return Status::success();
  RIDGELINE_CHECK(money->only_keys({"price_per_hour", "amortise_years"}));
  if (const auto years = money->find("amortise_years")) {
    RIDGELINE_TRY(value, positive(*years));
    study.amortise_years = value;
  }
  const auto prices = money->find("price_per_hour");
  if (!prices) return Status::success();
  if (!prices->is_map()) {
    RIDGELINE_TRY(value, positive(*prices));
    for (StudyDevice& device : study.devices) device.price_per_hour = value;
    return Status::success();
  }
  for (const auto& [name, node] : prices->entries()) {
    const auto hardware = catalog.hardware(name);
    if (!hardware) return node.error(hardware.error().message);
    RIDGELINE_TRY(value, positive(node));
    for (StudyDevice& device : study.devices) {
      if (device.hardware.id == (*hardware)->id) device.price_per_hour = value;
    }
  }
  return Status::success();
}

Status read_verify(const YamlNode& top, Study& study) {
  const auto map = top.find("verify");
  if (!map) return Status::success();
  RIDGELINE_CHECK(
      map->only_keys({"scenario", "qps", "load", "duration", "ttft_p99", "tpot_p99", "seed", "points"}));
  if (study.kind != StudyKind::serving)
    return map->error("simulates serving; a study of passes has nothing to verify");
  StudyVerification v;
  RIDGELINE_TRY(scenario, map->text_or("scenario", "closed-loop"));
  if (scenario != "closed-loop" && scenario != "server")
    return map->find("scenario")->error(fmt::format("unknown '{}'; use closed-loop or server", scenario));
  v.scenario = scenario == "server" ? ScenarioKind::server : ScenarioKind::closed_loop;
  for (const char* key : {"qps", "load"}) {
    const auto node = map->find(key);
    if (!node) continue;
    if (v.scenario != ScenarioKind::server) return node->error("belongs to scenario: server");
    RIDGELINE_TRY(value, positive(*node));
    if (key == std::string_view("qps"))
      v.qps = value;
    else
      v.load = value;
  }
  if (const auto node = map->find("duration")) {
    RIDGELINE_TRY(time, read_time(*node));
    v.duration = time;
  }
  if (const auto node = map->find("ttft_p99")) {
    RIDGELINE_TRY(time, read_time(*node));
    v.ttft_limit = time;
  }
  if (const auto node = map->find("tpot_p99")) {
    RIDGELINE_TRY(time, read_time(*node));
    v.tpot_limit = time;
  }
  if (const auto node = map->find("seed")) {
    RIDGELINE_TRY(seed, node->as_count());
    v.seed = seed;
  }
  if (const auto node = map->find("points")) {
    RIDGELINE_TRY(points, node->as_count());
    v.points = points;
  }
  study.verify = v;
  return Status::success();
}

Status read_chunks(const YamlNode& top, Study& study) {
  const auto space = top.find("space");
  const auto chunk = space ? space->find("chunk") : std::nullopt;
  if (!chunk) return Status::success();
  if (!study.verify)
    return chunk->error("the prediction knows no chunks, only the simulation does; give `verify` too");
  constexpr std::uint32_t least = 16;
  RIDGELINE_TRY(chunks, read_counts(*chunk, least));
  study.verify->chunks = std::move(chunks);
  return Status::success();
}

Status read_uncertainty(const YamlNode& top, Study& study) {
  const auto map = top.find("uncertainty");
  if (!map) return Status::success();
  RIDGELINE_CHECK(map->only_keys({"draws", "seed", "sensitivity"}));
  if (const auto node = map->find("draws")) {
    RIDGELINE_TRY(draws, node->as_count());
    study.draws = draws;
  }
  if (const auto node = map->find("seed")) {
    RIDGELINE_TRY(seed, node->as_count());
    study.seed = seed;
  }
  if (const auto node = map->find("sensitivity")) {
    RIDGELINE_TRY(wanted, node->as_bool());
    study.sensitivity = wanted;
  }
  return Status::success();
}

}  // namespace ridgeline::studies
