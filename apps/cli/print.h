#pragma once
// What commands print that is the result, to stdout or to the program that runs them within itself.

#include <fmt/format.h>

#include <string>
#include <utility>

namespace ridgeline::cli {

/// Of the commands that this thread runs: takes what would go to stdout. None is the command line.
std::string*& captured_output();
void put_out(const std::string&);

template <class... Args>
void print_out(fmt::format_string<Args...> format, Args&&... args) {
  put_out(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace ridgeline::cli
