#include "report/run_record.h"

#include <memory>
#include <type_traits>
#include <utility>

#include "report/record.h"
#include "ridgeline/run_fields.h"

namespace ridgeline::report {
namespace {

/// A JSON object with a key for each field.
class JsonWriter {
 public:
  template <class T>
    requires std::is_arithmetic_v<T>
  void operator()(const char* name, T value) {
    if constexpr (std::is_floating_point_v<T>) {
      json_[name] = number(value);
    } else {
      json_[name] = value;
    }
  }
  void operator()(const char* name, Nanoseconds value) { json_[name] = value.count(); }
  template <int... E>
  void operator()(const char* name, Quantity<E...> value) {
    json_[name] = number(value);
  }
  template <class T>
  void operator()(const char* name, const std::optional<T>& value) {
    json_[name] = number(value);
  }
  void operator()(const char* name, const std::optional<std::uint64_t>& value) {
    json_[name] = value ? Json(*value) : Json();
  }
  void operator()(const char* name, const std::string& value) { json_[name] = value; }
  void operator()(const char* name, const std::vector<std::string>& values) { json_[name] = values; }
  void operator()(const char* name, const std::array<double, 6>& values) {
    Json& list = json_[name] = Json::array();
    for (const double value : values) list.push_back(number(value));
  }
  void operator()(const char* name, const LatencyHistogram& histogram) {
    const auto state = histogram.state();
    Json counts = Json::array();
    for (std::size_t i = 0; i < state.counts.size(); ++i) {
      if (state.counts[i] > 0) counts.push_back({i, state.counts[i]});
    }
    json_[name] = {{"digits", state.digits},   {"min_ns", state.min},        {"max_ns", state.max},
                   {"sum_low", state.sum_low}, {"sum_high", state.sum_high}, {"counts", counts}};
  }
  template <class E>
  void operator()(const char* name, E value, E) {
    json_[name] = to_string(value);
  }
  template <class T>
  void part(const char* name, const T& value) {
    json_[name] = of(value);
  }
  template <class T>
  void parts(const char* name, const std::vector<T>& values) {
    Json& list = json_[name] = Json::array();
    for (const T& value : values) list.push_back(of(value));
  }
  template <class T>
  void shared(const char* name, const std::shared_ptr<const T>& value) {
    json_[name] = value ? of(*value) : Json();
  }
  static constexpr std::uint64_t form() { return newest_run_form; }
  template <class T>
  static Json of(const T& value) {
    JsonWriter writer;
    fields(writer, value);
    return std::move(writer.json_);
  }

 private:
  Json json_ = Json::object();
};

}  // namespace

Json record_json(const Run& run) {
  Json record = JsonWriter::of(run);
  record["form"] = newest_run_form;
  record["phase_columns"] = {"queueing_ns", "batching_ns",     "prefill_ns",
                             "decode_ns",   "interference_ns", "throttling_ns"};
  Json& rows = record["phases"] = Json::array();
  for (const Phases& p : run.phases) {
    rows.push_back({p.queueing.count(), p.batching.count(), p.prefill.count(), p.decode.count(),
                    p.interference.count(), p.throttling.count()});
  }
  return record;
}

Json host_noise_json(const Run& run) { return run.host_noise ? JsonWriter::of(*run.host_noise) : Json(); }

Json scenario_record(const Scenario& scenario) { return JsonWriter::of(scenario); }

Json saved_json(const SavedRun& saved) {
  return {{"id", saved.id},     {"saved", saved.saved}, {"command", saved.command},
          {"note", saved.note}, {"tags", saved.tags},   {"inputs", to_json(saved.inputs)}};
}

}  // namespace ridgeline::report
