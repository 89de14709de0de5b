#include "lab_fixture.h"

namespace ridgeline {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::LabTest;
using Words = std::vector<std::string>;

TEST_F(LabTest, fills_words_of_the_track_and_of_its_mission) {
  const Lab lab = loaded();
  EXPECT_EQ(lab.text, "# Tails\n\nFor the braking loop.");
  EXPECT_EQ(lab.track_name, "Edge");
  EXPECT_EQ(lab.track_text, lab.mission.persona + ": " + lab.mission.crisis);
  ASSERT_EQ(lab.parts.size(), 1);
  // The mission's file: 8 cameras on a jetson-agx-orin-64gb, 10 ms for P99 of the phase car.
  EXPECT_EQ(lab.parts[0].text,
            "the braking loop on jetson-agx-orin-64gb answers within 10 ms; 8 cameras, {braces}.");
  EXPECT_THAT(lab.tracks, ElementsAre("edge-guardian", "tiny-pioneer"));
}

TEST_F(LabTest, commands_are_words_and_keep_what_the_page_fills) {
  const LabPart part = loaded().parts[0];
  ASSERT_EQ(part.instruments.size(), 2);
  EXPECT_EQ(part.instruments[0].command,
            (Words{"simulate", "edge-guardian", "--set", "qps={rate}", "--json"}));
  EXPECT_EQ(part.instruments[1].command, (Words{"tail", "--mean", "{mean}s", "--sd", "{sd}s", "--json"}));
  EXPECT_EQ(part.questions[0].figure->command, (Words{"tail", "--mean", "10ms", "--sd", "5ms", "--json"}));
}

TEST_F(LabTest, numbers_may_be_placeholders) {
  const LabPart part = loaded().parts[0];
  EXPECT_EQ(part.controls[0].most, 20);  // the mission's frames a second
  EXPECT_EQ(part.controls[0].value, "2");
  EXPECT_EQ(part.goals[0].limit, 0.01);  // seconds
  EXPECT_EQ(part.goals[0].text, "Stay within 10 ms.");
  EXPECT_TRUE(part.goals[0].violate);
  EXPECT_EQ(part.goals[0].iterations, 10);
}

TEST_F(LabTest, items_may_be_for_some_tracks) {
  EXPECT_EQ(loaded().parts[0].questions[1].options.size(), 2);
  EXPECT_TRUE(loaded("id: goodhart,", "id: goodhart, tracks: [tiny-pioneer],").parts[0].reflections.empty());
  EXPECT_EQ(loaded("id: goodhart,", "id: goodhart, tracks: [tiny-pioneer, edge-guardian],")
                .parts[0]
                .reflections.size(),
            1);
  // A placeholder is the track's: this mission has no cameras.
  EXPECT_THAT(error_of("", "", "tiny-pioneer"), HasSubstr("nothing fills {parameters.cameras}"));
}

TEST_F(LabTest, errors_name_file_line_and_key) {
  EXPECT_THAT(error_of("summary:", "sumary:"), AllOf(HasSubstr("lab.yaml:2: sumary"), HasSubstr("summary")));
  EXPECT_THAT(error_of("{loop} on", "{lop} on"), AllOf(HasSubstr("lab.yaml:18: parts[0].text"),
                                                       HasSubstr("nothing fills {lop}; did you mean: loop")));
  EXPECT_THAT(error_of("{{braces}}", "{braces"), HasSubstr("write {{"));
  EXPECT_THAT(error_of("{{braces}}", "braces}"), HasSubstr("write }}"));
  EXPECT_THAT(error_of("text: intro.md", "text: outro.md"), HasSubstr("lab.yaml:4: text"));
  EXPECT_THAT(error_of("text: intro.md", "text: ../intro.md"), HasSubstr("without folders"));
  EXPECT_THAT(error_of("rate, name: Arrival rate", "Rate, name: Arrival rate"), HasSubstr("lower-case"));
  EXPECT_THAT(error_of("loop: the braking loop", "loop: \"{nobody}\""),
              AllOf(HasSubstr("lab.yaml:9"), HasSubstr("words.loop")));
}

TEST_F(LabTest, errors_in_markdown_have_its_line) {
  intro_ = "# Tails\n\nFor {lop}.\n";
  EXPECT_THAT(error_of("", ""), HasSubstr("intro.md:3: nothing fills {lop}"));
  intro_ = "\n";
  EXPECT_THAT(error_of("", ""), HasSubstr("is empty"));
}

TEST_F(LabTest, refuses_what_nothing_reads) {
  EXPECT_THAT(error_of("qps={rate}", "qps=3"), HasSubstr("control rate moves nothing"));
  EXPECT_THAT(error_of("kind: tail", "kind: scenarios"), HasSubstr("needs one of kind tail before it"));
  EXPECT_THAT(error_of("kind: tail", "kind: tale"), HasSubstr("use scenarios, tail, math, audit"));
  EXPECT_THAT(error_of("at: /normal, unit: ms", "at: normal, unit: ms"), HasSubstr("no JSON pointer"));
  EXPECT_THAT(error_of("tail {flags} --json", "tail {flags}"), HasSubstr("add --json"));
  EXPECT_THAT(error_of("tail {flags}", "ridgeline tail {flags}"), HasSubstr("program's name"));
  EXPECT_THAT(error_of("tail {flags}", "tail {rate}"), HasSubstr("nothing fills {rate}"));
  EXPECT_THAT(error_of("points: 2", "points: 0"), HasSubstr("must be above 0"));
  EXPECT_THAT(error_of("tracks: [tiny-pioneer]", "tracks: [tiny]"), HasSubstr("no track 'tiny'"));
  EXPECT_THAT(error_of("id: shape", "id: p99"), HasSubstr("two are called 'p99'"));
  EXPECT_THAT(error_of("id: goodhart", "id: p99"), HasSubstr("are called 'p99'"));
}

TEST_F(LabTest, at_most_three_controls_a_track) {
  const auto more = [](const std::string& tracks) {
    std::string controls;
    for (const char* id : {"one", "two"})
      controls += std::string("      - {id: ") + id + tracks +
                  ", name: N, options: [{id: a, text: A}, {id: b, text: B}], value: a}\n";
    return controls + "    instruments:\n";
  };
  EXPECT_THAT(error_of("    instruments:\n", more("")),
              HasSubstr("4 controls for track edge-guardian; at most 3"));
  EXPECT_EQ(error_of("    instruments:\n", more(", tracks: [tiny-pioneer]")), "");
}

TEST_F(LabTest, controls_are_sliders_or_choices) {
  EXPECT_THAT(error_of("value: 2}", "value: 0}"), HasSubstr("is 0; must be 1 to 20"));
  EXPECT_THAT(error_of("least: 1,", "least: 30,"), HasSubstr("no room to move"));
  EXPECT_THAT(error_of("step: 1,", "step: 0,"), HasSubstr("step is 0"));
  EXPECT_THAT(error_of("value: server}", "value: serve}"), HasSubstr("use one of server, offline"));
  EXPECT_THAT(error_of("name: Mode,", "name: Mode, step: 1,"), HasSubstr("belongs to a slider"));
  EXPECT_THAT(error_of("{id: rate", "{id: loop"), HasSubstr("already means something"));
}

TEST_F(LabTest, rule_and_kind_go_together) {
  EXPECT_THAT(error_of("rule: nearest", "rule: value"), HasSubstr("use nearest, greatest, least or within"));
  EXPECT_THAT(error_of("rule: nearest", "rule: greatest"), HasSubstr("leave the question's figure out"));
  EXPECT_THAT(error_of("kind: number", "kind: choice"), HasSubstr("the key 'rule' is missing"));
  EXPECT_THAT(error_of("        rule: nearest\n", "        rule: within\n"),
              HasSubstr("needs least, most or both"));
  EXPECT_THAT(error_of("unit: ms\n        figure", "unit: s\n        figure"), HasSubstr("unit 's'"));
  EXPECT_THAT(error_of("{id: heavy", "{id: key"), HasSubstr("use another id"));
  EXPECT_THAT(error_of("at: /lognormal, unit: ms", "at: /lognormal, unit: s"), HasSubstr("compared with"));
}

TEST_F(LabTest, names_what_there_is) {
  ASSERT_TRUE(load());
  const std::string missions = std::string(RIDGELINE_DATA_DIR) + "/missions";
  EXPECT_THAT(load_lab(folder_.path(), "tials", "edge-guardian", missions).error().message,
              HasSubstr("did you mean: tails"));
  EXPECT_THAT(load_lab(folder_.path(), "tails", "cloud", missions).error().message,
              HasSubstr("edge-guardian, tiny-pioneer"));
  EXPECT_FALSE(load_lab(folder_.path(), "../tails", "edge-guardian", missions));
  EXPECT_THAT(error_of("tiny-pioneer:", "tiny:", "tiny"), HasSubstr("no mission is called 'tiny'"));
}

TEST_F(LabTest, lists_labs_and_tracks_in_order) {
  ASSERT_TRUE(load());
  folder_.write("no-lab/notes.md", "text");
  const auto labs = list_labs(folder_.path());
  ASSERT_TRUE(labs);
  ASSERT_EQ(labs->size(), 1);
  EXPECT_EQ(labs->front().id, "tails");
  EXPECT_EQ(labs->front().minutes, 20);
  EXPECT_THAT(labs->front().tracks, ElementsAre("edge-guardian", "tiny-pioneer"));
  EXPECT_EQ(labs->front().track_names.at("tiny-pioneer"), "Tiny");
  const auto none = list_labs(folder_.path("nowhere"));
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
}

}  // namespace
}  // namespace ridgeline
