#include "evaluate/work.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ridgeline {
namespace {

using namespace evaluation;

using Interval = std::optional<std::pair<double, double>>;

/// A rate's interval from that of the time it is inverse to.
Figure rate(const char* metric, double value, const Interval& relative_time) {
  Figure figure{metric, value, {}};
  if (relative_time) figure.interval = {value / relative_time->second, value / relative_time->first};
  return figure;
}

Figure time(const char* metric, Seconds value, const std::optional<std::pair<Seconds, Seconds>>& interval) {
  Figure figure{metric, value.value(), {}};
  if (interval) figure.interval = {interval->first.value(), interval->second.value()};
  return figure;
}

Interval relative(Seconds value, const std::optional<std::pair<Seconds, Seconds>>& interval) {
  if (!interval) return std::nullopt;
  return std::pair{interval->first / value, interval->second / value};
}

/// "calibration", once, and every assumed value of the device; not its TDP, which is of the bill.
std::vector<std::string> assumed_inputs(const std::vector<Input>& inputs) {
  std::vector<std::string> result;
  for (const Input& input : inputs) {
    if (input.provenance.kind != ProvenanceKind::assumed || input.key == "hardware.tdp") continue;
    const bool calibration = input.key.starts_with("calibration.");
    std::string name = calibration ? "the calibration (" + input.provenance.source + ")"
                                   : fmt::format("{} ({})", input.key, input.value);
    if (std::find(result.begin(), result.end(), name) == result.end()) result.push_back(std::move(name));
  }
  return result;
}

std::string shape_of(const StepShape& shape) {
  std::string result;
  for (const SequenceGroup& group : shape.groups) {
    if (!result.empty()) result += " + ";
    result += fmt::format("{} x {} new token{} after {}", group.sequences, group.new_tokens,
                          group.new_tokens == 1 ? "" : "s", group.past_tokens);
  }
  return result;
}

void set_memory(Work& work, const Footprint& memory) {
  work.footprint = memory;
  const std::string need = show(memory.total()), capacity = show(memory.capacity);
  const double left = (memory.capacity - memory.total()) / memory.capacity;
  if (!memory.fits()) {
    work.feasible = EvaluationStatus::fail;
    work.feasibility = fmt::format("does not fit: {} are needed on each device, {} more than its {}", need,
                                   show(memory.missing()), capacity);
  } else if (left <= 0.1) {
    work.feasible = EvaluationStatus::warn;
    work.feasibility =
        fmt::format("fits, but {} of the {} on each device are within 10 % of the capacity", need, capacity);
  } else {
    work.feasibility =
        fmt::format("fits: {} of the {} on each device, which leaves {:.0f} %", need, capacity, 100 * left);
  }
}

std::string points(const ServingPoint& point) {
  return fmt::format("{:g} users, {} tokens in, {} out", point.concurrency, point.isl, point.osl);
}

void set_room(Work& work, const ServingPoint& point, const ServingPrediction& p) {
  work.footprint = p.footprint;
  const double ranks = point.worker.replicas * static_cast<double>(point.worker.parallelism.data);
  const double users = std::max(1.0, point.concurrency / ranks);
  const std::string room = fmt::format("a rank decodes at most {:.4g} sequences at once", p.largest_batch);
  if (users > p.largest_batch) {
    work.feasible = EvaluationStatus::warn;
    work.feasibility = fmt::format("fits, but {} and has {:.4g} users: the others wait", room, users);
  } else if (users > 0.9 * p.largest_batch) {
    work.feasible = EvaluationStatus::warn;
    work.feasibility = fmt::format("fits, but {} and has {:.4g} users: within 10 %", room, users);
  } else {
    work.feasibility = fmt::format("fits: {} of the {} on each device; {} and has {:.4g} users",
                                   show(p.footprint.total()), show(p.footprint.capacity), room, users);
  }
}

/// A request's mean time: the first token, then the others one after another.
Seconds request_time(Seconds ttft, Seconds tpot, std::uint32_t tokens) {
  return ttft + tpot * (tokens - 1.0);
}

}  // namespace

