#include <fmt/format.h>

#include "report/format.h"
#include "report/json_parts.h"
#include "report/prediction_sheets.h"

namespace ridgeline::report {
namespace {

std::string worker(const Worker& w) { return fmt::format("{} x {}", w.replicas, show(w.parallelism)); }

Json to_json(const TimeEstimate& e) {
  Json json = {{"seconds", number(e.value)}, {"interval_seconds", Json()}};
  if (e.interval) json["interval_seconds"] = {number(e.interval->first), number(e.interval->second)};
  return json;
}

Json to_json(const Worker& w) {
  return {{"replicas", w.replicas}, {"parallelism", report::to_json(w.parallelism)}};
}

}  // namespace

Sheet prediction_sheet(const ServingPoint& point, const ServingPrediction& p) {
  Sheet sheet(fmt::format("{} on {} x {}: {:g} users, {} tokens in, {} out, {} calibration", p.decode.model,
                          p.devices, p.decode.hardware, point.concurrency, point.isl, point.osl,
                          to_string(p.decode.calibration.kind)),
              22);
  const auto line = [&](std::string_view label, std::string value) { sheet.line(label, std::move(value)); };
  if (point.prefill) line("prompts computed by", worker(*point.prefill));
  line(point.prefill ? "decoded by" : "served by", worker(point.worker));
  line("TTFT, mean", with_90(p.ttft.value, p.ttft.interval));
  line("TPOT, mean", with_90(p.tpot.value, p.tpot.interval));
  line("requests", plain(p.requests.value()) + " /s");
  line("tokens per device", plain(p.tokens_per_device.value()) + " /s");
  line("tokens per user", plain(p.tokens_per_user.value()) + " /s");
  line("bound by", std::string(to_string(p.limit)));
  line("one decode step", fmt::format("{} of {:.4g} sequences a rank", show(p.step), p.running));
  line("one prompt", show(p.prompt));
  if (!point.prefill) line("time on prompts", percent(p.prompt_share));
  line("memory holds", fmt::format("{:.4g} sequences a rank", p.largest_batch));
  line("memory of one device",
       fmt::format("{} of {} (weights {}, KV cache {}, activations {})", show(p.footprint.total()),
                   show(p.footprint.capacity), show(p.footprint.weights), show(p.footprint.kv_cache),
                   show(p.footprint.activations)));
  line("calibration", show(p.decode.calibration.provenance));
  return sheet;
}

std::string text(const ServingPoint& point, const ServingPrediction& p) {
  return prediction_sheet(point, p).text();
}
std::string markdown(const ServingPoint& point, const ServingPrediction& p) {
  return prediction_sheet(point, p).markdown();
}

std::string json(const ServingPoint& point, const ServingPrediction& p) {
  Json prefill = Json();
  if (point.prefill) prefill = to_json(*point.prefill);
  return document(
      "ridgeline.serving/1",
      {{"isl", point.isl},
       {"osl", point.osl},
       {"concurrency", number(point.concurrency)},
       {"requests_per_user", point.requests_per_user > 0 ? number(point.requests_per_user) : Json()},
       {"worker", to_json(point.worker)},
       {"prefill", prefill},
       {"devices", p.devices},
       {"ttft", to_json(p.ttft)},
       {"tpot", to_json(p.tpot)},
       {"requests_per_second", number(p.requests)},
       {"tokens_per_second_per_device", number(p.tokens_per_device)},
       {"tokens_per_second_per_user", number(p.tokens_per_user)},
       {"bound_by", to_string(p.limit)},
       {"decode_step_seconds", number(p.step)},
       {"prompt_seconds", number(p.prompt)},
       {"prompt_share", number(p.prompt_share)},
       {"running", number(p.running)},
       {"largest_batch", number(p.largest_batch)},
       {"footprint", report::to_json(p.footprint)},
       {"decode", report::to_json(p.decode)}});
}

}  // namespace ridgeline::report
