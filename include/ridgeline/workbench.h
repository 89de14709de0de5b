#pragma once
// Serves the workbench's folder of static files, kept runs and ledgers as JSON, to a browser on this machine,
// and takes its ledgers. Native only. docs/lab.md.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "ridgeline/result.h"

namespace ridgeline {

struct WorkbenchOptions {
  std::string site;                ///< the folder, with an index.html
  std::string host = "127.0.0.1";  ///< address to listen on
  std::uint16_t port = 8765;       ///< 0: one that is free
  std::uint16_t tries = 1;         ///< ports from `port` on, until one is free
  /// JSON documents: of all that is kept, of one by its id. Called by one thread at a time; bad_input is
  /// answered 404, unavailable 503. Empty: there are none.
  std::function<Result<std::string>()> runs, ledgers;
  std::function<Result<std::string>(const std::string& id)> run, ledger;
  /// Checks and keeps what a page sends, of at most 5 MB, and says what became of it as JSON. bad_input is
  /// answered 400.
  std::function<Result<std::string>(const std::string& body)> keep_ledger;
};

/// Whether only this machine can reach what listens there: 127.0.0.0/8, ::1, localhost.
bool is_loopback(const std::string& host);

/// Runs in threads of its own until it is destroyed, which breaks off what is in progress.
class Workbench {
 public:
  virtual ~Workbench() = default;
  virtual std::uint16_t port() const = 0;
  virtual std::string url() const = 0;
};

/// Reads the folder into memory and listens when it returns: what changes in the folder later is not seen,
/// and no request reaches the disk. Unavailable: no workbench there, files beyond 64 MiB, a folder beyond 256
/// MiB, or an address that cannot be bound.
Result<std::unique_ptr<Workbench>> start_workbench(const WorkbenchOptions&);

}  // namespace ridgeline
