#include "load/run_keeper.h"

#include <utility>

namespace ridgeline::load {

void RunKeeper::add(const QueryRecord& query, const Phases* phases) {
  if (digester_) return digester_->add(query, phases);
  queries_.push_back(query);
  if (phases != nullptr) phases_.push_back(*phases);
  digest_beyond_limit();
}

void RunKeeper::add_samples(Nanoseconds at, std::uint32_t count) {
  if (digester_) {
    if (scenario_.kind == ScenarioKind::offline) digester_->add_samples(at, count);
    return;
  }
  samples_.insert(samples_.end(), count, at);
  digest_beyond_limit();
}

void RunKeeper::add_busy(Nanoseconds from, Nanoseconds to) {
  if (digester_) return digester_->add_busy(from, to);
  busy_.push_back({from, to});
}

void RunKeeper::digest_beyond_limit() {
  const bool offline = scenario_.kind == ScenarioKind::offline;
  if ((offline ? samples_.size() : queries_.size()) <= scenario_.keep_queries) return;
  digester_.emplace(scenario_);
  for (std::size_t i = 0; i < queries_.size(); ++i)
    digester_->add(queries_[i], phases_.empty() ? nullptr : &phases_[i]);
  if (offline) {
    for (const Nanoseconds at : samples_) digester_->add_samples(at, 1);
  }
  for (const Busy& busy : busy_) digester_->add_busy(busy.from, busy.to);
  // Their memory goes back too, which clear() would keep.
  queries_ = {};
  phases_ = {};
  samples_ = {};
  busy_ = {};
}

void RunKeeper::finish(Run& run) {
  run.queries = std::move(queries_);
  run.phases = std::move(phases_);
  run.sample_completions = std::move(samples_);
  run.digest = nullptr;
  if (digester_) digester_->finish(run);
}

}  // namespace ridgeline::load
