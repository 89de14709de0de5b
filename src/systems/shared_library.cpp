// A shared library with the C interface of sut_abi.h as a system under test.

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "ridgeline/sut_abi.h"
#include "ridgeline/systems.h"
#include "systems/lengths_of.h"

namespace ridgeline {
namespace {

using namespace systems;

/// What a library exports.
struct Functions {
  decltype(&ridgeline_sut_create) create = nullptr;
  decltype(&ridgeline_sut_destroy) destroy = nullptr;
  decltype(&ridgeline_sut_name) name = nullptr;
  decltype(&ridgeline_sut_issue) issue = nullptr;
  decltype(&ridgeline_sut_flush) flush = nullptr;
};

template <class F>
bool find(void* library, const char* name, F& function) {
  function = reinterpret_cast<F>(dlsym(library, name));
  return function != nullptr;
}

CompletionSink& sink_of(void* context) { return *static_cast<CompletionSink*>(context); }

ridgeline_sut_sink callbacks(CompletionSink& sink) {
  ridgeline_sut_sink c{};
  c.context = &sink;
  c.first_token = [](void* context, std::uint64_t query) { sink_of(context).first_token(query); };
  c.token_gap = [](void* context, std::uint64_t gap) {
    sink_of(context).token_gap(
        Nanoseconds(static_cast<std::int64_t>(std::min<std::uint64_t>(gap, INT64_MAX))));
  };
  c.complete = [](void* context, std::uint64_t query, std::uint32_t samples, std::uint32_t tokens) {
    sink_of(context).complete(query, samples, tokens);
  };
  c.fail = [](void* context, std::uint64_t query, std::uint32_t samples, const char* kind) {
    sink_of(context).fail(query, samples, kind != nullptr && *kind != 0 ? kind : "error");
  };
  return c;
}

class SharedLibrarySystem final : public SystemUnderTest {
 public:
  SharedLibrarySystem(const Functions& functions, ridgeline_sut* system, const Schedule& schedule)
      : functions_(functions), system_(system), schedule_(schedule) {
    const char* name = functions_.name(system_);
    name_ = name != nullptr ? name : "";
  }
  ~SharedLibrarySystem() override { functions_.destroy(system_); }
  SharedLibrarySystem(const SharedLibrarySystem&) = delete;
  SharedLibrarySystem& operator=(const SharedLibrarySystem&) = delete;

  std::string name() const override { return name_.empty() ? "a shared library" : name_; }

  void issue(const Query& query, CompletionSink& sink) override {
    const std::lock_guard lock(mutex_);
    input_.clear();
    output_.clear();
    if (!schedule_.lengths.empty()) {
      for (const TokenLengths& l : lengths_of(schedule_, query)) {
        input_.push_back(l.input);
        output_.push_back(l.output);
      }
    }
    ridgeline_sut_query passed{};
    passed.id = query.id;
    passed.samples = query.samples;
    passed.input_tokens = input_.empty() ? nullptr : input_.data();
    passed.output_tokens = output_.empty() ? nullptr : output_.data();
    // A map, so that those that were handed out stay where they are.
    const auto found = sinks_.try_emplace(&sink, callbacks(sink)).first;
    functions_.issue(system_, &passed, &found->second);
  }

  void flush() override {
    const std::lock_guard lock(mutex_);
    functions_.flush(system_);
  }

 private:
  const Functions functions_;
  ridgeline_sut* system_;
  const Schedule& schedule_;
  std::string name_;
  std::mutex mutex_;  ///< the library is promised one call at a time
  std::map<CompletionSink*, ridgeline_sut_sink> sinks_;
  std::vector<std::uint32_t> input_, output_;
};

Result<Functions> load(const std::string& path) {
  // A name without a slash would be looked for in the system's folders.
  const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return unavailable(dlerror());
  decltype(&ridgeline_sut_abi_version) version = nullptr;
  if (!find(library, "ridgeline_sut_abi_version", version)) {
    return bad_input(fmt::format(
        "{}: no ridgeline_sut_abi_version(); a system under test has the functions of sut_abi.h", path));
  }
  if (const std::uint32_t theirs = version(); theirs != RIDGELINE_SUT_ABI_VERSION) {
    return bad_input(
        fmt::format("{}: made for version {} of sut_abi.h, and this program has {}; compile it anew", path,
                    theirs, RIDGELINE_SUT_ABI_VERSION));
  }
  Functions f;
  const char* missing = nullptr;
  if (!find(library, "ridgeline_sut_create", f.create)) missing = "ridgeline_sut_create";
  if (!find(library, "ridgeline_sut_destroy", f.destroy)) missing = "ridgeline_sut_destroy";
  if (!find(library, "ridgeline_sut_name", f.name)) missing = "ridgeline_sut_name";
  if (!find(library, "ridgeline_sut_issue", f.issue)) missing = "ridgeline_sut_issue";
  if (!find(library, "ridgeline_sut_flush", f.flush)) missing = "ridgeline_sut_flush";
  if (missing != nullptr) {
    return bad_input(
        fmt::format("{}: no {}(); a system under test has all functions of sut_abi.h", path, missing));
  }
  return f;
}

}  // namespace

Result<std::unique_ptr<SystemUnderTest>> make_shared_library_system(const SharedLibraryOptions& options,
                                                                    const Schedule& schedule) {
  RIDGELINE_TRY(functions, load(options.path));
  char error[256] = "";
  ridgeline_sut* system = functions.create(options.options.c_str(), error, sizeof error);
  error[sizeof error - 1] = 0;
  if (system == nullptr)
    return bad_input(fmt::format("{}: {}", options.path, *error != 0 ? error : "it cannot be set up"));
  return std::unique_ptr<SystemUnderTest>(std::make_unique<SharedLibrarySystem>(functions, system, schedule));
}

}  // namespace ridgeline
