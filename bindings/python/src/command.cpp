#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "arguments.h"
#include "base/cancel.h"
#include "print.h"
#include "python.h"

namespace ridgeline::python {
namespace {

nb::object object_of(const std::any& result) {
  if (const auto* run = std::any_cast<Run>(&result))
    return nb::cast(std::make_shared<HeldRun>(HeldRun{*run}));
  return nb::none();
}

/// An option of a command as Python needs to know it.
struct CommandOption {
  std::string name;  ///< "batch-timeout"; of a positional "model"
  std::string help, type, initial;
  bool flag = false, positional = false, many = false;
};

std::vector<CommandOption> options_of(const CLI::App& command) {
  std::vector<CommandOption> options;
  for (const CLI::Option* option : command.get_options()) {
    const bool positional = option->get_positional();
    if (option->get_lnames().empty() && !positional) continue;
    CommandOption o;
    o.positional = positional;
    o.name = positional ? option->get_name(true) : option->get_lnames().front();
    if (o.name == "help") continue;
    o.help = option->get_description();
    o.type = option->get_type_name();
    o.initial = option->get_default_str();
    o.flag = option->get_items_expected_max() == 0;
    o.many = option->get_items_expected_max() > 1 ||
             option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    options.push_back(std::move(o));
  }
  return options;
}

/// Of "predict", or of "catalog list".
std::vector<CommandOption> command_options(const std::vector<std::string>& command) {
  cli::Context unused;
  CLI::App app;
  cli::add_commands(app, unused);
  const CLI::App* at = &app;
  for (const std::string& name : command) {
    const auto below = at->get_subcommands([&name](const CLI::App* each) { return each->check_name(name); });
    if (below.empty()) throw Failed{bad_input("no command '" + name + "'")};
    at = below.front();
  }
  return options_of(*at);
}

}  // namespace

Outcome run_command(const std::vector<std::string>& words, nb::object progress) {
  Outcome outcome;
  std::optional<Error> error;
  outcome.interrupted = run_interruptibly(
      [&](cli::Host& host) {
        cli::Context of_this_call = context();
        of_this_call.catalog_files = std::make_shared<std::set<std::string>>();
        of_this_call.captured = cli::captured_output() = &outcome.text;
        std::vector<std::string> shown{"ridgeline"};
        for (const std::string& word : words) shown.push_back(cli::without_secret(word));
        of_this_call.command = cli::shell_line(shown);
        outcome.code = cli::run_program(words, of_this_call);
        error = std::move(host.error);
        outcome.results = std::move(host.results);
      },
      std::move(progress));
  if (error && !outcome.interrupted) throw Failed{*std::move(error)};
  return outcome;
}

bool run_interruptibly(const std::function<void(cli::Host&)>& work, nb::object progress) {
  std::atomic<bool> stop{false};
  bool done = false, interrupted = false;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> lines;
  std::exception_ptr thrown;
  std::thread worker([&] {
    cli::Host host;
    host.stop = &stop;
    host.progress = [&](const std::string& line) {
      const std::lock_guard lock(mutex);
      lines.push_back(line);
    };
    cli::host() = &host;
    cancel_flag() = &stop;
    try {
      work(host);
    } catch (...) {
      thrown = std::current_exception();
    }
    const std::lock_guard lock(mutex);
    done = true;
    changed.notify_one();
  });
  const auto tell = [&] {
    while (!lines.empty()) {
      if (!progress.is_none()) progress(lines.front());
      lines.pop_front();
    }
  };
  std::exception_ptr raised;  // by what Python did meanwhile
  for (bool over = false; !over;) {
    {
      const nb::gil_scoped_release released;
      std::unique_lock lock(mutex);
      over = changed.wait_for(lock, std::chrono::milliseconds(20), [&] { return done; });
    }
    try {
      const std::lock_guard lock(mutex);
      tell();
    } catch (nb::python_error&) {
      raised = std::current_exception();
      stop = true;
    }
    if (PyErr_CheckSignals() != 0) {
      interrupted = PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) != 0;
      if (interrupted) {
        PyErr_Clear();
      } else {
        raised = std::make_exception_ptr(nb::python_error());
      }
      stop = true;
    }
  }
  {
    const nb::gil_scoped_release released;
    worker.join();
  }
  if (raised) std::rethrow_exception(raised);
  if (thrown) std::rethrow_exception(thrown);
  return interrupted;
}

void bind_command(nb::module_& m) {
  nb::class_<Outcome>(m, "Outcome", "What a command printed and made.")
      .def_ro("code", &Outcome::code, "Exit code: 0 fine, 1 a gate failed or a run is INVALID")
      .def_ro("interrupted", &Outcome::interrupted, "By Ctrl-C: what is here is what there was by then")
      .def_ro("text", &Outcome::text, "What it would have printed")
      .def_prop_ro(
          "run",
          [](const Outcome& o) -> nb::object {
            for (const std::any& result : o.results) {
              if (nb::object run = object_of(result); !run.is_none()) return run;
            }
            return nb::none();
          },
          nb::sig("def run(self) -> Run | None"), "Its run, where it made one");
  m.def("run_command", run_command, nb::arg("words"), nb::arg("progress") = nb::none(),
        nb::sig("def run_command(words: collections.abc.Sequence[str], progress: "
                "collections.abc.Callable[[str], object] | None = None) -> Outcome"),
        "Runs a command line, without the GIL. `progress` gets the lines that it would print to stderr.");

  nb::class_<CommandOption>(m, "CommandOption", "An option of a command.")
      .def_ro("name", &CommandOption::name)
      .def_ro("help", &CommandOption::help)
      .def_ro("type", &CommandOption::type)
      .def_ro("default", &CommandOption::initial)
      .def_ro("flag", &CommandOption::flag)
      .def_ro("many", &CommandOption::many)
      .def_ro("positional", &CommandOption::positional);
  m.def("command_options", command_options, nb::arg("command"), "The options of a command.");
}

}  // namespace ridgeline::python
