#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include "../tests/support/coverage.h"
using namespace ridgeline;
using namespace ridgeline::coverage;
int main(int argc, char** argv) {
  const std::uint64_t trials = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 300;
  const char* only = argc > 2 ? argv[2] : "";
  RunComparison how;
  if (argc > 3) how.replicas = std::atoi(argv[3]);
  std::vector<Setting> settings{
      lognormals("iid-200", 200, 0, 1),
      lognormals("iid-2000", 2000, 0, 1),
      lognormals("ar-2000", 2000, 0.8, 1.05),
      lognormals("ar-10000", 10000, 0.8, 1.05),
      queues("mm1-2000", 2000, 0.7, 0.7, Arrivals::own),
      queues("mm1-10000", 10000, 0.7, 0.7, Arrivals::own),
      queues("mm1-50000", 50000, 0.7, 0.7, Arrivals::own),
      queues("mm1-shift-10000", 10000, 0.7, 0.72, Arrivals::own),
      queues("mm1-pair-10000", 10000, 0.7, 0.72, Arrivals::same),
  };
  for (const Setting& s : settings) {
    if (*only && !std::strstr(s.name.c_str(), only)) continue;
    std::vector<Covered> parts[2];
    std::thread other([&] { for (std::uint64_t i = 0; i < trials; i += 2) add_trial(s, 1000 + i, how, parts[0]); });
    for (std::uint64_t i = 1; i < trials; i += 2) add_trial(s, 1000 + i, how, parts[1]);
    other.join();
    for (std::size_t i = 0; i < parts[0].size(); ++i) {
      Covered c = parts[0][i]; const Covered& o = parts[1][i];
      c.trials += o.trials; c.given += o.given; c.covered += o.covered; c.covered_relative += o.covered_relative; c.shown += o.shown; c.width += o.width;
      std::printf("%-18s %-5s given %5.1f%% covered %5.1f rel %5.1f shown %5.1f width %.3f\n", s.name.c_str(), c.metric.c_str(), 100.0 * c.given / c.trials, 100 * c.share(), 100 * c.share_relative(), 100.0 * c.shown / c.given, c.width / c.given);
    }
    std::fflush(stdout);
  }
}
