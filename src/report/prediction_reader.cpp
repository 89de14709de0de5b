#include "report/prediction_reader.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/json_place.h"

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

/// Null is absent.
void figure(Prediction& p, const char* metric, const JsonPlace& at) {
  if (const auto value = at.figure()) p.figures.push_back({metric, *value});
}

void gate_footprint(const JsonPlace& at, Prediction& p) {
  figure(p, "memory", at["total_bytes"]);
  if (at["fits"].flag()) return;
  p.misfit = fmt::format("needs {} of {}", si(at["total_bytes"].number(), "B"),
                         si(at["capacity_bytes"].number(), "B"));
}

Prediction gate_profile(const JsonPlace& at) {
  Prediction p;
  p.kind = Prediction::Kind::profile;
  p.model = at["model"].text();
  p.subject = fmt::format("{} on {}", p.model, at["hardware"].text());
  for (const JsonPlace& group : at["shape"].items())
    p.work +=
        fmt::format("{}{:g} x {:g} after {:g}", p.work.empty() ? "" : " + ", group["sequences"].number(),
                    group["new_tokens"].number(), group["past_tokens"].number());
  p.work += " tokens";
  figure(p, "latency", at["latency_seconds"]);
  figure(p, "throughput", at["throughput_samples_per_second"]);
  figure(p, "energy", at["energy_at_most_joules"]);
  figure(p, "mfu", at["mfu"]);
  gate_footprint(at["footprint"], p);
  return p;
}

Prediction gate_serving(const JsonPlace& at) {
  Prediction p;
  p.kind = Prediction::Kind::serving;
  const JsonPlace decode = at["decode"];
  p.model = decode["model"].text();
  p.subject = fmt::format("{} on {:g} x {}", p.model, at["devices"].number(), decode["hardware"].text());
  p.work = fmt::format("{:g} users, {:g} tokens in, {:g} out", at["concurrency"].number(), at["isl"].number(),
                       at["osl"].number());
  figure(p, "ttft", at["ttft"]["seconds"]);
  figure(p, "tpot", at["tpot"]["seconds"]);
  figure(p, "requests", at["requests_per_second"]);
  figure(p, "tokens_per_device", at["tokens_per_second_per_device"]);
  figure(p, "tokens_per_user", at["tokens_per_second_per_user"]);
  gate_footprint(decode["footprint"], p);
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
  std::string complaint;
  const JsonPlace document(json, complaint);
  Prediction prediction;
  if (schema == "ridgeline.profile/1") {
    prediction = gate_profile(document);
  } else if (schema == "ridgeline.serving/1") {
    prediction = gate_serving(document);
  } else {
    return bad_input(fmt::format(
        "{}: not a prediction; its schema must be ridgeline.profile/1 or ridgeline.serving/1", path));
  }
  if (!complaint.empty()) return bad_input(fmt::format("{}: {}", path, complaint));
  return prediction;
}

}  // namespace ridgeline::report
