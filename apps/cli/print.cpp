#include "print.h"

#include <cstdio>

namespace ridgeline::cli {

std::string*& captured_output() {
  thread_local std::string* of_this_thread = nullptr;
  return of_this_thread;
}

void put_out(const std::string& text) {
  if (captured_output() != nullptr) {
    *captured_output() += text;
  } else {
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
}

}  // namespace ridgeline::cli
