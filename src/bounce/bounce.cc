// SPDX-License-Identifier: MIT
#include "bounce/bounce.h"

#include <array>

#include "base/text.h"

namespace unsent {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::ordinary:
      return "ordinary";
    case Kind::bounce:
      return "bounce";
    case Kind::delay:
      return "delay";
    case Kind::success:
      return "success";
    case Kind::auto_reply:
      return "auto-reply";
    case Kind::challenge:
      return "challenge";
    case Kind::virus_notice:
      return "virus-notice";
    case Kind::read_receipt:
      return "read-receipt";
    case Kind::report:
      return "report";
    case Kind::reply:
      return "reply";
  }
  return "";
}

Kind parse_kind(std::string_view name) {
  for (const Kind kind : {Kind::bounce, Kind::delay, Kind::success, Kind::auto_reply,
                          Kind::challenge, Kind::virus_notice, Kind::read_receipt, Kind::report})
    if (name_of(kind) == name) return kind;
  return Kind::ordinary;
}

std::string_view name_of(Extent extent) {
  switch (extent) {
    case Extent::none:
      return "none";
    case Extent::fragment:
      return "fragment";
    case Extent::headers:
      return "headers";
    case Extent::full:
      return "full";
  }
  return "";
}

std::string_view name_of(Action action) {
  switch (action) {
    case Action::unknown:
      return "";
    case Action::failed:
      return "failed";
    case Action::delayed:
      return "delayed";
    case Action::delivered:
      return "delivered";
    case Action::relayed:
      return "relayed";
    case Action::expanded:
      return "expanded";
  }
  return "";
}

Action parse_action(std::string_view text) {
  struct Word {
    std::string_view prefix;
    Action action;
  };
  // "fail", "failure", "delay", OpenSMTPD's "error": as some systems write it.
  static constexpr std::array<Word, 6> kWords = {{{"fail", Action::failed},
                                                  {"error", Action::failed},
                                                  {"delay", Action::delayed},
                                                  {"deliver", Action::delivered},
                                                  {"relay", Action::relayed},
                                                  {"expand", Action::expanded}}};
  text = trim(text);
  for (const Word& word : kWords)
    if (starts_with_ignoring_case(text, word.prefix)) return word.action;
  return Action::unknown;
}

}  // namespace unsent
