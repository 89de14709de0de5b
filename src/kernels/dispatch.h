#pragma once
// What is no number in coefficients: how a library chooses its kernels. Files name these choices.

#include <string>
#include <utility>
#include <vector>

#include "base/yaml.h"
#include "ridgeline/kernels.h"

namespace ridgeline::kernels {

/// Key and value of each choice that is not the default.
using Choices = std::vector<std::pair<std::string_view, std::string>>;
Choices choices_of(const GemmCoefficients&);
Choices choices_of(const ContextCoefficients&);
Choices choices_of(const GenerationCoefficients&);
Choices choices_of(const CollectiveCoefficients&);
Choices choices_of(const MoeCoefficients&);

/// bad_input on an unknown key or value.
Status read_choices(const YamlNode& map, GemmCoefficients&);
Status read_choices(const YamlNode& map, ContextCoefficients&);
Status read_choices(const YamlNode& map, GenerationCoefficients&);
Status read_choices(const YamlNode& map, CollectiveCoefficients&);
Status read_choices(const YamlNode& map, MoeCoefficients&);

}  // namespace ridgeline::kernels
