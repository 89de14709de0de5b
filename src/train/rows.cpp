// Published steps, and predictions beside them.

#include <fmt/format.h>

#include "base/csv.h"
#include "ridgeline/training.h"

namespace ridgeline {
namespace {

/// The columns in turn: label, model, hardware, then numbers and words.
class RowReader {
 public:
  static Result<RowReader> of(const CsvReader& csv) {
    RowReader reader;
    for (const auto& [name, index] : reader.columns()) {
      RIDGELINE_TRY(found, csv.require(name));
      *index = found;
    }
    return reader;
  }

  Result<TrainingRow> read(const CsvReader& csv) const {
    TrainingRow row;
    row.line = csv.row().line;
    row.label = csv.cell(label_);
    row.model = csv.cell(model_);
    row.hardware = csv.cell(hardware_);
    RIDGELINE_TRY(seconds, csv.number(seconds_));
    if (!(seconds > 0)) return csv.error("seconds must be above 0");
    row.seconds = Seconds(seconds);
    row.fitted = csv.cell(split_) == "fit";
    if (!row.fitted && csv.cell(split_) != "check") return csv.error("split must be fit or check");
    if (!csv.cell(activations_).empty()) {
      RIDGELINE_TRY(gib, csv.number(activations_));
      row.activations = Bytes(gib * (1U << 30));
    }
    RIDGELINE_CHECK(read_plan(csv, row.plan));
    return row;
  }

 private:
  std::vector<std::pair<std::string_view, std::size_t*>> columns() {
    return {{"label", &label_},
            {"model", &model_},
            {"hardware", &hardware_},
            {"tensor", &tensor_},
            {"pipeline", &pipeline_},
            {"interleave", &interleave_},
            {"data", &data_},
            {"batch", &batch_},
            {"micro_batch", &micro_batch_},
            {"sequence", &sequence_},
            {"recompute", &recompute_},
            {"sequence_parallel", &sequence_parallel_},
            {"activations_gib", &activations_},
            {"seconds", &seconds_},
            {"split", &split_}};
  }

  static Result<bool> yes_or_no(const CsvReader& csv, std::size_t column) {
    const std::string& text = csv.cell(column);
    if (text == "yes" || text == "no") return text == "yes";
    return csv.error(fmt::format("sequence_parallel is '{}', and must be yes or no", text));
  }

  Status read_plan(const CsvReader& csv, TrainingPlan& plan) const {
    const std::pair<std::size_t, unsigned*> counts[] = {
        {tensor_, &plan.tensor},    {pipeline_, &plan.pipeline}, {interleave_, &plan.interleave},
        {data_, &plan.data},        {batch_, &plan.batch},       {micro_batch_, &plan.micro_batch},
        {sequence_, &plan.sequence}};
    for (const auto& [column, value] : counts) {
      RIDGELINE_TRY(count, csv.count(column));
      if (count == 0 || count > (1U << 30)) return csv.error(fmt::format("{} is not 1 to 2^30", count));
      *value = static_cast<unsigned>(count);
    }
    const auto recompute = parse_recompute(csv.cell(recompute_));
    if (!recompute)
      return csv.error(
          fmt::format("recompute is '{}', and must be none, selective or full", csv.cell(recompute_)));
    plan.recompute = *recompute;
    RIDGELINE_TRY(divided, yes_or_no(csv, sequence_parallel_));
    plan.sequence_parallel = divided;
    // As Megatron-LM trained then.
    plan.dropout = true;
    plan.attention = AttentionCore::separate;
    plan.precision = Precision::fp16;
    return Status::success();
  }

  std::size_t label_ = 0, model_ = 0, hardware_ = 0, tensor_ = 0, pipeline_ = 0, interleave_ = 0, data_ = 0,
              batch_ = 0, micro_batch_ = 0, sequence_ = 0, recompute_ = 0, sequence_parallel_ = 0,
              activations_ = 0, seconds_ = 0, split_ = 0;
};

}  // namespace

Result<std::vector<TrainingRow>> read_training_rows(const std::string& path) {
  RIDGELINE_TRY(csv, CsvReader::open(path));
  RIDGELINE_TRY(reader, RowReader::of(csv));
  std::vector<TrainingRow> rows;
  for (;;) {
    RIDGELINE_TRY(more, csv.next());
    if (!more) break;
    RIDGELINE_TRY(row, reader.read(csv));
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return csv.error("no rows");
  return rows;
}

Result<std::vector<TrainingError>> validate_training(const std::vector<TrainingRow>& rows,
                                                     const Catalog& catalog,
                                                     const TrainingCoefficients& coefficients) {
  std::vector<TrainingError> errors;
  errors.reserve(rows.size());
  for (const TrainingRow& row : rows) {
    const auto predict = [&]() -> Result<TrainingStep> {
      RIDGELINE_TRY(model, catalog.model(row.model));
      RIDGELINE_TRY(hardware, catalog.hardware(row.hardware));
      return predict_training(*model, *hardware, row.plan, coefficients);
    };
    auto step = predict();
    if (!step) return bad_input(fmt::format("line {}, {}: {}", row.line, row.label, step.error().message));
    TrainingError error;
    error.row = row;
    error.time = step->time / row.seconds - 1;
    if (row.activations) error.activations = step->memory.activations / *row.activations - 1;
    error.step = *std::move(step);
    errors.push_back(std::move(error));
  }
  return errors;
}

}  // namespace ridgeline
