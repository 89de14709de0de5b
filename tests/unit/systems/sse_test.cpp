#include "systems/http/sse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ridgeline::http {
namespace {

using Events = std::vector<std::string>;
using testing::ElementsAre;

Events events_of(const std::vector<std::string_view>& pieces) {
  EventStream stream;
  Events events;
  for (const std::string_view piece : pieces) {
    EXPECT_TRUE(stream.feed(piece, [&](std::string_view data) {
      events.emplace_back(data);
      return true;
    }));
  }
  return events;
}

TEST(EventStream, DataOfEachEvent) {
  EXPECT_THAT(events_of({"data: one\n\ndata:two\n\n"}), ElementsAre("one", "two"));
}

TEST(EventStream, LinesOfDataAreJoinedAndOtherFieldsAreNot) {
  EXPECT_THAT(events_of({": a comment\nevent: message\nid: 7\ndata: a\ndata:  b\ndata\nretry: 10\n\n"}),
              ElementsAre("a\n b\n"));
}

TEST(EventStream, EndsOfLines) {
  EXPECT_THAT(events_of({"data: a\r\ndata: b\r\n\r\n"}), ElementsAre("a\nb"));
  EXPECT_THAT(events_of({"data: a\r\n\r\ndata: b\r\rdata: c\n\n"}), ElementsAre("a", "b", "c"));
}

TEST(EventStream, NoDataNoEvent) {
  EXPECT_THAT(events_of({"\n\nevent: ping\n\n: \n\ndata: a\n\n\n\n"}), ElementsAre("a"));
}

TEST(EventStream, WhatHasNotEndedIsNoEvent) {
  EXPECT_THAT(events_of({"data: a\n\ndata: b\n"}), ElementsAre("a"));
  EXPECT_THAT(events_of({"data: a\n\ndata: b"}), ElementsAre("a"));
}

TEST(EventStream, AMarkOfByteOrderIsNoData) {
  EXPECT_THAT(events_of({"\xEF\xBB\xBF"
                         "data: a\n\n"}),
              ElementsAre("a"));
}

TEST(EventStream, StopsWhenTheReaderDoes) {
  EventStream stream;
  int seen = 0;
  EXPECT_FALSE(stream.feed("data: a\n\ndata: b\n\n", [&](std::string_view) { return ++seen < 1; }));
  EXPECT_EQ(seen, 1);
}

TEST(EventStream, ClearForgets) {
  EventStream stream;
  Events events;
  const auto keep = [&](std::string_view data) {
    events.emplace_back(data);
    return true;
  };
  stream.feed("data: half\ndata: of one\r", keep);
  stream.clear();
  EXPECT_EQ(stream.held(), 0U);
  stream.feed("\ndata: b\n\n", keep);  // the first is an empty line, not the rest of \r\n
  EXPECT_THAT(events, ElementsAre("b"));
}

/// Whatever the pieces, the events are the same.
TEST(EventStream, SplitAnywhere) {
  const std::string text =
      "\xEF\xBB\xBF: hello\r\ndata: {\"a\": \"\xC3\xA9\"}\r\n\r\ndata: x\rdata: y\r\rdata: z\n\n"
      "event: e\ndata: la\r\ndata: st\r\n\r\ndata: [DONE]\n\n";
  const Events whole = events_of({text});
  ASSERT_THAT(whole, ElementsAre("{\"a\": \"\xC3\xA9\"}", "x\ny", "z", "la\nst", "[DONE]"));
  const std::string_view all = text;
  for (std::size_t i = 0; i <= all.size(); ++i) {
    for (std::size_t j = i; j <= all.size(); ++j) {
      ASSERT_EQ(events_of({all.substr(0, i), all.substr(i, j - i), all.substr(j)}), whole) << i << ' ' << j;
    }
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < all.size(); ++i) bytes.push_back(all.substr(i, 1));
  EXPECT_EQ(events_of(bytes), whole);
}

}  // namespace
}  // namespace ridgeline::http
