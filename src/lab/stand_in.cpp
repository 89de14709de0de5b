// Stand-in until lab-engine is merged.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "ridgeline/lab.h"
#include "lab/evidence.h"
namespace ridgeline {
Result<std::vector<LabKey>> lab_keys(const Lab& l, const LabAsk& ask, std::string_view, std::string_view) {
  std::vector<LabKey> keys;
  for (const auto& p : l.parts)
    for (const auto& q : p.questions) {
      LabKey k;
      k.part = p.id;
      k.question = q.id;
      const auto value = [&](const LabFigure& f) {
        const auto d = ask(f.command);
        return *lab::number_at(*d, f.at) * f.unit_per_si;
      };
      k.value = value(*q.figure);
      k.key = fmt::format("{:.6g}", *k.value);
      double best = 1e300;
      for (const auto& o : q.options) {
        const double off = std::abs(value(*o.figure) - *k.value);
        if (off < best) best = off, k.key = o.id;
      }
      keys.push_back(k);
    }
  return keys;
}
}  // namespace ridgeline
