#include <cstring>
#include <type_traits>

#include "explore/tally.h"

namespace ridgeline::studies {
namespace {

class Packer {
 public:
  template <class T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put(const std::string& text) {
    put(std::uint64_t{text.size()});
    bytes_ += text;
  }
  void put(const std::vector<Member>& members) {
    put(std::uint64_t{members.size()});
    for (const Member& m : members) put(m);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// After the first value that is not there, `good` is false and every value is zero.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}
  template <class T>
  T get() {
    T value{};
    good = good && bytes_.size() >= sizeof value;
    if (!good) return value;
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  std::string text() {
    const auto size = get<std::uint64_t>();
    good = good && bytes_.size() >= size;
    if (!good) return {};
    std::string value(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return value;
  }
  template <class Kept>
  void members(Kept& into) {
    for (auto n = get<std::uint64_t>(); good && n > 0; --n) {
      const auto member = get<Member>();
      if (good) into.add(member);
    }
  }
  bool at_end() const { return bytes_.empty(); }
  bool good = true;

 private:
  std::string_view bytes_;
};

template <class T, class Visit>
void visit_counts(T& tally, Visit&& visit) {
  for (auto* count : {&tally.explored, &tally.excluded, &tally.does_not_fit, &tally.failed, &tally.fell,
                      &tally.untold, &tally.feasible})
    visit(*count);
  for (auto& c : tally.constraints) {
    visit(c.fell);
    visit(c.fell_alone);
    visit(c.untold);
  }
}

}  // namespace

std::string pack(const Tally& tally) {
  Packer out;
  visit_counts(tally, [&](std::uint64_t count) { out.put(count); });
  for (const Archive& archive : tally.without) out.put(archive.members());
  for (const Archive& archive : tally.devices) out.put(archive.members());
  out.put(std::uint64_t{tally.errors.size()});
  for (const auto& [kind, e] : tally.errors) {
    out.put(kind);
    out.put(e.does_not_fit);
    out.put(e.count);
    out.put(e.example);
    out.put(e.message);
  }
  out.put(std::uint64_t{tally.partial.size()});
  for (const auto& [missing, group] : tally.partial) {
    out.put(missing);
    out.put(group.count);
    out.put(group.archive.members());
  }
  out.put(tally.top.members());
  return out.take();
}

Result<Tally> unpack(const Study& study, std::string_view bytes) {
  Unpacker in(bytes);
  Tally tally(study);
  visit_counts(tally, [&](std::uint64_t& count) { count = in.get<std::uint64_t>(); });
  for (Archive& archive : tally.without) in.members(archive);
  for (Archive& archive : tally.devices) in.members(archive);
  for (auto n = in.get<std::uint64_t>(); in.good && n > 0; --n) {
    Tally::OfError& e = tally.errors[in.text()];
    e.does_not_fit = in.get<bool>();
    e.count = in.get<std::uint64_t>();
    e.example = in.get<std::uint64_t>();
    e.message = in.text();
  }
  for (auto n = in.get<std::uint64_t>(); in.good && n > 0; --n) {
    Tally::Partial group{0, Archive(study.objectives.size())};
    const auto missing = in.get<std::uint32_t>();
    group.count = in.get<std::uint64_t>();
    in.members(group.archive);
    tally.partial.emplace(missing, group);
  }
  in.members(tally.top);
  if (!in.good || !in.at_end()) return bad_input("what another process says of its points is not whole");
  return tally;
}

}  // namespace ridgeline::studies
