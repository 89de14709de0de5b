#pragma once
// What a document says of how it was made, so that it can be made again and its inputs asked for
// (docs/formats.md): "command", "files" and "inputs", behind the document's head.

#include <optional>
#include <string>
#include <vector>

#include "report/json_parts.h"
#include "ridgeline/provenance.h"

namespace ridgeline::report {

/// A file that a result was made from.
struct UsedFile {
  std::string name;      ///< of the catalog: "hardware/l4.yaml"; of the user: the path as it was given
  bool catalog = false;  ///< in the catalog's folder
  std::string hash;      ///< FNV-1a of its bytes, 16 hexadecimal digits
  friend bool operator==(const UsedFile&, const UsedFile&) = default;
};

struct MadeBy {
  std::vector<std::string> command;  ///< "predict", "llama-3-8b", "h100", "--batch", "8"
  std::vector<UsedFile> files;
  std::vector<Input> inputs;  ///< empty where the document lists its own
};

/// The document of json() with those keys behind its head.
std::string with_made_by(const std::string& document, const MadeBy&);

/// What a document of any schema says of itself.
struct ReadDocument {
  std::string schema, version, build;
  std::string origin;     ///< of a run: "simulated"; else empty
  bool recorded = false;  ///< it has a command
  MadeBy made_by;         ///< `inputs`: those of the document, or else all lists in it; the weakest first
  std::optional<std::string> saved_command;  ///< of a run that was kept: the command line
};
/// bad_input: not a document of Ridgeline. `path` is for messages.
Result<ReadDocument> read_document(const std::string& text, const std::string& path);

Json to_json(const std::vector<Input>&);
/// A table, the weakest kind first, under a line that counts the kinds.
std::string inputs_text(const std::vector<Input>&);
std::string inputs_markdown(const std::vector<Input>&);
std::string inputs_json(const std::vector<Input>&);
std::string inputs_html(const std::vector<Input>&);

}  // namespace ridgeline::report
