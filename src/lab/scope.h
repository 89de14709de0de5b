#pragma once
// Reading values of a lab as one track sees them.

#include <set>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "lab/words.h"
#include "ridgeline/lab.h"

namespace ridgeline::lab {

struct Scope {
  std::string folder;  ///< lab.yaml's
  std::string track;
  std::vector<std::string> tracks;
  const Words* words = nullptr;
};
using Kept = std::set<std::string>;

/// Is this item of a list for the track? bad_input for tracks that the lab has not.
Result<bool> is_for(const Scope&, const YamlNode& item);

/// Filled text. `kept` placeholders stay for another fill; null: none does.
Result<std::string> words_of(const Scope&, const YamlNode& node, const Kept* kept = nullptr);
/// The same, or Markdown: where the value is one word that ends in ".md" it names a file of the folder, whose
/// lines the errors then name.
Result<std::string> prose_of(const Scope&, const YamlNode& node, const Kept* kept = nullptr);
Result<std::string> required_words(const Scope&, const YamlNode& map, std::string_view key);
Result<std::string> required_prose(const Scope&, const YamlNode& map, std::string_view key);
/// Empty where the key is absent.
Result<std::string> optional_words(const Scope&, const YamlNode& map, std::string_view key);
Result<std::string> optional_prose(const Scope&, const YamlNode& map, std::string_view key);
Result<std::vector<std::string>> lines_of(const Scope&, const YamlNode& map, std::string_view key);

/// Lower-case letters, digits, - and _; the first a letter.
Result<std::string> required_id(const YamlNode& map);
/// A number, written as one or as text whose placeholders make one.
Result<double> number_of(const Scope&, const YamlNode&);
Result<double> number_or(const Scope&, const YamlNode& map, std::string_view key, double otherwise);
Result<double> required_number(const Scope&, const YamlNode& map, std::string_view key);
/// Points, minutes: above 0.
Result<double> positive_or(const Scope&, const YamlNode& map, std::string_view key, double otherwise);

/// Words of a command line that prints a document.
Result<std::vector<std::string>> command_of(const Scope&, const YamlNode&, const Kept* kept = nullptr);
/// A JSON pointer.
Result<std::string> pointer_of(const Scope&, const YamlNode&);
/// {command, at, unit, unit_per_si} under `key`, where there is one.
Result<std::optional<LabFigure>> optional_figure(const Scope&, const YamlNode& map, std::string_view key);

}  // namespace ridgeline::lab
