#pragma once
// Labs: lessons in which a learner predicts, then sees, then decides. A lab is data (data/labs/ID/: lab.yaml
// and Markdown): tracks, each a mission; parts, each with questions to lock, at most three controls, one main
// picture, and what is written down at the end. No answer stands in a lab: keys are figures of the engine at
// the stated defaults. Files and keys: docs/labs.md.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/mission.h"
#include "ridgeline/result.h"

namespace ridgeline {

/// Runs a command line (words without the program's name) and returns the JSON document that it prints: what
/// labs know of the engine. Exit code 1 (a gate that fails, a run that is INVALID) is an answer too.
using LabAsk = std::function<Result<std::string>(const std::vector<std::string>& words)>;

/// A figure of the engine: where it stands in the document of a command.
struct LabFigure {
  std::vector<std::string> command;  ///< words; {ID} stands for the value of a control or a track's word
  std::string at;                    ///< JSON pointer: "/phases/0/metrics/latency.p99/value"
  std::string unit;                  ///< as people read it: "ms", "%", "1/s"; empty: a plain number
  double unit_per_si = 1;            ///< 1000: the document is in SI
};

struct LabOption {
  std::string id, text;
  std::optional<LabFigure> figure;    ///< what the key compares
  std::optional<double> least, most;  ///< of `within`, in the question's unit: least <= figure < most
};

enum class LabQuestionKind { choice, number };
enum class LabRule {
  value,     ///< of a number: the figure itself
  nearest,   ///< of a choice: the option whose figure is nearest to the question's, by ratio
  greatest,  ///< the option with the greatest figure
  least,
  within,  ///< the option whose bounds hold the question's figure
};

/// A prediction: it is locked before the instruments open.
struct LabQuestion {
  std::string id;
  LabQuestionKind kind = LabQuestionKind::choice;
  std::string text;  ///< Markdown
  std::string unit;  ///< of a number
  std::vector<LabOption> options;
  LabRule rule = LabRule::value;
  std::optional<LabFigure> figure;
  double tolerance = 0.2;  ///< of a number: relative error that is still right
  /// Markdown, shown beside the key. lab_keys() fills in {key} (an option's text), {value} and {OPTION}: figures
  /// of three digits with their unit, "21.6 ms".
  std::string why;
  double points = 1;
};

/// What a learner can move. At most three a part.
struct LabControl {
  std::string id, name, unit, help;
  bool choice = false;
  std::vector<LabOption> options;  ///< of a choice
  double least = 0, most = 1, step = 1;
  bool logarithmic = false;
  std::string value;  ///< at first
};

/// One picture: what it is called, how it is drawn, and the command that fills it.
struct LabInstrument {
  std::string id, title;
  std::string kind;  ///< "scenarios", "tail", "audit"; docs/labs.md says what each reads
  std::vector<std::string> command;
  std::string help;  ///< Markdown: how to read it
};

/// What is to be reached, or found: a condition on a figure of the instrument's document.
struct LabGoal {
  std::string text;  ///< Markdown
  std::string at;    ///< JSON pointer into the document of the first instrument
  bool at_most = true;
  double limit = 0;  ///< SI
  std::string unit;
  double unit_per_si = 1;
  unsigned iterations = 0;             ///< that are counted; 0: as many as one likes
  bool violate = false;                ///< the task is to break the limit, and then to undo that
  std::vector<std::string> first_aid;  ///< what to try when it is broken, the first first
};

struct LabReflection {
  std::string id, text;               ///< Markdown
  std::vector<std::string> look_for;  ///< what a teacher looks for, a line each
  double points = 1;
};

/// A choice with its justification, and the evidence that stands for it.
struct LabDecision {
  std::string id, text;            ///< Markdown
  std::vector<LabOption> options;  ///< strategies; their figures are what the ledger keeps beside the choice
  unsigned evidence = 2;           ///< instruments' figures that have to be named
  std::vector<std::string> look_for;
  double points = 1;
};

struct LabPart {
  std::string id, name, text;  ///< Markdown, the track's words filled in
  double minutes = 15;
  std::vector<LabQuestion> questions;
  std::vector<LabControl> controls;
  std::vector<LabInstrument> instruments;  ///< the first is the main picture
  std::vector<LabGoal> goals;
  std::vector<LabReflection> reflections;
  std::vector<LabDecision> decisions;
};

/// A lab as one track sees it.
struct Lab {
  std::string id, name, text;
  double minutes = 45;
  Mission mission;  ///< the track: persona, story, crisis, thresholds
  std::string track_name, track_text;
  std::vector<LabPart> parts;
  std::vector<std::string> tracks;  ///< all of the lab's, as in LabEntry
  std::map<std::string, std::string> track_names;
};

/// A lab's tracks without its parts.
struct LabEntry {
  std::string id, name, summary;
  double minutes = 0;
  std::vector<std::string> tracks;  ///< missions' ids, in the lab's order
  std::map<std::string, std::string> track_names;
};

/// Every lab of a folder, in order of id; none where there is no such folder.
Result<std::vector<LabEntry>> list_labs(const std::string& dir);
/// bad_input with file:line and key: unknown keys, a mission, control or file that is not there, commands
/// with placeholders that nothing fills, more than three controls, points of nothing.
Result<Lab> load_lab(const std::string& dir, const std::string& id, const std::string& track,
                     const std::string& missions_dir);

/// What the engine answers to a question.
struct LabKey {
  std::string part, question;
  std::string key;              ///< an option's id; of a number its value in the question's unit, six digits
  std::string unit;             ///< of the figures
  std::optional<double> value;  ///< the question's figure, in its unit; where it has none the key's option's
  std::map<std::string, std::optional<double>> values;  ///< of the options' figures, in their units
  std::string why;                                      ///< the lab's text, filled in
  std::vector<std::vector<std::string>> commands;       ///< that were run
};
/// Every key, or those of one part and question where given; a command is run once. Errors: those of the
/// commands; bad_input where a pointer leads nowhere or to no number, no figure or several decide, or there
/// is no such part or question. An option whose figure is null (a run too short for its P99) is left out.
Result<std::vector<LabKey>> lab_keys(const Lab&, const LabAsk&, std::string_view part = {},
                                     std::string_view question = {});

// ------------------------------------------------------------------------------------------------- ledger

/// What a learner wrote, as the browser keeps it and a teacher reads it: ridgeline.ledger/1.
struct LedgerEntry {
  std::string part, id;                   ///< of the question, reflection or decision
  std::string kind;                       ///< "prediction", "evidence", "reflection", "decision"
  std::string answer;                     ///< option's id, number in the question's unit, or text
  std::string text;                       ///< justification or note
  std::string at;                         ///< when, ISO 8601
  std::vector<std::string> command;       ///< of evidence: what the instrument ran
  std::map<std::string, double> figures;  ///< of evidence: by JSON pointer, SI
  std::vector<std::string> evidence;      ///< of a decision: ids of the evidence it rests on
};
struct Ledger {
  std::string lab, track, learner, version;  ///< of Ridgeline
  std::vector<LedgerEntry> entries;          ///< in order of time; nothing is overwritten
};
/// bad_input with the file and key.
Result<Ledger> read_ledger(const std::string& json, const std::string& file);

struct LabGradeLine {
  std::string part, id, kind, asked, answer, key, remark;
  std::vector<std::string> look_for;  ///< for the teacher
  std::optional<double> points;       ///< none: the teacher's to give
  double most = 0;
};
struct LabGrade {
  std::string lab, track, learner;
  std::vector<LabGradeLine> lines;
  double points = 0;  ///< of what the engine can judge
  double judged = 0;  ///< the most of those
  double open = 0;    ///< the most of what the teacher judges
};
/// Predictions against the keys; evidence recomputed by its commands; what is missing. bad_input where the
/// ledger is of another lab or track.
Result<LabGrade> grade(const Lab&, const Ledger&, const LabAsk&);

}  // namespace ridgeline
