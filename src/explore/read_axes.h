#pragma once
#include "base/yaml.h"
#include "ridgeline/study.h"

namespace ridgeline::studies {

/// The axis of this name. The study takes the devices of the hardware axis and the models of the model axis.
/// Errors name the value's line.
Result<StudyAxis> read_axis(const std::string& name, const YamlNode&, const Catalog&, Study&);
/// A whole number that a `what` may have, or a list of them.
Result<std::vector<std::uint32_t>> read_counts(const YamlNode&, std::uint32_t least);
/// All names but those of fields, and the fields.
std::vector<std::string> axis_names();

/// "40 ms" of units s, ms, us, ns.
Result<Seconds> read_time(const YamlNode&);

}  // namespace ridgeline::studies
