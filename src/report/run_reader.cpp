#include <fmt/format.h>

#include <concepts>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>

#include "report/run_record.h"
#include "ridgeline/run_fields.h"

namespace ridgeline::report {
namespace {

/// The first thing that is wrong with a document; later ones follow from it.
struct Complaint {
  std::string text;
  void operator()(const std::string& where, std::string_view what) {
    if (text.empty()) text = fmt::format("{}: {}", where, what);
  }
};

/// Sums and differences of a query's times then fit 64 bits.
constexpr Nanoseconds longest_time(std::int64_t{1} << 60);

template <class T>
std::optional<T> integer(const Json& json) {
  if (json.is_number_unsigned()) {
    const auto value = json.get<std::uint64_t>();
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<T>::max())) return static_cast<T>(value);
  } else if (json.is_number_integer() && std::is_signed_v<T>) {
    return static_cast<T>(json.get<std::int64_t>());
  }
  return std::nullopt;
}

/// Takes the fields of a JSON object by their keys; each must be there, and done() says that there are no
/// others.
class JsonReader {
 public:
  JsonReader(const Json& json, std::string where, Complaint& complain)
      : json_(json), where_(std::move(where)), complain_(complain) {
    if (!json.is_object()) complain(where_, "must be an object");
  }

  void operator()(const char* name, bool& value) {
    if (const Json* found = take(name, &Json::is_boolean, "true or false")) value = found->get<bool>();
  }
  template <std::integral T>
  void operator()(const char* name, T& value) {
    const Json* found = take(name, &Json::is_number_integer, "a whole number");
    if (!found) return;
    const auto number = integer<T>(*found);
    if (number) {
      value = *number;
    } else {
      complain_(at(name), "out of range");
    }
  }
  void operator()(const char* name, double& value) {
    value = std::numeric_limits<double>::quiet_NaN();
    if (const Json* found = take(name, &is_figure, "a number or null"); found && !found->is_null())
      value = found->get<double>();
  }
  void operator()(const char* name, Nanoseconds& value) {
    std::int64_t count = 0;
    (*this)(name, count);
    value = Nanoseconds(count);
  }
  template <int... E>
  void operator()(const char* name, Quantity<E...>& value) {
    double si = 0;
    (*this)(name, si);
    value = Quantity<E...>(si);
  }
  template <class T>
  void operator()(const char* name, std::optional<T>& value) {
    value.reset();
    if (const auto found = json_.find(name); found != json_.end() && found->is_null()) return skip(name);
    (*this)(name, value.emplace());
  }
  void operator()(const char* name, std::string& value) {
    if (const Json* found = take(name, &Json::is_string, "text")) value = found->get<std::string>();
  }
  void operator()(const char* name, std::vector<std::string>& values) {
    each(name, [&](const Json& item, const std::string& where) {
      if (!item.is_string()) return complain_(where, "must be text");
      values.push_back(item.get<std::string>());
    });
  }
  void operator()(const char* name, std::array<double, 6>& values) {
    std::size_t i = 0;
    each(name, [&](const Json& item, const std::string& where) {
      if (i >= values.size() || !is_figure(item)) return complain_(where, "must be one of six numbers");
      values[i++] = item.is_null() ? std::numeric_limits<double>::quiet_NaN() : item.get<double>();
    });
  }
  void operator()(const char* name, LatencyHistogram& histogram) {
    const Json* found = take(name, &Json::is_object, "an object");
    if (!found) return;
    LatencyHistogram::State state;
    JsonReader reader(*found, at(name), complain_);
    reader("digits", state.digits);
    reader("min_ns", state.min);
    reader("max_ns", state.max);
    reader("sum_low", state.sum_low);
    reader("sum_high", state.sum_high);
    if (state.digits >= 1 && state.digits <= 4) state.counts.resize(LatencyHistogram(state.digits).buckets());
    reader.each("counts", [&](const Json& item, const std::string& where) {
      const bool pair = item.is_array() && item.size() == 2;
      const auto bucket = pair ? integer<std::uint64_t>(item[0]) : std::nullopt;
      const auto count = pair ? integer<std::uint64_t>(item[1]) : std::nullopt;
      if (!bucket || !count || *bucket >= state.counts.size())
        return complain_(where, "must be [bucket, count]");
      state.counts[*bucket] = *count;
    });
    reader.done();
    auto made = LatencyHistogram::of(std::move(state));
    if (!made) return complain_(at(name), "is no histogram: its counts and ends disagree");
    histogram = *std::move(made);
  }
  template <class E>
  void operator()(const char* name, E& value, E last) {
    std::string text;
    (*this)(name, text);
    for (int i = 0; i <= static_cast<int>(last); ++i) {
      value = static_cast<E>(i);
      if (to_string(value) == text) return;
    }
    complain_(at(name), fmt::format("'{}' is not known", text));
  }
  template <class T>
  void part(const char* name, T& value) {
    if (const Json* found = take(name, &Json::is_object, "an object")) read(*found, at(name), value);
  }
  template <class T>
  void parts(const char* name, std::vector<T>& values) {
    each(name, [&](const Json& item, const std::string& where) { read(item, where, values.emplace_back()); });
  }
  template <class T>
  void shared(const char* name, std::shared_ptr<const T>& value) {
    const Json* found =
        take(name, [](const Json& json) { return json.is_object() || json.is_null(); }, "an object");
    if (!found || found->is_null()) return;
    auto made = std::make_shared<T>();
    read(*found, at(name), *made);
    value = std::move(made);
  }

