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

using Values = std::array<Result<std::optional<double>>, 2>;

Result<double> ratio_between(const VersusMetricKind& kind, const Values& values) {
  for (const auto& value : values) {
    if (!value) return value.error();
    if (!*value || !(**value > 0)) return bad_input(fmt::format("{} has no value there", kind.name));
  }
  return ratio_of(kind.better, **values[0], {}, **values[1], {}).value;
}

/// As the question stands.
Result<double> ratio_now(const Asked& asked) {
  const auto& [a, b] = asked.points;
  return ratio_between(
      asked.kind, {value_of(asked.kind, asked.question.a, *a), value_of(asked.kind, asked.question.b, *b)});
}

/// One side, as a parameter of its last phase changes. A simulation that never filled a batch is that of
/// every larger batch.
class Changed {
 public:
  Changed(const Asked& asked, std::size_t s, const char* name)
      : kind_(asked.kind),
        mission_(s == 0 ? asked.question.a.mission : asked.question.b.mission),
        economics_(s == 0 ? asked.question.a.economics : asked.question.b.economics),
        deployment_(asked.points[s]->deployment),
        parameter_(fmt::format("{}.{}", decisive(mission_).id, name)),
        is_batch_(std::string_view(name) == "max_batch") {}

  Result<std::optional<double>> at(double value) {
    RIDGELINE_CHECK(set(mission_, parameter_, value));
    RIDGELINE_TRY(work, work_of(mission_, deployment_));
    if (!kind_.simulated) {
      RIDGELINE_TRY(evaluation, evaluation_of(work, deployment_, economics_));
      return evaluated_figure(kind_, evaluation).value;
    }
    if (unfilled_ && value > unfilled_->largest_batch) return unfilled_->value;
    RIDGELINE_TRY(found, simulated(kind_, mission_, deployment_));
    if (is_batch_ && found.largest_batch > 0 && found.largest_batch < value) unfilled_ = found;
    return found.value;
  }

 private:
  const VersusMetricKind& kind_;
  Mission mission_;
  const Economics& economics_;
  const mission::Deployment& deployment_;
  std::string parameter_;
  bool is_batch_;
  std::optional<Simulated> unfilled_;
};

Result<BreakEven> of_parameter(const char* input, const char* unit, const char* name, double most,
                               const Asked& asked) {
  BreakEven found;
  found.input = input;
  found.unit = unit;
  const Mission &a = asked.question.a.mission, &b = asked.question.b.mission;
  const double now = mission::number_of(a, decisive(a), name);
  if (now != mission::number_of(b, decisive(b), name)) {
    found.why_not = "the two sides have different ones";
    return found;
  }
  std::array<Changed, 2> sides{Changed(asked, 0, name), Changed(asked, 1, name)};
  const RatioAt ratio_at = [&](double value) -> Result<double> {
    return ratio_between(asked.kind, {sides[0].at(value), sides[1].at(value)});
  };
  find_whole(found, ratio_at, now, most);
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
Result<BreakEven> of_price(std::size_t s, double ratio, const Asked& asked, const MissionData& data) {
  constexpr double furthest = 1024;
  const VersusSide& side = s == 0 ? asked.question.a : asked.question.b;
  const Price price = price_of(side, data);
  BreakEven found;
  found.input = s == 0 ? "price of A" : "price of B";
  found.unit = price.by_the_hour ? "USD/h" : "USD";
  if (!asked.kind.name.starts_with("cost_")) {
    found.now = price.value;
    found.why_not = "the price does not enter the metric";
    return found;
  }
  if (!price.value) {
    found.why_not = "the price is unknown";
    return found;
  }
  const mission::Deployment& deployment = asked.points[s]->deployment;
  RIDGELINE_TRY(work, work_of(side.mission, deployment));
  Economics terms = side.economics;
  std::optional<double> other = evaluated_figure(asked.kind, asked.points[1 - s]->evaluation).value;
  const RatioAt ratio_at = [&](double value) -> Result<double> {
    (price.by_the_hour ? terms.rent : terms.device_price) =
        Sourced<Dollars>{Dollars(value), {ProvenanceKind::given, "the search for a break-even", ""}, {}};
    RIDGELINE_TRY(evaluation, evaluation_of(work, deployment, terms));
    const auto own = evaluated_figure(asked.kind, evaluation).value;
    return ratio_between(asked.kind, s == 0 ? Values{own, other} : Values{other, own});
  };
  const bool is_better = (better(ratio) > 0) == (s == 1);
  find_real(found, ratio_at, *price.value, is_better ? *price.value * furthest : *price.value / furthest);
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

Result<std::vector<BreakEven>> break_evens(const Asked& asked, const MissionData& data) {
  const auto now = ratio_now(asked);
  const double ratio = now ? *now : 1;  // unknown: the searches say so
  const VersusQuestion& question = asked.question;
  std::vector<BreakEven> all;
  for (const std::size_t s : {0U, 1U}) {
    RIDGELINE_TRY(price, of_price(s, ratio, asked, data));
    all.push_back(std::move(price));
  }
  const bool continuous = question.a.mission.engine == MissionEngine::continuous;
  RIDGELINE_TRY(batch, of_parameter("batch", continuous ? "sequences" : "samples", "max_batch",
                                    question.most_batch, asked));
  all.push_back(std::move(batch));
  const double isl = mission::number_of(question.a.mission, decisive(question.a.mission), "isl");
  if (isl > 0) {
    RIDGELINE_TRY(context, of_parameter("context", "tokens in", "isl", question.most_context, asked));
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
