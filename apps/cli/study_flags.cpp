#include "study_flags.h"

#include <fmt/format.h>

#include <algorithm>

namespace ridgeline::cli {
namespace {

struct Named {
  const char *flag, *key, *what;
};
/// The axes that have a flag of their own; --axis takes any.
constexpr Named named[] = {
    {"--model", "model", "Catalog model; several are an axis"},
    {"--hardware", "hardware", "Devices: h100,h200, or tier=datacenter,vendor=NVIDIA for all that match"},
    {"--precision", "precision", "bf16,fp8 ..."},
    {"--kv-cache", "kv_cache", "Format of the KV cache"},
    {"--tp", "tp", "Tensor-parallel ranks"},
    {"--pp", "pp", "Pipeline stages"},
    {"--dp", "dp", "Data-parallel ranks of attention"},
    {"--ep", "ep", "Expert-parallel ranks"},
    {"--replicas", "replicas", "Replicas"},
    {"--prefill-replicas", "prefill_replicas", "Workers that compute prompts only; 0: none"},
    {"--prefill-tp", "prefill_tp", "Tensor-parallel ranks of each of them"},
    {"--concurrency", "concurrency", "Users of a serving engine"},
    {"--isl", "isl", "Prompt tokens"},
    {"--osl", "osl", "Output tokens"},
    {"--max-batch", "max_batch", "Sequences in decode on a replica"},
    {"--chunk", "chunk", "Tokens of one pass, of the simulation (--verify)"},
    {"--batch", "batch", "Sequences of one pass, in place of --concurrency"},
    {"--context", "context", "Tokens in the cache, with --batch"},
};

std::vector<std::string> split_at(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

/// As YAML reads it back unchanged: bare where nothing in it means something to YAML.
std::string scalar(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '/' || c == '-';
  };
  if (!text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < ' ')
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    else
      quoted += c;
  }
  return quoted + '"';
}

Error bad_values(const std::string& flag, const std::string& values) {
  return bad_input(
      fmt::format("{}: '{}': give values (1,2,4), a range with a factor (1..64x2) or a step (16..128+16), or "
                  "without either for "
                  "--search (1..64)",
                  flag, values));
}

/// "1..64x2": the parts of a range map.
Result<std::string> range(const std::string& flag, const std::string& values) {
  const std::size_t dots = values.find("..");
  const std::string from = values.substr(0, dots);
  std::string to = values.substr(dots + 2), more;
  // The factor follows the last x: "x0.5..x2x1.1" goes from half to twice in tenths.
  if (const std::size_t plus = to.rfind('+'); plus != std::string::npos && plus > 0) {
    more = fmt::format(", step: {}", scalar(to.substr(plus + 1)));
    to.erase(plus);
  } else if (const std::size_t times = to.rfind('x'); times != std::string::npos && times > 0) {
    more = fmt::format(", factor: {}", scalar(to.substr(times + 1)));
    to.erase(times);
  }
  if (from.empty() || to.empty()) return bad_values(flag, values);
  return fmt::format("{{from: {}, to: {}{}}}", scalar(from), scalar(to), more);
}

/// The YAML of an axis' values.
Result<std::string> values_of(const std::string& flag, const std::string& values) {
  if (values.find("..") != std::string::npos) return range(flag, values);
  std::vector<std::string> items, pairs;
  for (const std::string& item : split_at(values, ',')) {
    if (item.empty()) return bad_values(flag, values);
    const std::size_t is = item.find('=');
    if (is == std::string::npos)
      items.push_back(scalar(item));
    else
      pairs.push_back(fmt::format("{}: {}", scalar(item.substr(0, is)), scalar(item.substr(is + 1))));
  }
  if (!items.empty() && !pairs.empty()) return bad_values(flag, values);
  if (!pairs.empty()) return fmt::format("{{{}}}", fmt::join(pairs, ", "));
  return items.size() == 1 ? items.front() : fmt::format("[{}]", fmt::join(items, ", "));
}

std::string list(const char* key, const std::vector<std::string>& items) {
  if (items.empty()) return "";
  std::string text = fmt::format("{}:\n", key);
  for (const std::string& item : items) text += fmt::format("  - {}\n", item);
  return text;
}

/// "key: {a: 1, b: 2}" of those that are not empty.
std::string map(const char* key, const std::vector<std::pair<const char*, std::string>>& entries) {
  std::vector<std::string> given;
  for (const auto& [name, value] : entries) {
    if (!value.empty()) given.push_back(fmt::format("{}: {}", name, value));
  }
  return given.empty() ? "" : fmt::format("{}: {{{}}}\n", key, fmt::join(given, ", "));
}

std::string number(const std::optional<std::uint64_t>& value) { return value ? std::to_string(*value) : ""; }
std::string word(const std::string& text) { return text.empty() ? "" : scalar(text); }

}  // namespace

