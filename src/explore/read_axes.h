#pragma once
#include "base/yaml.h"
#include "ridgeline/study.h"

namespace ridgeline::studies {

/// The axis of this name. `devices` takes those of the hardware axis. Errors name the value's line.
Result<StudyAxis> read_axis(const std::string& name, const YamlNode&, const Catalog&,
                            std::vector<StudyDevice>& devices);
/// All names but those of fields, and the fields.
std::vector<std::string> axis_names();

/// "40 ms" of units s, ms, us, ns.
Result<Seconds> read_time(const YamlNode&);

}  // namespace ridgeline::studies
