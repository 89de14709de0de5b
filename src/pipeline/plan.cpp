#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "ridgeline/pipeline.h"

namespace ridgeline {
namespace {

using Sources = std::vector<StageSource>;

std::string quoted(const std::string& name) { return fmt::format("'{}'", name); }

class Planner {
 public:
  explicit Planner(const std::deque<Stage>& stages) : stages_(stages) {}

  Result<std::vector<PlannedStage>> plan() {
    RIDGELINE_CHECK(check_names());
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      RIDGELINE_TRY(sources, wire(i));
      wired_.push_back(std::move(sources));
    }
    RIDGELINE_CHECK(check_used());
    return order();
  }

 private:
  Status check_names() const {
    std::vector<std::string> names;
    for (const Stage& stage : stages_) {
      if (stage.name.empty()) return bad_input("a stage has no name");
      if (std::find(names.begin(), names.end(), stage.name) != names.end())
        return bad_input(fmt::format("two stages are called '{}'; rename one", stage.name));
      names.push_back(stage.name);
    }
    for (const Stage& stage : stages_) {
      for (const std::string& need : stage.needs) {
        if (std::find(names.begin(), names.end(), need) != names.end() && need != stage.name) continue;
        if (need == stage.name) return bad_input(fmt::format("stage '{}' needs itself", need));
        const auto close = nearest(need, names, 1);
        return bad_input(
            fmt::format("stage '{}' needs '{}', and no stage is called so{}", stage.name, need,
                        close.empty() ? "" : fmt::format("; did you mean '{}'?", close.front())));
      }
    }
    return Status::success();
  }

  std::size_t index_of(const std::string& name) const {
    const auto found =
        std::find_if(stages_.begin(), stages_.end(), [&](const Stage& s) { return s.name == name; });
    return static_cast<std::size_t>(found - stages_.begin());
  }

  void add_makers(std::size_t stage, const std::string& type, Sources& into) const {
    for (std::size_t o = 0; o < stages_[stage].outputs.size(); ++o) {
      if (stages_[stage].outputs[o] == type) into.push_back({stage, o});
    }
  }

  Sources named_makers(const Stage& stage, const std::string& type) const {
    Sources makers;
    for (const std::string& need : stage.needs) add_makers(index_of(need), type, makers);
    return makers;
  }

  Sources all_makers(std::size_t but, const std::string& type) const {
    Sources makers;
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      if (i != but) add_makers(i, type, makers);
    }
    return makers;
  }

  std::string names_of(const Sources& sources) const {
    std::vector<std::string> names;
    for (const StageSource& source : sources) names.push_back(quoted(stages_[source.stage].name));
    return fmt::format("{}", fmt::join(names, " and "));
  }

  /// Who supplies the `count` inputs of one type.
  Result<Sources> makers_for(std::size_t i, const std::string& type, std::size_t count) const {
    const Stage& stage = stages_[i];
    Sources named = named_makers(stage, type);
    const std::string what = count == 1 ? type : fmt::format("{} of {}", count, type);
    if (named.size() > count) {
      return bad_input(fmt::format("stage '{}' needs {}, and its needs name {} that make it: {}", stage.name,
                                   what, named.size(), names_of(named)));
    }
    if (named.size() == count) return named;
    const Sources all = all_makers(i, type);
    if (all.empty())
      return bad_input(fmt::format("stage '{}' needs {}, which no stage makes", stage.name, what));
    if (!named.empty() || (count > 1 && all.size() >= count)) {
      return bad_input(fmt::format("stage '{}' needs {}: name {} stages that make it in needs, in order",
                                   stage.name, what, count));
    }
    if (all.size() < count) {
      return bad_input(
          fmt::format("stage '{}' needs {}, and only {} makes it", stage.name, what, names_of(all)));
    }
    if (all.size() > 1) {
      return bad_input(fmt::format("stage '{}' needs {}, which {} make: name one in needs", stage.name, what,
                                   names_of(all)));
    }
    return all;
  }

  Result<Sources> wire(std::size_t i) const {
    const Stage& stage = stages_[i];
    std::map<std::string, Sources> makers;
    for (const std::string& type : stage.inputs) {
      if (makers.contains(type)) continue;
      const auto count = static_cast<std::size_t>(std::count(stage.inputs.begin(), stage.inputs.end(), type));
      RIDGELINE_TRY(found, makers_for(i, type, count));
      makers[type] = std::move(found);
    }
    for (const std::string& need : stage.needs) {
      const std::size_t named = index_of(need);
      const bool supplies = std::any_of(makers.begin(), makers.end(), [&](const auto& entry) {
        return std::any_of(entry.second.begin(), entry.second.end(),
                           [&](const StageSource& source) { return source.stage == named; });
      });
      if (!supplies) {
        return bad_input(fmt::format(
            "stage '{}' names '{}' in needs, which makes nothing that it takes ({})", stage.name, need,
            stage.inputs.empty() ? "it takes nothing" : fmt::format("{}", fmt::join(stage.inputs, ", "))));
      }
    }
    Sources sources;
    std::map<std::string, std::size_t> taken;
    for (const std::string& type : stage.inputs) sources.push_back(makers[type][taken[type]++]);
    return sources;
  }

  Status check_used() const {
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      const Stage& stage = stages_[i];
      if (stage.result || stage.outputs.empty()) continue;
      const bool used = std::any_of(wired_.begin(), wired_.end(), [&](const Sources& sources) {
        return std::any_of(sources.begin(), sources.end(),
                           [&](const StageSource& s) { return s.stage == i; });
      });
      if (!used) {
        return bad_input(
            fmt::format("stage '{}' makes {}, which no stage takes; take it, leave the stage out or "
                        "mark it as a result",
                        stage.name, fmt::join(stage.outputs, " and ")));
      }
    }
    return Status::success();
  }

  Result<std::vector<PlannedStage>> order() {
    state_.assign(stages_.size(), State::unseen);
    for (std::size_t i = 0; i < stages_.size(); ++i) RIDGELINE_CHECK(visit(i));
    return std::move(ordered_);
  }

  /// Depth first: what supplies a stage goes ahead of it. Pipelines are short, so recursion is not deep.
  Status visit(std::size_t i) {
    if (state_[i] == State::done) return Status::success();
    if (state_[i] == State::open) return cycle_at(i);
    state_[i] = State::open;
    path_.push_back(i);
    for (const StageSource& source : wired_[i]) RIDGELINE_CHECK(visit(source.stage));
    path_.pop_back();
    state_[i] = State::done;
    ordered_.push_back({i, wired_[i]});
    return Status::success();
  }

  Error cycle_at(std::size_t i) const {
    std::string text;
    for (auto at = std::find(path_.begin(), path_.end(), i); at != path_.end(); ++at)
      text += quoted(stages_[*at].name) + " needs ";
    return bad_input(fmt::format("stages need one another in a circle: {}{}", text, quoted(stages_[i].name)));
  }

  enum class State { unseen, open, done };
  const std::deque<Stage>& stages_;
  std::vector<Sources> wired_;
  std::vector<State> state_;
  std::vector<std::size_t> path_;
  std::vector<PlannedStage> ordered_;
};

}  // namespace

Result<std::vector<PlannedStage>> Pipeline::plan() const { return Planner(stages_).plan(); }

}  // namespace ridgeline
