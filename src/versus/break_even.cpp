#include "versus/break_even.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"

namespace ridgeline::versus {
namespace {

/// 1: B is better, -1: A is, 0: neither.
int better(double ratio) { return ratio > 1 ? 1 : ratio < 1 ? -1 : 0; }

/// One way from where the input is.
class Search {
 public:
  Search(const RatioAt& ratio_at, BreakEven& into) : ratio_at_(ratio_at), into_(into) {}

  struct Turn {
    double keeps = 0, turns = 0, ratio_keeps = 1, ratio_turns = 1;
  };

  Result<double> at(double value) {
    auto ratio = ratio_at_(value);
    if (ratio) {
      into_.tried_from = into_.tried == 0 ? value : std::min(into_.tried_from, value);
      into_.tried_to = into_.tried == 0 ? value : std::max(into_.tried_to, value);
    }
    ++into_.tried;
    return ratio;
  }

  /// `next`: the value behind another on the way, or the same where the way ends. `middle`: between two, or
  /// one of them where they are neighbours.
  template <class Next, class Middle>
  std::optional<Turn> go(double now, double ratio_now, Next next, Middle middle) {
    const int side = better(ratio_now);
    Turn turn{now, now, ratio_now, ratio_now};
    bool turned = false;
    for (;;) {
      const double value = turned ? middle(turn.keeps, turn.turns) : next(turn.keeps);
      if (value == turn.keeps || (turned && value == turn.turns)) break;
      const auto ratio = at(value);
      if (!ratio) {
        into_.ends = ratio.error().message;
        return std::nullopt;
      }
      if (better(*ratio) == side) {
        turn.keeps = value;
        turn.ratio_keeps = *ratio;
      } else {
        turn.turns = value;
        turn.ratio_turns = *ratio;
        turned = true;
      }
    }
    return turned ? std::optional(turn) : std::nullopt;
  }

