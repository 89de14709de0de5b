#pragma once
// SQLite with Result in place of return codes. A connection is used by one thread at a time.

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ridgeline/result.h"

namespace ridgeline::store {

class Connection;

/// A prepared statement. Parameters count from 1, columns from 0, as SQLite has it.
class Statement {
 public:
  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, const std::optional<double>& value);
  Statement& bind_blob(int parameter, std::string_view bytes);  ///< which must live until the statement ran

  /// Whether there is a row, to be read until the next call.
  Result<bool> next();
  /// For statements that give no rows; they may then be bound anew.
  Status run();

  std::string text(int column) const;
  std::int64_t number(int column) const;
  std::optional<double> real(int column) const;
  std::string_view blob(int column) const;  ///< until the next call

 private:
  friend class Connection;
  Statement& bound(int code);
  struct Close {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Statement(const Connection& connection, sqlite3_stmt* statement)
      : connection_(&connection), statement_(statement) {}
  const Connection* connection_;
  std::unique_ptr<sqlite3_stmt, Close> statement_;
  int bound_ = SQLITE_OK;  ///< the last binding that failed
};

class Connection {
 public:
  enum class Mode { read, write, create, immutable };
  /// Opens the file; nothing is read of it yet. `immutable` promises that nobody writes to it.
  static Result<Connection> open(const std::string& path, Mode, std::chrono::milliseconds patience);

  Status run(const char* sql) const;
  Result<Statement> prepare(const char* sql) const;
  /// The one figure that the statement gives.
  Result<std::int64_t> number(const char* sql) const;
  /// Switches the file to write-ahead logging, unless it has it or the file system cannot.
  Status use_wal(std::chrono::milliseconds patience) const;
  /// Rows that the last statement changed.
  int changed() const { return sqlite3_changes(handle_.get()); }
  const std::string& path() const { return path_; }
  bool read_only() const { return sqlite3_db_readonly(handle_.get(), "main") == 1; }
  /// What the last return code means for whoever keeps runs, with the path.
  Error error(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  Connection() = default;
  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

/// Reads of one state of the file, or writes that happen together or not at all: rolled back unless
/// committed. Writes take their right at once, so that none of the statements in between can find the file
/// busy.
class Transaction {
 public:
  enum class Kind { reads, writes };
  static Result<Transaction> begin(const Connection&, Kind);
  Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status commit();

 private:
  explicit Transaction(const Connection& connection) : connection_(&connection) {}
  const Connection* connection_;  ///< null: over
};

}  // namespace ridgeline::store
