#include "report/reproduction.h"

#include <fmt/format.h>

#include <algorithm>

namespace ridgeline::report {
namespace {

std::string line_at(const std::string& text, std::size_t begin) {
  const std::size_t end = std::min(text.find('\n', begin), text.size());
  return begin < end ? text.substr(begin, end - begin) : "";
}

std::string trimmed(const std::string& line) {
  constexpr std::size_t most = 120;
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  return line.size() - begin > most ? line.substr(begin, most) + " ..." : line.substr(begin);
}

const Input* find(const std::vector<Input>& inputs, const std::string& key) {
  const auto found =
      std::find_if(inputs.begin(), inputs.end(), [&](const Input& input) { return input.key == key; });
  return found == inputs.end() ? nullptr : &*found;
}

const UsedFile* find(const std::vector<UsedFile>& files, const std::string& name) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const UsedFile& file) { return file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

Json figures_of(const std::string& document) {
  Json json = Json::parse(document, nullptr, false);
  if (!json.is_object()) return json;
  for (const char* key : {"ridgeline", "build", "files", "inputs"}) json.erase(key);
  return json;
}

}  // namespace

void compare(const std::string& before, const std::string& after, Reproduction& result) {
  result.bytes = before.size();
  if (before == after) return;
  const auto [a, b] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  const auto at = static_cast<std::size_t>(a - before.begin());
  const std::size_t begin = at == 0 ? 0 : before.rfind('\n', at - 1) + 1;
  Reproduction::Difference& difference = result.difference.emplace();
  difference.line = 1 + static_cast<std::size_t>(std::count(before.begin(), a, '\n'));
  difference.before = line_at(before, begin);
  difference.after = line_at(after, begin);
  result.same_figures = figures_of(before) == figures_of(after);
}

void compare(const MadeBy& before, const MadeBy& after, Reproduction& result) {
  for (const Input& old : before.inputs) {
    const Input* now = find(after.inputs, old.key);
    if (!now) {
      result.changed_inputs.push_back(fmt::format("{} was {}, is no input now", old.key, old.value));
    } else if (now->value != old.value) {
      result.changed_inputs.push_back(fmt::format("{} was {}, is {}", old.key, old.value, now->value));
    } else if (now->provenance != old.provenance) {
      result.changed_inputs.push_back(
          fmt::format("{}: {} as before, from another source", old.key, old.value));
    }
  }
  // A kept run's own list is without flags, which are in its command.
  for (const Input& now : after.inputs) {
    if (now.provenance.kind != ProvenanceKind::given && !find(before.inputs, now.key))
      result.changed_inputs.push_back(fmt::format("{} is {}, was no input", now.key, now.value));
  }
  for (const UsedFile& old : before.files) {
    const UsedFile* now = find(after.files, old.name);
    if (old.catalog && (!now || now->hash != old.hash)) result.changed_files.push_back(old.name);
  }
}

std::string text(const Reproduction& r) {
  if (r.equal())
    return fmt::format("equal: every byte of {}, as ridgeline {} makes them\n", r.document, r.new_version);
  std::string result =
      fmt::format("{}: line {} differs\n  was  {}\n  is   {}\n", r.document, r.difference->line,
                  trimmed(r.difference->before), trimmed(r.difference->after));
  if (r.old_version != r.new_version)
    result += fmt::format("made by ridgeline {}; this is {}\n", r.old_version, r.new_version);
  if (r.old_build != r.new_build)
    result += fmt::format("made by a build called {}; this is {}\n", r.old_build, r.new_build);
  if (r.same_figures) result += "every figure is equal; what it was made from is not\n";
  for (const std::string& change : r.changed_inputs) result += change + "\n";
  for (const std::string& file : r.changed_files)
    result += fmt::format("the catalog's {} has changed\n", file);
  return result;
}

std::string json(const Reproduction& r) {
  Json difference;
  if (r.difference) {
    difference = {
        {"line", r.difference->line}, {"before", r.difference->before}, {"after", r.difference->after}};
  }
  return document("ridgeline.reproduction/1", {{"document", r.document},
                                               {"command", r.command},
                                               {"equal", r.equal()},
                                               {"bytes", r.bytes},
                                               {"made_by_version", r.old_version},
                                               {"made_by_build", r.old_build},
                                               {"difference", difference},
                                               {"same_figures", r.same_figures},
                                               {"changed_inputs", r.changed_inputs},
                                               {"changed_files", r.changed_files}});
}

}  // namespace ridgeline::report
