// A decode step of Llama 3.1 8B on two devices: `predict FOLDER`, FOLDER the catalog (data of this
// repository).
#include <cstdio>

#include "ridgeline/catalog.h"
#include "ridgeline/engine.h"

namespace {

using namespace ridgeline;

Status print_steps(const char* folder) {
  RIDGELINE_TRY(catalog, Catalog::load(folder));
  RIDGELINE_TRY(model, catalog.model("llama-3.1-8b"));
  for (const char* name : {"a100", "h100"}) {
    RIDGELINE_TRY(device, catalog.hardware(name));
    const auto half_of_peak = Calibration::textbook(0.5, Seconds(0.1e-3));
    RIDGELINE_TRY(profile, predict(*model, *device, PrecisionPlan::uniform(Precision::fp16),
                                   StepShape::decode(16, 1000), half_of_peak));
    std::printf("%s: %.2f ms, %s\n", device->id.c_str(), profile.latency.value() * 1e3,
                profile.footprint.fits() ? "fits" : "does not fit");
  }
  return Status::success();
}

}  // namespace

int main(int count, char** arguments) {
  const Status done = print_steps(count > 1 ? arguments[1] : "data");
  if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return done ? 0 : 2;
}
