#pragma once
// What a ledger says that an instrument showed, computed again.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/lab.h"

namespace ridgeline::lab {

/// Whether a command is one of the part's: of an instrument, a question or a decision, each placeholder
/// standing for a value that its control can take. All that a ledger can make the program run.
bool is_of_part(const LabPart&, const std::vector<std::string>& command);

/// The number at a JSON pointer of a document; none where there is none.
std::optional<double> number_at(const std::string& document, const std::string& pointer);

class EvidenceChecker {
 public:
  /// At most so many different commands are run.
  explicit EvidenceChecker(const LabAsk& ask, std::size_t most_commands = 200)
      : ask_(ask), most_commands_(most_commands) {}

  struct Finding {
    enum class Kind { equal, differs, not_computed } kind = Kind::not_computed;
    std::map<std::string, std::optional<double>> computed;  ///< the figures that the ledger names
    std::string remark;
  };
  /// `part`: null where the lab has none of that name.
  Finding check(const LabPart* part, const LedgerEntry&);

 private:
  const LabAsk& ask_;
  const std::size_t most_commands_;
  std::map<std::vector<std::string>, Result<std::string>> documents_;
};

}  // namespace ridgeline::lab
