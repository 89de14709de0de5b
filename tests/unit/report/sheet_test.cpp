#include "report/sheet.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "report/colour.h"

namespace ridgeline::report {
namespace {

TEST(Sheet, IsTheSameFiguresAsTextAndAsMarkdown) {
  Sheet sheet("m on h", 10);
  sheet.line("latency", "1 ms");
  sheet.line("  of it", "2 | 3");
  sheet.line("", "- and so");
  sheet.note("A note.");
  Table table({{"op"}, {"time", Align::right}});
  table.add({"gemm", "1 ms"});
  sheet.table("Operators", table, "(more)");
  EXPECT_EQ(sheet.text(),
            "m on h\n"
            "  latency   1 ms\n"
            "    of it   2 | 3\n"
            "            - and so\n"
            "A note.\n"
            "\n" +
                table.text() + "(more)\n");
  EXPECT_EQ(sheet.markdown(),
            "### m on h\n\n"
            "|  | value |\n|---|---|\n"
            "| latency | 1 ms |\n"
            "| of it | 2 \\| 3 |\n"
            "|  | - and so |\n"
            "\nA note.\n"
            "\n<details><summary>Operators</summary>\n\n" +
                table.markdown() + "\n(more)\n\n</details>\n");
}

TEST(Colour, IsOfVerdictsThatStandAlone) {
  EXPECT_EQ(coloured("verdict  VALID\n"), "verdict  \033[32mVALID\033[0m\n");
  EXPECT_EQ(coloured("INVALID, VALID"), "\033[31mINVALID\033[0m, \033[32mVALID\033[0m");
  EXPECT_EQ(coloured("DOES NOT FIT, 3 GB"), "\033[31mDOES NOT FIT\033[0m, 3 GB");
  // Neither a part of a word nor another letter case.
  for (const char* plain : {"INVALIDATED", "pre-VALID", "VALIDÉ", "valid", "PASSENGER", "a FAIL_SAFE", ""})
    EXPECT_EQ(coloured(plain), plain);
}

TEST(Colour, IsForTerminalsThatWantIt) {
  setenv("TERM", "xterm", 1);
  unsetenv("NO_COLOR");
  EXPECT_TRUE(wants_colour(ColourWhen::automatic, true));
  EXPECT_FALSE(wants_colour(ColourWhen::automatic, false));
  EXPECT_TRUE(wants_colour(ColourWhen::always, false));
  EXPECT_FALSE(wants_colour(ColourWhen::never, true));
  setenv("NO_COLOR", "", 1);  // empty: as if it were not there
  EXPECT_TRUE(wants_colour(ColourWhen::automatic, true));
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(wants_colour(ColourWhen::automatic, true));
  EXPECT_TRUE(wants_colour(ColourWhen::always, true));  // a flag is nearer than the environment
  unsetenv("NO_COLOR");
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(wants_colour(ColourWhen::automatic, true));
}

}  // namespace
}  // namespace ridgeline::report
