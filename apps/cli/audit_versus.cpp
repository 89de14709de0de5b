#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "audit.h"
#include "output.h"
#include "report/versus.h"
#include "ridgeline/heat.h"
#include "ridgeline/mission.h"
#include "ridgeline/versus.h"

namespace ridgeline::cli {
namespace {

bool is_yaml(const std::string& name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

Result<MissionData> versus_data(const Context& context) {
  MissionData data;
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(calibrations, load_calibrations(context, ""));
  data.catalog = std::move(catalog);
  data.calibrations = *calibrations;
  return data;
}

/// Those that the two sides name; all of them where one is not there, for the message.
Result<std::vector<HeatModel>> heats_of(const Context& context, const VersusQuestion& question) {
  RIDGELINE_TRY(folder, data_file(context, "heat"));
  context.catalog_files->erase("heat");  // what is used of it is noted by name
  std::vector<HeatModel> heats;
  for (const std::string& id : std::set{question.a.mission.heat, question.b.mission.heat}) {
    if (id.empty()) continue;
    const std::string path = fmt::format("{}/{}.yaml", folder, id);
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return load_heats(folder);
    RIDGELINE_TRY(heat, read_heat_model(path));
    heats.push_back(std::move(heat));
    context.catalog_files->insert("heat/" + id + ".yaml");
  }
  return heats;
}

Result<Mission> read_mission(const Context& context, const VersusFlags& flags) {
  if (is_yaml(flags.mission)) return load_mission(flags.mission);
  RIDGELINE_TRY(path, data_file(context, "missions/" + flags.mission + ".yaml"));
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return bad_input(
        fmt::format("--mission: '{}' is not a mission; `ridgeline simulate --missions` lists them, and a "
                    "file ends in .yaml",
                    flags.mission));
  }
  return load_mission(path);
}

Status change(Mission& m, const std::vector<std::string>& changes, const char* flag) {
  for (const std::string& text : changes) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos)
      return bad_input(fmt::format("{}: '{}' is not a setting; give NAME=VALUE", flag, text));
    const std::string name = text.substr(0, equals);
    if (name == "hardware") return bad_input(fmt::format("{}: --a and --b name the hardware", flag));
    RIDGELINE_CHECK(set(m, name, text.substr(equals + 1)));
  }
  return Status::success();
}

/// The id in the catalog; a file's device joins it.
Result<std::string> device(const Context& context, const std::string& name, MissionData& data) {
  if (!is_yaml(name)) {
    RIDGELINE_TRY(hardware, find_hardware(context, data.catalog, name));
    return hardware->id;
  }
  RIDGELINE_TRY(hardware, read_hardware(name));
  const std::string id = hardware.id;
  if (const auto there = data.catalog.hardware(id); there && **there == hardware) return id;
  RIDGELINE_CHECK(data.catalog.add(std::move(hardware)));
  return id;
}

Result<VersusSkips> skips_of(const VersusFlags& flags) {
  VersusSkips skips;
  for (const std::string& part : flags.skip) {
    bool* const asked = part == "front"         ? &skips.front
                        : part == "break-evens" ? &skips.break_evens
                        : part == "scenarios"   ? &skips.scenarios
                                                : nullptr;
    if (!asked)
      return bad_input(
          fmt::format("--skip: '{}' cannot be left out; give front, break-evens or scenarios", part));
    *asked = true;
  }
  if (skips.break_evens && !flags.memo.empty())
    return bad_input("--skip: the memo says what would change its verdict; drop one of the two");
  return skips;
}

template <class Q>
void take(std::optional<Sourced<Q>>& into, const std::optional<double>& value, const char* flag, Q unit) {
  if (value) into = Sourced<Q>{unit * *value, {ProvenanceKind::given, flag, ""}, {}};
}

/// The mission's terms, and what the flags say instead. A price for an hour has all but the power in it.
Economics terms_of(const Mission& m, const VersusFlags& flags, const std::optional<double>& rent,
                   const char* rent_flag, const std::optional<double>& price, const char* price_flag) {
  Economics e = economics_of(m);
  take(e.years, flags.amortise, "--amortise", 1.0);
  take(e.utilisation, flags.utilisation, "--utilisation", 1.0);
  take(e.electricity, flags.electricity_price, "--electricity-price", dollars_per_kwh(1));
  take(e.pue, flags.pue, "--pue", 1.0);
  take(e.carbon_per_joule, flags.carbon_intensity, "--carbon-intensity", 1 / joules_per_kwh);
  take(e.device_price, price, price_flag, Dollars(1));
  if (rent) {
    take(e.rent, rent, rent_flag, Dollars(1));
    e.years.reset();
    e.electricity.reset();
  }
  return e;
}

