#include "mission.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <string_view>

#include "options.h"
#include "output.h"
#include "report/mission.h"
#include "ridgeline/mission.h"

namespace ridgeline::cli {
namespace {

Result<MissionData> mission_data(const Context& context) {
  MissionData data;
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(calibrations, load_calibrations(context, ""));
  RIDGELINE_TRY(heat_dir, data_file(context, "heat"));
  RIDGELINE_TRY(heats, load_heats(heat_dir));
  data.catalog = std::move(catalog);
  data.calibrations = *calibrations;
  data.heats = std::move(heats);
  return data;
}

Result<std::string> mission_path(const Context& context, const std::string& id) {
  return data_file(context, "missions/" + id + ".yaml");
}

Result<std::vector<ScenarioKind>> scenarios_of(const std::vector<std::string>& names) {
  std::vector<ScenarioKind> kinds;
  for (const std::string& name : names) {
    const auto kind = parse_scenario(name);
    if (!kind) {
      return bad_input(
          fmt::format("--as: unknown scenario '{}'; use single-stream, multi-stream, server, offline, "
                      "constant-stream or closed-loop",
                      name));
    }
    kinds.push_back(*kind);
  }
  return kinds;
}

/// A change of a phase that --phase leaves out.
Status check_played(const Mission& whole, const std::string& change, const std::string& played) {
  for (const MissionPhase& phase : whole.phases) {
    if (phase.id != played && change.rfind(phase.id + ".", 0) == 0) {
      return bad_input(
          fmt::format("--set {}: phase {} is not played; --phase leaves only {}", change, phase.id, played));
    }
  }
  return Status::success();
}

Status select_plays(Mission& mission, const MissionFlags& flags) {
  if (!flags.phase)
    return flags.as.empty() ? Status::success() : bad_input("--as needs --phase, the phase to play");
  RIDGELINE_TRY(kinds, scenarios_of(flags.as));
  const Mission whole = mission;
  RIDGELINE_CHECK(select_phase(mission, *flags.phase, kinds));
  for (const std::string& change : flags.changes) RIDGELINE_CHECK(check_played(whole, change, *flags.phase));
  return Status::success();
}

Result<Mission> changed_mission(const Context& context, const std::string& id, const MissionFlags& flags) {
  RIDGELINE_TRY(path, mission_path(context, id));
  RIDGELINE_TRY(mission, load_mission(path));
  if (flags.fix) RIDGELINE_CHECK(apply_fix(mission));
  RIDGELINE_CHECK(select_plays(mission, flags));
  for (const std::string& change : flags.changes) {
    const std::size_t equals = change.find('=');
    if (equals == std::string::npos)
      return bad_input(fmt::format("--set: '{}' is not a setting; give NAME=VALUE", change));
    RIDGELINE_CHECK(set(mission, change.substr(0, equals), change.substr(equals + 1)));
  }
  return mission;
}

/// What the deployment is made from, and what the mission assumes of it.
Result<std::vector<Input>> inputs_of(const Context& context, const Mission& m, const MissionData& data) {
  RIDGELINE_TRY(model, find_model(context, data.catalog, m.model));
  RIDGELINE_TRY(hardware, find_hardware(context, data.catalog, m.hardware));
  const auto precision = parse_precision(m.precision);
  if (!precision) return bad_input(fmt::format("precision: '{}' is not a format", m.precision));
  const Calibration calibration = data.calibrations.find(*hardware, m.stack, "", model->id).calibration;
  RIDGELINE_TRY(profile, predict(*model, *hardware, PrecisionPlan::uniform(*precision), StepShape::samples(1),
                                 calibration));
  std::vector<Input> inputs = std::move(profile.inputs);
  const auto add = [&inputs](std::vector<Input> more) {
    std::move(more.begin(), more.end(), std::back_inserter(inputs));
  };
  if (m.engine == MissionEngine::continuous) add(serving_inputs(calibration));
  for (const HeatModel& heat : data.heats) {
    if (heat.id == m.heat) add(ridgeline::inputs_of(heat));
  }
  if (!m.heat.empty()) context.catalog_files->insert("heat/" + m.heat + ".yaml");
  for (const auto& [name, value] : m.parameters)
    inputs.push_back({"mission." + name, fmt::format("{:g}", value.value), value.provenance});
  if (const auto curve = m.curves.find(m.training); curve != m.curves.end())
    inputs.push_back({"mission.accuracy", m.training, curve->second.provenance});
  return with_given(context, std::move(inputs));
}

Status count_late(const MissionFlags& flags, MissionReport& report) {
  if (flags.late_after.empty()) {
    const bool fleet = flags.command->count("--fleet") > 0;
    return fleet ? bad_input("--fleet needs --late-after, the time after which an answer is late")
                 : Status::success();
  }
  RIDGELINE_TRY(after, parse_duration(flags.late_after, "--late-after"));
  for (PhaseReport& phase : report.phases) {
    RIDGELINE_TRY(late, late_queries(phase.run, after, flags.fleet));
    phase.late = late;
  }
  return Status::success();
}

Result<int> show_mission(const Context& context, const Mission& mission, const MissionData& data,
                         const MissionFlags& flags) {
  RIDGELINE_TRY(report, run(mission, data));
  RIDGELINE_CHECK(count_late(flags, report));
  RIDGELINE_TRY(inputs, inputs_of(context, mission, data));
  if (context.on_run && !report.phases.empty()) context.on_run(report.phases.back().run);
  if (context.json) {
    print_document(context, report::json(report), inputs);
  } else if (context.markdown) {
    print_plain(context, report::markdown(report) + "\n" + rests_on_line(inputs));
  } else {
    print_text(context, report::text(report) + rests_on_line(inputs));
  }
  return report.holds() ? exit_fine : exit_failed;
}

Result<int> show_sweep(const Context& context, const Mission& mission, const MissionData& data,
                       const MissionFlags& flags) {
  if (!flags.until.empty() && flags.until != "violated")
    return bad_input(fmt::format("--until: unknown '{}'; use violated", flags.until));
  RIDGELINE_TRY(found, sweep(mission, data, flags.sweep));
  RIDGELINE_TRY(inputs, inputs_of(context, mission, data));
  if (context.json) {
    print_document(context, report::json(mission, found), inputs);
  } else if (context.markdown) {
    print_plain(context, report::markdown(found) + "\n" + rests_on_line(inputs));
  } else {
    print_text(context, report::text(found) + rests_on_line(inputs));
  }
  return static_cast<int>(exit_fine);
}

/// A mission's file says what it runs with; a flag for a model and a device would change nothing.
Status refuse_other_flags(const CLI::App& command) {
  static constexpr std::array<std::string_view, 11> own{
      "set", "fix", "sweep", "until", "phase", "as", "late-after", "fleet", "json", "format", "color"};
  for (const CLI::Option* option : command.get_options()) {
    const auto& names = option->get_lnames();
    if (option->count() == 0 || names.empty()) continue;
    if (std::find(own.begin(), own.end(), names.front()) != own.end()) continue;
    return bad_input(fmt::format(
        "--{} goes with a model and a device, not with a mission; change a mission with --set NAME=VALUE",
        names.front()));
  }
  return Status::success();
}

Result<int> solve(const Context& context, const std::string& id, const MissionFlags& flags) {
  RIDGELINE_CHECK(refuse_other_flags(*flags.command));
  RIDGELINE_TRY(mission, changed_mission(context, id, flags));
  RIDGELINE_TRY(data, mission_data(context));
  if (!flags.sweep.empty()) {
    if (!flags.late_after.empty()) return bad_input("--late-after counts in one run, and --sweep makes many");
    return show_sweep(context, mission, data, flags);
  }
  if (!flags.until.empty()) return bad_input("--until belongs to --sweep");
  return show_mission(context, mission, data, flags);
}

}  // namespace

void MissionFlags::add_to(CLI::App& app) {
  command = &app;
  app.add_flag("--missions", list, "Missions: list them");
  app.add_option("--set", changes,
                 "Mission: NAME=VALUE, such as ambient=45, car.cameras=6 or precision=int8; again for more")
      ->take_all();
  app.add_flag("--fix", fix, "Mission: with the changes that its story ends with");
  app.add_option("--phase", phase, "Mission: play this phase alone, against its thresholds");
  app.add_option(
         "--as", as,
         "Mission: of --phase: play it under each of these scenarios, such as server,offline,multi-stream")
      ->delimiter(',');
  app.add_option("--late-after", late_after, "Mission: count the queries that take longer, such as 10ms");
  app.add_option("--fleet", fleet, "Mission: of --late-after: devices, of which one or more may be late")
      ->capture_default_str();
  app.add_option("--sweep", sweep, "Mission: a parameter, from its value to where a threshold breaks");
  app.add_option("--until", until, "Mission: of --sweep: violated, the default");
}

bool MissionFlags::any() const {
  return fix || !changes.empty() || phase || !as.empty() || !sweep.empty() || !until.empty() ||
         !late_after.empty() || command->count("--fleet") > 0;
}

bool is_mission(const Context& context, const std::string& id) {
  if (id.empty() || id.find_first_of("/\\.") != std::string::npos) return false;
  const auto path = mission_path(context, id);
  std::error_code ignored;
  return path && std::filesystem::exists(*path, ignored);
}

Error no_mission(const std::string& id) {
  return bad_input(fmt::format(
      "'{}' is not a mission; give a model and a device, or a mission alone (--missions lists them)", id));
}

int list_missions(const Context& context) {
  const auto dir = data_file(context, "missions");
  if (!dir) return fail(dir.error());
  const auto missions = load_missions(*dir);
  if (!missions) return fail(missions.error());
  print_plain(context, context.json ? report::list_json(*missions) : report::list_text(*missions));
  return exit_fine;
}

int run_mission(const Context& context, const std::string& id, const MissionFlags& flags) {
  const auto code = solve(context, id, flags);
  return code ? *code : fail(code.error());
}

}  // namespace ridgeline::cli
