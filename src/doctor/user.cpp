// What this user keeps: runs, the probed machine, the cache of pipelines; and how output is shown.

#include <fmt/format.h>
#include <langinfo.h>
#include <locale.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "doctor/checks.h"
#include "live/host/machine.h"
#include "ridgeline/catalog.h"
#include "ridgeline/store.h"

namespace ridgeline::doctor {
namespace {

namespace fs = std::filesystem;

constexpr const char* set_a_home = "export XDG_DATA_HOME=/a/folder/of/yours";

Finding of_user(std::string name) { return {.area = "this user", .name = std::move(name)}; }

bool is_there(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Finding not_kept(Finding finding, std::string found, std::string remedy) {
  finding.health = Health::limited;
  finding.found = std::move(found);
  finding.costs = "runs and studies are not kept; bench needs --no-save";
  finding.remedy = std::move(remedy);
  return finding;
}

Finding store_finding(const DoctorOptions& options) {
  Finding finding = of_user("store of runs");
  const std::string& path = options.store;
  if (path.empty()) return not_kept(finding, "no home folder, and RIDGELINE_STORE is not set", set_a_home);
  if (!is_there(path)) {
    if (!can_be_written(path))
      return not_kept(finding, fmt::format("{} cannot be made", path), "export RIDGELINE_STORE=FILE");
    finding.found = fmt::format("none yet; the first kept run makes {}", path);
    return finding;
  }
  StoreOptions reading;
  reading.path = path;
  reading.access = StoreOptions::Access::read;
  reading.patience = std::chrono::milliseconds(500);
  const auto store = RunStore::open(reading);
  const auto lines = store ? store->list() : Result<std::vector<RunLine>>(store.error());
  if (!lines) {
    finding.health = Health::missing;
    finding.required = true;
    finding.found = lines.error().message;
    finding.costs = "kept runs cannot be read, and no run can be kept there";
    finding.remedy = fmt::format("mv {0} {0}.broken", path);
    return finding;
  }
  std::error_code ignored;
  const auto size = fs::file_size(path, ignored);
  finding.found = fmt::format("{} runs, {:.1f} MB in {}", lines->size(),
                              1e-6 * static_cast<double>(ignored ? 0 : size), path);
  if (!can_be_written(path) || access(fs::path(path).parent_path().c_str(), W_OK) != 0)
    return not_kept(finding, finding.found + ", which cannot be written", "export RIDGELINE_STORE=FILE");
  return finding;
}

std::optional<long> days_since(const std::string& date) {
  int year = 0;
  unsigned month = 0, day = 0;
  if (std::sscanf(date.c_str(), "%d-%u-%u", &year, &month, &day) != 3) return std::nullopt;
  using namespace std::chrono;
  const auto then = sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
  return (floor<days>(system_clock::now()) - then).count();
}

Finding not_probed(Finding finding, Health health, std::string found, std::string costs) {
  finding.health = health;
  finding.found = std::move(found);
  finding.costs = std::move(costs);
  finding.remedy = "ridgeline probe";
  return finding;
}

Finding machine_finding(const DoctorOptions& options) {
  constexpr long old_after_days = 90;
  Finding finding = of_user("probed machine");
  const std::string& path = options.this_machine;
  if (path.empty() || !is_there(path)) {
    Finding none = not_probed(finding, Health::missing, "not probed",
                              "no predictions for `this-machine`; audit --here probes by itself");
    if (path.empty()) none.remedy = set_a_home;
    return none;
  }
  const auto hardware = read_hardware(path);
  if (!hardware) {
    Finding bad =
        not_probed(finding, Health::missing, hardware.error().message, "the catalog is not read with it");
    bad.required = true;
    bad.remedy = fmt::format("rm {} && ridgeline probe", path);
    return bad;
  }
  const std::string date = hardware->memory.bandwidth ? hardware->memory.bandwidth->provenance.date : "";
  const auto age = days_since(date);
  finding.found =
      fmt::format("{}, probed {}{}", hardware->name, date,
                  age ? fmt::format(" ({} {} ago)", *age, *age == 1 ? "day" : "days") : std::string());
  if (const std::string now = live::describe_machine().cpu; !hardware->name.starts_with(now))
    return not_probed(finding, Health::limited, finding.found,
                      fmt::format("it is another machine's: this one is {}", now));
  if (!age || *age > old_after_days)
    return not_probed(finding, Health::limited, finding.found,
                      "kernel, firmware or neighbours may have changed since");
  return finding;
}

Finding cache_finding(const DoctorOptions& options) {
  Finding finding = of_user("pipeline cache");
  finding.found = options.cache.empty() ? "no home folder" : options.cache;
  if (options.cache.empty() || !can_be_written(options.cache)) {
    finding.health = Health::limited;
    finding.found += options.cache.empty() ? "" : " cannot be written";
    finding.costs = "run PIPELINE does every stage again";
    finding.remedy = "export XDG_CACHE_HOME=/a/folder/of/yours";
  }
  return finding;
}

Finding terminal_finding(const DoctorOptions& options) {
  Finding finding = of_user("output");
  const locale_t locale = newlocale(LC_CTYPE_MASK, "", locale_t{});
  const std::string codes = locale ? nl_langinfo_l(CODESET, locale) : "unknown locale";
  if (locale) freelocale(locale);
  finding.found = fmt::format("{}, {} colour", codes, options.colour ? "with" : "without");
  if (codes != "UTF-8") {
    finding.health = Health::limited;
    finding.costs = "signs such as µ and ─ may be shown as others";
    finding.remedy = "export LC_ALL=C.UTF-8";
  }
  return finding;
}

}  // namespace

bool can_be_written(const std::string& path) {
  fs::path at(path);
  while (!is_there(at.string())) {
    if (!at.has_relative_path()) return false;
    at = at.has_parent_path() ? at.parent_path() : fs::path(".");
  }
  std::error_code ignored;
  const bool can_hold = at == fs::path(path) || fs::is_directory(at, ignored);
  return can_hold && access(at.c_str(), W_OK) == 0;
}

void check_user(const DoctorOptions& options, Findings& findings) {
  findings.push_back(store_finding(options));
  findings.push_back(machine_finding(options));
  findings.push_back(cache_finding(options));
  findings.push_back(terminal_finding(options));
}

}  // namespace ridgeline::doctor
