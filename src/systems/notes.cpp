#include "ridgeline/systems.h"

namespace ridgeline {

void add_notes(const SystemUnderTest& system, Run& run) {
  const auto* noting = dynamic_cast<const SystemWithNotes*>(&system);
  if (noting == nullptr) return;
  for (std::string& note : noting->notes()) run.notes.push_back(std::move(note));
}

}  // namespace ridgeline
