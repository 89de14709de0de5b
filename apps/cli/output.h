#pragma once
// How commands print: text with colour where that is wanted, Markdown, or a document that says how it was
// made.

#include <string>
#include <vector>

#include "app.h"
#include "ridgeline/engine.h"
#include "ridgeline/provenance.h"
#include "ridgeline/report.h"

namespace ridgeline::cli {

/// To stdout, or where the context wants it.
void print_plain(const Context&, const std::string&);
/// The same with verdicts in colour where that is wanted.
void print_text(const Context&, const std::string&);
/// A document of report::json() with the command, the files and the inputs that it was made from, and the
/// flags that the user gave among these. Of a document that lists its inputs itself `inputs` is empty: see
/// with_given().
enum class Listed { here, by_the_document };
std::string full_document(const Context&, const std::string& json, const std::vector<Input>& inputs,
                          Listed = Listed::here);
void print_document(const Context&, const std::string& json, const std::vector<Input>& inputs,
                    Listed = Listed::here);
/// The inputs, the weakest first, and the flags that the user gave.
std::vector<Input> with_given(const Context&, std::vector<Input> inputs);
/// "rests on 3 assumed, 5 fitted values", to stand below a result; nothing where no inputs are known.
std::string rests_on_line(const std::vector<Input>& inputs);

/// A list of them, below a text or Markdown.
void print_inputs(const Context&, const std::vector<Input>& inputs);

/// In the format that was asked for, with a line below the text that counts the inputs by kind.
template <class... Result>
void print_result(const Context& context, const std::vector<Input>& inputs, const Result&... result) {
  if (host()) (host()->results.emplace_back(result), ...);
  if (context.json) {
    print_document(context, report::json(result...), inputs);
  } else if (context.markdown) {
    const std::string line = rests_on_line(inputs);
    print_plain(context, report::markdown(result...) + (line.empty() ? "" : "\n" + line));
  } else {
    print_text(context, report::text(result...) + rests_on_line(inputs));
  }
}

}  // namespace ridgeline::cli
