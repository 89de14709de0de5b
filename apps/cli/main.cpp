#include "app.h"
#include "arguments.h"

int main(int argc, char** argv) {
  ridgeline::cli::Context context;
  std::vector<std::string> words{"ridgeline"};
  words.insert(words.end(), argv + 1, argv + argc);
  std::vector<std::string> shown;
  for (const std::string& word : words) shown.push_back(ridgeline::cli::without_secret(word));
  context.command = ridgeline::cli::shell_line(shown);
  words.erase(words.begin());
  return ridgeline::cli::run_program(words, context);
}
