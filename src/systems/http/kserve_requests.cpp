#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/random.h"
#include "systems/http/requests.h"
#include "systems/http/tensors.h"

namespace ridgeline::http {
namespace {

using Json = nlohmann::json;

constexpr std::size_t distinct = 4;  // bodies of a size, so that an answer is not simply the last one
constexpr double most_bytes = 1e9;   // of all bodies

struct Body {
  std::string bytes, header;
};

Body make_body(const std::vector<Tensor>& inputs, std::uint32_t samples, bool binary, RandomStream& random) {
  std::string list, bytes;
  for (const Tensor& input : inputs) {
    std::string entry = fmt::format(R"({{"name":{},"shape":{},"datatype":"{}")", Json(input.name).dump(),
                                    Json(input.shape_of(samples)).dump(), to_string(input.type));
    if (binary) {
      const std::size_t before = bytes.size();
      add_binary(input, samples, random, bytes);
      entry += fmt::format(R"(,"parameters":{{"binary_data_size":{}}}}})", bytes.size() - before);
    } else {
      entry += ",\"data\":";
      add_json(input, samples, random, entry);
      entry += '}';
    }
    list += list.empty() ? entry : "," + entry;
  }
  Body body;
  body.bytes = "{\"inputs\":[" + list + "]";
  if (binary) body.bytes += R"(,"parameters":{"binary_data_output":true})";
  body.bytes += '}';
  if (binary) body.header = fmt::format("Inference-Header-Content-Length: {}", body.bytes.size());
  body.bytes += bytes;
  return body;
}

class KserveRequests final : public Requests {
 public:
  KserveRequests(std::vector<Tensor> inputs, std::uint32_t samples_per_request, bool binary,
                 std::uint64_t seed)
      : inputs_(std::move(inputs)),
        samples_(samples_per_request),
        binary_(binary),
        random_(seed, "tensors") {}

  std::uint32_t samples_per_request() const override { return samples_; }
  Asked write(const Which& which, std::string& into) const override {
    const auto& bodies = of_size(which.samples);
    into = bodies[(which.query + which.sample) % bodies.size()].bytes;
    return {};
  }
  void write_check(std::string& into) const override { into = of_size(samples_).front().bytes; }
  /// Bodies of a size have the same.
  std::string header(std::uint32_t samples) const override { return of_size(samples).front().header; }

  /// Made once; later only for a warm-up with queries of another size.
  const std::vector<Body>& of_size(std::uint32_t samples) const {
    const std::lock_guard lock(mutex_);
    auto& bodies = bodies_[samples];
    while (bodies.size() < distinct) bodies.push_back(make_body(inputs_, samples, binary_, random_));
    return bodies;
  }

 private:
  const std::vector<Tensor> inputs_;
  const std::uint32_t samples_;
  const bool binary_;
  mutable std::mutex mutex_;
  mutable RandomStream random_;
  mutable std::map<std::uint32_t, std::vector<Body>> bodies_;
};

}  // namespace

Result<std::unique_ptr<Requests>> make_kserve_requests(const HttpOptions& options, const Schedule& schedule,
                                                       std::string_view metadata) {
  RIDGELINE_TRY(inputs, read_signature(metadata, options.input_shapes));
  if (!options.binary_tensors) {
    for (const Tensor& input : inputs) {
      if (!has_json_form(input.type)) {
        return bad_input(fmt::format("input '{}' is {}, which JSON has no form for; use --binary-tensors",
                                     input.name, to_string(input.type)));
      }
    }
  }
  const bool batches = std::all_of(inputs.begin(), inputs.end(), [](const Tensor& t) { return t.batched; });
  const bool offline = schedule.scenario.kind == ScenarioKind::offline;
  std::uint32_t samples = options.request_samples > 0 ? options.request_samples
                          : offline                   ? 1
                                                      : schedule.samples;
  if (!batches && options.request_samples > 1)
    return bad_input("request-samples: the model's inputs have no open first dimension for a batch");
  samples = batches ? std::min(samples, schedule.samples) : 1;

  double elements = 0;
  for (const Tensor& input : inputs) elements += input.elements(samples);
  if (elements * 8 * distinct > most_bytes) {
    return bad_input(fmt::format(
        "a request would have {:.3g} numbers, which is too many; lower request-samples", elements));
  }
  auto requests = std::make_unique<KserveRequests>(std::move(inputs), samples, options.binary_tensors,
                                                   schedule.scenario.seed);
  requests->of_size(samples);
  if (schedule.samples % samples > 0) requests->of_size(schedule.samples % samples);
  return std::unique_ptr<Requests>(std::move(requests));
}

}  // namespace ridgeline::http
