#include "report/document_page.h"

#include <fmt/format.h>

#include <array>

#include "report/difference_page.h"
#include "report/mission_page.h"
#include "report/prediction_page.h"
#include "report/run_difference_page.h"
#include "report/run_page.h"
#include "report/run_record.h"
#include "report/study_page.h"
#include "report/versus_page.h"

namespace ridgeline::report {
namespace {

using PageOf = std::string (*)(const JsonPlace&, const std::string& complaint, const std::vector<Input>&,
                               const PageSource&);

/// Nothing is drawn of what was not all read.
template <auto read, auto page>
std::string page_of(const JsonPlace& at, const std::string& complaint, const std::vector<Input>& inputs,
                    const PageSource& source) {
  const auto result = read(at);
  return complaint.empty() ? page(result, inputs, source) : "";
}

struct PageKind {
  std::string_view schema;
  std::string_view prints;  ///< the commands that print such documents with --json
  PageOf page;              ///< none: a run, which has a reader of its own
};

constexpr std::array page_kinds{
    PageKind{"ridgeline.run/1", "simulate, bench, import-run", nullptr},
    PageKind{"ridgeline.profile/1", "predict", page_of<read_profile, prediction_page>},
    PageKind{"ridgeline.serving/1", "predict --concurrency", page_of<read_serving, serving_page>},
    PageKind{"ridgeline.study/1", "explore", page_of<read_study_document, study_page>},
    PageKind{"ridgeline.difference/1", "explain", page_of<read_difference, difference_page>},
    PageKind{"ridgeline.run-difference/1", "explain RUN RUN",
             page_of<read_run_difference, run_difference_page>},
    PageKind{"ridgeline.mission/1", "simulate MISSION", page_of<read_mission, mission_page>},
    PageKind{"ridgeline.versus/1", "audit of two systems", page_of<read_versus, versus_page>},
};

std::string page_kinds_text() {
  std::vector<std::string> kinds;
  for (const PageKind& kind : page_kinds) kinds.emplace_back(kind.prints);
  return fmt::format("{}", fmt::join(kinds, ", "));
}

Result<std::string> run_document_page(const PageSource& source, const std::string& path) {
  RIDGELINE_TRY(saved, read_run(source.document, path));
  return run_page(saved, summarize(saved.run), source);
}

}  // namespace

Result<std::string> document_page(const ReadDocument& read, const PageSource& source,
                                  const std::string& path) {
  for (const PageKind& kind : page_kinds) {
    if (kind.schema != read.schema) continue;
    if (!kind.page) return run_document_page(source, path);
    const Json json = Json::parse(source.document, nullptr, false);  // read_document() did already
    std::string complaint;
    std::string page = kind.page(JsonPlace(json, complaint), complaint, read.made_by.inputs, source);
    if (!complaint.empty()) return bad_input(fmt::format("{}: {}", path, complaint));
    return page;
  }
  return bad_input(fmt::format("{}: is {}; a report is made of what {} print with --json", path, read.schema,
                               page_kinds_text()));
}

}  // namespace ridgeline::report
