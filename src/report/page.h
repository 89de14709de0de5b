#pragma once
// One HTML file of a result that refers to no other: the frame that all kinds share.

#include <string>
#include <string_view>
#include <vector>

#include "report/chart.h"
#include "report/record.h"

namespace ridgeline::report {

/// A document, and what a page says of how it was made.
struct PageSource {
  std::string name;             ///< of its file
  std::string document;         ///< its JSON, kept whole within the page
  std::string command;          ///< that made it, as a person would type it; empty where unknown
  std::vector<UsedFile> files;  ///< that it was made from
  std::string version, build;   ///< of the program that made it
};

/// Around a body of sections; the title is plain text.
std::string page(const std::string& title, const std::string& body, const PageSource&);

std::string section(std::string_view title, const std::string& body);
/// A table that scrolls sideways where the page is narrower.
std::string scrolled(const std::string& table_html);
enum class Tone { plain, fine, bad };
/// The main thing in a word or two, and why.
std::string verdict_block(Tone, std::string_view word, const std::vector<std::string>& reasons);
/// Each with its table; `none` is said where there are none.
std::string pictures(const std::vector<Chart>&, std::string_view none);
std::string paragraphs(const std::vector<std::string>&);
/// What the document rests on, and how it was made; `more`: rows of the second table, without a value left
/// out.
std::string inputs_section(const std::vector<Input>&);
std::string made_by_section(const PageSource&,
                            const std::vector<std::pair<std::string, std::string>>& more = {});

/// Whether a file was written by page(): it may be written anew.
bool is_report_page(std::string_view text);

extern const char* const page_style;
/// The only script that the page's policy lets run, and the SHA-256 of it that the policy names (a test
/// compares the two).
extern const char* const page_script;
extern const char* const page_script_hash;

}  // namespace ridgeline::report
