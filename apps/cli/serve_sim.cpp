#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "app.h"
#include "base/text.h"
#include "continuous_flags.h"
#include "options.h"
#include "print.h"
#include "ridgeline/endpoint.h"

namespace ridgeline::cli {
namespace {

constexpr auto look_every = std::chrono::milliseconds(50);

struct ServeSimFlags {
  std::string model, hardware;
  DeploymentFlags deployment;
  DisturbanceFlags disturbance;
  ContinuousFlags continuous;
  EndpointOptions endpoint;
  TokenLengths lengths{1024, 256};
  std::uint32_t longest = 8192, replicas = 1;
  std::uint64_t seed = 1;
  std::string run_for;
};

Result<ContinuousSystem> make_system(const Context& context, const ServeSimFlags& flags) {
  if (std::uint64_t{flags.lengths.input} + flags.lengths.output > flags.longest) {
    return bad_input(fmt::format("--max-model-len is {}; must be at least --isl and --osl together, {}",
                                 flags.longest, std::uint64_t{flags.lengths.input} + flags.lengths.output));
  }
  RIDGELINE_TRY(disturbance, flags.disturbance.disturbance(context));
  return flags.continuous.open_system(context, flags.model, flags.hardware, flags.deployment, flags.lengths,
                                      flags.longest, flags.replicas, disturbance, flags.seed);
}

std::string show(const std::optional<Estimate>& estimate) {
  return estimate ? ridgeline::show(Seconds(estimate->value)) : "unknown";
}

std::string show(const LatencyHistogram& lateness) {
  if (lateness.count() == 0) return "unknown";
  const auto show = [](std::optional<Nanoseconds> t) { return ridgeline::show(to_seconds(*t)); };
  return fmt::format("P50 {}, P99 {}, max {}", show(lateness.quantile(0.5)), show(lateness.quantile(0.99)),
                     show(lateness.max()));
}

void print_text(const EndpointReport& r, const Summary& s) {
  print_out("  requests        {}: {} completed, {} refused, {} gave up waiting, {} left by their clients\n",
            r.counts.issued, r.counts.completed, r.counts.refused, r.counts.timed_out, r.counts.cancelled);
  print_out("  not simulated   {} beyond --max-requests, {} malformed\n", r.turned_away, r.malformed);
  print_out("  tokens          {} in, {} out\n", r.prompt_tokens, r.output_tokens);
  if (s.queries > 0) {
    print_out("  simulated       TTFT P50 {}, P99 {}; latency P50 {}, P99 {}\n", show(s.ttft_p50),
              show(s.ttft_p99), show(s.p50), show(s.p99));
  }
  print_out("  token lateness  {}\n", show(r.lateness));
}

void print_json(const EndpointReport& r, const Summary& s) {
  using nlohmann::json;
  const auto value = [](const std::optional<Estimate>& e) { return e ? json(e->value) : json(); };
  const auto late = [&](double p) {
    return r.lateness.count() == 0 ? json() : json(to_seconds(*r.lateness.quantile(p)).value());
  };
  json out{{"issued", r.counts.issued},        {"completed", r.counts.completed},
           {"refused", r.counts.refused},      {"timed_out", r.counts.timed_out},
           {"cancelled", r.counts.cancelled},  {"turned_away", r.turned_away},
           {"malformed", r.malformed},         {"prompt_tokens", r.prompt_tokens},
           {"output_tokens", r.output_tokens}, {"preemptions", r.counts.preemptions},
           {"ttft_p50", value(s.ttft_p50)},    {"ttft_p99", value(s.ttft_p99)},
           {"latency_p50", value(s.p50)},      {"latency_p99", value(s.p99)},
           {"lateness_p50", late(0.5)},        {"lateness_p99", late(0.99)}};
  out["lateness_max"] = r.lateness.count() == 0 ? json() : json(to_seconds(*r.lateness.max()).value());
  print_out("{}\n", out.dump(2));
}

int serve(const Context& context, const ServeSimFlags& flags) {
  std::optional<Seconds> run_for;
  if (!flags.run_for.empty()) {
    const auto parsed = parse_duration(flags.run_for, "--for");
    if (!parsed) return fail(parsed.error());
    run_for = *parsed;
  }
  auto system = make_system(context, flags);
  if (!system) return fail(system.error());
  const std::string name = system->name;
  const auto endpoint = start_endpoint(*std::move(system), flags.endpoint);
  if (!endpoint) return fail(endpoint.error());
  const std::atomic<bool>& stop = stop_flag();
  if (!context.json) {
    print_out(
        "{} on {}, simulated, {} time: http://{}:{}/v1\n", flags.model, name,
        flags.endpoint.time_scale == 1 ? "real" : fmt::format("{:g} times real", flags.endpoint.time_scale),
        flags.endpoint.host, (*endpoint)->port());
    std::fflush(stdout);
  } else {
    progress(fmt::format("http://{}:{}/v1", flags.endpoint.host, (*endpoint)->port()));
  }
  const auto end = std::chrono::steady_clock::now() + to_nanoseconds(run_for.value_or(Seconds(0)));
  while (!stop && (!run_for || std::chrono::steady_clock::now() < end))
    std::this_thread::sleep_for(look_every);
  const EndpointReport report = (*endpoint)->stop();
  const Summary summary = summarize(report.run);
  if (context.json)
    print_json(report, summary);
  else
    print_text(report, summary);
  return exit_fine;
}

}  // namespace

void add_serve_sim(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ServeSimFlags>();
  CLI::App* command = add_command(
      app, context, "serve-sim",
      "An OpenAI-compatible HTTP server that answers when the simulated system would",
      "  ridgeline serve-sim llama-3.1-8b h100-sxm-80gb --precision fp8 --stack vllm --port 8000\n"
      "  ridgeline serve-sim llama-3.1-70b h100 --precision fp8 --tp 4 --stack vllm --replicas 2 --router "
      "least-outstanding\n"
      "  ridgeline serve-sim llama-3.1-8b l4 --precision fp8 --max-waiting 64 --timeout 30s --time-scale 10\n"
      "Ctrl-C ends it with a summary.",
      [&context, flags] { return serve(context, *flags); });
  command->add_option("model", flags->model, "Model id or alias")->required();
  command->add_option("hardware", flags->hardware, "Device id or alias")->required();
  command->add_option("--host", flags->endpoint.host, "Address to listen on")->capture_default_str();
  command
      ->add_option("--port", flags->endpoint.port, "Port to listen on; 0: one that is free, which is printed")
      ->check(CLI::Range(0, 65535))
      ->default_val(8000);
  command->add_option("--served-model-name", flags->endpoint.model,
                      "As clients name the model; default its id");
  command->add_option("--time-scale", flags->endpoint.time_scale, "Simulated seconds in a second")
      ->check(CLI::Range(0.001, 1000.0))
      ->capture_default_str();
  command
      ->add_option("--max-requests", flags->endpoint.most_requests, "Answered at once; more are answered 503")
      ->check(CLI::Range(1U, 4096U))
      ->capture_default_str();
  command->add_option("--max-model-len", flags->longest, "Tokens of the longest request, prompt and output")
      ->check(CLI::Range(2U, 1U << 24U))
      ->capture_default_str();
  command->add_option("--isl", flags->lengths.input, "Prompt length at which costs are exact")
      ->check(CLI::Range(1U, 1U << 24U))
      ->capture_default_str();
  command->add_option("--osl", flags->lengths.output, "Output length of requests without max_tokens")
      ->check(CLI::Range(1U, 1U << 24U))
      ->capture_default_str();
  command->add_option("--seed", flags->seed, "Of interference, router and classes")->capture_default_str();
  command->add_option("--for", flags->run_for, "End after this time; default Ctrl-C");
  flags->deployment.add_to(*command);
  flags->disturbance.add_to(*command);
  flags->continuous.add_to(*command, ContinuousFlags::When::always);
  command->add_option("--replicas", flags->replicas, "Engines behind the router")
      ->check(CLI::Range(1U, 4096U))
      ->capture_default_str();
}

}  // namespace ridgeline::cli