  /// Of a run's record; the first form did not say.
  std::uint64_t form() {
    std::uint64_t number = 1;
    if (json_.contains("form")) (*this)("form", number);
    if (number > newest_run_form)
      complain_(at("form"), fmt::format("is {}; this version knows those up to {}", number, newest_run_form));
    return number;
  }
  /// Items of a list, with the place of each.
  template <class Take>
  void each(const char* name, Take take_item) {
    const Json* found = take(name, &Json::is_array, "a list");
    if (!found) return;
    std::size_t i = 0;
    for (const Json& item : *found) take_item(item, fmt::format("{}[{}]", at(name), i++));
  }
  /// Marks a key as known that is read elsewhere.
  void skip(const char* name) { seen_.insert(name); }
  void done() {
    if (!json_.is_object()) return;
    for (const auto& [key, value] : json_.items()) {
      if (!seen_.contains(key)) complain_(where_, fmt::format("unknown key '{}'", key));
    }
  }

 private:
  static bool is_figure(const Json& json) { return json.is_number() || json.is_null(); }

  template <class Is>
  const Json* take(const char* name, Is is, const char* what) {
    seen_.insert(name);
    const auto found = json_.find(name);
    if (found == json_.end()) {
      complain_(where_, fmt::format("no '{}'", name));
      return nullptr;
    }
    if (std::invoke(is, *found)) return &*found;
    complain_(at(name), fmt::format("must be {}", what));
    return nullptr;
  }
  template <class T>
  void read(const Json& json, const std::string& where, T& value) {
    JsonReader reader(json, where, complain_);
    fields(reader, value);
    reader.done();
  }
  std::string at(const char* name) const { return where_.empty() ? name : where_ + "." + name; }

  const Json& json_;
  std::string where_;
  Complaint& complain_;
  std::set<std::string, std::less<>> seen_;
};

/// A row of whole numbers, taken one by one.
class Row {
 public:
  Row(const Json& json, std::string where, Complaint& complain)
      : json_(json), where_(std::move(where)), complain_(complain) {}
  void check_size(std::size_t size) {
    if (!json_.is_array() || json_.size() != size)
      complain_(where_, fmt::format("must be a row of {} whole numbers", size));
  }
  template <class T>
  T next() {
    const std::size_t i = next_++;
    if (json_.is_array() && i < json_.size()) {
      if (const auto value = integer<T>(json_[i])) return *value;
    }
    complain_(where_, fmt::format("figure {} is no whole number in range", i + 1));
    return 0;
  }
  Nanoseconds time() {
    const std::size_t number = next_ + 1;
    const Nanoseconds time(next<std::int64_t>());
    if (time >= -longest_time && time <= longest_time) return time;
    complain_(where_, fmt::format("figure {} is beyond 36 years", number));
    return Nanoseconds(0);
  }
  std::optional<Nanoseconds> time_or_null() {
    if (json_.is_array() && next_ < json_.size() && json_[next_].is_null()) {
      ++next_;
      return std::nullopt;
    }
    return time();
  }

