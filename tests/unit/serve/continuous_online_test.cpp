// A system that is played as requests come does what the simulator does that knew them beforehand.

#include "serve/continuous_online.h"

#include <gtest/gtest.h>

#include <memory>

#include "continuous_random.h"

namespace ridgeline::serve {
namespace {

using namespace random_systems;
using std::chrono::microseconds;
using std::chrono::milliseconds;

/// Keeps what it was told, and that it was told in order.
struct Client : RequestListener {
  std::vector<Nanoseconds> at;  ///< of each token
  std::optional<Outcome> outcome;
  Nanoseconds end{0};
  std::uint32_t number = 0;

  void tokens(std::uint32_t made, Nanoseconds now) override {
    EXPECT_FALSE(outcome);
    EXPECT_GT(made, at.size());
    EXPECT_GE(now, at.empty() ? Nanoseconds(0) : at.back());
    at.resize(made, now);
  }
  void ended(Outcome o, Nanoseconds now) override {
    EXPECT_FALSE(outcome);
    outcome = o;
    end = now;
  }
};

std::unique_ptr<OnlineSystem> online(const ContinuousSystem& system) {
  auto made = OnlineSystem::make(system);
  EXPECT_TRUE(made) << made.error().message;
  return *std::move(made);
}

void play_out(OnlineSystem& system) {
  for (Nanoseconds at = system.next(); at < Nanoseconds::max(); at = system.next()) system.advance(at);
}

using Clients = std::vector<std::unique_ptr<Client>>;

Client& enter(OnlineSystem& system, Clients& clients, TokenLengths lengths, Nanoseconds at) {
  clients.push_back(std::make_unique<Client>());
  const auto number = system.submit(lengths, at, *clients.back());
  EXPECT_TRUE(number) << number.error().message;
  if (number) clients.back()->number = *number;
  return *clients.back();
}

class Online : public testing::TestWithParam<std::uint64_t> {};

void expect_same(const Case& c) {
  const Played known = play(c.schedule, c.system, Stepping::single);
  const auto system = online(c.system);
  Clients clients;
  RandomStream looks(7, "looks");
  for (std::size_t i = 0; i < c.schedule.arrivals.size(); ++i) {
    const Nanoseconds at = c.schedule.arrivals[i];
    // Whoever looks in between changes nothing.
    if (at > Nanoseconds(0) && looks.below(2) == 0)
      system->advance(Nanoseconds(looks.below(static_cast<std::uint64_t>(at.count()))));
    enter(*system, clients, c.schedule.lengths[i % c.schedule.lengths.size()], at);
  }
  play_out(*system);
  std::size_t completed = 0, refused = 0, timed_out = 0;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const Client& client = *clients[i];
    ASSERT_TRUE(client.outcome) << i;
    refused += *client.outcome == Outcome::refused;
    timed_out += *client.outcome == Outcome::timed_out;
    if (*client.outcome != Outcome::completed) continue;
    ASSERT_LT(completed, known.run.queries.size());
    const QueryRecord& q = known.run.queries[completed++];
    ASSERT_EQ(q.scheduled, c.schedule.arrivals[i]) << i;
    ASSERT_EQ(client.at.size(), c.schedule.lengths[i % c.schedule.lengths.size()].output) << i;
    ASSERT_EQ(client.at.front(), q.first_token) << i;
    ASSERT_EQ(client.at.back(), q.completed) << i;
    ASSERT_EQ(client.end, q.completed) << i;
  }
  EXPECT_EQ(completed, known.run.queries.size());
  EXPECT_EQ(refused, known.run.refused);
  EXPECT_EQ(timed_out, known.run.timed_out);
  EXPECT_EQ(system->counts().passes, known.counts.passes);
  EXPECT_EQ(system->counts().preemptions, known.counts.preemptions);
  EXPECT_EQ(system->load().blocks_used, 0U);
  const Run seen = system->finish();
  ASSERT_EQ(seen.queries.size(), completed);
  for (std::size_t i = 0; i < completed; ++i)
    ASSERT_EQ(seen.queries[i].completed, known.run.queries[i].completed);
}

TEST_P(Online, GivesTheTimesOfTheSimulation) { expect_same(random_case(GetParam())); }
TEST_P(Online, GivesThemWithNoiseHeatAndHedges) { expect_same(random_disturbed_case(GetParam())); }

// Arrivals on a grid that hedges and the front end are on, too: what comes first in an instant matters.
TEST_P(Online, GivesThemWhereThingsCoincide) {
  Case c = random_disturbed_case(GetParam());
  for (Nanoseconds& at : c.schedule.arrivals) at = at / milliseconds(10) * Nanoseconds(milliseconds(10));
  if (c.system.hedge_after > Nanoseconds(0)) c.system.hedge_after = milliseconds(20);
  if (c.system.per_request > Nanoseconds(0)) c.system.per_request = milliseconds(10);
  expect_same(c);
}

// Clients leave at any time: what is left comes to its end, and nothing is held for those who left.
TEST_P(Online, CancelledRequestsLeaveNothing) {
  const Case c = random_disturbed_case(GetParam());
  const auto system = online(c.system);
  Clients clients;
  RandomStream random(GetParam(), "leaving");
  std::vector<bool> left(c.schedule.arrivals.size());
  std::size_t cancelled = 0;
  const auto leave = [&](std::size_t i) {
    if (clients[i]->outcome || left[i]) return;
    left[i] = true;
    ++cancelled;
    clients[i]->outcome = Outcome::completed;  // whatever it hears from now on fails
    system->cancel(clients[i]->number);
  };
  for (std::size_t i = 0; i < c.schedule.arrivals.size(); ++i) {
    enter(*system, clients, c.schedule.lengths[i], c.schedule.arrivals[i]);
    if (random.below(2) == 0) leave(random.below(i + 1));
    if (random.below(10) == 0) leave(i);
  }
  for (std::size_t i = 0; i < clients.size(); i += 3) {
    if (system->next() < Nanoseconds::max()) system->advance(system->next());
    leave(i);
  }
  play_out(*system);
  for (std::size_t i = 0; i < clients.size(); ++i) EXPECT_TRUE(clients[i]->outcome) << i;
  const RequestCounts& counts = system->counts();
  EXPECT_GT(cancelled, 0U);
  EXPECT_EQ(counts.cancelled, cancelled);
  EXPECT_EQ(counts.issued, counts.completed + counts.refused + counts.timed_out + counts.cancelled);
  const auto load = system->load();
  EXPECT_EQ(load.running, 0U);
  EXPECT_EQ(load.waiting, 0U);
  EXPECT_EQ(load.blocks_used, 0U);
}

INSTANTIATE_TEST_SUITE_P(Systems, Online, testing::Range<std::uint64_t>(1, 41));

// plain_costs(), one alone with 100 tokens in: a prompt of 5 + 100 x 0.01 = 6 ms, decode passes of 10.1 ms
// and 1 ns a cached token, of which there are 100, 101 ...
TEST(OnlineByHand, TokensComeAtTheEndsOfPasses) {
  const auto system = online(continuous());
  Clients clients;
  const Client& client = enter(*system, clients, {100, 3}, milliseconds(50));
  EXPECT_EQ(system->next(), Nanoseconds(milliseconds(50)));
  system->advance(milliseconds(55));
  EXPECT_TRUE(client.at.empty());
  EXPECT_EQ(system->load().running, 1U);
  system->advance(milliseconds(56));
  ASSERT_EQ(client.at, std::vector<Nanoseconds>{milliseconds(56)});
  EXPECT_EQ(system->next(), Nanoseconds(microseconds(66'100)) + Nanoseconds(100));
  play_out(*system);
  ASSERT_EQ(client.at.size(), 3U);
  EXPECT_EQ(client.at[1], Nanoseconds(66'100'100));
  EXPECT_EQ(client.at[2], Nanoseconds(76'200'201));
  EXPECT_EQ(client.outcome, Outcome::completed);
}

// Two decode; one goes in the middle of a pass, which is as long as it was; the next one is of one sequence.
TEST(OnlineByHand, WhoLeavesWhileDecodingIsGoneAfterThePass) {
  const auto system = online(continuous());
  Clients clients;
  const Client& stays = enter(*system, clients, {100, 3}, milliseconds(0));
  const Client& goes = enter(*system, clients, {100, 100}, milliseconds(0));
  // Both prompts in one pass of 2 x 6 ms; then 10.2 ms + 200 ns, then 10.1 ms + 101 ns for the one that
  // stays.
  system->advance(milliseconds(13));
  ASSERT_EQ(goes.at.size(), 1U);
  system->cancel(goes.number);
  play_out(*system);
  EXPECT_EQ(goes.at.size(), 1U);
  EXPECT_FALSE(goes.outcome);
  ASSERT_EQ(stays.at.size(), 3U);
  EXPECT_EQ(stays.at[1], Nanoseconds(22'200'200));
  EXPECT_EQ(stays.at[2], Nanoseconds(32'300'301));
  EXPECT_EQ(system->counts().cancelled, 1U);
}

// Its place in the queue is free at once, and who gives up hears of it when the time is over, in the middle
// of somebody's pass.
TEST(OnlineByHand, QueuesAreLeft) {
  ContinuousSystem one = continuous(plain_costs(), 1);
  one.limits.max_waiting = 1;
  one.limits.timeout = milliseconds(200);
  const auto system = online(one);
  Clients clients;
  enter(*system, clients, {100, 100}, milliseconds(0));  // decodes for a second
  system->advance(milliseconds(1));
  const Client& waits = enter(*system, clients, {100, 5}, milliseconds(2));
  const Client& refused = enter(*system, clients, {100, 5}, milliseconds(3));
  EXPECT_EQ(refused.outcome, Outcome::refused);
  EXPECT_EQ(refused.end, Nanoseconds(milliseconds(3)));
  EXPECT_EQ(system->load().waiting, 1U);
  system->cancel(waits.number);
  EXPECT_EQ(system->load().waiting, 0U);
  const Client& gives_up = enter(*system, clients, {100, 5}, milliseconds(4));
  system->advance(milliseconds(204));
  EXPECT_FALSE(gives_up.outcome);
  system->advance(milliseconds(205));
  EXPECT_EQ(gives_up.outcome, Outcome::timed_out);
  EXPECT_EQ(gives_up.end, Nanoseconds(milliseconds(204)) + Nanoseconds(1));
  EXPECT_FALSE(waits.outcome);
}

TEST(OnlineByHand, WhatNeverFitsIsRefusedWithTheNumbers) {
  ContinuousSystem small = continuous();
  small.limits.kv_blocks = 10;  // of 16 tokens
  small.lengths = {100, 60};
  const auto system = online(small);
  EXPECT_EQ(system->longest(), 160U);
  Client client;
  EXPECT_TRUE(system->submit({100, 60}, Nanoseconds(0), client));
  const auto no = system->submit({100, 61}, Nanoseconds(0), client);
  ASSERT_FALSE(no);
  EXPECT_EQ(no.error().message,
            "a request of 161 tokens does not fit the KV cache: it holds 10 blocks of 16");
  EXPECT_FALSE(system->submit({0, 61}, Nanoseconds(0), client));
}

}  // namespace
}  // namespace ridgeline::serve
