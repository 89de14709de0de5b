#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text.h"
#include "calibrate/measured_csv_columns.h"
#include "calibrate/measured_csv_parallelism.h"
#include "calibrate/measured_csv_precision.h"
#include "engine/serving_model.h"
#include "ridgeline/validation.h"

namespace ridgeline {
namespace {

using namespace calibrate;

/// Users of the benchmark behind the silicon form send this many requests each.
constexpr double silicon_requests_per_user = 10;

/// How often each kind of note applies.
using NoteCounts = std::map<std::string_view, std::size_t>;

Result<std::optional<Precision>> read_precision(const MeasuredRow& row, std::string_view key) {
  const auto word = row.text(key);
  if (!word) return std::optional<Precision>();
  if (const auto precision = parse_precision(*word)) return precision;
  return row.error(key,
                   fmt::format("unknown precision '{}'; for instance bf16, fp8, nvfp4, mxfp4, int4", *word));
}

Result<PrecisionPlan> read_plan(const MeasuredRow& row, const Model& model, const Hardware& hardware) {
  PrecisionWords words;
  const std::pair<std::string_view, std::optional<Precision>*> keys[] = {{"precision", &words.overall},
                                                                         {"gemm_precision", &words.gemm},
                                                                         {"expert_precision", &words.experts},
                                                                         {"kv_precision", &words.kv_cache}};
  for (const auto& [key, value] : keys) {
    RIDGELINE_TRY(precision, read_precision(row, key));
    *value = precision;
  }
  return plan_for(model, hardware, words);
}

std::string read_stack(const MeasuredRow& row) {
  std::string stack = to_lower(row.text("stack").value_or(""));
  for (const std::string_view name : {"tensorrt-llm", "tensorrt_llm", "trt-llm", "trt_llm"}) {
    if (stack == name) return "trtllm";
  }
  return stack;
}

Result<bool> read_mode(const MeasuredRow& row) {
  const std::string mode = to_lower(row.text("mode").value_or(row.text("decode_tensor") ? "disagg" : "agg"));
  if (mode == "agg" || mode == "aggregated") return false;
  if (mode == "disagg" || mode == "disaggregated") return true;
  return row.error("mode", fmt::format("'{}' is not agg or disagg", mode));
}

void add_doubt(std::string& doubt, std::string_view more) {
  if (more.empty() || doubt.find(more) != std::string::npos) return;
  if (!doubt.empty()) doubt += "; ";
  doubt += more;
}

/// One kind of worker; `prefix` is "", "prefill_" or "decode_".
Result<Worker> read_worker(const MeasuredRow& row, const std::string& prefix, const Model& model,
                           std::string& doubt, NoteCounts& notes) {
  RawParallelism raw;
  const std::pair<std::string_view, std::uint32_t*> keys[] = {{"tensor", &raw.tensor},
                                                              {"pipeline", &raw.pipeline},
                                                              {"data", &raw.data},
                                                              {"expert", &raw.expert},
                                                              {"expert_tensor", &raw.expert_tensor}};
  for (const auto& [key, value] : keys) {
    RIDGELINE_TRY(count, row.count(prefix + std::string(key)));
    *value = count.value_or(0);
  }
  const bool odd_rows = row.columns().silicon_form() && prefix.empty();
  const Spread spread = canonical(raw, odd_rows ? RowForm::silicon : RowForm::plain, model);
  if (!spread.note.empty()) ++notes[spread.note];
  add_doubt(doubt, spread.doubt);
  RIDGELINE_TRY(workers, row.count(prefix + "workers"));
  if (!prefix.empty() && workers.value_or(0) == 0)
    add_doubt(doubt, "number of workers not given; taken as 1");
  return Worker{spread.parallelism, std::max(1u, workers.value_or(1))};
}

constexpr std::string_view replicas_note =
    "concurrency is a multiple of the batch of one worker: read as that many workers";

/// The users of all workers: given, or what the batch size of each worker adds up to, or one. Where both are
/// given and the number of workers is not, it follows.
Status read_concurrency(const MeasuredRow& row, MeasuredPoint& measured, NoteCounts& notes) {
  RIDGELINE_TRY(given, row.positive("concurrency"));
  RIDGELINE_TRY(batch, row.positive(measured.disaggregated ? "decode_batch_size" : "batch_size"));
  RIDGELINE_TRY(ranks, row.count("data"));  // as the row has them: its batch size goes with that
  Worker& worker = measured.point.worker;
  const double of_worker = batch.value_or(1) * (measured.disaggregated ? 1 : std::max(1u, ranks.value_or(1)));
  measured.point.concurrency = given ? *given : batch ? of_worker * worker.replicas : 1;
  if (!given || !batch || measured.disaggregated || row.text("workers")) return Status::success();
  const double workers = *given / of_worker;
  constexpr double most = 4096;
  if (workers < 2 || workers > most || workers != std::floor(workers)) return Status::success();
  worker.replicas = static_cast<unsigned>(workers);
  ++notes[replicas_note];
  return Status::success();
}

/// A row of the silicon form that was measured did fit: where it cannot on the devices that it names, it is
/// answered on twice as many, and so on, with a doubt.
void mend_memory(const Model& model, const Hardware& hardware, MeasuredPoint& measured) {
  Parallelism& spread = measured.point.worker.parallelism;
  const Parallelism named = spread;
  const auto fits = [&] {
    const auto made = engine::ServingModel::make(model, hardware, measured.point, 1);
    return made || made.error().kind != ErrorKind::infeasible;
  };
  while (!fits()) {
    Parallelism more = spread;
    more.tensor *= 2;
    (spread.expert > 1 || spread.data > 1 ? more.expert : more.expert_tensor) *= has_experts(model) ? 2 : 1;
    if (!check(more, model)) {
      spread = named;
      return;
    }
    spread = more;
  }
  if (spread != named) {
    add_doubt(measured.doubt, fmt::format("{} does not fit on {} of {}; answered on {}", model.id,
                                          named.devices(), hardware.id, spread.devices()));
  }
}

Status read_length(const MeasuredRow& row, std::string_view key, std::uint32_t& length) {
  RIDGELINE_TRY(count, row.count(key));
  if (!count || *count == 0) return row.error(key, "a whole number above 0 is needed");
  length = *count;
  return Status::success();
}

Status read_run(const MeasuredRow& row, ServingPoint& point) {
  RIDGELINE_TRY(requests, row.number("requests_per_user"));
  point.requests_per_user = requests.value_or(row.columns().silicon_form() ? silicon_requests_per_user : 0);
  if (point.requests_per_user < 0) return row.error("requests_per_user", "must be 0 (steady state) or more");
  RIDGELINE_TRY(max_batch, row.number("max_batch"));
  point.max_batch = max_batch.value_or(0);
  if (point.max_batch < 0) return row.error("max_batch", "must be 0 (what the memory holds) or more");
  RIDGELINE_TRY(fraction, row.positive("memory_fraction"));
  point.memory_fraction = fraction.value_or(point.memory_fraction);
  if (point.memory_fraction > 1) return row.error("memory_fraction", "must be at most 1");
  return Status::success();
}

Result<MeasuredPoint> read_point(const MeasuredRow& row, const Catalog& catalog, NoteCounts& notes) {
  MeasuredPoint measured;
  measured.line = row.line();
  RIDGELINE_TRY(model_name, row.required_text("model"));
  const auto model = catalog.model(model_name);
  if (!model) return row.error("model", model.error().message);
  RIDGELINE_TRY(hardware_name, row.required_text("hardware"));
  const auto hardware = catalog.hardware(hardware_name);
  if (!hardware) return row.error("hardware", hardware.error().message);
  measured.model = (*model)->id;
  measured.hardware = (*hardware)->id;
  measured.stack = read_stack(row);
  measured.version = row.text("version").value_or("");

  ServingPoint& point = measured.point;
  RIDGELINE_TRY(plan, read_plan(row, **model, **hardware));
  point.precision = plan;
  measured.precision_text =
      row.text("precision").value_or(std::string(to_string(plan.experts.value_or(plan.weights))));
  RIDGELINE_TRY(disaggregated, read_mode(row));
  measured.disaggregated = disaggregated;
  RIDGELINE_CHECK(read_length(row, "isl", point.isl));
  RIDGELINE_CHECK(read_length(row, "osl", point.osl));
  RIDGELINE_TRY(worker, read_worker(row, disaggregated ? "decode_" : "", **model, measured.doubt, notes));
  point.worker = worker;
  if (disaggregated) {
    RIDGELINE_TRY(prefill, read_worker(row, "prefill_", **model, measured.doubt, notes));
    point.prefill = prefill;
  }
  RIDGELINE_CHECK(read_concurrency(row, measured, notes));
  RIDGELINE_CHECK(read_run(row, point));
  if (row.columns().silicon_form()) mend_memory(**model, **hardware, measured);
  RIDGELINE_TRY(ttft, row.time("ttft"));
  measured.ttft = ttft;
  RIDGELINE_TRY(tpot, row.time("tpot"));
  measured.tpot = tpot;
  return measured;
}

/// All that a point says, its line apart: two rows with the same are one measurement copied.
std::string identity(const MeasuredPoint& m) {
  const auto plan = [](const PrecisionPlan& p) {
    const auto other = [](const std::optional<Precision>& part) {
      return part ? static_cast<int>(*part) : -1;
    };
    return fmt::format("{},{},{},{},{},{}", static_cast<int>(p.weights), static_cast<int>(p.activations),
                       static_cast<int>(p.kv_cache), other(p.experts), other(p.attention), other(p.head));
  };
  const auto worker = [](const Worker& w) {
    const Parallelism& p = w.parallelism;
    return fmt::format("{}x{}.{}.{}.{}.{}", w.replicas, p.tensor, p.pipeline, p.data, p.expert,
                       p.expert_tensor);
  };
  const auto time = [](const std::optional<Seconds>& t) { return t ? t->value() : -1.0; };
  const ServingPoint& p = m.point;
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", m.model, m.hardware, m.stack,
                     m.version, m.precision_text, plan(p.precision), p.isl, p.osl, p.concurrency,
                     worker(p.worker), p.prefill ? worker(*p.prefill) : "", p.max_batch, p.requests_per_user,
                     p.memory_fraction, m.doubt, time(m.ttft), time(m.tpot));
}

void add_notes(MeasuredTable& table, const Columns& columns, const NoteCounts& notes, std::size_t copies) {
  if (!columns.unused().empty()) {
    std::string names;
    for (const std::string& name : columns.unused()) names += (names.empty() ? "" : ", ") + name;
    table.notes.push_back("columns not used: " + names);
  }
  if (copies > 0) table.notes.push_back(fmt::format("{} rows are copies of others and are left out", copies));
  for (const auto& [note, count] : notes) table.notes.push_back(fmt::format("{} rows: {}", count, note));
}

}  // namespace

Result<MeasuredTable> read_measured(const std::string& path, const Catalog& catalog) {
  RIDGELINE_TRY(csv, read_csv(path));
  RIDGELINE_TRY(columns, Columns::find(csv.header, path));

  MeasuredTable table;
  table.path = path;
  NoteCounts notes;
  std::set<std::string> seen;
  std::size_t copies = 0;
  for (const CsvRecord& record : csv.rows) {
    RIDGELINE_TRY(measured, read_point(MeasuredRow(record, columns, path), catalog, notes));
    if (seen.insert(identity(measured)).second) {
      table.points.push_back(std::move(measured));
    } else {
      ++copies;
    }
  }
  add_notes(table, columns, notes, copies);
  return table;
}

}  // namespace ridgeline
