// Prints the seconds of one decode step at fp16 on an ideal device: consumer CATALOG_DIR MODEL HARDWARE.

#include <ridgeline/catalog.h>
#include <ridgeline/engine.h>

#include <cstdio>

int main(int argc, char** argv) {
  using namespace ridgeline;
  if (argc != 4) return 2;
  const auto catalog = Catalog::load(argv[1]);
  if (!catalog) return std::fprintf(stderr, "%s\n", catalog.error().message.c_str()), 2;
  const auto model = catalog->model(argv[2]);
  const auto hardware = catalog->hardware(argv[3]);
  if (!model || !hardware) return std::fprintf(stderr, "no such model or device\n"), 2;
  const auto profile = predict(**model, **hardware, PrecisionPlan::uniform(Precision::fp16),
                               StepShape::decode(1, 0), Calibration::ideal());
  if (!profile) return std::fprintf(stderr, "%s\n", profile.error().message.c_str()), 2;
  std::printf("%.17g\n", profile->latency.value());
}
