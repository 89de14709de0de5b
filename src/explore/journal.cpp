#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "explore/tally.h"

namespace ridgeline::studies {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "study-journal/1";

Json members_json(const std::vector<Member>& members) {
  Json list = Json::array();
  for (const Member& m : members) list.push_back(Json::array({m.index, m.equals}));
  return list;
}

class Reader {
 public:
  Reader(const Study& study, const Json& json) : study_(study), evaluator_(study), json_(json) {}

  Result<Tally> read() {
    Tally tally(study_);
    tally.explored = json_.at("explored");
    tally.excluded = json_.at("excluded");
    tally.does_not_fit = json_.at("does_not_fit");
    tally.failed = json_.at("failed");
    tally.fell = json_.at("fell");
    tally.untold = json_.at("untold");
    tally.feasible = json_.at("feasible");
    if (tally.explored > study_.points()) return bad_input("has more points than the study");
    for (std::size_t i = 0; i < tally.constraints.size(); ++i) {
      const Json& c = json_.at("constraints").at(i);
      tally.constraints[i] = {c.at("fell"), c.at("fell_alone"), c.at("untold")};
      RIDGELINE_CHECK(members(c.at("front_without"), [&](const Member& m) { tally.without[i].add(m); }));
    }
    for (const Json& e : json_.at("errors"))
      tally.errors[e.at("kind")] = {e.at("does_not_fit"), e.at("count"), e.at("example"), e.at("message")};
    for (std::size_t i = 0; i < tally.devices.size(); ++i)
      RIDGELINE_CHECK(members(json_.at("devices").at(i), [&](const Member& m) { tally.devices[i].add(m); }));
    for (const Json& p : json_.at("unknown")) {
      Tally::Partial group{p.at("count"), Archive(study_.objectives.size())};
      RIDGELINE_CHECK(members(p.at("front"), [&](const Member& m) { group.archive.add(m); }));
      tally.partial.emplace(p.at("missing").get<std::uint32_t>(), group);
    }
    RIDGELINE_CHECK(members(json_.at("top"), [&](const Member& m) { tally.top.add(m); }));
    return tally;
  }

 private:
  template <class Take>
  Status members(const Json& list, Take take) {
    for (const Json& pair : list) {
      const std::uint64_t index = pair.at(0), equals = pair.at(1);
      if (index >= study_.points())
        return bad_input(fmt::format("names point {}, which there is not", index));
      const Evaluated point = evaluator_.evaluate(index);
      if (point.fate != Fate::predicted)
        return bad_input(fmt::format("names point {}, which has no prediction", index));
      std::uint32_t missing = 0;
      take({index, equals, keys_of(study_, point.values, missing)});
    }
    return Status::success();
  }

  const Study& study_;
  Evaluator evaluator_;
  const Json& json_;
};

}  // namespace

/// FNV-1a over everything that points are predicted from: the file, and what it names.
std::string fingerprint(const Study& study) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto mix = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xFFU) * 1099511628211ULL;
  };
  const auto number = [&mix](double value) { mix(fmt::format("{}", value)); };
  mix(study.text);
  mix(study.model.id);
  number(count_parameters(study.model).total);
  for (const Model& model : study.models) {
    mix(model.id);
    number(count_parameters(model).total);
  }
  number(static_cast<double>(study.top));
  for (const StudyDevice& device : study.devices) {
    mix(write_hardware(device.hardware));
    number(device.price_per_hour.value_or(-1));
    for (const Coefficient& c : coefficients()) number(c.get(device.calibration));
    number(device.calibration.spread);
  }
  return fmt::format("{:016x}", hash);
}

std::string write_journal(const Study& study, const Tally& tally) {
  Json constraints = Json::array(), errors = Json::array(), devices = Json::array(), partial = Json::array();
  for (std::size_t i = 0; i < tally.constraints.size(); ++i) {
    const auto& c = tally.constraints[i];
    constraints.push_back({{"fell", c.fell},
                           {"fell_alone", c.fell_alone},
                           {"untold", c.untold},
                           {"front_without", members_json(tally.without[i].sorted())}});
  }
  for (const auto& [kind, e] : tally.errors)
    errors.push_back({{"kind", kind},
                      {"does_not_fit", e.does_not_fit},
                      {"count", e.count},
                      {"example", e.example},
                      {"message", e.message}});
  for (const Archive& device : tally.devices) devices.push_back(members_json(device.sorted()));
  for (const auto& [missing, p] : tally.partial)
    partial.push_back(
        {{"missing", missing}, {"count", p.count}, {"front", members_json(p.archive.sorted())}});
  const Json journal = {{"schema", schema},
                        {"study", fingerprint(study)},
                        {"points", study.points()},
                        {"explored", tally.explored},
                        {"excluded", tally.excluded},
                        {"does_not_fit", tally.does_not_fit},
                        {"failed", tally.failed},
                        {"fell", tally.fell},
                        {"untold", tally.untold},
                        {"feasible", tally.feasible},
                        {"constraints", constraints},
                        {"errors", errors},
                        {"devices", devices},
                        {"unknown", partial},
                        {"top", members_json(tally.top.members())}};
  return journal.dump(1) + "\n";
}

Result<Tally> read_journal(const Study& study, const std::string& text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("schema") != schema)
      return bad_input(fmt::format("its schema is {}, not {}", json.at("schema").dump(), schema));
    if (json.at("study") != fingerprint(study))
      return bad_input(
          "it is of another study, or the catalog has changed since; begin anew without --resume");
    return Reader(study, json).read();
  } catch (const nlohmann::json::exception& wrong) {
    return bad_input(fmt::format("not a journal that --resume reads ({})", wrong.what()));
  }
}

}  // namespace ridgeline::studies
