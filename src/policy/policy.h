// SPDX-License-Identifier: MIT
// What happens to a judged message. Unless the user has written down more, a message is
// delivered with our header, nothing else; what cannot be told is never thrown away.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "bounce/bounce.h"
#include "evidence/fact.h"
#include "verdict/verdict.h"

namespace unsent {

enum class Handling {
  deliver,     // as it came
  tag,         // with our header block
  quarantine,  // put away where the user can look at it
  drop,        // thrown away
};
std::string_view name_of(Handling handling);
std::optional<Handling> parse_handling(std::string_view text);

// Why a handling cannot be had for a verdict, "" if it can: drop is for backscatter alone,
// and what is ordinary or genuine always arrives.
std::string_view refusal(Verdict verdict, Handling handling);

// Whether a flood of backscatter comes to the same address: see Check::burst.
enum class Weather { usual, burst };
Weather weather_of(const Facts& facts);

class Policy {
 public:
  // Requires: refusal(verdict, handling) is empty. The first for all kinds, the second for
  // one of them, whatever the others get.
  void set(Verdict verdict, Handling handling);
  void set(Verdict verdict, Kind kind, Handling handling);
  void set_shadow(bool is_shadow) { is_shadow_ = is_shadow; }

  // Of unverified bounces while a burst lasts, whatever is said of others. Requires:
  // refusal(Verdict::unverified, handling) is empty.
  void set_during_burst(Handling handling) { during_burst_ = handling; }

  bool is_shadow() const { return is_shadow_; }
  std::optional<Handling> during_burst() const { return during_burst_; }
  // What is written down. Ordinary mail is always delivered as it came.
  Handling planned(Verdict verdict, Kind kind, Weather weather = Weather::usual) const;
  // What is done: in the shadow mode, a tag where more is planned.
  Handling handling(Verdict verdict, Kind kind, Weather weather = Weather::usual) const;

  bool operator==(const Policy&) const = default;

 private:
  static constexpr std::size_t kVerdicts = 4;
  static constexpr std::size_t kKinds = 10;
  bool is_shadow_ = false;
  std::optional<Handling> during_burst_;
  std::array<std::optional<Handling>, kVerdicts> all_kinds_;
  std::array<std::array<std::optional<Handling>, kKinds>, kVerdicts> one_kind_;
};

// The handlings in words: "backscatter: quarantine (auto-reply: tag)".
std::string describe(const Policy& policy, Verdict verdict);

}  // namespace unsent
