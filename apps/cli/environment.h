#pragma once
// Variables and files that the program looks at: one list, for its manual page. tests/manual_test.py finds a
// variable that is read and not listed.

#include <span>
#include <string_view>

namespace ridgeline::cli {

struct Named {
  std::string_view name, meaning;
};
std::span<const Named> environment();
std::span<const Named> files();

}  // namespace ridgeline::cli
