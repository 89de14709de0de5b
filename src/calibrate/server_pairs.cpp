// Server and Interactive results beside the Offline result of the same system, of two kinds of files.

#include <fstream>
#include <optional>
#include <set>
#include <tuple>

#include "base/text.h"
#include "calibrate/mlperf_rows.h"
#include "ridgeline/simulator_validation.h"

namespace ridgeline {
namespace {

using namespace calibrate;

/// A row, with what only a LoadGen summary has.
struct Line {
  Published published;
  std::string unusable;  ///< why it is no result
  std::optional<Seconds> p50, p99;
};

Result<std::optional<Seconds>> latency(const Fields& fields, const CsvRecord& row, std::string_view column) {
  RIDGELINE_TRY(ns, fields.number(row, column));
  return ns > 0 ? std::optional(Seconds(ns * 1e-9)) : std::nullopt;
}

/// Of the round whose summaries the file has.
Result<Line> read_summary(const Fields& fields, const CsvRecord& row) {
  Line line;
  Published& p = line.published;
  p.line = row.line;
  p.round = "4.1";
  p.submitter = fields.text(row, "submitter");
  p.system = fields.text(row, "system");
  p.accelerator = fields.text(row, "accelerator");
  p.benchmark = fields.text(row, "model");
  p.scenario = to_lower(fields.text(row, "scenario"));
  p.software = fields.text(row, "software");
  if (!p.accelerator.empty() && p.accelerator != "N/A") {
    RIDGELINE_TRY(per_node, fields.number(row, "accelerators_per_node"));
    RIDGELINE_TRY(nodes, fields.number(row, "nodes"));
    p.devices = per_node * nodes;
  }
  RIDGELINE_TRY(rate, fields.number(row, p.scenario == "offline" ? "samples_per_second"
                                                                 : "completed_samples_per_second"));
  p.rate = rate;
  RIDGELINE_TRY(p50, latency(fields, row, "50.00_percentile_latency_ns"));
  line.p50 = p50;
  RIDGELINE_TRY(p99, latency(fields, row, "99.00_percentile_latency_ns"));
  line.p99 = p99;
  if (fields.text(row, "division") != "closed") line.unusable = "not of the closed division";
  if (fields.text(row, "result_is") != "VALID") line.unusable = "the run is not VALID";
  return line;
}

Result<Line> read_line(const Fields& fields, const CsvRecord& row, bool summaries) {
  if (summaries) return read_summary(fields, row);
  Line line;
  RIDGELINE_TRY(published, read_result(fields, row));
  line.published = std::move(published);
  return line;
}

/// What an Offline and a Server result of one system have in common.
using Key = std::tuple<std::string, std::string, std::string, std::string>;
Key key_of(const Published& p) { return {p.round, p.submitter, p.system, p.benchmark}; }

struct OfflineResult {
  MlperfRow row;
  Hertz rate{};
};

ServerPair pair_of(const Line& line, const OfflineResult& offline, const MlperfRow& row, Hertz rate) {
  ServerPair pair;
  pair.line = line.published.line;
  pair.benchmark = row.benchmark;
  pair.round = row.round;
  pair.submitter = line.published.submitter;
  pair.system = row.system;
  pair.workload = row.workload;
  pair.hardware = row.hardware;
  pair.interactive = line.published.scenario == "interactive";
  pair.offline = row.offline;
  pair.devices = row.devices;
  pair.offline_rate = offline.rate;
  pair.server_rate = rate;
  pair.p50 = line.p50;
  pair.p99 = line.p99;
  return pair;
}

/// Reads Offline results first, then the Server ones.
class PairReader {
 public:
  PairReader(const Catalog& catalog, const MlperfRules& rules, const ServerRules& server_rules)
      : catalog_(catalog), rules_(rules), server_rules_(server_rules) {}

  Status add_offline(const Line& line) {
    if (line.published.scenario != "offline" || !line.unusable.empty()) return Status::success();
    MlperfRow row;
    RIDGELINE_TRY(reason, resolve(line.published, catalog_, rules_, ServerRows::all, row));
    if (!reason.empty() || row.workload.empty() || !(row.samples.value() > 0)) return Status::success();
    const Hertz rate = row.samples * row.devices;
    offline_.try_emplace(key_of(line.published), OfflineResult{std::move(row), rate});
    return Status::success();
  }

  Status add_server(const Line& line, ServerTable& table) {
    if (line.published.scenario != "server" && line.published.scenario != "interactive")
      return Status::success();
    RIDGELINE_TRY(reason, add(line, table));
    if (!reason.empty()) ++table.left_out[reason];
    return Status::success();
  }

 private:
  Result<std::string> add(const Line& line, ServerTable& table) {
    if (!line.unusable.empty()) return line.unusable;
    MlperfRow row;
    RIDGELINE_TRY(reason, resolve(line.published, catalog_, rules_, ServerRows::all, row));
    if (!reason.empty()) return reason;
    if (row.workload.empty()) return std::string("a benchmark without a model here");
    const bool interactive = line.published.scenario == "interactive";
    if (!server_rules_.limits_of(row.workload, interactive))
      return std::string("a benchmark whose limits are not known here");
    const auto offline = offline_.find(key_of(line.published));
    if (offline == offline_.end()) return std::string("no Offline result of the same system");
    const Hertz rate = row.samples * row.devices;
    if (!(rate.value() > 0)) return std::string("no rate");
    const auto run = std::make_tuple(row.round, line.published.submitter, row.system, row.workload,
                                     interactive, rate.value(), offline->second.rate.value());
    if (!seen_.insert(run).second) return std::string("the same run under another name");
    table.pairs.push_back(pair_of(line, offline->second, row, rate));
    return std::string();
  }

  const Catalog& catalog_;
  const MlperfRules& rules_;
  const ServerRules& server_rules_;
  std::map<Key, OfflineResult> offline_;
  std::set<std::tuple<std::string, std::string, std::string, std::string, bool, double, double>> seen_;
};

}  // namespace

bool is_loadgen_summaries(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string header;
  std::getline(file, header);
  return header.find("99.00_percentile_latency_ns") != std::string::npos &&
         header.find("accelerators_per_node") != std::string::npos;
}

Result<ServerTable> read_server_pairs(const std::string& path, const Catalog& catalog,
                                      const MlperfRules& rules, const ServerRules& server_rules) {
  RIDGELINE_TRY(csv, read_csv(path));
  const Fields fields(csv, path);
  const bool summaries = fields.has("99.00_percentile_latency_ns");
  std::vector<Line> lines;
  for (const CsvRecord& record : csv.rows) {
    RIDGELINE_TRY(line, read_line(fields, record, summaries));
    lines.push_back(std::move(line));
  }
  PairReader reader(catalog, rules, server_rules);
  for (const Line& line : lines) RIDGELINE_CHECK(reader.add_offline(line));
  ServerTable table;
  table.path = path;
  for (const Line& line : lines) RIDGELINE_CHECK(reader.add_server(line, table));
  return table;
}

}  // namespace ridgeline
