// SPDX-License-Identifier: MIT
// winmail.dat: a message in Microsoft's Transport-Neutral Encapsulation Format (MS-OXTNEF),
// as far as reports need it: what kind it is, its words, whom it is about, what it returns.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

struct TnefLimits {
  std::size_t max_bytes = 8 * 1024 * 1024;
  std::size_t max_properties = 20'000;  // of all messages and recipients together
  std::size_t max_recipients = 1000;
  std::size_t max_attachments = 20;
  int max_depth = 4;  // of messages within messages
};

struct TnefRecipient {
  std::string address;  // of the Internet's where there is one; else whatever names it
  std::string status;   // "5.1.1", where it is told
  std::string diagnostic;
};

// All texts are valid UTF-8 or ASCII; what is not stated is empty.
struct TnefMessage {
  std::string message_class;  // "REPORT.IPM.Note.NDR", "IPM.Note"
  std::string subject;
  std::string body;
  std::string reporting_mta;
  std::string message_id;           // with its <>
  std::string original_message_id;  // of a report: the one that it is about, where stated
  std::string header;               // the Internet header as it came, for a returned message
  std::vector<TnefRecipient> recipients;
  std::vector<std::string> files;     // bytes of what is attached
  std::vector<TnefMessage> messages;  // attached as such
};

// nullopt: the bytes are none. Whatever is beyond a limit or cut is left out.
std::optional<TnefMessage> read_tnef(std::string_view bytes, const TnefLimits& limits = {});

}  // namespace unsent
