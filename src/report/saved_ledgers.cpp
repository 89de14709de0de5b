#include "report/saved_ledgers.h"

#include <fmt/format.h>

#include "report/json_parts.h"
#include "report/markup.h"
#include "report/table.h"

namespace ridgeline::report {

std::string list_text(const std::vector<SavedLedger>& ledgers) {
  if (ledgers.empty()) return "no ledgers\n";
  Table table({{"id"}, {"saved"}, {"learner"}, {"lab"}, {"track"}, {"entries", Align::right}, {"version"}});
  for (const SavedLedger& l : ledgers) {
    table.add({l.id, l.saved, in_a_line(l.learner, 40), l.lab, l.track, fmt::format("{}", l.entries),
               in_a_line(l.version, 20)});
  }
  return table.text();
}

std::string list_json(const std::vector<SavedLedger>& ledgers) {
  Json list = Json::array();
  for (const SavedLedger& l : ledgers) {
    list.push_back({{"id", l.id},
                    {"saved", l.saved},
                    {"learner", l.learner},
                    {"lab", l.lab},
                    {"track", l.track},
                    {"entries", l.entries},
                    {"version", l.version}});
  }
  return document("ridgeline.ledgers/1", {{"ledgers", list}});
}

std::string ids_text(const std::vector<SavedLedger>& ledgers) {
  std::string text;
  for (const SavedLedger& l : ledgers) text += l.id + "\n";
  return text;
}

}  // namespace ridgeline::report
