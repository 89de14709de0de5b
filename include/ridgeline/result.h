#pragma once
// How the library says that something went wrong: a value or one clear line, never an exception.

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace ridgeline {

enum class ErrorKind {
  bad_input,    ///< the user can mend it: exit code 2
  infeasible,   ///< the question is well put and the answer is "it does not fit": exit code 3
  unavailable,  ///< this machine or build cannot do it (no such file, no such instruction): exit code 2
};

/// One line: what is wrong, where (file, line, key), and what would be right. No trailing newline.
struct Error {
  ErrorKind kind = ErrorKind::bad_input;
  std::string message;
};

inline Error bad_input(std::string message) { return {ErrorKind::bad_input, std::move(message)}; }
inline Error infeasible(std::string message) { return {ErrorKind::infeasible, std::move(message)}; }
inline Error unavailable(std::string message) { return {ErrorKind::unavailable, std::move(message)}; }

/// A T or an Error. Reading the side that is not there is a programming error (asserted).
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & {
    assert(*this);
    return *std::get_if<0>(&state_);
  }
  const T& operator*() const& {
    assert(*this);
    return *std::get_if<0>(&state_);
  }
  T&& operator*() && {
    assert(*this);
    return std::move(*std::get_if<0>(&state_));
  }
  T* operator->() {
    assert(*this);
    return std::get_if<0>(&state_);
  }
  const T* operator->() const {
    assert(*this);
    return std::get_if<0>(&state_);
  }
  const Error& error() const {
    assert(!*this);
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// Success, or an Error: `return Status::success();`
template <>
class [[nodiscard]] Result<void> {
 public:
  static Result success() { return Result(); }
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const { return !failed_; }
  const Error& error() const {
    assert(failed_);
    return error_;
  }

 private:
  Result() = default;
  Error error_;
  bool failed_ = false;
};
using Status = Result<void>;

}  // namespace ridgeline

#define RIDGELINE_CONCAT_(a, b) a##b
#define RIDGELINE_CONCAT(a, b) RIDGELINE_CONCAT_(a, b)
/// `RIDGELINE_TRY(x, expr)`: declares x as the value of expr, or returns its Error from this function.
#define RIDGELINE_TRY(name, ...)                                                                \
  auto RIDGELINE_CONCAT(result_, __LINE__) = (__VA_ARGS__);                                     \
  if (!RIDGELINE_CONCAT(result_, __LINE__)) return RIDGELINE_CONCAT(result_, __LINE__).error(); \
  auto name = *std::move(RIDGELINE_CONCAT(result_, __LINE__))
/// `RIDGELINE_CHECK(status)`: returns the Error from this function unless it succeeded.
#define RIDGELINE_CHECK(...)                                            \
  do {                                                                  \
    if (auto status_ = (__VA_ARGS__); !status_) return status_.error(); \
  } while (false)
