// SPDX-License-Identifier: MIT
// What a phrase of a language file says, and sets of that.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace unsent {

enum class Says : std::uint16_t {
  failure = 1,            // not delivered, for good
  everyday = 2,           // the same in words that parcel services and people use, too
  delay = 4,              // not delivered yet
  given_up = 8,           // a delay is over: what says both has failed
  delivered = 16,         // it arrived
  absence = 32,           // out of office, automatic reply
  answering = 64,         // we have your mail
  challenge = 128,        // prove that you are human
  virus = 256,            // a scanner's finding
  failure_subject = 512,  // a Subject begins so: a failure or a delay
  receipt_subject = 1024  // a Subject begins so: "Read: …", "Not read: …"
};

class Said {
 public:
  constexpr Said() = default;
  constexpr Said(Says one) : bits_(static_cast<std::uint16_t>(one)) {}  // NOLINT: a set of one
  constexpr explicit Said(std::uint16_t bits) : bits_(bits) {}

  constexpr bool has(Said any_of) const { return (bits_ & any_of.bits_) != 0; }
  constexpr Said operator|(Said other) const { return bits(bits_ | other.bits_); }
  constexpr Said operator&(Said other) const { return bits(bits_ & other.bits_); }
  constexpr Said without(Said other) const { return bits(bits_ & ~other.bits_); }
  constexpr std::uint16_t bits() const { return bits_; }
  constexpr bool operator==(const Said&) const = default;

 private:
  static constexpr Said bits(int value) { return Said(static_cast<std::uint16_t>(value)); }
  std::uint16_t bits_ = 0;
};
constexpr Said operator|(Says a, Says b) { return Said(a) | Said(b); }

// The tables of a language file.
struct SaysName {
  std::string_view name;
  Says says;
};
inline constexpr std::array<SaysName, 11> kSaysNames = {
    {{"failure", Says::failure},
     {"everyday", Says::everyday},
     {"delay", Says::delay},
     {"given-up", Says::given_up},
     {"delivered", Says::delivered},
     {"absence", Says::absence},
     {"answering", Says::answering},
     {"challenge", Says::challenge},
     {"virus", Says::virus},
     {"failure-subject", Says::failure_subject},
     {"receipt-subject", Says::receipt_subject}}};

// One line of a language file, checked.
struct Phrase {
  std::string text;  // folded (base/fold.h)
  Says says;
  std::string sample;  // as written; "" takes an earlier phrase of that text away
  unsigned line = 0;
};

}  // namespace unsent