 private:
  const RatioAt& ratio_at_;
  BreakEven& into_;
};

void take(BreakEven& found, const Search::Turn& turn) {
  found.keeps = turn.keeps;
  found.turns = turn.turns;
  found.ratio_keeps = turn.ratio_keeps;
  found.ratio_turns = turn.ratio_turns;
}

double distance(double now, const Search::Turn& turn) {
  return std::abs(portable_log(turn.turns / std::max(now, 1.0)));
}

double whole_middle(double a, double b) {
  const auto [low, high] = std::minmax(a, b);
  return high - low <= 1 ? a : std::floor((low + high) / 2);
}

using Change = std::function<Status(VersusQuestion&, double)>;

RatioAt ratio_with(const VersusMetricKind& kind, const VersusQuestion& question, const MissionData& data,
                   const Change& change) {
  return [&kind, &question, &data, change](double value) -> Result<double> {
    VersusQuestion changed = question;
    RIDGELINE_CHECK(change(changed, value));
    double values[2];
    for (const std::size_t s : {0U, 1U}) {
      const VersusSide& side = s == 0 ? changed.a : changed.b;
      RIDGELINE_TRY(point, point_of(side, data));
      RIDGELINE_TRY(found, value_of(kind, side, point));
      if (!found || !(*found > 0)) return bad_input(fmt::format("{} has no value there", kind.name));
      values[s] = *found;
    }
    return ratio_of(kind.better, values[0], {}, values[1], {}).value;
  };
}

Change parameter(std::string name) {
  return [name = std::move(name)](VersusQuestion& q, double value) -> Status {
    for (Mission* m : {&q.a.mission, &q.b.mission})
      RIDGELINE_CHECK(set(*m, fmt::format("{}.{}", decisive(*m).id, name), value));
    return Status::success();
  };
}

Result<BreakEven> of_parameter(const char* input, const char* unit, const char* name, double most,
                               const VersusMetricKind& kind, const VersusQuestion& question,
                               const MissionData& data) {
  BreakEven found;
  found.input = input;
  found.unit = unit;
  const double a = mission::number_of(question.a.mission, decisive(question.a.mission), name),
               b = mission::number_of(question.b.mission, decisive(question.b.mission), name);
  if (a != b) {
    found.why_not = "the two sides have different ones";
    return found;
  }
  find_whole(found, ratio_with(kind, question, data, parameter(name)), a, most);
  return found;
}

struct Price {
  std::optional<double> value;
  bool by_the_hour = false;
};

Price price_of(const VersusSide& side, const MissionData& data) {
  const Economics& e = side.economics;
  if (e.rent) return {e.rent->value.value(), true};
  if (e.device_price) return {e.device_price->value.value(), false};
  const auto hardware = data.catalog.hardware(side.mission.hardware);
  if (hardware && (*hardware)->price) return {(*hardware)->price->value.value(), false};
  return {};
}

/// `s` 0: of A, 1: of B. The better side's may rise, the other's fall.
Result<BreakEven> of_price(std::size_t s, double ratio, const VersusMetricKind& kind,
                           const VersusQuestion& question, const MissionData& data) {
  constexpr double furthest = 1024;
  const Price price = price_of(s == 0 ? question.a : question.b, data);
  BreakEven found;
  found.input = s == 0 ? "price of A" : "price of B";
  found.unit = price.by_the_hour ? "USD/h" : "USD";
  if (!kind.name.starts_with("cost_")) {
    found.now = price.value;
    found.why_not = "the price does not enter the metric";
    return found;
  }
  if (!price.value) {
    found.why_not = "the price is unknown";
    return found;
  }
  const Change change = [s, price](VersusQuestion& q, double value) {
    Economics& e = s == 0 ? q.a.economics : q.b.economics;
    const Sourced<Dollars> sourced{
        Dollars(value), {ProvenanceKind::given, "the search for a break-even", ""}, {}};
    (price.by_the_hour ? e.rent : e.device_price) = sourced;
    return Status::success();
  };
  const bool is_better = (better(ratio) > 0) == (s == 1);
  find_real(found, ratio_with(kind, question, data, change), *price.value,
            is_better ? *price.value * furthest : *price.value / furthest);
  return found;
}

}  // namespace

void find_whole(BreakEven& found, const RatioAt& ratio_at, double now, double most) {
  found.now = now;
  Search search(ratio_at, found);
  const auto ratio = search.at(now);
  if (!ratio || better(*ratio) == 0) {
    found.why_not = ratio ? "neither side is better now" : ratio.error().message;
    return;
  }
  const auto up = [&](double value) {
    return value >= most ? value : std::min(most, std::max(value * 2, 1.0));
  };
  const auto down = [](double value) { return value <= 1 ? value : std::floor(value / 2); };
  const auto above = search.go(now, *ratio, up, whole_middle);
  const auto below = search.go(now, *ratio, down, whole_middle);
  const bool nearer_below = below && (!above || distance(now, *below) < distance(now, *above));
  if (nearer_below) {
    take(found, *below);
  } else if (above) {
    take(found, *above);
  }
}

void find_real(BreakEven& found, const RatioAt& ratio_at, double now, double limit) {
  constexpr double close = 1.0005;
  found.now = now;
  Search search(ratio_at, found);
  const auto ratio = search.at(now);
  if (!ratio || better(*ratio) == 0) {
    found.why_not = ratio ? "neither side is better now" : ratio.error().message;
    return;
  }
  const bool rises = limit > now;
  const auto next = [&](double value) {
    if (value == limit) return value;
    return rises ? std::min(limit, value * 2) : std::max(limit, value / 2);
  };
  const auto middle = [](double a, double b) {
    const auto [low, high] = std::minmax(a, b);
    return high / low <= close ? a : std::sqrt(a * b);
  };
  const auto turn = search.go(now, *ratio, next, middle);
  if (turn) take(found, *turn);
}

Result<std::vector<BreakEven>> break_evens(const VersusMetricKind& kind, const VersusQuestion& question,
                                           const MissionData& data) {
  const RatioAt now =
      ratio_with(kind, question, data, [](VersusQuestion&, double) { return Status::success(); });
  const auto at_now = now(0);
  const double ratio = at_now ? *at_now : 1;  // unknown: the searches say so
  std::vector<BreakEven> all;
  for (const std::size_t s : {0U, 1U}) {
    RIDGELINE_TRY(price, of_price(s, ratio, kind, question, data));
    all.push_back(std::move(price));
  }
  RIDGELINE_TRY(
      batch,
      of_parameter("batch", question.a.mission.engine == MissionEngine::continuous ? "sequences" : "samples",
                   "max_batch", question.most_batch, kind, question, data));
  all.push_back(std::move(batch));
  const double isl = mission::number_of(question.a.mission, decisive(question.a.mission), "isl");
  if (isl > 0) {
    RIDGELINE_TRY(context,
                  of_parameter("context", "tokens in", "isl", question.most_context, kind, question, data));
    all.push_back(std::move(context));
  } else {
    BreakEven none;
    none.input = "context";
    none.unit = "tokens in";
    none.why_not = "the mission's model reads no tokens";
    all.push_back(std::move(none));
  }
  return all;
}

}  // namespace ridgeline::versus
