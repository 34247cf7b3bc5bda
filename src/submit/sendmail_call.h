// SPDX-License-Identifier: MIT
// The command line and the message of a call of sendmail, understood as far as it takes
// to know what was sent to whom. What it does not know is left to the real program.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/entry.h"

namespace unsent {

struct SendmailCall {
  // Ours: --real, --ledger, --domain, --keys, --tag, --help.
  std::optional<std::string> real;
  std::optional<std::string> ledger;
  std::optional<std::string> domain;
  std::optional<std::string> keys;
  bool wants_tag = false;
  bool wants_help = false;

  std::vector<std::string> words;          // for the real program: all others, as they came
  bool is_submission = true;               // false: -bs, -bp, -q and the like: no message comes in
  bool takes_header_recipients = false;    // -t
  bool ends_at_dot = true;                 // not after -i, -oi: a line "." ends the message
  std::optional<std::string> sender;       // -f, -r
  std::optional<std::string> envelope_id;  // -V
  std::vector<std::string> recipients;
};

// An option of ours without its value is the only error.
Result<SendmailCall> parse_sendmail_call(const std::vector<std::string>& words);

// Behind the line "." that ends a message; npos if there is none from that place on,
// which is the start of a line.
std::size_t find_dot_line(std::string_view bytes, std::size_t from);

// The message with a Message-ID in front of its header if it has none.
std::string with_message_id(std::string bytes, const std::string& id);

// What the message and the call say was sent.
Entry entry_of_call(const SendmailCall& call, const Message& message, Time now);

}  // namespace unsent
