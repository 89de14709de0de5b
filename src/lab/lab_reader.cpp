#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "lab/part_reader.h"

namespace ridgeline {
namespace {

namespace fs = std::filesystem;
using lab::Scope;
using lab::Words;

constexpr const char* lab_file = "lab.yaml";

struct LabFile {
  YamlNode top;
  LabEntry entry;
};

Status read_tracks(const YamlNode& top, LabEntry& entry) {
  RIDGELINE_TRY(map, top.require("tracks"));
  for (const auto& [track, node] : map.entries()) {
    RIDGELINE_CHECK(node.only_keys({"name", "text", "words"}));
    RIDGELINE_TRY(name_node, node.require("name"));
    RIDGELINE_TRY(name, name_node.as_string());
    entry.tracks.push_back(track);
    entry.track_names[track] = name;
  }
  if (entry.tracks.empty()) return map.error("needs one track at least, by the id of a mission");
  return Status::success();
}

/// All but the texts and the parts, which a track fills.
Result<LabFile> read_entry(const std::string& dir, const std::string& id) {
  RIDGELINE_TRY(top, YamlNode::load((fs::path(dir) / id / lab_file).string()));
  RIDGELINE_CHECK(top.only_keys({"name", "summary", "minutes", "text", "tracks", "parts"}));
  LabEntry entry;
  RIDGELINE_TRY(name_node, top.require("name"));
  RIDGELINE_TRY(name, name_node.as_string());
  RIDGELINE_TRY(summary_node, top.require("summary"));
  RIDGELINE_TRY(summary, summary_node.as_string());
  RIDGELINE_TRY(minutes_node, top.require("minutes"));
  RIDGELINE_TRY(minutes, minutes_node.as_number());
  if (!(minutes > 0)) return minutes_node.error(fmt::format("is {:g}; must be above 0", minutes));
  entry.id = id;
  entry.name = name;
  entry.summary = summary;
  entry.minutes = minutes;
  RIDGELINE_CHECK(read_tracks(top, entry));
  return LabFile{top, entry};
}

/// None where there is no such folder.
Result<std::vector<std::string>> lab_ids(const std::string& dir) {
  std::vector<std::string> ids;
  std::error_code failed, ignored;
  if (!fs::exists(dir, ignored)) return ids;
  for (fs::directory_iterator it(dir, failed), end; !failed && it != end; it.increment(failed)) {
    if (fs::exists(it->path() / lab_file, ignored)) ids.push_back(it->path().filename().string());
  }
  if (failed) return unavailable(fmt::format("{}: {}", dir, failed.message()));
  std::sort(ids.begin(), ids.end());
  return ids;
}

Error unknown_name(const std::string& what, const std::string& name, const std::vector<std::string>& known) {
  const auto close = nearest(name, known);
  return bad_input(fmt::format(
      "no {} '{}'{}{}", what, name,
      close.empty() ? "; there is: " : "; did you mean: ", fmt::join(close.empty() ? known : close, ", ")));
}

Status check_names(const std::string& dir, const std::string& id) {
  RIDGELINE_TRY(ids, lab_ids(dir));
  if (std::find(ids.begin(), ids.end(), id) != ids.end()) return Status::success();
  if (ids.empty()) return bad_input(fmt::format("no lab '{}': {} has none", id, dir));
  return unknown_name("lab", id, ids);
}

Result<Mission> mission_of(const YamlNode& top, const std::string& track, const std::string& missions_dir) {
  const fs::path path = fs::path(missions_dir) / (track + ".yaml");
  std::error_code ignored;
  const YamlNode node = *top.find("tracks")->find(track);
  if (track.find_first_of("/\\") != std::string::npos || !fs::exists(path, ignored))
    return node.error(fmt::format("no mission is called '{}'; tracks are missions' ids", track));
  return load_mission(path.string());
}

Result<std::map<std::string, std::string>> words_of(const YamlNode& track) {
  std::map<std::string, std::string> words;
  const auto map = track.find("words");
  if (!map) return words;
  if (!map->is_map()) return map->error("expected a map of words");
  for (const auto& [name, node] : map->entries()) {
    RIDGELINE_TRY(value, node.as_string());
    words[name] = value;
  }
  return words;
}

/// Words that no part uses are wrong too.
Status check_words(const YamlNode& track, const Words& words) {
  const auto map = track.find("words");
  if (!map) return Status::success();
  for (const auto& [name, node] : map->entries()) {
    if (const auto value = words.value_of(name, lab::Use::text); !value)
      return node.error(value.error().message);
  }
  return Status::success();
}

Status read_parts(const YamlNode& top, const Scope& scope, Lab& into) {
  RIDGELINE_TRY(node, top.require("parts"));
  RIDGELINE_TRY(parts, lab::read_items<LabPart>(scope, top, "parts", lab::read_part));
  if (parts.empty()) return node.error(fmt::format("needs one part at least for track {}", scope.track));
  into.parts = std::move(parts);
  return Status::success();
}

}  // namespace

Result<std::vector<LabEntry>> list_labs(const std::string& dir) {
  RIDGELINE_TRY(ids, lab_ids(dir));
  std::vector<LabEntry> labs;
  for (const std::string& id : ids) {
    RIDGELINE_TRY(file, read_entry(dir, id));
    labs.push_back(std::move(file.entry));
  }
  return labs;
}

Result<Lab> load_lab(const std::string& dir, const std::string& id, const std::string& track,
                     const std::string& missions_dir) {
  RIDGELINE_CHECK(check_names(dir, id));
  RIDGELINE_TRY(file, read_entry(dir, id));
  LabEntry& entry = file.entry;
  if (entry.track_names.count(track) == 0) return unknown_name("track", track, entry.tracks);
  RIDGELINE_TRY(mission, mission_of(file.top, track, missions_dir));
  const YamlNode node = *file.top.find("tracks")->find(track);
  RIDGELINE_TRY(own, words_of(node));
  const Words words(mission, std::move(own));
  RIDGELINE_CHECK(check_words(node, words));
  const Scope scope{(fs::path(dir) / id).string(), track, entry.tracks, &words};
  Lab read;
  RIDGELINE_TRY(text, lab::required_prose(scope, file.top, "text"));
  RIDGELINE_TRY(track_text, lab::required_prose(scope, node, "text"));
  RIDGELINE_CHECK(read_parts(file.top, scope, read));
  read.id = id;
  read.name = entry.name;
  read.text = text;
  read.minutes = entry.minutes;
  read.mission = mission;
  read.track_name = entry.track_names[track];
  read.track_text = track_text;
  read.tracks = entry.tracks;
  read.track_names = entry.track_names;
  return read;
}

}  // namespace ridgeline
