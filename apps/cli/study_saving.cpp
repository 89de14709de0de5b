#include "study_saving.h"

#include <fmt/format.h>

#ifdef RIDGELINE_LIVE
#include "report/saved_studies.h"
#endif

namespace ridgeline::cli {

#ifdef RIDGELINE_LIVE

int keep_study(const Context& context, const SaveFlags& flags, const Study& study,
               const StudyResult& result) {
  if (!flags.save) return exit_fine;
  SavedStudy saved = report::saved_study(study, result);
  saved.saved = utc_time();
  saved.command = context.command;
  saved.note = flags.note;
  saved.tags = flags.tags;
  const auto put = [&]() -> Result<std::string> {
    StoreOptions options;
    RIDGELINE_TRY(path, store_path(flags.store));
    options.path = path;
    RIDGELINE_TRY(store, StudyStore::open(options));
    RIDGELINE_TRY(kept, store.save(saved));
    const bool is_new = kept.outcome == RunStore::Saved::Outcome::added;
    return fmt::format("{} {} in {}", is_new ? "saved as" : "equal to the saved", kept.id, path);
  };
  const auto kept = put();
  if (kept) {
    progress(*kept);
    return exit_fine;
  }
  const std::string file = fmt::format("ridgeline-study-{}.json", study_id(saved));
  const auto beside = write_file(file, saved.json);
  if (!beside)
    return fail(unavailable(
        fmt::format("not saved: {}; nor beside: {}", kept.error().message, beside.error().message)));
  fail(unavailable(fmt::format("not saved: {}; the result is in {}", kept.error().message, file)));
  return exit_fine;
}

#else  // WebAssembly has no store

int keep_study(const Context&, const SaveFlags&, const Study&, const StudyResult&) { return exit_fine; }

#endif

}  // namespace ridgeline::cli
