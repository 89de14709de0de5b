#pragma once
// What every command shares: where the catalog is, how results and errors are printed, exit codes.
//   0 fine, 1 a gate failed or a run is INVALID, 2 bad input, 3 infeasible

#include <CLI/CLI.hpp>
#include <any>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/calibration.h"
#include "ridgeline/catalog.h"
#include "ridgeline/engine.h"
#include "ridgeline/kernels.h"
#include "ridgeline/measurement.h"
#include "ridgeline/result.h"
#include "ridgeline/scenario.h"

namespace ridgeline::cli {

enum ExitCode : int { exit_fine = 0, exit_failed = 1, exit_bad_input = 2, exit_infeasible = 3 };

/// What was read of the catalog's folder, for the commands that follow in this program, on any thread.
struct KeptData {
  std::mutex mutex;
  std::optional<Catalog> catalog;
  std::shared_ptr<const Calibrations> calibrations;  ///< those shipped
  std::map<std::string, std::string> hashes;         ///< by path
};

/// Settings of the whole program; a command's callback leaves its exit code here.
struct Context {
  std::string data_dir;  ///< empty: found by find_data()
  bool json = false;
  bool markdown = false;               ///< where a command has --format
  std::string colour = "auto";         ///< --color
  std::string command;                 ///< that the user gave, to be kept with a run
  std::vector<std::string> arguments;  ///< the same in one form, to be kept in documents: arguments.h
  bool only_arguments = false;         ///< finds these, and runs nothing
  std::string* captured = nullptr;     ///< takes what would go to stdout
  /// Files of the catalog that were read for the result at hand, by their names there.
  std::shared_ptr<std::set<std::string>> catalog_files = std::make_shared<std::set<std::string>>();
  std::shared_ptr<KeptData> kept = std::make_shared<KeptData>();
  /// Takes a run ahead of its document, which then leaves the queries out.
  std::function<void(const Run&)> on_run;
  int exit_code = exit_fine;
};

/// A program that runs commands within itself, as the Python module does: what would go to stderr comes here.
struct Host {
  std::optional<Error> error;     ///< of the last fail()
  std::vector<std::any> results;  ///< that print_result() printed, as the library made them
  std::function<void(const std::string&)> progress;
  const std::atomic<bool>* stop = nullptr;  ///< in place of Ctrl-C, whose handler stays the host's
};
/// That of the commands which this thread runs; none is the command line.
Host*& host();

/// Prints "ridgeline: MESSAGE" to stderr and returns the exit code of the error's kind.
int fail(const Error&);
/// Loads the catalog from --data, $RIDGELINE_DATA, beside the program, or above it; and this machine, once
/// probed.
Result<Catalog> load_catalog(const Context&);
/// The catalog's folder alone. unavailable: there is none.
Result<std::string> find_data(const Context&);
/// The program's file, links resolved; empty where the system does not say.
std::string program_file();
/// Its look-ups, which note the entry's file for the document of the result.
Result<const Model*> find_model(const Context&, const Catalog&, const std::string& name);
Result<const Hardware*> find_hardware(const Context&, const Catalog&, const std::string& name);
/// The calibrations of `file`, or where it is empty those that are shipped with the catalog.
Result<std::shared_ptr<const Calibrations>> load_calibrations(const Context&, const std::string& file);
/// The kernel calibrations of a folder, or where it is empty those that are shipped with the catalog.
Result<KernelCalibrations> load_kernel_calibrations(const Context&, const std::string& dir);
/// A file of the catalog's folder, which is noted as a catalog file is: "offline/mlperf.yaml".
Result<std::string> data_file(const Context&, const std::string& name);
std::string today();  ///< in UTC, YYYY-MM-DD
/// A file of this user's: in $XDG_DATA_HOME/ridgeline or ~/.local/share/ridgeline. Empty when there is no
/// home.
std::string own_file(const std::string& name);
/// Where pipelines keep what they need not do again: $XDG_CACHE_HOME/ridgeline/stages, or under ~/.cache.
/// Empty when there is no home.
std::string pipeline_cache();
/// Where a probe keeps this machine's Hardware entry.
inline std::string this_machine_path() { return own_file("this-machine.yaml"); }
/// Keeps it there; says on stderr where, or why not.
void keep_this_machine(const HostProbe&);
/// What a result was made from.
using InputsOf = std::function<Result<std::vector<Input>>()>;
/// Prints a run and its summary; the exit code is its verdict's. `inputs`: what it was made from, where that
/// is known.
int show_run(const Context&, const Result<Run>&, const std::vector<Input>& inputs = {});
int print_run(const Context&, const Run&, const Summary&, const std::vector<Input>& inputs = {});
/// Writes a file whole or not at all (a temporary beside it, then a rename).
Status write_file(const std::string& path, const std::string& content);
/// Ctrl-C sets this; long commands end cleanly with what they have. A second Ctrl-C kills.
const std::atomic<bool>& stop_flag();
/// A line on stderr, so that stdout stays the result.
void progress(const std::string& line);

struct CommandEntry {
  std::string_view name;
  void (*add)(CLI::App&, Context&);
};
/// All that this program knows, in the order of --help. commands.cpp has them; a program that wants
/// fewer defines its own.
const std::vector<CommandEntry>& commands();

/// Every command, with what holds for all of them.
void add_commands(CLI::App&, Context&);
/// Parses and runs a command line; the exit code. `words` are without the program's name.
int run_program(const std::vector<std::string>& words, Context&);

/// Registers a subcommand with a description, examples for --help, --json and --color; `run` returns the exit
/// code, and is not called where a subcommand of it was given.
CLI::App* add_command(CLI::App& app, Context& context, const std::string& name,
                      const std::string& description, const std::string& examples, std::function<int()> run);

/// Its commands, without those that --help does not show.
std::vector<const CLI::App*> shown_commands(const CLI::App&);

/// --format text|markdown|json, for commands that print_result() prints.
void add_format(CLI::App& command, Context& context);

void add_catalog(CLI::App&, Context&);
void add_predict(CLI::App&, Context&);
void add_evaluate(CLI::App&, Context&);
void add_cost(CLI::App&, Context&);
void add_fleet(CLI::App&, Context&);
void add_explain(CLI::App&, Context&);
void add_calibrate(CLI::App&, Context&);
void add_validate(CLI::App&, Context&);
void add_check(CLI::App&, Context&);
void add_explore(CLI::App&, Context&);
void add_simulate(CLI::App&, Context&);
void add_serve_sim(CLI::App&, Context&);
void add_lab(CLI::App&, Context&);
void add_tail(CLI::App&, Context&);
void add_train(CLI::App&, Context&);
void add_probe(CLI::App&, Context&);
void add_bench(CLI::App&, Context&);
void add_audit(CLI::App&, Context&);
void add_run(CLI::App&, Context&);
void add_report(CLI::App&, Context&);
void add_runs(CLI::App&, Context&);
void add_verify_loadgen(CLI::App&, Context&);
void add_audit_log(CLI::App&, Context&);
void add_import_run(CLI::App&, Context&);
void add_reproduce(CLI::App&, Context&);
void add_doctor(CLI::App&, Context&);
void add_completion(CLI::App&, Context&);
void add_man(CLI::App&, Context&);

}  // namespace ridgeline::cli
