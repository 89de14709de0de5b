#pragma once
// Flags of `bench` for servers.

#include <string>
#include <vector>

#include "app.h"
#include "ridgeline/engine.h"
#include "ridgeline/systems.h"

namespace ridgeline::cli {

struct HttpFlags {
  HttpOptions options;
  std::string api = "chat", request_timeout = "4min";
  std::vector<std::string> input_shapes;
  bool no_stream = false, insecure = false;

  static bool is_url(const std::string& target);
  void add_to(CLI::App&);
  /// Error: a flag of these was given, and the target is no server.
  Status refuse() const;
  /// Lengths of the requests, where the scenario leaves them to the system.
  void set_lengths(Scenario&, RequestShape) const;
  /// The model's name.
  std::string workload(const std::string& url) const;
  Result<std::unique_ptr<SystemUnderTest>> make(const std::string& url, const Schedule&, RequestShape) const;

 private:
  CLI::Option* add(CLI::Option* option);
  Result<HttpApi> chosen_api() const;
  Status check_flags(HttpApi) const;

  std::vector<CLI::Option*> all_;
};

}  // namespace ridgeline::cli