namespace evaluation {

Work work_of(const Profile& p) {
  Work work;
  work.model = p.model;
  work.description = shape_of(p.shape);
  work.devices = p.parallelism.devices();
  const bool decodes = p.tokens > 0 && std::all_of(p.shape.groups.begin(), p.shape.groups.end(),
                                                   [](const SequenceGroup& g) { return g.new_tokens == 1; });
  work.query = decodes ? "token" : "sample";
  work.unit = decodes ? "output tokens" : "samples";
  set_memory(work, p.footprint);
  work.relative_time = relative(p.latency, p.interval);
  work.performance.push_back(time("latency", p.latency, p.interval));
  work.performance.push_back(rate("throughput", p.throughput.value(), work.relative_time));
  if (decodes)
    work.performance.push_back(rate("token_rate", p.tokens / p.latency.value(), work.relative_time));
  work.queries = work.units = p.throughput;
  work.notes.emplace_back("passes follow one another without a pause");
  work.inputs = p.inputs;
  work.assumed = assumed_inputs(p.inputs);
  return work;
}

Work work_of(const ServingPoint& point, const ServingPrediction& p) {
  Work work;
  work.model = p.decode.model;
  work.description = points(point);
  work.devices = p.devices;
  work.query = "request";
  work.unit = "output tokens";
  set_room(work, point, p);
  const Seconds latency = request_time(p.ttft.value, p.tpot.value, point.osl);
  std::optional<std::pair<Seconds, Seconds>> interval;
  if (p.ttft.interval && p.tpot.interval) {
    interval = {request_time(p.ttft.interval->first, p.tpot.interval->first, point.osl),
                request_time(p.ttft.interval->second, p.tpot.interval->second, point.osl)};
  }
  work.relative_time = relative(latency, interval);
  work.performance.push_back(time("latency", latency, interval));
  work.performance.push_back(time("ttft", p.ttft.value, p.ttft.interval));
  work.performance.push_back(time("tpot", p.tpot.value, p.tpot.interval));
  work.performance.push_back(rate("throughput", p.requests.value(), work.relative_time));
  work.performance.push_back(rate("token_rate", p.requests.value() * point.osl, work.relative_time));
  work.queries = p.requests;
  work.units = p.requests * static_cast<double>(point.osl);
  work.notes.emplace_back("latency, TTFT and TPOT are means; simulate gives percentiles");
  work.inputs = p.decode.inputs;
  work.assumed = assumed_inputs(p.decode.inputs);
  return work;
}

Work does_not_fit(const Model& model, const ServingPoint& point, std::string reason) {
  Work work;
  work.model = model.id;
  work.description = points(point);
  work.devices = point.worker.devices() + (point.prefill ? point.prefill->devices() : 0);
  work.query = "request";
  work.unit = "output tokens";
  work.feasible = EvaluationStatus::fail;
  work.feasibility = std::move(reason);
  for (const char* metric : {"latency", "ttft", "tpot", "throughput", "token_rate"})
    work.performance.push_back({metric, {}, {}});
  return work;
}

}  // namespace evaluation

Result<Evaluation> evaluate(const Profile& profile, const Hardware& hardware, const EvaluationTerms& terms) {
  return evaluation::evaluate(work_of(profile), hardware, terms);
}

Result<Evaluation> evaluate(const ServingPoint& point, const ServingPrediction& prediction,
                            const Hardware& hardware, const EvaluationTerms& terms) {
  return evaluation::evaluate(work_of(point, prediction), hardware, terms);
}

Result<Evaluation> evaluate(const Model& model, const Hardware& hardware, const ServingPoint& point,
                            const Calibration& calibration, const EvaluationTerms& terms) {
  const auto prediction = predict_serving(model, hardware, point, calibration);
  if (prediction) return evaluate(point, *prediction, hardware, terms);
  if (prediction.error().kind != ErrorKind::infeasible) return prediction.error();
  return evaluation::evaluate(does_not_fit(model, point, prediction.error().message), hardware, terms);
}

}  // namespace ridgeline
