#include <fmt/format.h>

#include <cstdio>

#include "app.h"
#include "print.h"

namespace ridgeline::cli {
namespace {

// The scripts are made from the commands themselves, so they cannot fall behind them.
struct Words {
  std::string path;                 ///< "catalog list"; empty for the program
  std::vector<std::string> offers;  ///< subcommands and flags
};

void collect(const CLI::App& app, const std::string& path, std::vector<Words>& into) {
  Words words{path, {}};
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    words.offers.push_back(sub->get_name());
  for (const CLI::Option* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) words.offers.push_back("--" + name);
  }
  into.push_back(std::move(words));
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    collect(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), into);
  }
}

bool takes_names(const std::string& path) {
  return path == "predict" || path == "evaluate" || path == "explain" || path == "simulate" ||
         path == "serve-sim" || path == "bench" || path == "audit" || path == "catalog show";
}

std::string bash(const std::vector<Words>& commands) {
  std::string cases;
  std::vector<std::string> nested;  // commands of a command
  for (const auto& words : commands) {
    if (words.path.find(' ') != std::string::npos) nested.push_back(fmt::format("'{}'", words.path));
    cases += fmt::format("    '{}') words='{}'{} ;;\n", words.path, fmt::join(words.offers, " "),
                         takes_names(words.path) ? "; names=1" : "");
  }
  return "# bash completion for ridgeline: source this file, or install it as ridgeline in bash-completion's "
         "folder\n"
         "_ridgeline_names() {\n"
         "  ridgeline catalog list --ids\n"
         "  if [[ $1 = simulate ]]; then ridgeline simulate --missions | tail -n +3 | cut -d' ' -f1; fi\n"
         "} 2>/dev/null\n"
         "_ridgeline() {\n"
         "  local cur=${COMP_WORDS[COMP_CWORD]} path='' words='' names=0 i\n"
         "  COMPREPLY=()\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"$path ${COMP_WORDS[i]}\" in\n"
         "      " +
         fmt::format("{}", fmt::join(nested, "|")) +
         ") path=\"$path ${COMP_WORDS[i]}\" ;;\n"
         "      ' '[a-z]*) path=${COMP_WORDS[i]} ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$path\" in\n" +
         cases +
         "  esac\n"
         "  [[ $names = 1 && $cur != -* ]] && words=\"$words $(_ridgeline_names \"$path\")\"\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
         "}\n"
         "complete -o default -F _ridgeline ridgeline\n";
}

std::string zsh(const std::vector<Words>& commands) {
  return "#compdef ridgeline\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash(commands);
}

constexpr const char* fish_missions =
    "; ridgeline simulate --missions 2>/dev/null | tail -n +3 | string split -f 1 \" \"";

std::string fish(const std::vector<Words>& commands) {
  std::string result = "# fish completion for ridgeline\ncomplete -c ridgeline -f\n";
  for (const auto& words : commands) {
    std::string condition = "__fish_use_subcommand";
    if (!words.path.empty()) {
      condition.clear();
      for (std::size_t begin = 0; begin < words.path.size();) {
        const std::size_t end = std::min(words.path.find(' ', begin), words.path.size());
        condition += fmt::format("{}__fish_seen_subcommand_from {}", begin ? "; and " : "",
                                 words.path.substr(begin, end - begin));
        begin = end + 1;
      }
    }
    for (const auto& word : words.offers) {
      result += word.starts_with("--")
                    ? fmt::format("complete -c ridgeline -n '{}' -l {}\n", condition, word.substr(2))
                    : fmt::format("complete -c ridgeline -n '{}' -a {}\n", condition, word);
    }
    if (takes_names(words.path)) {
      result +=
          fmt::format("complete -c ridgeline -n '{}' -a '(ridgeline catalog list --ids 2>/dev/null{})'\n",
                      condition, words.path == "simulate" ? fish_missions : "");
    }
  }
  return result;
}

}  // namespace

void add_completion(CLI::App& app, Context& context) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "Print a completion script for bash, zsh or fish");
  command->footer(
      "Examples:\n"
      "  source <(ridgeline completion bash)\n"
      "  ridgeline completion zsh > ~/.zfunc/_ridgeline\n"
      "  ridgeline completion fish > ~/.config/fish/completions/ridgeline.fish");
  command->add_option("shell", *shell, "bash, zsh or fish")->required();
  command->callback([&app, &context, shell] {
    std::vector<Words> commands;
    collect(app, "", commands);
    if (*shell == "bash" || *shell == "zsh" || *shell == "fish") {
      print_out("{}", *shell == "bash" ? bash(commands) : *shell == "zsh" ? zsh(commands) : fish(commands));
    } else {
      context.exit_code =
          fail(bad_input(fmt::format("completion: unknown shell '{}'; use bash, zsh or fish", *shell)));
    }
  });
}

}  // namespace ridgeline::cli
