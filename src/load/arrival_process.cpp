#include "load/arrival_process.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "base/random.h"
#include "load/loadgen_random.h"
#include "load/samplers.h"
#include "load/schedule.h"

namespace ridgeline::load {
namespace {

Nanoseconds at_second(double seconds) { return to_nanoseconds(Seconds(seconds)); }

/// LoadGen's gaps, bit for bit: what libstdc++ makes of exponential_distribution<double> over std::mt19937,
/// truncated to nanoseconds. The generator is fixed by the C++ standard; the distribution is not, so it is
/// written out. The logarithm is our own, which gives LoadGen's integers on every platform
/// (docs/scenarios.md).
class LoadGenPoisson final : public ArrivalProcess {
 public:
  LoadGenPoisson(std::uint64_t seed, double qps) : words_(loadgen_generator(seed)), qps_(qps) {}

  Nanoseconds next() override {
    const Nanoseconds now = at_;
    const double gap_seconds = -portable_log(1.0 - uniform()) / qps_;
    at_ += Nanoseconds(static_cast<Nanoseconds::rep>(gap_seconds * 1e9));
    return now;
  }

 private:
  /// Two words make one number on [0, 1); a sum that rounds up to one becomes its lower neighbour.
  double uniform() {
    const double low = static_cast<double>(words_()), high = static_cast<double>(words_());
    const double u = (low + high * 0x1p32) / 0x1p64;
    return u < 1.0 ? u : 1.0 - 0x1p-53;
  }

  std::mt19937 words_;
  double qps_;
  Nanoseconds at_{0};
};

class Periodic final : public ArrivalProcess {
 public:
  explicit Periodic(Nanoseconds period) : period_(period) {}
  Nanoseconds next() override { return std::exchange(at_, at_ + period_); }

 private:
  Nanoseconds period_, at_{0};
};

/// Shape 1/CV^2 and mean 1/rate give gaps with the coefficient of variation CV.
class GammaGaps final : public ArrivalProcess {
 public:
  GammaGaps(std::uint64_t seed, double qps, double cv)
      : stream_(seed, "gamma arrivals"), shape_(1 / (cv * cv)), scale_(cv * cv / qps) {}
  Nanoseconds next() override {
    const Nanoseconds now = at_;
    at_ += at_second(scale_ * sample_gamma(stream_, shape_));
    return now;
  }

 private:
  RandomStream stream_;
  double shape_, scale_;  ///< the latter in seconds
  Nanoseconds at_{0};
};

/// A Poisson process of rate 1, its clock run at the rates of the two phases: what has been expected until t
/// is a broken line, and an arrival comes where it reaches the next point of the rate-1 process.
class OnOff final : public ArrivalProcess {
 public:
  OnOff(std::uint64_t seed, double qps, const Arrivals& a)
      : stream_(seed, "on-off arrivals"),
        on_(to_seconds(a.on).value()),
        cycle_(on_ + to_seconds(a.off).value()) {
    on_rate_ = qps * cycle_ / (on_ + a.off_ratio * (cycle_ - on_));
    off_rate_ = on_rate_ * a.off_ratio;
    per_cycle_ = qps * cycle_;
  }
  Nanoseconds next() override {
    expected_ += stream_.exponential();
    const double cycles = std::floor(expected_ / per_cycle_);
    const double left = std::max(0.0, expected_ - cycles * per_cycle_), in_on = on_ * on_rate_;
    double into = left / on_rate_;
    if (left > in_on) into = off_rate_ > 0 ? on_ + (left - in_on) / off_rate_ : on_;
    last_ = std::max(last_, at_second(cycles * cycle_ + into));  // rounding must not turn time back
    return last_;
  }

 private:
  RandomStream stream_;
  double on_, cycle_;  ///< seconds
  double on_rate_ = 0, off_rate_ = 0, per_cycle_ = 0;
  double expected_ = 0;
  Nanoseconds last_{0};
};

/// Thinning: candidates at the greatest rate, each kept with the share of it that its time has.
class Diurnal final : public ArrivalProcess {
 public:
  Diurnal(std::uint64_t seed, double qps, const Arrivals& a)
      : candidates_(seed, "diurnal candidates"),
        kept_(seed, "diurnal kept"),
        greatest_(qps * (1 + a.amplitude)),
        amplitude_(a.amplitude),
        period_(to_seconds(a.period).value()) {}
  Nanoseconds next() override {
    do {
      at_ += candidates_.exponential() / greatest_;
    } while (kept_.uniform() * (1 + amplitude_) >= 1 + amplitude_ * sine_of_turns(at_ / period_));
    return at_second(at_);
  }

 private:
  RandomStream candidates_, kept_;
  double greatest_, amplitude_, period_, at_ = 0;  ///< the last two in seconds
};

}  // namespace

std::unique_ptr<ArrivalProcess> make_arrival_process(const Scenario& s) {
  if (s.kind == ScenarioKind::constant_stream) return std::make_unique<Periodic>(s.period());
  switch (s.arrivals.kind) {
    case Arrivals::Kind::gamma:
      return std::make_unique<GammaGaps>(s.seed, s.target_qps, s.arrivals.cv);
    case Arrivals::Kind::on_off:
      return std::make_unique<OnOff>(s.seed, s.target_qps, s.arrivals);
    case Arrivals::Kind::diurnal:
      return std::make_unique<Diurnal>(s.seed, s.target_qps, s.arrivals);
    case Arrivals::Kind::poisson:
    case Arrivals::Kind::trace:
      break;
  }
  return std::make_unique<LoadGenPoisson>(s.seed, s.target_qps);
}

void for_each_arrival(const Scenario& s, const std::function<void(Nanoseconds)>& visit) {
  const std::uint64_t at_least = whole_passes(s.min_queries, s.dataset_samples);
  const auto process = make_arrival_process(s);
  for (std::uint64_t n = 1;; ++n) {
    const Nanoseconds at = process->next();
    visit(at);
    const bool whole = s.dataset_samples == 0 || n % s.dataset_samples == 0;
    if (n == s.max_queries || (n >= at_least && at >= s.min_duration && whole)) return;
  }
}

}  // namespace ridgeline::load