Result<Versus> solve(const Context& context, const VersusFlags& flags) {
  VersusQuestion question;
  question.metric = flags.metric;
  RIDGELINE_TRY(skips, skips_of(flags));
  question.skip = skips;
  RIDGELINE_TRY(data, versus_data(context));
  RIDGELINE_TRY(mission, read_mission(context, flags));
  if (flags.fix) RIDGELINE_CHECK(apply_fix(mission));
  RIDGELINE_CHECK(change(mission, flags.changes, "--set"));
  question.a.mission = question.b.mission = mission;
  RIDGELINE_CHECK(change(question.a.mission, flags.changes_a, "--set-a"));
  RIDGELINE_CHECK(change(question.b.mission, flags.changes_b, "--set-b"));
  RIDGELINE_TRY(a, device(context, flags.a, data));
  RIDGELINE_TRY(b, device(context, flags.b, data));
  RIDGELINE_CHECK(find_model(context, data.catalog, mission.model));
  question.a.mission.hardware = a;
  question.b.mission.hardware = b;
  RIDGELINE_TRY(heats, heats_of(context, question));
  data.heats = std::move(heats);
  if (!question.skip.front) context.catalog_files->insert("hardware/*");  // of all of them
  question.a.economics = terms_of(question.a.mission, flags, flags.price_per_hour_a, "--price-per-hour-a",
                                  flags.device_price_a, "--device-price-a");
  question.b.economics = terms_of(question.b.mission, flags, flags.price_per_hour_b, "--price-per-hour-b",
                                  flags.device_price_b, "--device-price-b");
  return audit_versus(question, data);
}

/// Beside the memo, by its name.
std::string picture_beside(const std::string& memo) {
  return std::filesystem::path(memo).replace_extension(".svg").string();
}

Status write(const std::string& path, const std::string& content) {
  RIDGELINE_CHECK(write_file(path, content));
  progress("wrote " + path);
  return Status::success();
}

Status write_files(const VersusFlags& flags, const AuditFiles& files, const Versus& versus,
                   const std::string& document) {
  if (!files.json.empty()) RIDGELINE_CHECK(write(files.json, document));
  if (!files.markdown.empty()) RIDGELINE_CHECK(write(files.markdown, report::markdown(versus)));
  if (!flags.svg.empty()) RIDGELINE_CHECK(write(flags.svg, report::svg(versus)));
  if (flags.memo.empty()) return Status::success();
  const std::string picture = picture_beside(flags.memo);
  RIDGELINE_CHECK(write(picture, report::svg(versus)));
  return write(flags.memo, report::memo(versus, std::filesystem::path(picture).filename().string()));
}

}  // namespace

void VersusFlags::add_to(CLI::App& app) {
  app.add_option("--a", a, "A system: a device of the catalog, or the .yaml file of one");
  app.add_option("--b", b, "Another");
  app.add_option("--mission", mission,
                 "A and B: what they are audited on, a mission or the .yaml file of one");
  app.add_option("--metric", metric,
                 "A and B: which metric decides; default: the mission's (docs/versus.md)");
  app.add_flag("--fix", fix, "A and B: the mission with the changes that its story ends with");
  app.add_option("--set", changes, "A and B: NAME=VALUE of the mission, such as max_batch=64; again for more")
      ->take_all();
  app.add_option("--set-a", changes_a, "The same of A alone, such as precision=fp16")->take_all();
  app.add_option("--set-b", changes_b, "The same of B alone")->take_all();
  app.add_option("--price-per-hour-a", price_per_hour_a,
                 "USD of one device of A for an hour, electricity included");
  app.add_option("--price-per-hour-b", price_per_hour_b, "The same of B");
  app.add_option("--device-price-a", device_price_a, "USD of one device of A, in place of the catalog's");
  app.add_option("--device-price-b", device_price_b, "The same of B");
  app.add_option("--amortise", amortise,
                 "A and B: years over which a device's price is paid off; default: the mission's");
  app.add_option("--utilisation", utilisation,
                 "A and B: share of the time paid for in which the devices work");
  app.add_option("--electricity-price", electricity_price, "A and B: USD for a kWh; default: the mission's");
  app.add_option("--pue", pue, "A and B: energy of the facility over that of the devices");
  app.add_option("--carbon-intensity", carbon_intensity, "A and B: grams of CO2 equivalent for a kWh");
  app.add_option(
         "--skip", skip,
         "A and B: leave out what takes long: front (of the catalog), break-evens, scenarios; again, or with "
         "commas, for more")
      ->delimiter(',');
  app.add_option("--svg", svg, "A and B: write the rooflines as a picture to this file");
  app.add_option("--memo", memo,
                 "A and B: write one page for whoever wants the higher peak, and its picture beside it");
  app.add_flag("--explain-inputs", explain_inputs, "A and B: list every value used and where it comes from");
}

int run_versus(const Context& context, const VersusFlags& flags, const AuditFiles& files) {
  const auto versus = solve(context, flags);
  if (!versus) return fail(versus.error());
  const std::string document = full_document(context, report::json(*versus), versus->inputs);
  if (context.json) {
    print_plain(context, document);
  } else {
    const std::vector<Input> inputs = with_given(context, versus->inputs);
    print_text(context, report::text(*versus));
    if (flags.explain_inputs) {
      print_inputs(context, inputs);
    } else {
      print_plain(context, rests_on_line(inputs));
    }
  }
  if (const auto written = write_files(flags, files, *versus, document); !written)
    return fail(written.error());
  return exit_fine;
}

}  // namespace ridgeline::cli
