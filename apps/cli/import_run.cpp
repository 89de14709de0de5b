#include <fmt/format.h>

#include <filesystem>

#include "app.h"
#include "named_run.h"
#include "ridgeline/formats.h"
#include "ridgeline/mlperf_log.h"

namespace ridgeline::cli {
namespace {

struct ImportRunFlags {
  std::string path, format, mlperf_log;
  std::optional<std::size_t> which;
};

Result<Run> read(const ImportRunFlags& flags) {
  std::error_code ignored;
  if (std::filesystem::is_directory(flags.path, ignored)) return run_of_log(flags.path);
  RunImportOptions options;
  options.which = flags.which;
  if (!flags.format.empty()) {
    options.format = parse_result_format(flags.format);
    if (!options.format)
      return bad_input(
          fmt::format("--format: unknown '{}'; use vllm, guidellm, genai-perf, aiperf or csv", flags.format));
  }
  RIDGELINE_TRY(imported, import_run(flags.path, options));
  return std::move(imported.run);
}

int show(const Context& context, const ImportRunFlags& flags) {
  const auto run = read(flags);
  if (!run) return fail(run.error());
  if (!flags.mlperf_log.empty()) {
    if (const auto written = write_mlperf_log(*run, flags.mlperf_log); !written) return fail(written.error());
    progress(fmt::format("LoadGen's logs of the run are in {}", flags.mlperf_log));
  }
  return show_run(context, run);
}

}  // namespace

void add_import_run(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ImportRunFlags>();
  CLI::App* command = add_command(
      app, context, "import-run", "A result of another benchmark program as a run",
      "  ridgeline import-run vllm-10qps.json\n"
      "  ridgeline import-run benchmarks.json --which 3 --json > run.json\n"
      "  ridgeline import-run results/Server/performance/run_1 --mlperf-log copy\n"
      "Reads vLLM, GuideLLM, GenAI-Perf and AIPerf results, CSV with the columns arrival and completed\n"
      "(seconds; issued, first_token, input_tokens and output_tokens where known), and the folder of an\n"
      "MLPerf log with a trace.",
      [&context, flags] { return show(context, *flags); });
  command->add_option("file", flags->path, "The result")->required();
  command->add_option("--format", flags->format,
                      "vllm, guidellm, genai-perf, aiperf or csv; default: told by the file");
  command->add_option("--which", flags->which, "Of a file with several benchmarks, the first being 1");
  command->add_option("--mlperf-log", flags->mlperf_log,
                      "Also write LoadGen's logs of the run into this folder");
}

}  // namespace ridgeline::cli
