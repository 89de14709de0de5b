#include <fmt/format.h>

#include <cstdio>

#include "app.h"
#include "print.h"

namespace ridgeline::cli {
namespace {

// The scripts are made from the commands themselves, so they cannot fall behind them.
struct Offer {
  std::string word, description;
};
struct Words {
  std::string path;           ///< "catalog list"; empty for the program
  std::vector<Offer> offers;  ///< subcommands and flags
};

void collect(const CLI::App& app, const std::string& path, std::vector<Words>& into) {
  Words words{path, {}};
  for (const CLI::App* sub : shown_commands(app))
    words.offers.push_back({sub->get_name(), sub->get_description()});
  for (const CLI::Option* option : app.get_options()) {
    for (const auto& name : option->get_lnames())
      words.offers.push_back({"--" + name, option->get_description()});
  }
  into.push_back(std::move(words));
  for (const CLI::App* sub : shown_commands(app))
    collect(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), into);
}

std::string joined(const Words& words) {
  std::string result;
  for (const Offer& offer : words.offers) result += (result.empty() ? "" : " ") + offer.word;
  return result;
}

/// In single quotes, as all three shells read them (fish alone has \\' in them).
std::string quoted(const std::string& text, const char* quote) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string(quote) : std::string(1, c);
  return result + "'";
}

bool takes_labs(const std::string& path) { return path == "lab show" || path == "lab key"; }

bool takes_names(const std::string& path) {
  return takes_labs(path) || path == "predict" || path == "evaluate" || path == "explain" ||
         path == "simulate" || path == "serve-sim" || path == "bench" || path == "audit" ||
         path == "catalog show";
}

std::string bash(const std::vector<Words>& commands) {
  std::string cases;
  std::vector<std::string> nested;  // commands of a command
  for (const auto& words : commands) {
    if (words.path.find(' ') != std::string::npos) nested.push_back(fmt::format("'{}'", words.path));
    cases += fmt::format("    '{}') words='{}'{} ;;\n", words.path, joined(words),
                         takes_names(words.path) ? "; names=1" : "");
  }
  return "# bash completion for ridgeline: source this file, or install it as ridgeline in bash-completion's "
         "folder\n"
         "_ridgeline_names() {\n"
         "  if [[ $1 = 'lab '* ]]; then ridgeline lab list | tail -n +3 | cut -d' ' -f1; return; fi\n"
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
  std::string cases, nested;
  for (const Words& words : commands) {
    if (words.path.find(' ') != std::string::npos)
      nested += fmt::format("{}'{}'", nested.empty() ? "" : "|", words.path);
    cases += fmt::format("    '{}') names={}; offers=(\n", words.path, takes_names(words.path) ? 1 : 0);
    for (const Offer& offer : words.offers)
      cases += fmt::format("      {}\n", quoted(offer.word + ":" + offer.description, "'\\''"));
    cases += "    ) ;;\n";
  }
  return "#compdef ridgeline\n"
         "# zsh completion for ridgeline: a file _ridgeline in a folder of $fpath\n"
         "_ridgeline() {\n"
         "  local at='' word names=0\n"
         "  local -a offers found\n"
         "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
         "    case \"$at $word\" in\n"
         "      " +
         nested +
         ") at=\"$at $word\" ;;\n"
         "      ' '[a-z]*) at=$word ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$at\" in\n" +
         cases +
         "  esac\n"
         "  if (( names )) && [[ $PREFIX != -* ]]; then\n"
         "    if [[ $at = 'lab '* ]]; then\n"
         "      found=(${${(f)\"$(ridgeline lab list 2>/dev/null)\"}[3,-1]%% *})\n"
         "    else\n"
         "      found=(${(f)\"$(ridgeline catalog list --ids 2>/dev/null)\"})\n"
         "    fi\n"
         "    [[ $at = simulate ]] && found+=(${${(f)\"$(ridgeline simulate --missions "
         "2>/dev/null)\"}[3,-1]%% *})\n"
         "    compadd -- $found\n"
         "  fi\n"
         "  local -a flags=(${(M)offers:#-*}) commands=(${offers:#-*})\n"
         "  if [[ $PREFIX = -* ]]; then\n"
         "    _describe -o flag flags\n"
         "  elif (( $#commands )); then\n"
         "    _describe command commands\n"
         "  else\n"
         "    _files\n"
         "  fi\n"
         "}\n"
         "_ridgeline \"$@\"\n";
}

constexpr const char* fish_labs = "ridgeline lab list 2>/dev/null | tail -n +3 | string split -f 1 \" \"";
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
    for (const auto& [word, description] : words.offers) {
      const bool flag = word.starts_with("--");
      result += fmt::format("complete -c ridgeline -n '{}' -{} {} -d {}\n", condition, flag ? "l" : "a",
                            flag ? word.substr(2) : word, quoted(description, "\\'"));
    }
    if (takes_names(words.path)) {
      const std::string lists = takes_labs(words.path)
                                    ? fish_labs
                                    : std::string("ridgeline catalog list --ids 2>/dev/null") +
                                          (words.path == "simulate" ? fish_missions : "");
      result += fmt::format("complete -c ridgeline -n '{}' -a '({})'\n", condition, lists);
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
