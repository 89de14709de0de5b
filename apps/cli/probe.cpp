#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "app.h"
#include "options.h"
#include "print.h"
#include "ridgeline/measurement.h"
#include "ridgeline/report.h"

namespace ridgeline::cli {
namespace {

struct ProbeFlags {
  std::vector<unsigned> threads;
  std::string patience = "20s", yaml;
};

int run(const Context& context, const ProbeFlags& flags) {
  const auto patience = parse_duration(flags.patience, "--patience");
  if (!patience) return fail(patience.error());
  ProbeOptions options;
  options.threads = flags.threads;
  options.patience = *patience;
  options.progress = progress;
  const auto probe = probe_host(options);
  if (!probe) return fail(probe.error());
  print_out("{}", context.json ? report::json(*probe) : report::text(*probe));
  keep_this_machine(*probe);
  if (!flags.yaml.empty()) {
    const auto hardware = as_hardware(*probe, probe->rates.back().threads);
    if (!hardware) return fail(hardware.error());
    if (const auto written = write_file(flags.yaml, write_hardware(*hardware)); !written)
      return fail(written.error());
    progress(fmt::format("wrote {}", flags.yaml));
  }
  return exit_fine;
}

}  // namespace

void keep_this_machine(const HostProbe& probe) {
  const std::string path = this_machine_path();
  if (path.empty() || probe.rates.empty()) return;
  const auto machine = as_hardware(probe, probe.rates.back().threads);
  if (!machine) return progress(fmt::format("not kept as a Hardware entry: {}", machine.error().message));
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
  const auto written = write_file(path, write_hardware(*machine));
  progress(written ? fmt::format("kept as hardware 'this-machine' in {}", path)
                   : fmt::format("not kept as a Hardware entry: {}", written.error().message));
}

void add_probe(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ProbeFlags>();
  CLI::App* command = add_command(app, context, "probe", "Measure the machine this runs on",
                                  "  ridgeline probe\n"
                                  "  ridgeline predict llama-110m this-machine --precision fp32\n"
                                  "  ridgeline probe --threads 1 --threads 4 --patience 60s\n"
                                  "  ridgeline probe --yaml this-machine.yaml",
                                  [&context, flags] { return run(context, *flags); });
  command->add_option("--threads", flags->threads, "Thread counts to probe; default one, and all cores")
      ->check(CLI::Range(1U, 4096U));
  command->add_option("--patience", flags->patience, "Most time to spend on narrowing the intervals")
      ->capture_default_str();
  command->add_option("--yaml", flags->yaml, "Also write this machine's Hardware entry to FILE");
}

}  // namespace ridgeline::cli
