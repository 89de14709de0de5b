#include "explore/tally.h"

#include <algorithm>
#include <bit>

namespace ridgeline::studies {

std::string error_kind(const Error& error) {
  std::string kind;
  bool in_number = false;
  char before = ' ';
  for (const char c : error.message) {
    const bool digit = c >= '0' && c <= '9';
    in_number = in_number ? digit || c == '.' : digit && before == ' ';
    if (!in_number) kind += c;
    if (in_number && before == ' ') kind += '#';
    before = c;
  }
  return kind;
}

Tally::Tally(const Study& study)
    : constraints(study.constraints.size()),
      devices(study.devices.size(), Archive(study.objectives.size())),
      without(study.constraints.size(), Archive(study.objectives.size())),
      top(study.top),
      objectives_(study.objectives.size()),
      device_axis_(static_cast<std::size_t>(
          std::find_if(study.axes.begin(), study.axes.end(),
                       [](const StudyAxis& a) { return a.kind == AxisKind::hardware; }) -
          study.axes.begin())) {}

void Tally::add(const Study& study, std::uint64_t index, const Digits& digits, const Evaluated& point) {
  if (point.fate == Fate::excluded) return add_excluded(1);
  if (point.fate != Fate::predicted) return add_errors(error_kind(point.error), point.error, index, 1);
  add_predicted(study, index, digits[device_axis_], point.values);
}

void Tally::add_errors(const std::string& kind, const Error& wrong, std::uint64_t index,
                       std::uint64_t points) {
  const bool size = wrong.kind == ErrorKind::infeasible;
  explored += points;
  (size ? does_not_fit : failed) += points;
  OfError& error = errors[kind];
  if (error.count == 0 || index < error.example) {
    error.example = index;
    error.message = wrong.message;
    error.does_not_fit = size;
  }
  error.count += points;
}

bool Tally::add_like(const std::string& kind, std::uint64_t index) {
  const auto found = errors.find(kind);
  if (found == errors.end() || index < found->second.example) return false;
  ++explored;
  ++(found->second.does_not_fit ? does_not_fit : failed);
  ++found->second.count;
  return true;
}

void Tally::add_predicted(const Study& study, std::uint64_t index, std::size_t device, const Values& values) {
  ++explored;
  const Standing standing = standing_of(study, values);
  std::uint32_t missing = 0;
  const Member member{index, 0, keys_of(study, values, missing)};
  const bool one_broken = std::has_single_bit(standing.broken);
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const bool broken = (standing.broken >> i & 1U) != 0;
    constraints[i].fell += broken;
    constraints[i].fell_alone += broken && one_broken && standing.untold == 0;
    constraints[i].untold += standing.untold >> i & 1U;
    if (broken && one_broken && standing.untold == 0 && missing == 0) without[i].add(member);
  }
  if (standing.broken != 0) {
    ++fell;
  } else if (standing.untold != 0) {
    ++untold;
  } else {
    ++feasible;
    if (missing != 0) {
      Partial& group = partial.try_emplace(missing, Partial{0, Archive(objectives_)}).first->second;
      ++group.count;
      group.archive.add(member);
    } else {
      devices[device].add(member);
    }
    if ((missing & 1U) == 0) top.add(member);
  }
}

void Tally::add(const Tally& other) {
  explored += other.explored;
  excluded += other.excluded;
  does_not_fit += other.does_not_fit;
  failed += other.failed;
  fell += other.fell;
  untold += other.untold;
  feasible += other.feasible;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    constraints[i].fell += other.constraints[i].fell;
    constraints[i].fell_alone += other.constraints[i].fell_alone;
    constraints[i].untold += other.constraints[i].untold;
    without[i].add(other.without[i]);
  }
  for (const auto& [kind, more] : other.errors) {
    const auto [found, is_new] = errors.try_emplace(kind, more);
    if (is_new) continue;
    found->second.count += more.count;
    if (more.example < found->second.example) {
      found->second.example = more.example;
      found->second.message = more.message;
      found->second.does_not_fit = more.does_not_fit;
    }
  }
  for (std::size_t i = 0; i < devices.size(); ++i) devices[i].add(other.devices[i]);
  for (const auto& [missing, more] : other.partial) {
    Partial& group = partial.try_emplace(missing, Partial{0, Archive(objectives_)}).first->second;
    group.count += more.count;
    group.archive.add(more.archive);
  }
  for (const Member& m : other.top.members()) top.add(m);
}

Archive Tally::front() const {
  Archive all(objectives_);
  for (const Archive& device : devices) all.add(device);
  return all;
}

}  // namespace ridgeline::studies
