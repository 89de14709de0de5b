#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "ridgeline/criterion.h"

namespace ridgeline {
namespace {

constexpr CriterionMetric metrics[] = {
    {"p99", CriterionUnit::seconds},      {"p99.9", CriterionUnit::seconds},
    {"ttft_p50", CriterionUnit::seconds}, {"throughput", CriterionUnit::per_second},
    {"attainment", CriterionUnit::share}, {"energy_per_query", CriterionUnit::joules},
    {"lost", CriterionUnit::count},       {"memory", CriterionUnit::bytes},
    {"power", CriterionUnit::watts},      {"cost", CriterionUnit::dollars}};
constexpr CriterionVocabulary vocabulary{"a run", metrics};

Criterion parsed(std::string_view text) {
  const auto criterion = parse_criterion(text, vocabulary);
  EXPECT_TRUE(criterion) << text << ": " << (criterion ? "" : criterion.error().message);
  return criterion ? *criterion : Criterion();
}

std::string complaint(std::string_view text) {
  const auto criterion = parse_criterion(text, vocabulary);
  EXPECT_FALSE(criterion) << text;
  return criterion ? "" : criterion.error().message;
}

TEST(Criterion, ReadsEveryKindOfLimit) {
  const Criterion relative = parsed("p99 > +5%");
  EXPECT_EQ(relative.metric, "p99");
  EXPECT_EQ(relative.comparison, Comparison::above);
  EXPECT_EQ(relative.kind, LimitKind::relative);
  EXPECT_EQ(relative.limit, 0.05);
  const Criterion change = parsed("ttft_p50 >= +2 ms");
  EXPECT_EQ(change.kind, LimitKind::change);
  EXPECT_EQ(change.comparison, Comparison::at_least);
  EXPECT_EQ(change.limit, 0.002);
  EXPECT_EQ(parsed("p99 > +7%").limit, 0.07);  // 7 x 0.01 is another number
  EXPECT_EQ(parsed("throughput < -3%").limit, -0.03);
  EXPECT_EQ(parsed("throughput<=100/s").limit, 100);
  EXPECT_EQ(parsed("throughput < 90/min").limit, 1.5);
  EXPECT_EQ(parsed("  p99.9>1.5e2us ").limit, 0.00015);
  EXPECT_EQ(parsed("p99 > 40µs").limit, 40e-6);
  EXPECT_EQ(parsed("energy_per_query > 1Wh").limit, 3600);
  EXPECT_EQ(parsed("memory > 80GiB").limit, 80.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(parsed("power > 1.2kW").limit, 1200);
  EXPECT_EQ(parsed("cost > 3USD").limit, 3);
}

TEST(Criterion, PerCentOfAShareIsItsValueUnlessSigned) {
  EXPECT_EQ(parsed("attainment < 99%").kind, LimitKind::value);
  EXPECT_EQ(parsed("attainment < 99%").limit, 0.99);
  EXPECT_EQ(parsed("attainment < 0.95").limit, 0.95);
  EXPECT_EQ(parsed("attainment < -1%").kind, LimitKind::relative);
  EXPECT_EQ(parsed("attainment < -1pp").kind, LimitKind::change);
  EXPECT_EQ(parsed("attainment < -1pp").limit, -0.01);
}

TEST(Criterion, AZeroNeedsNoUnit) {
  EXPECT_EQ(parsed("p99 > +0").kind, LimitKind::change);
  EXPECT_EQ(parsed("lost > 0").limit, 0);
  EXPECT_EQ(parsed("lost > 3").limit, 3);
}

TEST(Criterion, ErrorsPointAtTheColumn) {
  EXPECT_EQ(complaint("p99 > +5parrots"),
            "unit 'parrots' at column 9; p99 is a time: give ns, us, ms, s, min, h, %\n"
            "  p99 > +5parrots\n"
            "          ^");
  EXPECT_EQ(complaint("p98 > 5ms"),
            "unknown metric 'p98' at column 1; did you mean p99?\n"
            "  p98 > 5ms\n"
            "  ^");
  EXPECT_EQ(complaint("p99 5ms"),
            "no operator at column 5; use >, >=, < or <=\n"
            "  p99 5ms\n"
            "      ^");
  EXPECT_EQ(complaint("p99 == 5ms"),
            "unknown operator '==' at column 5; use >, >=, < or <=\n"
            "  p99 == 5ms\n"
            "      ^");
  EXPECT_EQ(
      complaint("p99 > 5%"),
      "per cent without a sign at column 8; write +5% for a change; the value of p99 has one of ns, us, ms, "
      "s, min, h\n"
      "  p99 > 5%\n"
      "         ^");
  EXPECT_EQ(complaint("p99 > 5ms and ttft_p50 > 1s"),
            "a second comparison at column 11; a criterion has one: give each its own, any of them may fail\n"
            "  p99 > 5ms and ttft_p50 > 1s\n"
            "            ^");
}

TEST(Criterion, ErrorsSayWhatIsRight) {
  const auto says = [](std::string_view text, std::string_view part) {
    EXPECT_NE(complaint(text).find(part), std::string::npos) << complaint(text);
  };
  says("", "nothing at column 1; give metric, operator and limit");
  says("40ms > p99", "no metric at column 1");
  says("zebra_thousand > 1", "a run has p99, p99.9, ttft_p50, throughput,");
  says("p99 >", "no number at column 6; give a limit, such as +5% or 40ms");
  says("p99 > ms", "no number at column 7");
  says("p99 > 40", "no unit at column 9; p99 is a time: give ns, us, ms, s, min, h\n");
  says("throughput < 40ms", "unit 'ms' at column 16; throughput is a rate: give /s, /min, /h\n");
  says("lost > 3ms", "unit 'ms' at column 9; lost is a count: give none\n");
  says("lost > 3%",
       "per cent without a sign at column 9; write +3% for a change; the value of lost has no unit");
  says("attainment < 99pp", "percentage points of a value");
  says("p99 > 40ms!", "more than a criterion at column 11");
  says("p99 > 40ms, lost > 0", "a second comparison at column 11");
  says("p99 > 5 || lost > 0", "no unit");
  says("p99 > 1e999s", "a number out of range");
  says("memory > 1e300TB", "a number out of range");
  says("p99 > nan", "no number");
  says("p99 > .5s", "no number");
  says("p99 > 5.s", "no unit at column 8");
  says(std::string(201, 'p'), "more than 200 characters");
}

TEST(Criterion, TheCaretCountsCodePoints) {
  const std::string message = complaint("p99 > 5µs µ");
  EXPECT_EQ(message.substr(message.rfind('\n')), "\n            ^");  // two blanks, then column 11
}

TEST(Criterion, ControlCharactersStayOutOfTheMessage) {
  const std::string message = complaint("p99 \x1b[31m> 1s");
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 2);
}

TEST(Criterion, FilesNameTheLine) {
  const auto criteria =
      parse_criteria("# limits\r\np99 > +5%  # of the tail\n\n  lost > 0", "c.txt", vocabulary);
  ASSERT_TRUE(criteria) << criteria.error().message;
  ASSERT_EQ(criteria->size(), 2u);
  EXPECT_EQ(to_string((*criteria)[0]), "p99 > +5%");
  EXPECT_EQ(to_string((*criteria)[1]), "lost > 0");
  const auto bad = parse_criteria("p99 > +5%\n\nlost ~ 0\n", "c.txt", vocabulary);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message.substr(0, 31), "c.txt:3: no operator at column ");
  EXPECT_TRUE(parse_criteria("", "c.txt", vocabulary)->empty());
}

/// What is printed is read again as the same criterion, for limits of every size and kind.
TEST(Criterion, PrintedIsParsedTheSame) {
  RandomStream draw(1, "criteria");
  constexpr std::string_view units[] = {"",  "%",  "ns",   "us",  "µs", "ms", "s",  "min",
                                        "h", "/s", "/min", "/h",  "pp", "mJ", "J",  "kWh",
                                        "B", "GB", "GiB",  "TiB", "mW", "kW", "USD"};
  constexpr std::string_view signs[] = {"", "+", "-"}, operators[] = {">", ">=", "<", "<="},
                             blanks[] = {"", " ", "\t "};
  const auto one_of = [&](const auto& list) { return list[draw.below(std::size(list))]; };
  unsigned read = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string number = std::to_string(draw.below(1000));
    if (draw.below(2)) number += "." + std::to_string(draw.below(100'000));
    if (draw.below(4) == 0) number += "e" + std::to_string(static_cast<int>(draw.below(40)) - 20);
    std::string text(one_of(metrics).name);
    for (const std::string_view part : {one_of(blanks), one_of(operators), one_of(blanks), one_of(signs)})
      text += part;
    text += number;
    text += one_of(blanks);
    text += one_of(units);
    const auto criterion = parse_criterion(text, vocabulary);
    if (!criterion) continue;
    ++read;
    const auto again = parse_criterion(to_string(*criterion), vocabulary);
    ASSERT_TRUE(again) << text << " printed as " << to_string(*criterion);
    ASSERT_EQ(*again, *criterion) << text;
  }
  EXPECT_GT(read, 2000u);
}

/// Whatever comes, there is an answer, and the caret of a complaint is under the text or one beyond.
TEST(Criterion, AnyTextHasAnAnswer) {
  RandomStream draw(2, "criteria");
  constexpr std::string_view pieces[] = {"p99", "lost", ">", "<",    "=",    "+",  "-",          "5",
                                         ".",   "e",    "%", "ms",   "/",    "/s", " ",          "\t",
                                         "\n",  "and",  "µ", "\xff", "\x80", "#",  "attainment", "0"};
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (std::uint64_t left = draw.below(10); left > 0; --left) text += pieces[draw.below(std::size(pieces))];
    const auto criterion = parse_criterion(text, vocabulary);
    if (criterion) {
      const auto again = parse_criterion(to_string(*criterion), vocabulary);
      ASSERT_TRUE(again && *again == *criterion) << text;
      continue;
    }
    const std::string& message = criterion.error().message;
    ASSERT_EQ(std::count(message.begin(), message.end(), '\n'), 2) << message;
    const std::string caret = message.substr(message.rfind('\n') + 1);
    const auto points = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    ASSERT_EQ(caret.back(), '^');
    ASSERT_LE(caret.size(), static_cast<std::size_t>(points) + 3) << message;
    ASSERT_GE(caret.size(), 3u);
  }
}

}  // namespace
}  // namespace ridgeline
