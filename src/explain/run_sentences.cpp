#include "explain/run_sentences.h"

namespace ridgeline::explain {

std::vector<std::string> sentences_of(const RunDifference&, const Run&, const Run&, const RunComparison&) {
  return {};
}

}  // namespace ridgeline::explain
