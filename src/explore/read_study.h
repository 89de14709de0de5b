#pragma once
#include "base/yaml.h"
#include "ridgeline/study.h"

/// The parts of a study's file, each into the study; `top` is the file's map. Errors name the value's line.
/// What a part says of the axes and devices needs read_space() first.
namespace ridgeline::studies {

/// The one of `model`, unless it is an axis.
Status read_model(const YamlNode& top, const Catalog&, Study&);
/// `workload` and `space`: axes in their order, devices, models, and the kind of study.
Status read_space(const YamlNode& top, const Catalog&, Study&);
Status read_conditions(const YamlNode& top, const Catalog&, Study&);

/// Before read_space(): a search allows ranges without steps.
Status read_search(const YamlNode& top, Study&);
Status read_calibration(const YamlNode& top, const Calibrations&, Study&);
Status read_money(const YamlNode& top, const Catalog&, Study&);
Status read_verify(const YamlNode& top, Study&);
/// The axis that only the simulation knows; after read_verify().
Status read_chunks(const YamlNode& top, Study&);
Status read_uncertainty(const YamlNode& top, Study&);

}  // namespace ridgeline::studies