 private:
  const Json& json_;
  std::string where_;
  Complaint& complain_;
  std::size_t next_ = 0;
};

void read_columns(JsonReader& document, JsonReader& record, Complaint& complain, Run& run) {
  document.each("queries", [&](const Json& item, const std::string& where) {
    Row row(item, where, complain);
    row.check_size(6);
    QueryRecord& q = run.queries.emplace_back();
    q.scheduled = row.time();
    q.issued = row.time();
    q.completed = row.time();
    q.first_token = row.time_or_null();
    q.samples = row.next<std::uint32_t>();
    q.tokens = row.next<std::uint32_t>();
  });
  document.each("sample_completions_ns", [&](const Json& item, const std::string& where) {
    const auto time = integer<std::int64_t>(item);
    if (!time) return complain(where, "must be a whole number");
    run.sample_completions.push_back(Nanoseconds(*time));
  });
  record.each("phases", [&](const Json& item, const std::string& where) {
    Row row(item, where, complain);
    row.check_size(6);
    Phases& p = run.phases.emplace_back();
    for (Nanoseconds Phases::* phase : {&Phases::queueing, &Phases::batching, &Phases::prefill,
                                        &Phases::decode, &Phases::interference, &Phases::throttling})
      p.*phase = row.time();
  });
}

void read_input(const Json& json, const std::string& where, Complaint& complain, Input& input) {
  static const Json nothing = Json::object();
  JsonReader reader(json, where, complain);
  reader("key", input.key);
  reader("value", input.value);
  reader.skip("provenance");
  reader.done();
  const bool has = json.is_object() && json.contains("provenance");
  JsonReader source(has ? json["provenance"] : nothing, where + ".provenance", complain);
  source("kind", input.provenance.kind, ProvenanceKind::assumed);
  source("source", input.provenance.source);
  source("date", input.provenance.date);
  source.done();
}

void read_saved(const Json& json, Complaint& complain, SavedRun& saved) {
  JsonReader reader(json, "saved", complain);
  reader("id", saved.id);
  reader("saved", saved.saved);
  reader("command", saved.command);
  reader("note", saved.note);
  reader("tags", saved.tags);
  reader.each("inputs", [&](const Json& item, const std::string& where) {
    read_input(item, where, complain, saved.inputs.emplace_back());
  });
  reader.done();
}

}  // namespace

Result<SavedRun> read_run(const std::string& text, const std::string& path) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return bad_input(fmt::format("{}: not JSON, or cut short", path));
  if (!json.is_object() || !json.contains("schema") || json["schema"] != "ridgeline.run/1")
    return bad_input(
        fmt::format("{}: not a run; its schema must be ridgeline.run/1, as --json prints it", path));
  if (!json.contains("record"))
    return bad_input(
        fmt::format("{}: made by a version that did not write all of a run; make it anew", path));
  SavedRun saved;
  Complaint complain;
  JsonReader document(json, "", complain), record(json["record"], "record", complain);
  fields(record, saved.run);
  const double p = saved.run.scenario.percentile;
  if (!(p > 0 && p < 1)) complain("record.scenario.percentile", "must be between 0 and 1");
  record.skip("phase_columns");
  read_columns(document, record, complain, saved.run);
  record.done();
  if (json.contains("saved")) {
    read_saved(json["saved"], complain, saved);
  } else if (json.contains("inputs")) {
    document.each("inputs", [&](const Json& item, const std::string& where) {
      read_input(item, where, complain, saved.inputs.emplace_back());
    });
  }
  // An id is of the bytes that a form has, and this run's would be written in another now.
  if (record.form() < newest_run_form) saved.id.clear();
  if (!complain.text.empty()) return bad_input(fmt::format("{}: {}", path, complain.text));
  return saved;
}

}  // namespace ridgeline::report
