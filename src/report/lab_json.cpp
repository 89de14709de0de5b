#include "report/json_parts.h"
#include "report/lab.h"

namespace ridgeline::report {
namespace {

Json to_json(const LabFigure& figure) {
  return {{"command", figure.command},
          {"at", figure.at},
          {"unit", figure.unit},
          {"unit_per_si", figure.unit_per_si}};
}

/// Those of a question or a control: an option's figure would give the key away.
Json to_json(const LabOption& option) { return {{"id", option.id}, {"text", option.text}}; }

Json to_json(const LabQuestion& q) {
  Json json = {{"id", q.id},
               {"kind", q.kind == LabQuestionKind::choice ? "choice" : "number"},
               {"text", q.text},
               {"unit", q.unit},
               {"options", Json::array()},
               {"points", q.points},
               {"tolerance", q.kind == LabQuestionKind::number ? Json(q.tolerance) : Json()}};
  for (const LabOption& option : q.options) json["options"].push_back(to_json(option));
  return json;
}

Json to_json(const LabControl& c) {
  Json options = Json::array();
  for (const LabOption& option : c.options) options.push_back(to_json(option));
  const auto of_slider = [&c](double value) { return c.choice ? Json() : number(value); };
  return {{"id", c.id},
          {"name", c.name},
          {"unit", c.unit},
          {"help", c.help},
          {"kind", c.choice ? "choice" : "slider"},
          {"options", options},
          {"least", of_slider(c.least)},
          {"most", of_slider(c.most)},
          {"step", of_slider(c.step)},
          {"logarithmic", c.logarithmic},
          {"value", c.value}};
}

Json to_json(const LabInstrument& i) {
  return {{"id", i.id}, {"title", i.title}, {"kind", i.kind}, {"command", i.command}, {"help", i.help}};
}

Json to_json(const LabGoal& g) {
  return {{"text", g.text},
          {"at", g.at},
          {"kind", g.at_most ? "at_most" : "at_least"},
          {"limit", g.limit},
          {"unit", g.unit},
          {"unit_per_si", g.unit_per_si},
          {"iterations", g.iterations},
          {"violate", g.violate},
          {"first_aid", g.first_aid}};
}

Json to_json(const LabReflection& r) {
  return {{"id", r.id}, {"text", r.text}, {"points", r.points}, {"look_for", r.look_for}};
}

Json to_json(const LabDecision& d) {
  Json options = Json::array();
  for (const LabOption& option : d.options) {
    options.push_back(to_json(option));
    options.back()["figure"] = option.figure ? to_json(*option.figure) : Json();
  }
  return {{"id", d.id},         {"text", d.text},        {"options", options}, {"evidence", d.evidence},
          {"points", d.points}, {"look_for", d.look_for}};
}

Json to_json(const LabPart&);
Json to_json(const MissionThreshold&);
Json to_json(const LabKey&);

template <class Item>
Json items_of(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(to_json(item));
  return list;
}

Json to_json(const LabPart& p) {
  return {{"id", p.id},
          {"name", p.name},
          {"text", p.text},
          {"minutes", p.minutes},
          {"questions", items_of(p.questions)},
          {"controls", items_of(p.controls)},
          {"instruments", items_of(p.instruments)},
          {"goals", items_of(p.goals)},
          {"reflections", items_of(p.reflections)},
          {"decisions", items_of(p.decisions)}};
}

Json to_json(const MissionThreshold& t) {
  return {{"phase", t.phase},
          {"metric", t.metric},
          {"kind", t.kind == MissionLimit::at_most ? "at_most" : "at_least"},
          {"limit", t.limit},
          {"unit", t.unit},
          {"unit_per_si", t.unit_per_si},
          {"why", t.why}};
}

Json lab_parameters(const Mission& m) {
  Json parameters = Json::object();
  for (const auto& [name, value] : m.parameters) {
    std::string_view unit;
    for (const MissionParameter& known : mission_parameters()) {
      if (known.name == name) unit = known.unit;
    }
    parameters[name] = {
        {"value", number(value.value)}, {"unit", unit}, {"provenance", report::to_json(value.provenance)}};
  }
  return parameters;
}

Json track_of(const Lab& lab) {
  const Mission& m = lab.mission;
  Json fix = Json::array();
  for (const MissionChange& c : m.fix) fix.push_back({{"name", c.name}, {"value", c.value}, {"why", c.why}});
  return {{"id", m.id},
          {"name", lab.track_name},
          {"text", lab.track_text},
          {"persona", m.persona},
          {"story", m.story},
          {"crisis", m.crisis},
          {"hardware", m.hardware},
          {"model", m.model},
          {"precision", m.precision},
          {"thresholds", items_of(m.thresholds)},
          {"parameters", lab_parameters(m)},
          {"fix_story", m.fix_story},
          {"fix", fix}};
}

Json tracks_of(const std::vector<std::string>& ids, const std::map<std::string, std::string>& names) {
  Json tracks = Json::array();
  for (const std::string& id : ids) tracks.push_back({{"id", id}, {"name", names.at(id)}});
  return tracks;
}

Json to_json(const LabKey& key) {
  Json values = Json::object();
  for (const auto& [option, value] : key.values) values[option] = number(value);
  return {{"part", key.part}, {"question", key.question}, {"key", key.key}, {"value", number(key.value)},
          {"unit", key.unit}, {"values", values},         {"why", key.why}, {"commands", key.commands}};
}

}  // namespace

std::string list_json(const std::vector<LabEntry>& labs) {
  Json list = Json::array();
  for (const LabEntry& lab : labs) {
    list.push_back({{"id", lab.id},
                    {"name", lab.name},
                    {"summary", lab.summary},
                    {"minutes", lab.minutes},
                    {"tracks", tracks_of(lab.tracks, lab.track_names)}});
  }
  return document("ridgeline.labs/1", {{"labs", list}});
}

std::string json(const Lab& lab) {
  return document("ridgeline.lab/1", {{"id", lab.id},
                                      {"name", lab.name},
                                      {"text", lab.text},
                                      {"minutes", lab.minutes},
                                      {"track", track_of(lab)},
                                      {"tracks", tracks_of(lab.tracks, lab.track_names)},
                                      {"parts", items_of(lab.parts)}});
}

std::string json(const Lab& lab, const std::vector<LabKey>& keys) {
  return document("ridgeline.lab-keys/1",
                  {{"lab", lab.id}, {"track", lab.mission.id}, {"keys", items_of(keys)}});
}

}  // namespace ridgeline::report
