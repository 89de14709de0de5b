#include "output.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "arguments.h"
#include "base/file.h"
#include "base/hash.h"
#include "print.h"
#include "report/colour.h"

namespace ridgeline::cli {
namespace {

namespace fs = std::filesystem;

/// What the catalog's folder has of the names; "calibration/*" is every file there.
std::vector<report::UsedFile> catalog_files(const Context& context) {
  std::vector<report::UsedFile> files;
  std::error_code ignored;
  const std::lock_guard lock(context.kept->mutex);
  const auto add = [&](const std::string& path, const std::string& name) {
    auto& hash = context.kept->hashes[path];
    if (hash.empty() && fs::is_regular_file(path, ignored)) {
      if (const auto text = read_file(path)) hash = fnv1a_hex(*text);
    }
    if (!hash.empty()) files.push_back({name, true, hash});
  };
  const std::set<std::string> names = *context.catalog_files;
  for (const std::string& name : names) {
    const bool all = name.ends_with("/*");
    const std::string folder = all ? name.substr(0, name.size() - 2) : name;
    const auto path = data_file(context, folder);
    if (!path) continue;
    add(*path, name);
    if (!all) continue;
    std::error_code failed;
    std::set<std::string> inside;
    for (const auto& entry : fs::directory_iterator(*path, failed)) {
      if (entry.path().extension() == ".yaml") inside.insert(entry.path().filename().string());
    }
    for (const std::string& file : inside) add(*path + "/" + file, folder + "/" + file);
  }
  return files;
}

}  // namespace

void print_plain(const Context& context, const std::string& text) {
  if (context.captured) {
    *context.captured += text;
  } else {
    put_out(text);
  }
}

void print_text(const Context& context, const std::string& text) {
  const auto when = context.colour == "always"  ? report::ColourWhen::always
                    : context.colour == "never" ? report::ColourWhen::never
                                                : report::ColourWhen::automatic;
  const bool colour = report::wants_colour(when, !context.captured && report::stdout_is_terminal());
  print_plain(context, colour ? report::coloured(text) : text);
}

std::string full_document(const Context& context, const std::string& json, const std::vector<Input>& inputs,
                          Listed listed) {
  report::MadeBy made_by;
  made_by.command = context.arguments;
  made_by.files = catalog_files(context);
  for (report::UsedFile& file : named_files(context.arguments)) made_by.files.push_back(std::move(file));
  if (listed == Listed::here) made_by.inputs = with_given(context, inputs);
  return report::with_made_by(json, made_by);
}

void print_document(const Context& context, const std::string& json, const std::vector<Input>& inputs,
                    Listed listed) {
  print_plain(context, full_document(context, json, inputs, listed));
}

std::vector<Input> with_given(const Context& context, std::vector<Input> inputs) {
  for (Input& input : given_inputs(context.arguments)) inputs.push_back(std::move(input));
  return weakest_first(std::move(inputs));
}

std::string rests_on_line(const std::vector<Input>& inputs) {
  return inputs.empty() ? "" : rests_on(inputs) + "\n";
}

void print_inputs(const Context& context, const std::vector<Input>& inputs) {
  print_plain(context,
              "\n" + (context.markdown ? report::inputs_markdown(inputs) : report::inputs_text(inputs)));
}

}  // namespace ridgeline::cli
