#include "endpoint/metrics.h"

#include <fmt/format.h>

namespace ridgeline::endpoint {
namespace {

class Text {
 public:
  /// The model as it may stand between quotes.
  explicit Text(const std::string& model) {
    for (const char c : model) {
      if (c == '"' || c == '\\') label_ += '\\';
      label_ += c == '\n' ? ' ' : c;
    }
    label_ = fmt::format("model_name=\"{}\"", label_);
  }

  void family(const char* name, const char* type, const char* help) {
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  void value(const std::string& name, double value, const std::string& more = "") {
    text_ += fmt::format("{}{{{}{}}} {}\n", name, label_, more, value);
  }
  void counter(const char* name, std::uint64_t count, const char* help) {
    family(name, "counter", help);
    value(name, static_cast<double>(count));
  }
  void gauge(const char* name, double at, const char* help) {
    family(name, "gauge", help);
    value(name, at);
  }
  void histogram(const std::string& name, const Buckets& buckets, const char* help) {
    family(name.c_str(), "histogram", help);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i <= buckets.bounds().size(); ++i) {
      sum += buckets.count(i);
      const bool last = i == buckets.bounds().size();
      value(name + "_bucket", static_cast<double>(sum),
            last ? ",le=\"+Inf\"" : fmt::format(",le=\"{}\"", buckets.bounds()[i]));
    }
    value(name + "_sum", buckets.sum());
    value(name + "_count", static_cast<double>(sum));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string label_, text_;
};

void add_lateness(Text& text, const LatencyHistogram& lateness) {
  const char* name = "ridgeline_token_lateness_seconds";
  text.family(name, "summary", "Real time from when the simulation has a token until it was sent.");
  if (lateness.count() > 0) {
    for (const double q : {0.5, 0.99})
      text.value(name, to_seconds(*lateness.quantile(q)).value(), fmt::format(",quantile=\"{}\"", q));
  }
  const double sum =
      lateness.count() > 0 ? lateness.mean()->value() * static_cast<double>(lateness.count()) : 0;
  text.value(std::string(name) + "_sum", sum);
  text.value(std::string(name) + "_count", static_cast<double>(lateness.count()));
  if (lateness.count() == 0) return;
  text.gauge("ridgeline_token_lateness_max_seconds", to_seconds(*lateness.max()).value(),
             "The greatest lateness so far.");
}

}  // namespace

std::string metrics_text(const Pacer::View& view, const LatencyHistogram& lateness, std::uint64_t turned_away,
                         const std::string& model) {
  Text text(model);
  const auto& load = view.load;
  text.gauge("vllm:num_requests_running", load.running, "Requests in the batches of all replicas.");
  text.gauge("vllm:num_requests_waiting", load.waiting, "Requests in the queues of all replicas.");
  text.gauge("vllm:kv_cache_usage_perc",
             static_cast<double>(load.blocks_used) / static_cast<double>(load.cache_blocks),
             "Share of the KV cache in use, 1 is all, over the replicas that decode.");
  text.counter("vllm:num_preemptions_total", view.counts.preemptions, "Preemptions.");
  text.counter("vllm:prompt_tokens_total", view.tally.prompt_tokens, "Tokens of prompts that got a token.");
  text.counter("vllm:generation_tokens_total", view.tally.output_tokens, "Tokens generated.");
  text.family("vllm:request_success_total", "counter", "Requests that completed.");
  text.value("vllm:request_success_total", static_cast<double>(view.tally.completed),
             ",finished_reason=\"length\"");
  text.histogram("vllm:time_to_first_token_seconds", view.tally.first_token,
                 "Simulated time to the first token.");
  text.histogram("vllm:inter_token_latency_seconds", view.tally.token, "Simulated time between tokens.");
  text.histogram("vllm:e2e_request_latency_seconds", view.tally.request, "Simulated time of requests.");
  text.counter("ridgeline_requests_refused_total", view.counts.refused, "Refused by a full queue: 429.");
  text.counter("ridgeline_requests_timed_out_total", view.counts.timed_out, "Gave up waiting: 504.");
  text.counter("ridgeline_requests_cancelled_total", view.counts.cancelled, "The client went away.");
  text.counter("ridgeline_requests_turned_away_total", turned_away, "Beyond the server's own limit: 503.");
  add_lateness(text, lateness);
  return text.take();
}

}  // namespace ridgeline::endpoint
