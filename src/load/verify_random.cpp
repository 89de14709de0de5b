#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "load/arrival_process.h"
#include "load/loadgen_random.h"
#include "load/verify_loadgen.h"

namespace ridgeline::load {
namespace {

using Json = nlohmann::json;
constexpr std::uint32_t shuffled = 1024;  // samples, in every key that has the number in its name

/// Numbers of one round of MLPerf.
class Round {
 public:
  Round(const Json& json, std::string where, LoadGenCheck& check)
      : json_(json), where_(std::move(where)), check_(check) {}

  Status verify() {
    RIDGELINE_TRY(qsl, seed("qsl_rng_seed"));
    RIDGELINE_TRY(sample, seed("sample_index_rng_seed"));
    RIDGELINE_TRY(schedule, seed("schedule_rng_seed"));
    auto words = loadgen_generator(schedule);
    RIDGELINE_CHECK(sequence(json_, "schedule_raw_mt19937", [&words] { return std::uint64_t{words()}; }));
    RIDGELINE_CHECK(gaps(schedule));
    RIDGELINE_CHECK(run_at_1000(schedule));
    auto order_words = loadgen_generator(qsl);
    const auto order = loadgen_shuffle(order_words, shuffled);
    std::size_t at = 0;
    RIDGELINE_CHECK(sequence(json_, "qsl_shuffle_1024_first16",
                             [&]() -> std::uint64_t { return at < order.size() ? order[at++] : shuffled; }));
    auto fresh = loadgen_generator(sample);
    RIDGELINE_CHECK(sequence(json_, "uniform_int_0_1023_fresh_rng_first10",
                             [&fresh] { return std::uint64_t{loadgen_below(fresh, shuffled)}; }));
    auto used = loadgen_generator(sample);
    loadgen_shuffle(used, shuffled);
    return number(json_, "sample_rng_after_accuracy_shuffle_1024_next_raw", used());
  }

 private:
  static Scenario at_1000(std::uint64_t seed) {
    Scenario s = Scenario::mlperf(ScenarioKind::server);
    s.target_qps = 1000;
    s.seed = seed;
    return s;
  }

  Status gaps(std::uint64_t schedule) {
    const auto process = make_arrival_process(at_1000(schedule));
    Nanoseconds last = process->next();
    return sequence(json_, "server_gaps_ns_at_1000qps", [&]() {
      const Nanoseconds before = std::exchange(last, process->next());
      return static_cast<std::uint64_t>((last - before).count());
    });
  }

  /// The recorded count is of gaps: one fewer than the queries.
  Status run_at_1000(std::uint64_t schedule) {
    const Json run = json_.value("server_1000qps_600s", Json());
    std::uint64_t queries = 0;
    Nanoseconds last{0};
    for_each_arrival(at_1000(schedule), [&](Nanoseconds at) {
      ++queries;
      last = at;
    });
    RIDGELINE_CHECK(number(run, "queries_generated", queries - 1));
    return number(run, "last_scheduled_ns", static_cast<std::uint64_t>(last.count()));
  }

  Result<std::uint64_t> unsigned_of(const Json& value, const std::string& key) const {
    if (value.is_number_unsigned()) return value.get<std::uint64_t>();
    return bad_input(fmt::format("{}: {} must be a whole number of 0 or more", where_, key));
  }
  Result<std::uint64_t> seed(const std::string& key) const {
    return unsigned_of(json_.value(key, Json()), key);
  }

  Status number(const Json& object, const std::string& key, std::uint64_t ours) {
    if (!object.is_object()) return bad_input(fmt::format("{}: {} is missing", where_, key));
    RIDGELINE_TRY(theirs, unsigned_of(object.value(key, Json()), key));
    compare(key, theirs, ours);
    return Status::success();
  }

  Status sequence(const Json& object, const std::string& key, const std::function<std::uint64_t()>& next) {
    const Json list = object.value(key, Json());
    if (!list.is_array()) return bad_input(fmt::format("{}: {} must be a list of numbers", where_, key));
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string name = fmt::format("{}[{}]", key, i);
      RIDGELINE_TRY(theirs, unsigned_of(list[i], name));
      compare(name, theirs, next());
    }
    return Status::success();
  }

  void compare(const std::string& key, std::uint64_t theirs, std::uint64_t ours) {
    if (check_.difference) return;
    ++check_.rows;
    if (theirs == ours) return;
    check_.difference = fmt::format("{}: {} is {} in the file and {} here", where_, key, theirs, ours);
  }

  const Json& json_;
  std::string where_;
  LoadGenCheck& check_;
};

}  // namespace

Status verify_random_numbers(const std::string& text, const std::string& path, LoadGenCheck& check) {
  check.format = "random numbers";
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return bad_input(fmt::format("{}: not a JSON object", path));
  const Json rounds = json.value("rounds", Json());
  if (!rounds.is_array()) return bad_input(fmt::format("{}: rounds must be a list", path));
  for (std::size_t i = 0; i < rounds.size() && !check.difference; ++i) {
    const std::string where = fmt::format("{}: rounds[{}]", path, i);
    if (!rounds[i].is_object()) return bad_input(fmt::format("{} must be an object", where));
    RIDGELINE_CHECK(Round(rounds[i], where, check).verify());
  }
  return Status::success();
}

}  // namespace ridgeline::load
