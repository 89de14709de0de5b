// vLLM's `vllm bench serve --save-result --save-detailed` and the older benchmark_serving.py.

#include <fmt/format.h>

#include <functional>
#include <numeric>
#include <queue>

#include "formats/import.h"
#include "formats/requests.h"

namespace ridgeline::formats {
namespace {

/// A list of as many numbers as there are requests, or nothing.
Result<std::vector<double>> numbers(const Json& json, const std::string& path, const char* key,
                                    std::size_t size) {
  std::vector<double> values;
  const Json* list = find(json, {key});
  if (!list || !list->is_array()) return values;
  if (list->size() != size)
    return bad_input(
        fmt::format("{}: {} holds {}, ttfts {}; must be as many", path, key, list->size(), size));
  for (const Json& value : *list) {
    if (!value.is_number())
      return bad_input(fmt::format("{}: {}[{}] is no number", path, key, values.size()));
    values.push_back(value.get<double>());
  }
  return values;
}

double sum_of(const Json& times) {
  double sum = 0;
  for (const Json& time : times) sum += time.is_number() ? time.get<double>() : 0;
  return sum;
}

struct Lists {
  std::size_t size = 0;
  std::vector<double> ttfts, latencies, starts, queued, inputs, outputs;
  const Json* errors = nullptr;

  bool failed(std::size_t i) const {
    if (errors && i < errors->size() && (*errors)[i].is_string() && !(*errors)[i].get<std::string>().empty())
      return true;
    return !outputs.empty() && outputs[i] <= 0;
  }
};

/// Latencies are recorded by newer versions; they are TTFT and the gaps between tokens otherwise.
Result<Lists> read_lists(const Json& json, const std::string& path) {
  Lists lists;
  const Json* ttfts = find(json, {"ttfts"});
  if (!ttfts || !ttfts->is_array()) {
    return bad_input(fmt::format(
        "{}: no list ttfts, so only statistics; vLLM writes the requests with --save-detailed", path));
  }
  lists.size = ttfts->size();
  const auto list = [&](const char* key) { return numbers(json, path, key, lists.size); };
  RIDGELINE_TRY(first, list("ttfts"));
  RIDGELINE_TRY(latencies, list("latencies"));
  RIDGELINE_TRY(starts, list("start_times"));
  RIDGELINE_TRY(queued, list("queue_times"));
  RIDGELINE_TRY(inputs, list("input_lens"));
  RIDGELINE_TRY(outputs, list("output_lens"));
  if (latencies.empty()) {
    RIDGELINE_TRY(gaps, array(json, path, "itls"));
    if (gaps->size() != lists.size)
      return bad_input(
          fmt::format("{}: itls holds {}, ttfts {}; must be as many", path, gaps->size(), lists.size));
    for (std::size_t i = 0; i < lists.size; ++i) latencies.push_back(first[i] + sum_of((*gaps)[i]));
  }
  lists.ttfts = std::move(first);
  lists.latencies = std::move(latencies);
  lists.starts = std::move(starts);
  lists.queued = std::move(queued);
  lists.inputs = std::move(inputs);
  lists.outputs = std::move(outputs);
  const Json* errors = find(json, {"errors"});
  if (errors && errors->is_array()) lists.errors = errors;
  return lists;
}

/// Files of older versions have no start times. Without a rate all requests are there at once and start as
/// slots become free; at a rate they are taken to be even.
std::vector<double> make_starts(const Lists& lists, std::optional<double> rate, std::optional<double> slots,
                                ArrivalTimes& how) {
  std::vector<double> starts(lists.size, 0.0);
  how = rate ? ArrivalTimes::assumed : ArrivalTimes::derived;
  if (rate) {
    for (std::size_t i = 0; i < lists.size; ++i) starts[i] = static_cast<double>(i) / *rate;
  } else if (slots && *slots >= 1) {
    std::priority_queue<double, std::vector<double>, std::greater<>> busy;
    for (std::size_t i = 0; i < lists.size; ++i) {
      if (static_cast<double>(busy.size()) >= *slots) {
        starts[i] = busy.top();
        busy.pop();
      }
      busy.push(starts[i] + lists.latencies[i]);
    }
  }
  return starts;
}

std::uint32_t tokens_at(const std::vector<double>& counts, std::size_t i) {
  return counts.empty() || counts[i] < 0 || counts[i] > 4e9 ? 0 : static_cast<std::uint32_t>(counts[i]);
}

}  // namespace

Result<ImportedRun> import_vllm(const Json& json, const std::string& path) {
  RIDGELINE_TRY(lists, read_lists(json, path));
  auto rate = number(json, {"request_rate"});  // "inf" is none
  if (rate && *rate <= 0) rate = std::nullopt;
  const auto slots = number(json, {"max_concurrency"});
  ImportedRun imported;
  imported.format = ResultFormat::vllm;
  Run& run = imported.run;
  run.system = text(json, {"backend"}).empty() ? text(json, {"endpoint_type"}) : text(json, {"backend"});
  run.workload = text(json, {"model_id"});
  if (const auto duration = number(json, {"duration"})) imported.duration = Seconds(*duration);
  run.scenario =
      rate ? unjudged_rate(*rate) : unjudged_users(slots ? static_cast<std::uint64_t>(*slots) : lists.size);
  const bool recorded = !lists.starts.empty();
  if (!recorded) lists.starts = make_starts(lists, rate, slots, imported.arrivals);
  if (rate && slots)
    run.notes.push_back(
        fmt::format("at most {:g} requests were under way at a time; the wait for a slot counts", *slots));
  std::vector<Request> requests;
  for (std::size_t i = 0; i < lists.size; ++i) {
    if (lists.failed(i)) {
      ++run.refused;
      continue;
    }
    const double waited = recorded && !lists.queued.empty() ? lists.queued[i] : 0, start = lists.starts[i];
    const auto scheduled = clock_time(start - waited), issued = clock_time(start),
               first = clock_time(start + lists.ttfts[i]), done = clock_time(start + lists.latencies[i]);
    if (!scheduled || !issued || !first || !done)
      return bad_input(fmt::format("{}: ttfts[{}]: its times are beyond 126 years", path, i));
    Request r;
    // A closed loop's user only asks when there is a slot.
    r.scheduled = rate ? *scheduled : *issued;
    r.issued = *issued;
    r.completed = *done;
    // The sum of the gaps may end a rounding before the first token of a one-token answer.
    r.first_token = std::min(*first, *done);
    r.tokens = {tokens_at(lists.inputs, i), tokens_at(lists.outputs, i)};
    requests.push_back(r);
  }
  return finish(std::move(imported), std::move(requests), path, "request");
}

}  // namespace ridgeline::formats
