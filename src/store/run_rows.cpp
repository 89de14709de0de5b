#include "store/run_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/run_blob.h"

namespace ridgeline::store {
namespace {

/// Signs of a tag; no locale has a say.
bool suits_tag(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

// The order of the tags within group_concat is that of the inner SELECT.
constexpr const char* line_columns =
    "SELECT id, saved, command, note, origin, scenario, system, workload, version, machine, seed, verdict, "
    "queries, p99_seconds, samples_per_second, "
    "(SELECT group_concat(tag, char(10)) FROM (SELECT tag FROM tags WHERE run = id ORDER BY tag)) FROM runs ";

RunLine line_of(const Statement& row) {
  RunLine line;
  int column = 0;
  for (std::string* text :
       {&line.id, &line.saved, &line.command, &line.note, &line.origin, &line.scenario, &line.system,
        &line.workload, &line.version, &line.machine, &line.seed, &line.verdict})
    *text = row.text(column++);
  line.queries = static_cast<std::uint64_t>(row.number(column++));
  if (const auto p99 = row.real(column++)) line.p99 = Seconds(*p99);
  line.throughput = row.real(column++);
  line.tags = split_lines(row.text(column));
  return line;
}

ProvenanceKind provenance_kind(const std::string& name) {
  int kind = 0;
  while (kind < static_cast<int>(ProvenanceKind::assumed) &&
         to_string(static_cast<ProvenanceKind>(kind)) != name)
    ++kind;
  return static_cast<ProvenanceKind>(kind);
}

Result<std::vector<Input>> inputs_of(const Connection& connection, const std::string& id) {
  RIDGELINE_TRY(rows,
                connection.prepare(
                    "SELECT key, value, kind, source, date FROM inputs WHERE run = ? ORDER BY position"));
  rows.bind(1, id);
  std::vector<Input> inputs;
  for (;;) {
    RIDGELINE_TRY(more, rows.next());
    if (!more) return inputs;
    Input input;
    input.key = rows.text(0);
    input.value = rows.text(1);
    input.provenance.kind = provenance_kind(rows.text(2));
    input.provenance.source = rows.text(3);
    input.provenance.date = rows.text(4);
    inputs.push_back(std::move(input));
  }
}

Result<Run> run_of(const Connection& connection, const std::string& id) {
  RIDGELINE_TRY(row, connection.prepare("SELECT bytes FROM contents WHERE run = ?"));
  row.bind(1, id);
  RIDGELINE_TRY(found, row.next());
  const std::string_view blob = found ? row.blob(0) : std::string_view();
  if (id_of(blob) != id)
    return unavailable(
        fmt::format("{}: run {} is not what was saved: the file is damaged", connection.path(), id));
  auto run = read_run(blob);
  if (!run) return unavailable(fmt::format("{}: run {}: {}", connection.path(), id, run.error().message));
  return run;
}

}  // namespace

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Status check_tag(const std::string& tag) {
  if (!tag.empty() && std::all_of(tag.begin(), tag.end(), suits_tag)) return Status::success();
  return bad_input(fmt::format("tag '{}': must be letters, digits, '.', '_' and '-'", tag));
}

Result<bool> add_run(const Connection& connection, const std::string& id, const SavedRun& saved,
                     const Summary& summary) {
  RIDGELINE_TRY(insert,
                connection.prepare("INSERT OR IGNORE INTO runs(id, saved, command, note, origin, scenario, "
                                   "system, workload, version, machine, seed, verdict, queries, "
                                   "p99_seconds, samples_per_second) "
                                   "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  const Run& run = saved.run;
  int parameter = 0;
  for (const std::string_view text :
       {std::string_view(id), std::string_view(saved.saved), std::string_view(saved.command),
        std::string_view(saved.note), to_string(run.origin), to_string(run.scenario.kind),
        std::string_view(run.system), std::string_view(run.workload), std::string_view(run.version),
        std::string_view(run.machine)})
    insert.bind(++parameter, text);
  insert.bind(++parameter, fmt::format("{}", run.scenario.seed));
  insert.bind(++parameter, summary.verdict.valid ? "VALID" : "INVALID");
  insert.bind(++parameter, static_cast<std::int64_t>(summary.queries));
  insert.bind(++parameter, summary.p99 ? std::optional(summary.p99->value) : std::nullopt);
  insert.bind(++parameter, summary.throughput ? std::optional(summary.throughput->value) : std::nullopt);
  RIDGELINE_CHECK(insert.run());
  return connection.changed() > 0;
}

Status add_content(const Connection& connection, const std::string& id, const std::string& blob) {
  RIDGELINE_TRY(insert, connection.prepare("INSERT INTO contents(run, bytes) VALUES(?, ?)"));
  return insert.bind(1, id).bind_blob(2, blob).run();
}

Status add_inputs(const Connection& connection, const std::string& id, const std::vector<Input>& inputs) {
  RIDGELINE_TRY(insert,
                connection.prepare("INSERT INTO inputs(run, position, key, value, kind, source, date) "
                                   "VALUES(?, ?, ?, ?, ?, ?, ?)"));
  std::int64_t position = 0;
  for (const Input& input : inputs) {
    insert.bind(1, id).bind(2, position++).bind(3, input.key).bind(4, input.value);
    insert.bind(5, to_string(input.provenance.kind)).bind(6, input.provenance.source);
    RIDGELINE_CHECK(insert.bind(7, input.provenance.date).run());
  }
  return Status::success();
}

Status add_tags(const Connection& connection, const std::string& id, const std::vector<std::string>& tags) {
  RIDGELINE_TRY(insert, connection.prepare("INSERT OR IGNORE INTO tags(run, tag) VALUES(?, ?)"));
  for (const std::string& tag : tags) RIDGELINE_CHECK(insert.bind(1, id).bind(2, tag).run());
  return Status::success();
}

Status set_note(const Connection& connection, const std::string& id, const std::string& note) {
  RIDGELINE_TRY(update, connection.prepare("UPDATE runs SET note = ? WHERE id = ?"));
  return update.bind(1, note).bind(2, id).run();
}

Status remove_run(const Connection& connection, const std::string& id) {
  RIDGELINE_TRY(remove, connection.prepare("DELETE FROM runs WHERE id = ?"));
  return remove.bind(1, id).run();
}

Result<std::vector<RunLine>> lines(const Connection& connection, const std::string& tag) {
  const std::string which =
      "WHERE ?1 = '' OR id IN (SELECT run FROM tags WHERE tag = ?1) ORDER BY saved, rowid";
  RIDGELINE_TRY(rows, connection.prepare((line_columns + which).c_str()));
  rows.bind(1, tag);
  std::vector<RunLine> lines;
  for (;;) {
    RIDGELINE_TRY(more, rows.next());
    if (!more) return lines;
    lines.push_back(line_of(rows));
  }
}

Result<std::string> whole_id(const Connection& connection, const std::string& prefix) {
  // Digits go up to 'f'.
  RIDGELINE_TRY(
      rows, connection.prepare("SELECT id FROM runs WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT 4"));
  rows.bind(1, prefix);
  std::vector<std::string> found;
  for (;;) {
    RIDGELINE_TRY(more, rows.next());
    if (!more) break;
    found.push_back(rows.text(0));
  }
  return only_one(connection, "run", prefix, found);
}

Result<std::string> only_one(const Connection& connection, const std::string& what, const std::string& prefix,
                             const std::vector<std::string>& found) {
  const std::string many = what == "study" ? "studies" : what + "s";
  if (prefix.empty() || found.empty()) {
    return bad_input(fmt::format("{}: no {} '{}'; `ridgeline {}` shows what is there", connection.path(),
                                 what, prefix, what == "ledger" ? "lab ledgers" : many + " list"));
  }
  if (found.size() > 1) {
    return bad_input(fmt::format("{}: '{}' is the start of several {}: {}; give more digits",
                                 connection.path(), prefix, many, fmt::join(found, ", ")));
  }
  return found.front();
}

Result<SavedRun> read_saved(const Connection& connection, const std::string& id) {
  RIDGELINE_TRY(rows, connection.prepare((std::string(line_columns) + "WHERE id = ?").c_str()));
  rows.bind(1, id);
  RIDGELINE_TRY(found, rows.next());
  RunLine line = found ? line_of(rows) : RunLine{};
  RIDGELINE_TRY(inputs, inputs_of(connection, id));
  RIDGELINE_TRY(run, run_of(connection, id));
  SavedRun saved;
  saved.id = id;
  saved.saved = std::move(line.saved);
  saved.command = std::move(line.command);
  saved.note = std::move(line.note);
  saved.tags = std::move(line.tags);
  saved.inputs = std::move(inputs);
  saved.run = std::move(run);
  return saved;
}

}  // namespace ridgeline::store
