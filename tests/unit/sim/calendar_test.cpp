#include "sim/calendar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "allocation_count.h"
#include "base/random.h"
#include "station.h"

namespace ridgeline::sim {
namespace {

using std::chrono::milliseconds;

TEST(Calendar, HandlesInOrderOfTime) {
  Calendar<int> calendar;
  for (const int t : {5, 1, 4, 2, 3}) calendar.schedule(Nanoseconds(t), t);
  std::vector<int> seen;
  calendar.run([&](int t) {
    EXPECT_EQ(calendar.now(), Nanoseconds(t));
    seen.push_back(t);
  });
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3, 4, 5}));
  EXPECT_TRUE(calendar.empty());
}

TEST(Calendar, TiesKeepTheOrderOfScheduling) {
  Calendar<int> calendar;
  std::vector<int> seen;
  // Scheduled at the instant being handled: after all that were there before.
  for (int i = 0; i < 100; ++i) calendar.schedule(Nanoseconds(7), i);
  calendar.run([&](int i) {
    seen.push_back(i);
    if (i < 10) calendar.schedule_after(Nanoseconds(0), 100 + i);
  });
  ASSERT_EQ(seen.size(), 110u);
  for (int i = 0; i < 110; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
}

// Against a stable sort, for random times with many ties, pushes and pops mixed.
TEST(Calendar, AgreesWithAStableSort) {
  RandomStream random(11, "calendar");
  for (int round = 0; round < 200; ++round) {
    Calendar<std::uint32_t> calendar(1);
    std::vector<std::pair<std::int64_t, std::uint32_t>> pending, expected, seen;
    std::uint32_t id = 0;
    const auto schedule_some = [&] {
      for (std::uint64_t n = random.below(6); n > 0; --n) {
        const auto at = calendar.now() + Nanoseconds(random.below(8));
        calendar.schedule(at, id);
        pending.emplace_back(at.count(), id++);
      }
    };
    for (int i = 0; i < 50; ++i) {
      schedule_some();
      calendar.step([&](std::uint32_t which) {
        seen.emplace_back(calendar.now().count(), which);
        const auto first = std::min_element(pending.begin(), pending.end());
        expected.push_back(*first);
        pending.erase(first);
        schedule_some();
      });
      ASSERT_EQ(calendar.pending(), pending.size());
    }
    ASSERT_EQ(seen, expected);
  }
}

TEST(Calendar, AnEmptyCalendarDoesNothing) {
  Calendar<int> calendar;
  EXPECT_FALSE(calendar.step([](int) { FAIL(); }));
  EXPECT_EQ(calendar.now(), Nanoseconds(0));
}

TEST(Calendar, DoesNotAllocateAnEvent) {
  Calendar<std::uint32_t> calendar(32);
  Fifo<std::uint32_t> fifo;
  for (std::uint32_t i = 0; i < 32; ++i) calendar.schedule(Nanoseconds(i), i);
  for (std::uint32_t i = 0; i < 16; ++i) fifo.push(i);
  RandomStream random(3, "delays");
  std::uint64_t left = 100'000;
  const std::size_t before = test::allocation_count();
  calendar.run([&](std::uint32_t i) {
    fifo.pop();
    fifo.push(i);
    if (left-- > 32) calendar.schedule_after(Nanoseconds(random.below(1000)), i);
  });
  EXPECT_EQ(test::allocation_count(), before);
}

TEST(Fifo, KeepsOrderAcrossGrowthAndWrapAround) {
  Fifo<std::uint32_t> fifo;
  RandomStream random(5, "fifo");
  std::uint32_t in = 0, out = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (fifo.empty() || random.below(100) < 51) {
      fifo.push(in++);
    } else {
      ASSERT_EQ(fifo.front(), out++);
      fifo.pop();
    }
    ASSERT_EQ(fifo.size(), in - out);
  }
}

TEST(Calendar, TheSameOnEveryRunAndOnSeveralThreadsAtOnce) {
  const Customers customers = draw_customers(20'000, Hertz(900), Seconds(0.001), ServiceLaw::exponential, 42);
  const auto once = Station(customers, 1).play().wait;
  EXPECT_EQ(Station(customers, 1).play().wait, once);
  std::vector<std::vector<Nanoseconds>> results(4);
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&customers, &result] {
      const auto redrawn =
          draw_customers(customers.arrival.size(), Hertz(900), Seconds(0.001), ServiceLaw::exponential, 42);
      result = Station(redrawn, 1).play().wait;
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& result : results) EXPECT_EQ(result, once);
}

}  // namespace
}  // namespace ridgeline::sim
