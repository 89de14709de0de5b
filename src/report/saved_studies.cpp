#include "report/saved_studies.h"

#include <fmt/format.h>

#include "base/version.h"
#include "report/json_parts.h"
#include "report/study_parts.h"
#include "report/table.h"

namespace ridgeline::report {

SavedStudy saved_study(const Study& study, const StudyResult& result) {
  std::vector<std::string> objectives;
  for (const StudyObjective& o : study.objectives) objectives.push_back(objective_text(study, o));
  SavedStudy saved;
  saved.version = version;
  saved.model = models_text(study);
  saved.objectives = fmt::format("{}", fmt::join(objectives, ", "));
  saved.points = result.points;
  saved.explored = result.explored;
  saved.front = result.front.size();
  saved.interrupted = result.interrupted();
  saved.text = study.text;
  saved.page = text(study, result);
  saved.json = json(study, result);
  saved.csv = csv(study, result);
  return saved;
}

std::string list_text(const std::vector<SavedStudy>& studies) {
  if (studies.empty()) return "no studies\n";
  Table table({{"id"},
               {"saved"},
               {"model"},
               {"objectives"},
               {"points", Align::right},
               {"front", Align::right},
               {"tags"},
               {"note"}});
  for (const SavedStudy& s : studies) {
    table.add({s.id, s.saved, s.model, s.objectives,
               s.explored == s.points ? whole(s.points)
                                      : fmt::format("{} of {}", whole(s.explored), whole(s.points)),
               s.interrupted ? whole(s.front) + ", interrupted" : whole(s.front),
               fmt::format("{}", fmt::join(s.tags, ", ")), s.note});
  }
  return table.text();
}

std::string list_json(const std::vector<SavedStudy>& studies) {
  Json list = Json::array();
  for (const SavedStudy& s : studies) {
    list.push_back({{"id", s.id},
                    {"saved", s.saved},
                    {"command", s.command},
                    {"note", s.note},
                    {"tags", s.tags},
                    {"version", s.version},
                    {"model", s.model},
                    {"objectives", s.objectives},
                    {"points", s.points},
                    {"explored", s.explored},
                    {"front", s.front},
                    {"interrupted", s.interrupted},
                    {"text", s.text}});
  }
  return document("ridgeline.studies/1", {{"studies", list}});
}

std::string ids_text(const std::vector<SavedStudy>& studies) {
  std::string text;
  for (const SavedStudy& s : studies) text += s.id + "\n";
  return text;
}

std::string text(const SavedStudy& study) {
  std::string head = fmt::format("study {}, saved {} by version {}\n", study.id, study.saved, study.version);
  if (!study.command.empty()) head += fmt::format("  command       {}\n", study.command);
  if (!study.tags.empty()) head += fmt::format("  tags          {}\n", fmt::join(study.tags, ", "));
  if (!study.note.empty()) head += fmt::format("  note          {}\n", study.note);
  return head + "\n" + study.page;
}

}  // namespace ridgeline::report
