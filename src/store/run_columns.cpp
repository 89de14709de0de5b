#include "store/run_columns.h"

#include <algorithm>
#include <limits>

namespace ridgeline::store {
namespace {

constexpr std::uint64_t most_rows = std::uint64_t{1} << 31;

/// Each value less what is expected of row i.
template <class Value, class Expected>
void write_column(ByteWriter& bytes, std::size_t rows, Value value, Expected expected) {
  ColumnWriter column(bytes);
  for (std::size_t i = 0; i < rows; ++i) column.add(wrapped_difference(value(i), expected(i)));
  column.end();
}

template <class Set, class Expected>
void read_column(ByteReader& bytes, std::size_t rows, Set set, Expected expected) {
  ColumnReader column(bytes);
  for (std::size_t i = 0; i < rows && !bytes.failed(); ++i) set(i, wrapped_sum(column.next(), expected(i)));
}

/// Expects of each row what the last one had.
template <class Value>
auto last(Value value) {
  return [value](std::size_t i) { return i == 0 ? 0 : value(i - 1); };
}
std::int64_t nothing(std::size_t) { return 0; }

template <class T>
void resize(ByteReader& bytes, std::vector<T>& rows) {
  const std::uint64_t count = bytes.number();
  rows.resize(count <= most_rows ? count : bytes.fail());
}

/// One column of queries: what it holds, how to set it, and what to expect.
template <class Rows, class Visit>
void visit_query_columns(Rows& q, Visit visit) {
  const auto scheduled = [&q](std::size_t i) { return q[i].scheduled.count(); };
  const auto samples = [&q](std::size_t i) { return std::int64_t{q[i].samples}; };
  const auto tokens = [&q](std::size_t i) { return std::int64_t{q[i].tokens}; };
  const auto has_first = [&q](std::size_t i) { return std::int64_t{q[i].first_token ? 1 : 0}; };
  const auto first = [&q, scheduled](std::size_t i) {
    return q[i].first_token ? q[i].first_token->count() : scheduled(i);
  };
  visit(scheduled, [](auto& row, std::int64_t v) { row.scheduled = Nanoseconds(v); }, last(scheduled));
  visit([&q](std::size_t i) { return q[i].issued.count(); },
        [](auto& row, std::int64_t v) { row.issued = Nanoseconds(v); }, scheduled);
  visit([&q](std::size_t i) { return q[i].completed.count(); },
        [](auto& row, std::int64_t v) { row.completed = Nanoseconds(v); }, scheduled);
  visit(
      has_first,
      [](auto& row, std::int64_t v) {
        if (v) row.first_token = Nanoseconds(0);
      },
      last(has_first));
  visit(
      first,
      [](auto& row, std::int64_t v) {
        if (row.first_token) row.first_token = Nanoseconds(v);
      },
      scheduled);
  visit(
      samples, [](auto& row, std::int64_t v) { row.samples = static_cast<std::uint32_t>(v); }, last(samples));
  visit(tokens, [](auto& row, std::int64_t v) { row.tokens = static_cast<std::uint32_t>(v); }, last(tokens));
}

constexpr Nanoseconds Phases::* phase_columns[] = {&Phases::queueing, &Phases::batching, &Phases::decode,
                                                   &Phases::interference, &Phases::throttling};

/// The latency, where it is known, less the other phases: what a prefill is expected to be.
std::int64_t rest_of_latency(const Run& run, std::size_t i) {
  std::int64_t rest = i < run.queries.size() ? wrapped_difference(run.queries[i].completed.count(),
                                                                  run.queries[i].scheduled.count())
                                             : 0;
  for (const auto phase : phase_columns) rest = wrapped_difference(rest, (run.phases[i].*phase).count());
  return rest;
}

}  // namespace

void write_columns(ByteWriter& bytes, const Run& run) {
  bytes.number(run.queries.size());
  visit_query_columns(run.queries, [&](auto value, auto, auto expected) {
    write_column(bytes, run.queries.size(), value, expected);
  });

  const auto& done = run.sample_completions;
  const auto completion = [&done](std::size_t i) { return done[i].count(); };
  bytes.number(done.size());
  write_column(bytes, done.size(), completion, last(completion));

  const auto& phases = run.phases;
  bytes.number(phases.size());
  for (const auto phase : phase_columns)
    write_column(bytes, phases.size(), [&](std::size_t i) { return (phases[i].*phase).count(); }, nothing);
  write_column(
      bytes, phases.size(), [&](std::size_t i) { return phases[i].prefill.count(); },
      [&](std::size_t i) { return rest_of_latency(run, i); });
}

void read_columns(ByteReader& bytes, Run& run) {
  resize(bytes, run.queries);
  visit_query_columns(run.queries, [&](auto, auto set, auto expected) {
    read_column(
        bytes, run.queries.size(), [&](std::size_t i, std::int64_t v) { set(run.queries[i], v); }, expected);
  });

  auto& done = run.sample_completions;
  resize(bytes, done);
  read_column(
      bytes, done.size(), [&](std::size_t i, std::int64_t v) { done[i] = Nanoseconds(v); },
      last([&done](std::size_t i) { return done[i].count(); }));

  auto& phases = run.phases;
  resize(bytes, phases);
  for (const auto phase : phase_columns)
    read_column(
        bytes, phases.size(), [&](std::size_t i, std::int64_t v) { phases[i].*phase = Nanoseconds(v); },
        nothing);
  read_column(
      bytes, phases.size(), [&](std::size_t i, std::int64_t v) { phases[i].prefill = Nanoseconds(v); },
      [&](std::size_t i) { return rest_of_latency(run, i); });
}

}  // namespace ridgeline::store
