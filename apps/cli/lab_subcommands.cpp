#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "lab.h"

namespace ridgeline::cli {
namespace {

/// The lab's only track.
Result<std::string> track_of(const std::string& dir, const std::string& id) {
  RIDGELINE_TRY(labs, list_labs(dir));
  const auto lab =
      std::find_if(labs.begin(), labs.end(), [&](const LabEntry& each) { return each.id == id; });
  if (lab == labs.end()) return std::string();  // load_lab() says so
  if (lab->tracks.size() == 1) return lab->tracks.front();
  return bad_input(fmt::format("{}: give --track, one of {}", id, fmt::join(lab->tracks, ", ")));
}

void note_files(const Context& context, const std::string& dir, const Lab& lab) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(dir + "/" + lab.id, failed))
    context.catalog_files->insert("labs/" + lab.id + "/" + entry.path().filename().string());
  context.catalog_files->insert("missions/" + lab.mission.id + ".yaml");
}

}  // namespace

void LabName::add_to(CLI::App& app) {
  app.add_option("lab", lab, "Id of the lab; `ridgeline lab list` has them")->required();
  app.add_option("--track", track, "Its track, by the mission's id; default: the only one");
}

Result<std::string> labs_folder(const Context& context) {
  RIDGELINE_TRY(dir, find_data(context));
  return (std::filesystem::path(dir) / "labs").string();
}

Result<Lab> find_lab(const Context& context, const LabName& name) {
  RIDGELINE_TRY(dir, labs_folder(context));
  std::string track = name.track;
  if (track.empty()) {
    RIDGELINE_TRY(only, track_of(dir, name.lab));
    track = only;
  }
  RIDGELINE_TRY(data, find_data(context));
  RIDGELINE_TRY(lab, load_lab(dir, name.lab, track, (std::filesystem::path(data) / "missions").string()));
  note_files(context, dir, lab);
  return lab;
}

void add_lab_subcommands(CLI::App& lab, Context& context) {
  add_lab_list(lab, context);
  add_lab_show(lab, context);
  add_lab_key(lab, context);
}

}  // namespace ridgeline::cli
