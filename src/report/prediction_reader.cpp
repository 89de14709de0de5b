#include "report/prediction_reader.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/text.h"
#include "report/json_parts.h"

namespace ridgeline::report {
namespace {

/// Stops at the first "schema" of the outermost object.
class SchemaFinder : public nlohmann::json_sax<Json> {
 public:
  std::string schema;

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t& text) override {
    if (here_) schema = text;
    return value();
  }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return open(); }
  bool key(string_t& name) override {
    here_ = depth_ == 1 && name == "schema";
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool value() const { return !here_; }
  bool open() {
    ++depth_;
    return !here_;
  }
  bool close() {
    --depth_;
    return true;
  }
  int depth_ = 0;
  bool here_ = false;
};

/// The first thing that is wrong; later ones follow from it.
class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}

  const Json& at(const char* pointer) {
    static const Json nothing;
    const Json::json_pointer where(pointer);
    if (json_.contains(where)) return json_.at(where);
    complain(pointer, "is missing");
    return nothing;
  }
  std::string text(const char* pointer) {
    const Json& json = at(pointer);
    if (json.is_string()) return json.get<std::string>();
    complain(pointer, "must be text");
    return "";
  }
  double number(const char* pointer) {
    const Json& json = at(pointer);
    if (json.is_number()) return json.get<double>();
    complain(pointer, "must be a number");
    return 0;
  }
  /// Null is absent.
  void figure(Prediction& p, const char* metric, const char* pointer) {
    const Json& json = at(pointer);
    if (json.is_number()) p.figures.push_back({metric, json.get<double>()});
    if (!json.is_number() && !json.is_null()) complain(pointer, "must be a number or null");
  }
  void complain(const char* pointer, const char* what) {
    if (complaint.empty()) complaint = fmt::format("{} {}", pointer + 1, what);
  }
  std::string complaint;

 private:
  const Json& json_;
};

void read_footprint(Reader& reader, const std::string& at, Prediction& p) {
  reader.figure(p, "memory", (at + "/footprint/total_bytes").c_str());
  const Json& fits = reader.at((at + "/footprint/fits").c_str());
  if (!fits.is_boolean()) return reader.complain((at + "/footprint/fits").c_str(), "must be true or false");
  if (fits.get<bool>()) return;
  p.misfit = fmt::format("needs {} of {}", si(reader.number((at + "/footprint/total_bytes").c_str()), "B"),
                         si(reader.number((at + "/footprint/capacity_bytes").c_str()), "B"));
}

Prediction read_profile(Reader& reader) {
  Prediction p;
  p.kind = Prediction::Kind::profile;
  p.model = reader.text("/model");
  p.subject = fmt::format("{} on {}", p.model, reader.text("/hardware"));
  const Json& shape = reader.at("/shape");
  if (!shape.is_array()) reader.complain("/shape", "must be a list");
  for (std::size_t i = 0; shape.is_array() && i < shape.size(); ++i) {
    const auto of = [&](const char* key) {
      return reader.number(fmt::format("/shape/{}/{}", i, key).c_str());
    };
    p.work += fmt::format("{}{:g} x {:g} after {:g}", i ? " + " : "", of("sequences"), of("new_tokens"),
                          of("past_tokens"));
  }
  p.work += " tokens";
  reader.figure(p, "latency", "/latency_seconds");
  reader.figure(p, "throughput", "/throughput_samples_per_second");
  reader.figure(p, "energy", "/energy_at_most_joules");
  reader.figure(p, "mfu", "/mfu");
  read_footprint(reader, "", p);
  return p;
}

Prediction read_serving(Reader& reader) {
  Prediction p;
  p.kind = Prediction::Kind::serving;
  p.model = reader.text("/decode/model");
  p.subject =
      fmt::format("{} on {:g} x {}", p.model, reader.number("/devices"), reader.text("/decode/hardware"));
  p.work = fmt::format("{:g} users, {:g} tokens in, {:g} out", reader.number("/concurrency"),
                       reader.number("/isl"), reader.number("/osl"));
  reader.figure(p, "ttft", "/ttft/seconds");
  reader.figure(p, "tpot", "/tpot/seconds");
  reader.figure(p, "requests", "/requests_per_second");
  reader.figure(p, "tokens_per_device", "/tokens_per_second_per_device");
  reader.figure(p, "tokens_per_user", "/tokens_per_second_per_user");
  read_footprint(reader, "/decode", p);
  return p;
}

}  // namespace

std::string schema_of(const std::string& text) {
  SchemaFinder finder;
  Json::sax_parse(text, &finder);
  return finder.schema;
}

Result<Prediction> read_prediction(const std::string& text, const std::string& path) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return bad_input(fmt::format("{}: not JSON, or cut short", path));
  const std::string schema = schema_of(text);
  Reader reader(json);
  Prediction prediction;
  if (schema == "ridgeline.profile/1") {
    prediction = read_profile(reader);
  } else if (schema == "ridgeline.serving/1") {
    prediction = read_serving(reader);
  } else {
    return bad_input(fmt::format(
        "{}: not a prediction; its schema must be ridgeline.profile/1 or ridgeline.serving/1", path));
  }
  if (!reader.complaint.empty()) return bad_input(fmt::format("{}: {}", path, reader.complaint));
  return prediction;
}

}  // namespace ridgeline::report
