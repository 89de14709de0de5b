#include <fmt/format.h>

#include <algorithm>

#include "ridgeline/simulation.h"
#include "serve/check.h"
#include "serve/md1.h"
#include "stats/quantile.h"

namespace ridgeline {
namespace {

/// What every deterministic answer needs.
struct Deployment {
  const ServiceTable& table;
  const BatchingPolicy& policy;
  std::uint32_t replicas;
  Nanoseconds batch_time(std::uint64_t samples) const { return table.total[samples - 1]; }
};

/// Samples that are all there at 0, on idle workers: full batches dealt in rounds, then what is left, on the
/// first worker to be free but not before `hold`.
class Drain {
 public:
  Drain(const Deployment& d, std::uint64_t samples, Nanoseconds hold)
      : batch_(d.policy.max_batch),
        replicas_(d.replicas),
        full_batches_(samples / batch_),
        left_(samples % batch_),
        full_time_(d.batch_time(batch_)) {
    if (left_ == 0) return;
    const Nanoseconds free = round_end(full_batches_ / replicas_);
    left_done_ = std::max(free, hold) + d.batch_time(left_);
  }

  Nanoseconds end() const {
    const std::uint64_t rounds = (full_batches_ + replicas_ - 1) / replicas_;
    return std::max(round_end(rounds), left_done_);
  }

  /// When the sample of this rank (0-based) is done, in order of completion.
  Nanoseconds completion(std::uint64_t rank) const {
    const std::uint64_t before = full_samples_before(left_done_);
    if (left_ > 0 && rank >= before) {
      if (rank < before + left_) return left_done_;
      rank -= left_;
    }
    return round_end(rank / batch_ / replicas_ + 1);
  }

  Seconds mean() const {
    const double per_round = static_cast<double>(batch_) * static_cast<double>(replicas_);
    const double rounds = static_cast<double>(full_batches_ / replicas_);
    const double last = static_cast<double>(full_batches_ % replicas_) * static_cast<double>(batch_);
    const double full = to_seconds(full_time_).value();
    const double left = static_cast<double>(left_);
    const double sum = full * (per_round * rounds * (rounds + 1) / 2 + last * (rounds + 1)) +
                       left * to_seconds(left_done_).value();
    return Seconds(sum / (per_round * rounds + last + left));
  }

 private:
  Nanoseconds round_end(std::uint64_t rounds) const {
    return full_time_ * static_cast<Nanoseconds::rep>(rounds);
  }
  std::uint64_t full_samples_before(Nanoseconds time) const {
    if (time <= Nanoseconds(0)) return 0;
    const auto rounds = static_cast<std::uint64_t>((time.count() - 1) / full_time_.count());
    return std::min(rounds * replicas_, full_batches_) * batch_;
  }

  std::uint64_t batch_, replicas_, full_batches_, left_;
  Nanoseconds full_time_, left_done_{0};
};

/// Every query alike, one after the other. The last one alone may be quicker: it is flushed.
ClosedForm solve_closed_loop(const Scenario& scenario, const Deployment& d) {
  const std::uint32_t samples = scenario.samples_per_query;
  const Seconds latency = to_seconds(Drain(d, samples, d.policy.batch_timeout).end());
  ClosedForm form;
  form.p50 = form.p90 = form.p99 = form.mean = latency;
  form.throughput = Hertz(samples / latency.value());
  form.method = "deterministic service";
  return form;
}

Result<ClosedForm> solve_offline(const Scenario& scenario, const Deployment& d) {
  RIDGELINE_TRY(schedule, make_schedule(scenario));
  const std::uint64_t samples = schedule.samples;
  const Drain drain(d, samples, Nanoseconds(0));
  const auto percentile = [&](double p) {
    return to_seconds(drain.completion(stats::nearest_rank(samples, p)));
  };
  ClosedForm form;
  form.p50 = percentile(0.50);
  form.p90 = percentile(0.90);
  form.p99 = percentile(0.99);
  form.mean = drain.mean();
  form.throughput = Hertz(static_cast<double>(samples) / to_seconds(drain.end()).value());
  form.method = "deterministic service";
  return form;
}

Result<ClosedForm> solve_server(const Scenario& scenario, const Deployment& d) {
  const Hertz offered(scenario.target_qps * scenario.samples_per_query);
  const Hertz stable = serve::saturation_rate(d.table, d.policy, d.replicas);
  const double rho = offered.value() / stable.value();
  if (rho >= 1) {
    return infeasible(fmt::format(
        "unstable queue: {:g} samples/s are offered, rho = {:.4g}; the rate must stay below {:.6g} samples/s",
        offered.value(), rho, stable.value()));
  }
  ClosedForm form;
  form.throughput = offered;
  if (d.policy.max_batch > 1) {
    form.method = "none: no exact form for batches above one";
  } else if (d.replicas > 1 || scenario.samples_per_query > 1) {
    form.method = "none: M/D/1 needs one worker and one sample a query";
  } else if (rho > 1 - serve::Md1::nearest) {
    form.method = "none: too near saturation for the exact distribution";
  } else {
    const Seconds service = to_seconds(d.batch_time(1));
    const serve::Md1 queue(offered, service);
    form.mean = service + queue.mean_wait();
    form.p50 = service + queue.wait_quantile(0.50);
    form.p90 = service + queue.wait_quantile(0.90);
    form.p99 = service + queue.wait_quantile(0.99);
    form.method = "M/D/1";
  }
  return form;
}

}  // namespace

Result<ClosedForm> solve(const Scenario& scenario, const ServiceTable& table, const BatchingPolicy& policy,
                         std::uint32_t replicas) {
  RIDGELINE_CHECK(validate(scenario));
  RIDGELINE_CHECK(serve::check(table, policy, replicas));
  const Deployment deployment{table, policy, replicas};
  switch (scenario.kind) {
    case ScenarioKind::single_stream:
    case ScenarioKind::multi_stream:
      return solve_closed_loop(scenario, deployment);
    case ScenarioKind::offline:
      return solve_offline(scenario, deployment);
    case ScenarioKind::server:
    case ScenarioKind::interactive:
      return solve_server(scenario, deployment);
    case ScenarioKind::constant_stream:
    case ScenarioKind::closed_loop: {
      ClosedForm form;
      form.method = fmt::format("none: {} has none here", to_string(scenario.kind));
      return form;
    }
  }
  return bad_input("unknown scenario");
}

}  // namespace ridgeline