void StudyFlags::add_to(CLI::App& app) {
  const char* group = "In place of a file";
  const auto add = [&](const char* flag, auto& into, const char* what) {
    CLI::Option* option = app.add_option(flag, into, what)->group(group);
    options_.push_back(option);
    return option;
  };
  for (const Named& axis : named) {
    axes_.push_back({axis.key, axis.flag, ""});
    add(axis.flag, axes_.back().values, axis.what);
  }
  add("--axis", more_axes_, "Any other: hardware.memory.bandwidth=x1,x2; again for more")->take_all();
  add("--minimise", minimise_, "Objective; again for more")->take_all();
  add("--maximise", maximise_, "Objective; again for more. Those to minimise come first")->take_all();
  add("--constraint", constraints_, "What must hold: 'ttft < 500ms'; again for more")->take_all();
  add("--condition", conditions_, "Of axes: 'tp * replicas <= 8'; again for more")->take_all();
  add("--calibration", calibration_, "fitted or ideal");
  add("--stack", stack_, "Serving stack of the calibration");
  add("--stack-version", stack_version_, "Its version");
  add("--verify", verify_, "Simulate the front: closed-loop or server");
  add("--verify-points", verified_points_, "How many of the front");
  add("--ttft-p99", ttft_p99_, "SLO of the simulation, such as 2s");
  add("--tpot-p99", tpot_p99_, "SLO of the simulation, such as 50ms");
  add("--search", search_, "nsga2, for spaces too large for the grid");
  add("--population", population_, "Of the search; a multiple of 4");
  add("--generations", generations_, "Of the search");
  add("--seed", seed_, "Of the search");
}

bool StudyFlags::given() const {
  return std::any_of(options_.begin(), options_.end(), [](const CLI::Option* o) { return o->count() > 0; });
}

std::string StudyFlags::names() const {
  std::vector<std::string> all;
  for (const CLI::Option* option : options_) {
    if (option->count() > 0) all.push_back(option->get_name());
  }
  return fmt::format("{}", fmt::join(all, ", "));
}

Result<std::string> StudyFlags::text(const std::optional<double>& price_per_hour) const {
  std::string top, space;
  const auto add = [&](const std::string& key, const std::string& flag, const std::string& values) -> Status {
    RIDGELINE_TRY(yaml, values_of(flag, values));
    const bool one_model = key == "model" && yaml.front() != '[';
    (one_model ? top : space) += fmt::format("{}{}: {}\n", one_model ? "" : "  ", key, yaml);
    return Status::success();
  };
  for (const Axis& axis : axes_) {
    if (!axis.values.empty()) RIDGELINE_CHECK(add(axis.key, axis.flag, axis.values));
  }
  for (const std::string& axis : more_axes_) {
    const std::size_t is = axis.find('=');
    if (is == std::string::npos || is == 0)
      return bad_input(fmt::format("--axis: '{}': give NAME=VALUES, such as replicas=1,2,4", axis));
    RIDGELINE_CHECK(add(scalar(axis.substr(0, is)), "--axis", axis.substr(is + 1)));
  }
  std::vector<std::string> objectives, constraints, conditions;
  for (const std::string& metric : minimise_) objectives.push_back("minimise: " + scalar(metric));
  for (const std::string& metric : maximise_) objectives.push_back("maximise: " + scalar(metric));
  for (const std::string& one : constraints_) constraints.push_back(scalar(one));
  for (const std::string& one : conditions_) conditions.push_back(scalar(one));
  const auto line = [](const char* key, const std::string& value) {
    return value.empty() ? "" : fmt::format("{}: {}\n", key, scalar(value));
  };
  return top + line("calibration", calibration_) + line("stack", stack_) +
         line("stack_version", stack_version_) + "space:" + (space.empty() ? " {}\n" : "\n" + space) +
         list("conditions", conditions) + list("objectives", objectives) + list("constraints", constraints) +
         map("money", {{"price_per_hour", price_per_hour ? fmt::format("{}", *price_per_hour) : ""}}) +
         map("verify", {{"scenario", word(verify_)},
                        {"ttft_p99", word(ttft_p99_)},
                        {"tpot_p99", word(tpot_p99_)},
                        {"points", number(verified_points_)}}) +
         map("search", {{"method", word(search_)},
                        {"population", number(population_)},
                        {"generations", number(generations_)},
                        {"seed", number(seed_)}});
}

}  // namespace ridgeline::cli
