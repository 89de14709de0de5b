#pragma once
// An audit of one system against another: for a terminal, as Markdown and JSON, as a picture, and as a memo.

#include <string>

#include "ridgeline/versus.h"

namespace ridgeline::report {

std::string text(const Versus&);
std::string markdown(const Versus&);
/// Schema ridgeline.versus/1; SI, with the unit in the key or beside the value; unknown is null.
std::string json(const Versus&);
/// Both rooflines with the mission's operators; a complete SVG document.
std::string svg(const Versus&);
/// One page for the person who wants the higher peak: plain words, three numbers, and `picture`, a link to
/// it.
std::string memo(const Versus&, const std::string& picture);

}  // namespace ridgeline::report
