// SPDX-License-Identifier: MIT
#include "mail/envelope.h"

#include <array>

#include "base/text.h"

namespace unsent {
namespace {

std::optional<std::string_view> value_of(const Environment& environment, const char* name) {
  const char* value = environment(name);
  return value == nullptr ? std::nullopt : std::optional<std::string_view>(value);
}

// "Delivered-To: alice@ourshop.example\n" → "alice@ourshop.example"
std::string_view field_body(std::string_view line) {
  const std::size_t colon = line.find(':');
  return colon == std::string_view::npos ? std::string_view() : trim(line.substr(colon + 1));
}

std::optional<std::string> find_sender(const EnvelopeOptions& options,
                                       const Environment& environment) {
  if (options.sender) return options.sender;
  if (const auto sender = value_of(environment, "SENDER")) return std::string(*sender);
  if (options.is_null_if_unset) return std::string();
  const auto line = value_of(environment, "RPLINE");
  return line && !line->empty() ? std::optional(std::string(field_body(*line))) : std::nullopt;
}

// Postfix takes the extension off an address that it looked up in a table.
Address with_extension(const Address& address, const Environment& environment) {
  for (const char* name : {"EXTENSION", "EXT"}) {
    const auto extension = value_of(environment, name);
    if (!extension || extension->empty()) continue;
    if (ends_with_ignoring_case(address.local(), *extension)) return address;
    const auto extended = Address::parse(address.local() + '+' + std::string(*extension) + '@' +
                                         address.domain().text());
    return extended.value_or(address);
  }
  return address;
}

std::optional<Address> find_recipient(const Environment& environment) {
  for (const char* name : {"ORIGINAL_RECIPIENT", "RECIPIENT", "DTLINE", "ORIG_RECIPIENT"}) {
    const auto value = value_of(environment, name);
    if (!value) continue;
    const bool is_line = std::string_view(name) == "DTLINE";
    const auto address = Address::parse(is_line ? field_body(*value) : trim(*value));
    if (!address) continue;
    return std::string_view(name) == "RECIPIENT" ? with_extension(*address, environment) : *address;
  }
  return std::nullopt;
}

}  // namespace

bool is_null_sender(std::string_view sender) {
  sender = trim(sender);
  if (sender.size() >= 2 && sender.front() == '<' && sender.back() == '>')
    sender = trim(sender.substr(1, sender.size() - 2));
  if (sender.empty() || sender == "#@[]") return true;
  return equal_ignoring_case(sender.substr(0, sender.find('@')), "mailer-daemon");
}

Envelope read_envelope(const EnvelopeOptions& options, const Environment& environment) {
  Envelope envelope;
  if (const auto sender = find_sender(options, environment)) {
    const bool is_null = is_null_sender(*sender);
    envelope.sender = is_null ? EnvelopeSender::null : EnvelopeSender::named;
    if (!is_null) envelope.sender_address = *sender;
  }
  envelope.recipient = options.recipient ? options.recipient : find_recipient(environment);
  return envelope;
}

}  // namespace unsent
