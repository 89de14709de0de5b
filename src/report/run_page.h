#pragma once
// A run as one HTML file that refers to no other: figures, pictures, the scenario, what the run rests on, and
// its document.

#include <string>
#include <string_view>
#include <vector>

#include "report/record.h"
#include "ridgeline/store.h"

namespace ridgeline::report {

struct RunPage {
  std::string name;             ///< of the run's file
  std::string document;         ///< its JSON, kept whole within the page
  std::string command;          ///< that made the run, as a person would type it; empty where unknown
  std::vector<UsedFile> files;  ///< that it was made from
  std::string version, build;   ///< of the program that made it
};

std::string html(const SavedRun&, const Summary&, const RunPage&);

/// Whether a file was written by html(): it may be written anew.
bool is_run_page(std::string_view text);

/// The only script that the page's policy lets run, and the SHA-256 of it that the policy names (a test
/// compares the two).
extern const char* const page_script;
extern const char* const page_script_hash;

}  // namespace ridgeline::report
