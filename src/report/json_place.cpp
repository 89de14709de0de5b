#include "report/json_place.h"

namespace ridgeline::report {
namespace {

const Json& no_json() {
  static const Json nothing;
  return nothing;
}

}  // namespace

JsonPlace JsonPlace::within(const Json& json, std::string_view key) const {
  JsonPlace place(json, *complaint_);
  place.where_ = where_.empty() ? std::string(key) : where_ + "/" + std::string(key);
  return place;
}

JsonPlace JsonPlace::operator[](std::string_view key) const {
  const auto found = json_->find(key);
  if (json_->is_object() && found != json_->end()) return within(*found, key);
  const JsonPlace missing = within(no_json(), key);
  missing.complain("is missing");
  return missing;
}

std::optional<JsonPlace> JsonPlace::find(std::string_view key) const {
  const auto found = json_->find(key);
  if (!json_->is_object() || found == json_->end() || found->is_null()) return std::nullopt;
  return within(*found, key);
}

std::vector<JsonPlace> JsonPlace::items() const {
  std::vector<JsonPlace> items;
  if (!json_->is_array()) {
    complain("must be a list");
    return items;
  }
  for (const Json& item : *json_) items.push_back(within(item, std::to_string(items.size())));
  return items;
}

std::vector<std::pair<std::string, JsonPlace>> JsonPlace::members() const {
  std::vector<std::pair<std::string, JsonPlace>> members;
  if (!json_->is_object()) {
    complain("must be an object");
    return members;
  }
  for (const auto& [key, value] : json_->items()) members.emplace_back(key, within(value, key));
  return members;
}

std::string JsonPlace::text() const {
  if (json_->is_string()) return json_->get<std::string>();
  complain("must be text");
  return "";
}

double JsonPlace::number() const {
  if (json_->is_number()) return json_->get<double>();
  complain("must be a number");
  return 0;
}

double JsonPlace::number_or_nan() const {
  return figure().value_or(std::numeric_limits<double>::quiet_NaN());
}

std::optional<double> JsonPlace::figure() const {
  if (json_->is_number()) return json_->get<double>();
  if (!json_->is_null()) complain("must be a number or null");
  return std::nullopt;
}

std::uint64_t JsonPlace::whole() const {
  if (json_->is_number_unsigned()) return json_->get<std::uint64_t>();
  complain("must be a whole number");
  return 0;
}

bool JsonPlace::flag() const {
  if (json_->is_boolean()) return json_->get<bool>();
  complain("must be true or false");
  return false;
}

std::optional<std::string> JsonPlace::text_or_null() const {
  if (json_->is_null()) return std::nullopt;
  return text();
}

std::vector<std::string> JsonPlace::texts() const {
  std::vector<std::string> texts;
  for (const JsonPlace& item : items()) texts.push_back(item.text());
  return texts;
}

std::optional<std::pair<double, double>> JsonPlace::interval() const {
  if (json_->is_null()) return std::nullopt;
  const std::vector<JsonPlace> ends = items();
  if (ends.size() != 2) complain("must have two ends");
  if (ends.size() != 2) return std::nullopt;
  return std::pair{ends[0].number(), ends[1].number()};
}

std::optional<Estimate> JsonPlace::estimate() const {
  if (json_->is_null()) return std::nullopt;
  return Estimate{(*this)["value"].number(), (*this)["low"].figure(), (*this)["high"].figure()};
}

void JsonPlace::complain(const std::string& what) const {
  if (complaint_->empty()) *complaint_ = (where_.empty() ? "the document" : where_) + " " + what;
}

}  // namespace ridgeline::report
