#include "lab_ledgers.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "print.h"
#include "report/saved_ledgers.h"
#include "report/saved_runs.h"
#include "ridgeline/lab.h"
#include "ridgeline/ledger_store.h"
#include "saving.h"

namespace ridgeline::cli {
namespace {

struct LedgersFlags {
  std::string store, id, output;
  bool ids = false, remove = false;
};

Result<LedgerStore> open_ledgers(const std::string& flag, StoreOptions::Access access) {
  RIDGELINE_TRY(path, store_path(flag));
  StoreOptions options;
  options.path = path;
  options.access = access;
  return LedgerStore::open(options);
}

bool goes_on_from(const Ledger& longer, const Ledger& shorter) {
  return shorter.entries.size() <= longer.entries.size() &&
         std::equal(shorter.entries.begin(), shorter.entries.end(), longer.entries.begin());
}

/// Ids of those that the ledger holds all of.
Result<std::vector<std::string>> earlier_forms(const LedgerStore& store, const Ledger& ledger) {
  std::vector<std::string> ids;
  RIDGELINE_TRY(kept, store.list());
  for (const SavedLedger& line : kept) {
    if (line.lab != ledger.lab || line.track != ledger.track || line.learner != ledger.learner) continue;
    RIDGELINE_TRY(whole, store.load(line.id));
    const auto before = read_ledger(whole.json, line.id);
    if (before && goes_on_from(ledger, *before)) ids.push_back(line.id);
  }
  return ids;
}

Result<std::string> list_ledgers(const Context& context, const LedgersFlags& flags) {
  RIDGELINE_TRY(store, open_ledgers(flags.store, StoreOptions::Access::read));
  RIDGELINE_TRY(ledgers, store.list());
  if (flags.ids) return report::ids_text(ledgers);
  return context.json ? report::list_json(ledgers) : report::list_text(ledgers);
}

Result<std::string> ledgers(const Context& context, const LedgersFlags& flags) {
  if (flags.id.empty()) return list_ledgers(context, flags);
  if (flags.remove) {
    RIDGELINE_TRY(store, open_ledgers(flags.store, StoreOptions::Access::write));
    RIDGELINE_TRY(id, store.remove(flags.id));
    return context.json ? report::ids_json({id}) : fmt::format("removed {}\n", id);
  }
  RIDGELINE_TRY(json, kept_ledger(flags.store, flags.id));
  if (flags.output.empty()) return json;
  RIDGELINE_CHECK(write_file(flags.output, json));
  return std::string();
}

}  // namespace

Result<std::string> kept_ledgers(const std::string& store_flag) {
  RIDGELINE_TRY(store, open_ledgers(store_flag, StoreOptions::Access::read));
  RIDGELINE_TRY(all, store.list());
  return report::list_json(all);
}

Result<std::string> kept_ledger(const std::string& store_flag, const std::string& id) {
  RIDGELINE_TRY(store, open_ledgers(store_flag, StoreOptions::Access::read));
  RIDGELINE_TRY(ledger, store.load(id));
  return ledger.json;
}

Result<std::string> keep_ledger(const std::string& store_flag, const std::string& json) {
  RIDGELINE_TRY(ledger, read_ledger(json, "the ledger"));
  RIDGELINE_TRY(store, open_ledgers(store_flag, StoreOptions::Access::write));
  RIDGELINE_TRY(earlier, earlier_forms(store, ledger));
  SavedLedger saved;
  saved.saved = utc_time();
  saved.lab = ledger.lab;
  saved.track = ledger.track;
  saved.learner = ledger.learner;
  saved.version = ledger.version;
  saved.entries = ledger.entries.size();
  saved.json = json;
  RIDGELINE_TRY(result, store.save(saved, earlier));
  const bool added = result.outcome == RunStore::Saved::Outcome::added;
  return nlohmann::ordered_json{{"id", result.id}, {"outcome", added ? "added" : "present"}}.dump() + "\n";
}

void add_lab_ledgers(CLI::App& lab, Context& context) {
  const auto flags = std::make_shared<LedgersFlags>();
  CLI::App* command =
      add_command(lab, context, "ledgers", "Ledgers that the served page has kept; one as JSON",
                  "  ridgeline lab ledgers\n"
                  "  ridgeline lab ledgers 3f2a -o ada.json; ridgeline lab grade ada.json",
                  [&context, flags] {
                    const auto text = ledgers(context, *flags);
                    if (!text) return fail(text.error());
                    print_out("{}", *text);
                    return static_cast<int>(exit_fine);
                  });
  CLI::Option* id = command->add_option("id", flags->id, "Id of one, or its first digits: print it");
  CLI::Option* output =
      command->add_option("-o,--output", flags->output, "Write it there rather than to stdout")->needs(id);
  command->add_flag("--rm", flags->remove, "Remove it")->needs(id)->excludes(output);
  command->add_flag("--ids", flags->ids, "Ids only, one a line")->excludes(id);
  command->add_option("--store", flags->store, "File of kept runs, studies and ledgers");
}

}  // namespace ridgeline::cli
