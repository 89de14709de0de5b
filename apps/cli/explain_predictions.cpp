#include "explain_predictions.h"

#include <fmt/format.h>

#include <array>
#include <fstream>

#include "base/file.h"
#include "base/text.h"
#include "report/profile_reader.h"

namespace ridgeline::cli {
namespace {

constexpr std::string_view profile_schema = "ridgeline.profile/1", serving_schema = "ridgeline.serving/1";

/// Of a serving point its decode step.
Result<Profile> read_prediction(const std::string& path) {
  RIDGELINE_TRY(text, read_file(path));
  const report::Json json = report::Json::parse(text, nullptr, false);
  if (json.is_discarded()) return bad_input(fmt::format("{}: not JSON, or cut short", path));
  std::string complaint;
  const report::JsonPlace at(json, complaint);
  const bool serving = at["schema"].text() == serving_schema;
  Profile profile = serving ? report::read_serving(at).prediction.decode : report::read_profile(at);
  if (!complaint.empty()) return bad_input(fmt::format("{}: {}", path, complaint));
  return profile;
}

/// The parts are worked out anew, so that they must be those of the document's latency.
Result<Setup> setup_of(const Context& context, const Catalog& catalog, const std::string& path) {
  RIDGELINE_TRY(said, read_prediction(path));
  const auto model = find_model(context, catalog, said.model);
  if (!model) return bad_input(fmt::format("{}: {}", path, model.error().message));
  const auto hardware = find_hardware(context, catalog, said.hardware);
  if (!hardware) return bad_input(fmt::format("{}: {}", path, hardware.error().message));
  Setup setup{**model,          **hardware,       said.precision, said.shape,
              said.calibration, said.parallelism, std::nullopt};
  RIDGELINE_TRY(now, predict(setup));
  if (now.latency != said.latency) {
    return bad_input(
        fmt::format("{}: says {}, and what is predicted now is {}: another version or catalog made it; "
                    "predict it again",
                    path, show(said.latency), show(now.latency)));
  }
  return setup;
}

}  // namespace

bool is_prediction(const std::string& path) {
  std::array<char, 128> head{};  // enough for the schema, which stands first; runs may be long
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), head.size());
  const std::string_view read(head.data(), static_cast<std::size_t>(file.gcount()));
  const auto names = [&](std::string_view schema) {
    return read.find(fmt::format("\"{}\"", schema)) != std::string_view::npos;
  };
  return names(profile_schema) || names(serving_schema);
}

Result<Explanation> explain_predictions(const Context& context, const std::vector<std::string>& paths,
                                        const CompareOptions& options) {
  if (paths.size() != 2)
    return bad_input("explain: one prediction alone has no difference; give two, A and B");
  for (const std::string& path : paths) {
    if (!is_prediction(path))
      return bad_input(
          fmt::format("{}: no prediction, as the other is; `audit --here` lays predicted, simulated "
                      "and measured side by side",
                      path));
  }
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(a, setup_of(context, catalog, paths[0]));
  RIDGELINE_TRY(b, setup_of(context, catalog, paths[1]));
  return compare(a, b, options);
}

}  // namespace ridgeline::cli
