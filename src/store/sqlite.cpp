#include "store/sqlite.h"

#include <fmt/format.h>

#include <cassert>
#include <thread>

namespace ridgeline::store {
namespace {

/// The path as a URI, for the parameters that only a URI can carry.
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    const bool plain = std::string_view("%?#").find(c) == std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri + "?immutable=1";
}

std::string meaning(int code, const std::string& details) {
  switch (code & 0xff) {
    case SQLITE_CANTOPEN:
      return "the store cannot be opened; is the folder there, and writable?";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "the store may not be written";
    case SQLITE_FULL:
      return "the disk is full, and the store keeps what it had";
    case SQLITE_IOERR:
      return fmt::format("the store cannot be read or written ({}), and keeps what it had", details);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "other processes keep the store busy; try again";
    case SQLITE_NOTADB:
      return "not a store of runs, or damaged; move it away, and a new one will be made";
    case SQLITE_CORRUPT:
      return fmt::format("the store is damaged ({}); move it away, and a new one will be made", details);
    case SQLITE_TOOBIG:
      return "the run is larger than SQLite can keep (1 GB)";
    default:
      return fmt::format("the store failed: {}", details);
  }
}

}  // namespace

Result<Connection> Connection::open(const std::string& path, Mode mode, std::chrono::milliseconds patience) {
  Connection made;
  made.path_ = path;
  const bool immutable = mode == Mode::immutable;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == Mode::read || immutable ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == Mode::create) flags |= SQLITE_OPEN_CREATE;
  if (immutable) flags |= SQLITE_OPEN_URI;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2((immutable ? immutable_uri(path) : path).c_str(), &handle, flags, nullptr);
  made.handle_.reset(handle);
  if (code != SQLITE_OK) return made.error(code);
  sqlite3_busy_timeout(handle, static_cast<int>(patience.count()));
  return made;
}

Error Connection::error(int code) const {
  return unavailable(fmt::format("{}: {}", path_, meaning(code, sqlite3_errmsg(handle_.get()))));
}

Status Connection::run(const char* sql) const {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Status::success() : Status(error(code));
}

Result<Statement> Connection::prepare(const char* sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(handle_.get(), sql, -1, &statement, nullptr);
  if (code != SQLITE_OK) return error(code);
  return Statement(*this, statement);
}

Result<std::int64_t> Connection::number(const char* sql) const {
  RIDGELINE_TRY(statement, prepare(sql));
  RIDGELINE_TRY(found, statement.next());
  return found ? statement.number(0) : std::int64_t{0};
}

Status Connection::use_wal(std::chrono::milliseconds patience) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    RIDGELINE_TRY(statement, prepare("PRAGMA journal_mode = WAL"));
    const int code = sqlite3_step(statement.statement_.get());
    // Two processes that switch a new file at once would wait for each other, so here SQLite does not wait.
    if ((code & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline)
      return code == SQLITE_ROW ? Status::success() : Status(error(code));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Statement& Statement::bound(int code) {
  if (code != SQLITE_OK) bound_ = code;
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  return bound(sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_TRANSIENT,
                                   SQLITE_UTF8));
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  return bound(sqlite3_bind_int64(statement_.get(), parameter, value));
}

Statement& Statement::bind(int parameter, const std::optional<double>& value) {
  return bound(value ? sqlite3_bind_double(statement_.get(), parameter, *value)
                     : sqlite3_bind_null(statement_.get(), parameter));
}

Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
  return bound(sqlite3_bind_blob64(statement_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC));
}

Result<bool> Statement::next() {
  if (bound_ != SQLITE_OK) return connection_->error(bound_);
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return connection_->error(code);
}

Status Statement::run() {
  const auto row = next();
  if (!row) return row.error();
  assert(!*row);
  sqlite3_reset(statement_.get());
  return Status::success();
}

std::string Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return text ? std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)))
              : "";
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::optional<double> Statement::real(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<Transaction> Transaction::begin(const Connection& connection, Kind kind) {
  RIDGELINE_CHECK(connection.run(kind == Kind::writes ? "BEGIN IMMEDIATE" : "BEGIN"));
  return Transaction(connection);
}

Transaction::~Transaction() {
  // After some errors SQLite has rolled back already, and says so: nothing is lost by it.
  if (connection_) (void)connection_->run("ROLLBACK");
}

Status Transaction::commit() {
  RIDGELINE_CHECK(connection_->run("COMMIT"));
  connection_ = nullptr;
  return Status::success();
}

}  // namespace ridgeline::store
