#include "ridgeline/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "doctor/checks.h"
#include "folder.h"
#include "live/host/cpus.h"

namespace ridgeline::doctor {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const Finding& named(const Findings& findings, const std::string& name) {
  for (const Finding& finding : findings) {
    if (finding.name == name) return finding;
  }
  ADD_FAILURE() << "no finding " << name;
  static const Finding none;
  return none;
}

using Check = void (*)(const DoctorOptions&, Findings&);
Findings found_by(Check check, const DoctorOptions& options) {
  Findings findings;
  check(options, findings);
  return findings;
}

TEST(Doctor, WhatIsNotOkSaysWhatItCostsAndOnlyWhatIsRequiredFails) {
  Folder home;
  DoctorOptions options;
  options.data_dir = RIDGELINE_DATA_DIR;
  options.program = home.path("bin/ridgeline");
  options.this_machine = home.path("this-machine.yaml");
  options.store = home.path("runs.db");
  options.cache = home.path("cache");
  const Diagnosis diagnosis = diagnose(options);
  EXPECT_TRUE(diagnosis.works());
  EXPECT_THAT(diagnosis.date, ::testing::MatchesRegex("[0-9-]{10}T[0-9:]{8}Z"));
  for (const Finding& f : diagnosis.findings) {
    EXPECT_FALSE(f.found.empty()) << f.name;
    EXPECT_EQ(f.costs.empty(), f.health == Health::ok) << f.name;
    EXPECT_TRUE(f.health != Health::ok || f.remedy.empty()) << f.name;
  }
  EXPECT_EQ(named(diagnosis.findings, "probed machine").remedy, "ridgeline probe");
  EXPECT_FALSE(std::filesystem::exists(options.store));  // looking makes nothing
}

TEST(Doctor, ACatalogThatIsGoneOrBrokenFails) {
  Folder folder;
  DoctorOptions options;
  EXPECT_TRUE(named(found_by(check_installation, options), "catalog").required);
  options.data_dir = folder.path();
  folder.write("models/x.yaml", "id: x\nname: [\n");
  const Finding catalog = named(found_by(check_installation, options), "catalog");
  EXPECT_EQ(catalog.health, Health::missing);
  EXPECT_TRUE(catalog.required);
  Diagnosis diagnosis;
  EXPECT_TRUE(diagnosis.works());
  diagnosis.findings = {catalog};
  EXPECT_FALSE(diagnosis.works());
}

TEST(Doctor, DataThatOneCommandReadsIsMissedByName) {
  Folder folder;
  std::filesystem::copy(RIDGELINE_DATA_DIR, folder.path(), std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(folder.path("heat"));
  std::filesystem::remove_all(folder.path("missions"));
  DoctorOptions options;
  options.data_dir = folder.path();
  const Findings findings = found_by(check_installation, options);
  EXPECT_EQ(named(findings, "catalog").health, Health::ok);
  EXPECT_EQ(named(findings, "other data").found, "not there: heat, missions");
}

TEST(Doctor, AStoreThatIsNoneFailsAndIsLeftAlone) {
  Folder folder;
  DoctorOptions options;
  const std::string text = "not a database, and long enough to be read as one, it would seem";
  options.store = folder.write("runs.db", text);
  const Finding store = named(found_by(check_user, options), "store of runs");
  EXPECT_EQ(store.health, Health::missing);
  EXPECT_TRUE(store.required);
  EXPECT_THAT(store.remedy, StartsWith("mv "));
  EXPECT_EQ(std::filesystem::file_size(options.store), text.size());
}

TEST(Doctor, NoHomeMeansThatNothingIsKept) {
  const Findings findings = found_by(check_user, DoctorOptions());
  for (const char* name : {"store of runs", "pipeline cache"}) {
    EXPECT_EQ(named(findings, name).health, Health::limited) << name;
    EXPECT_FALSE(named(findings, name).required) << name;
  }
}

TEST(Doctor, AFileCanBeWrittenWhereTheNearestFolderCan) {
  Folder folder;
  EXPECT_TRUE(can_be_written(folder.path("not/there/yet.db")));
  const std::string file = folder.write("file", "");
  EXPECT_TRUE(can_be_written(file));
  EXPECT_FALSE(can_be_written(file + "/below/it.db"));
}

TEST(Doctor, AContainerShowsByItsMark) {
  Folder root;
  DoctorOptions options;
  options.root = root.path();
  options.proc = root.path("proc");
  EXPECT_THAT(named(found_by(check_processors, options), "isolation").found,
              ::testing::Not(HasSubstr("Docker")));
  root.write("proc/1/cgroup", "0::/kubepods/burstable/pod1\n");
  EXPECT_THAT(named(found_by(check_processors, options), "isolation").found, HasSubstr("in a container"));
  root.write(".dockerenv", "");
  EXPECT_THAT(named(found_by(check_processors, options), "isolation").found, HasSubstr("in Docker"));
}

TEST(Doctor, SensorsAreReadWhereTheyAre) {
  Folder sys;
  DoctorOptions options;
  options.sys = sys.path();
  options.proc = sys.path("proc");
  options.nvml = "no-such-library.so";
  Findings findings = found_by(check_sensors, options);
  for (const char* name : {"core clock", "temperature", "energy", "NVIDIA GPUs"})
    EXPECT_EQ(named(findings, name).health, Health::missing) << name;

  for (const int cpu : live::available_cpus()) {
    const std::string folder = "devices/system/cpu/cpu" + std::to_string(cpu) + "/cpufreq/";
    sys.write(folder + "scaling_cur_freq", "2000000\n");
    sys.write(folder + "scaling_governor", "powersave\n");
  }
  sys.write("class/thermal/thermal_zone0/temp", "41500\n");
  sys.write("class/powercap/intel-rapl:0/name", "package-0\n");  // and no counter that may be read
  sys.write("proc/driver/nvidia/version", "NVRM\n");
  findings = found_by(check_sensors, options);
  EXPECT_EQ(named(findings, "core clock").health, Health::limited);
  EXPECT_THAT(named(findings, "core clock").remedy, HasSubstr("performance"));
  EXPECT_EQ(named(findings, "temperature").found, "42 °C");
  EXPECT_EQ(named(findings, "energy").health, Health::limited);
  EXPECT_THAT(named(findings, "energy").remedy, HasSubstr("energy_uj"));
  EXPECT_EQ(named(findings, "NVIDIA GPUs").health, Health::limited);

  sys.write("class/powercap/intel-rapl:0/energy_uj", "1000\n");
  sys.write("class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
  EXPECT_EQ(named(found_by(check_sensors, options), "energy").found, "RAPL package-0");
}

TEST(Doctor, AProxyThatIsSetIsNamedAndChangesNothing) {
  setenv("ALL_PROXY", "socks5://127.0.0.1:1", 1);
  const Finding network = named(found_by(check_optional, DoctorOptions()), "network");
  unsetenv("ALL_PROXY");
  EXPECT_EQ(network.health, Health::ok);
  EXPECT_THAT(network.found, HasSubstr("ALL_PROXY"));
  EXPECT_THAT(network.found, ::testing::Not(HasSubstr("127.0.0.1")));  // it may hold a password
}

}  // namespace
}  // namespace ridgeline::doctor
