#include "ridgeline/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/text.h"
#include "catalog/identity.h"
#include "catalog/units.h"

namespace ridgeline {
namespace catalog {

/// Every id and alias as look-ups compare it, and where its entry stands.
using Names = std::map<std::string, std::size_t>;

template <class Entry>
Names names_of(const std::vector<Entry>& entries) {
  Names names;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    names.emplace(name_key(entries[i].id), i);
    for (const std::string& alias : entries[i].aliases) names.emplace(name_key(alias), i);
  }
  return names;
}

/// Entries of one kind, sorted by id.
template <class Entry>
struct Folder {
  std::vector<Entry> entries;
  Names names;

  explicit Folder(std::vector<Entry> read = {}) : entries(std::move(read)), names(names_of(entries)) {}
};

}  // namespace catalog

namespace {

namespace fs = std::filesystem;

/// The .yaml files of a folder, sorted.
Result<std::vector<std::string>> files_in(const std::string& folder) {
  std::error_code failure;
  std::vector<std::string> paths;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const fs::path& path = entry->path();
    if (path.extension() == ".yml") return bad_input(fmt::format("{}: name it .yaml", path.string()));
    if (path.extension() == ".yaml") paths.push_back(path.string());
  }
  if (failure) return unavailable(fmt::format("{}: cannot be read: {}", folder, failure.message()));
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Claims every name of `entry`, read from `path`; an error when another has one of them.
template <class Entry>
Status claim_names(const Entry& entry, const std::string& path, std::map<std::string, std::string>& owners) {
  std::vector<std::string> names = entry.aliases;
  names.push_back(entry.id);
  for (const std::string& name : names) {
    const auto [owner, is_new] = owners.emplace(catalog::name_key(name), path);
    if (!is_new)
      return bad_input(fmt::format("{}: the name '{}' is taken by {}", path, name,
                                   owner->second == path ? "this very file" : owner->second));
  }
  return Status::success();
}

template <class Entry>
Result<std::vector<Entry>> read_folder(const std::string& folder, Result<Entry> (*read)(const std::string&)) {
  RIDGELINE_TRY(paths, files_in(folder));
  std::vector<Entry> entries;
  std::map<std::string, std::string> owners;
  for (const std::string& path : paths) {
    RIDGELINE_TRY(entry, read(path));
    const std::string stem = fs::path(path).stem().string();
    if (entry.id != stem)
      return bad_input(fmt::format("{}: its id is '{}'; name the file {}.yaml", path, entry.id, entry.id));
    RIDGELINE_CHECK(claim_names(entry, path, owners));
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.id < b.id; });
  return entries;
}

/// Ids that a person may have meant: those that contain the word, or the nearest one.
template <class Entry>
std::vector<std::string> suggestions(std::string_view word, const catalog::Folder<Entry>& folder) {
  std::vector<std::string> candidates;
  for (const auto& name : folder.names) candidates.push_back(name.first);
  std::vector<std::string> ids;
  for (const std::string& close : nearest(word, candidates, 8)) {
    const bool contains = close.find(catalog::name_key(word)) != std::string::npos;
    const std::string& id = folder.entries[folder.names.at(close)].id;
    if (!ids.empty() && !contains) break;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    if (ids.size() == 3 || !contains) break;
  }
  return ids;
}

template <class Entry>
Result<const Entry*> look_up(std::string_view kind, std::string_view word,
                             const catalog::Folder<Entry>& folder) {
  if (const auto found = folder.names.find(catalog::name_key(word)); found != folder.names.end())
    return &folder.entries[found->second];
  std::vector<std::string> ids = suggestions(word, folder);
  for (std::string& id : ids) id = fmt::format("'{}'", id);
  return bad_input(
      ids.empty() ? fmt::format("unknown {} '{}'; 'ridgeline catalog list' shows what there is", kind, word)
                  : fmt::format("unknown {} '{}'; did you mean {}?", kind, word, catalog::any_of(ids)));
}

}  // namespace

struct Catalog::Entries {
  catalog::Folder<Hardware> hardware;
  catalog::Folder<Model> models;
};

Catalog::Catalog() : entries_(std::make_shared<const Entries>()) {}

Result<Catalog> Catalog::load(const std::string& dir) {
  RIDGELINE_TRY(hardware, read_folder<Hardware>(dir + "/hardware", read_hardware));
  RIDGELINE_TRY(models, read_folder<Model>(dir + "/models", read_model));
  Catalog result;
  result.entries_ = std::make_shared<const Entries>(
      Entries{catalog::Folder<Hardware>(std::move(hardware)), catalog::Folder<Model>(std::move(models))});
  return result;
}

Status Catalog::add(Hardware device) {
  std::vector<std::string> names = device.aliases;
  names.push_back(device.id);
  for (const std::string& name : names) {
    if (entries_->hardware.names.count(catalog::name_key(name)) > 0)
      return bad_input(fmt::format("hardware '{}' is in the catalog already", name));
  }
  std::vector<Hardware> all = all_hardware();
  const auto place =
      std::find_if(all.begin(), all.end(), [&](const Hardware& other) { return other.id > device.id; });
  all.insert(place, std::move(device));
  entries_ =
      std::make_shared<const Entries>(Entries{catalog::Folder<Hardware>(std::move(all)), entries_->models});
  return Status::success();
}

const std::vector<Hardware>& Catalog::all_hardware() const { return entries_->hardware.entries; }
const std::vector<Model>& Catalog::all_models() const { return entries_->models.entries; }

Result<const Hardware*> Catalog::hardware(std::string_view name) const {
  return look_up("hardware", name, entries_->hardware);
}

Result<const Model*> Catalog::model(std::string_view name) const {
  return look_up("model", name, entries_->models);
}

}  // namespace ridgeline
