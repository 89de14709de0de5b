#pragma once
// What the placeholders of one track stand for.

#include <map>
#include <string>
#include <vector>

#include "lab/template.h"
#include "ridgeline/mission.h"

namespace ridgeline::lab {

/// The mission's fields, {parameters.NAME} or {parameters.PHASE.NAME}, {threshold.PHASE.METRIC}, and the
/// track's own words, which may have placeholders of the mission within.
class Words {
 public:
  Words(const Mission& mission, std::map<std::string, std::string> own);

  /// bad_input with the nearest known names.
  Result<std::string> value_of(const std::string& name, Use) const;
  /// Is it a name of the mission's or the track's?
  bool has(const std::string& name) const;

 private:
  Result<std::string> of_mission(const std::string& name, Use) const;
  std::vector<std::string> names() const;

  const Mission& mission_;
  std::map<std::string, std::string> own_, fields_;
};

}  // namespace ridgeline::lab
