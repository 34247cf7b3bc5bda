// SPDX-License-Identifier: MIT
// Result<T>: a value, or the reason why the program cannot go on. Odd mail and a
// doubtful world are never errors here; they are values (see mail/ and evidence/).
// Only main turns an Error into text and an exit status. The names are those of
// std::expected, of which GCC 12 in C++20 has none.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace unsent {

// The exit statuses of <sysexits.h>, which every mail system understands.
enum class ErrorCode {
  usage = 64,        // the command line is wrong
  data = 65,         // the input is not what it should be
  no_input = 66,     // a file or mailbox cannot be read
  unavailable = 69,  // a needed service or program is missing
  software = 70,     // our own fault
  os = 71,           // the system refused (fork, pipe)
  cant_create = 73,  // an output file cannot be made
  io = 74,           // reading or writing failed midway
  temp_fail = 75,    // try again later
  no_permission = 77,
  config = 78,  // config, rules, ledger: a file that the user owns is wrong
};

// message: what is wrong and where. hint: how to mend it; may be empty.
struct Error {
  ErrorCode code = ErrorCode::software;
  std::string message;
  std::string hint;
};

class Unexpected {
 public:
  explicit Unexpected(Error error) : error_(std::move(error)) {}
  Error&& take() && { return std::move(error_); }

 private:
  Error error_;
};

[[nodiscard]] inline Unexpected fail(ErrorCode code, std::string message, std::string hint = {}) {
  return Unexpected(Error{code, std::move(message), std::move(hint)});
}

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Unexpected error) : state_(std::in_place_index<1>, std::move(error).take()) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // Requires: has_value().
  T& value() & { return *get(); }
  const T& value() const& { return *get(); }
  T&& value() && { return std::move(*get()); }
  T& operator*() & { return *get(); }
  const T& operator*() const& { return *get(); }
  T&& operator*() && { return std::move(*get()); }
  T* operator->() { return get(); }
  const T* operator->() const { return get(); }

  // Requires: !has_value().
  const Error& error() const& {
    assert(!has_value());
    return *std::get_if<1>(&state_);
  }
  // The error, ready to be returned from a function of another Result type.
  Unexpected failure() const { return Unexpected(error()); }

 private:
  T* get() {
    assert(has_value());
    return std::get_if<0>(&state_);
  }
  const T* get() const {
    assert(has_value());
    return std::get_if<0>(&state_);
  }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Unexpected error) : error_(std::move(error).take()) {}

  bool has_value() const { return !error_; }
  explicit operator bool() const { return has_value(); }
  const Error& error() const& {
    assert(error_);
    return *error_;
  }
  Unexpected failure() const { return Unexpected(error()); }

 private:
  std::optional<Error> error_;
};

}  // namespace unsent
