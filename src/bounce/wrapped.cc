// SPDX-License-Identifier: MIT
#include "bounce/wrapped.h"

#include <algorithm>

#include "base/text.h"
#include "bounce/original.h"
#include "bounce/tnef_entity.h"
#include "mail/address.h"
#include "mail/encoded_word.h"
#include "mail/envelope.h"
#include "mail/mapi.h"
#include "mail/signed_data.h"
#include "mail/tnef.h"

namespace unsent {
namespace {

bool has_type(const Headers& headers, std::string_view type) {
  const HeaderField* field = headers.find("Content-Type");
  return field != nullptr && starts_with_ignoring_case(trim(field->value), type);
}

// An entity of that type or, whatever the type, of that file name, outside other messages.
const Part* find_entity(const MimeTree& tree, std::initializer_list<std::string_view> types,
                        std::string_view file_name) {
  for (const Part& part : tree.parts) {
    const bool is_typed = std::find(types.begin(), types.end(), part.type) != types.end();
    const bool is_named = equal_ignoring_case(part.file_name, file_name);
    if ((is_typed || is_named) && !is_inside_message(tree, part)) return &part;
  }
  return nullptr;
}

bool reports_itself(const MimeTree& tree) {
  return std::any_of(tree.parts.begin(), tree.parts.end(), [&](const Part& part) {
    const bool is_status = part.type == "message/delivery-status" ||
                           part.type == "message/global-delivery-status" ||
                           part.type == "multipart/report";
    return is_status && !is_inside_message(tree, part);
  });
}

// The message with another entity in the place of its own.
Message with_entity(const Message& outer, std::string_view entity) {
  std::string text;
  for (const HeaderField& field : outer.headers().fields())
    if (!starts_with_ignoring_case(field.name, "content-")) text += field.raw;
  // A last field that the end of the message cut.
  if (!text.empty() && text.back() != '\n') text += '\n';
  return Message::parse(text.append(entity));
}

// --- Signed whole, winmail.dat ---

std::optional<Wrapped> open_signed(const Message& message, const MimeTree& tree) {
  const Part* part =
      find_entity(tree, {"application/pkcs7-mime", "application/x-pkcs7-mime"}, "smime.p7m");
  if (part == nullptr) return std::nullopt;
  const auto entity = signed_content(decoded_body(*part));
  if (!entity) return std::nullopt;
  return Wrapped{with_entity(message, *entity)};
}

std::string first_words(const MimeTree& tree) {
  for (const Part& part : tree.parts)
    if (part.type == "text/plain" && part.has_type && !is_inside_message(tree, part))
      return text_of_bytes(decoded_body(part), part.charset);
  return {};
}

std::optional<Wrapped> open_tnef(const Message& message, const Signs& signs, const MimeTree& tree) {
  if (!signs.is_from_system()) return std::nullopt;
  const Part* part =
      find_entity(tree, {"application/ms-tnef", "application/vnd.ms-tnef"}, "winmail.dat");
  // Beside a report in the usual parts it says the same once more.
  if (part == nullptr || reports_itself(tree) || find_returned_part(tree) != nullptr)
    return std::nullopt;
  const auto tnef = read_tnef(decoded_body(*part));
  const auto entity = tnef ? entity_of(*tnef, first_words(tree)) : std::nullopt;
  if (!entity) return std::nullopt;
  return Wrapped{with_entity(message, *entity)};
}

// --- A message within a message ---

std::string first_address(const Headers& headers, const char* name) {
  const HeaderField* field = headers.find(name);
  if (field == nullptr) return {};
  const auto addresses = parse_addresses(field->value, 1);
  return addresses.empty() ? unfold(field->value) : addresses.front().text();
}

bool is_same_address(const Headers& outer, const Headers& inner, const char* name) {
  const std::string address = first_address(inner, name);
  return !address.empty() && equal_ignoring_case(address, first_address(outer, name));
}

// "Undelivered mail", "[SPAM] Undelivered mail", "Undelivered mail (spam)"
bool is_same_subject(const Headers& outer, const Headers& inner) {
  constexpr std::size_t kMost = 4096;
  if (!inner.has("Subject")) return false;
  const std::string subject = decode_words(inner.text("Subject").substr(0, kMost));
  return decode_words(outer.text("Subject").substr(0, kMost)).find(subject) != std::string::npos;
}

bool is_marked_as_spam(const Headers& headers) {
  return starts_with_ignoring_case(headers.text("X-Spam-Flag"), "yes") ||
         starts_with_ignoring_case(headers.text("X-Spam-Status"), "yes") ||
         std::any_of(headers.fields().begin(), headers.fields().end(),
                     [](const HeaderField& field) {
                       // "X-Ourshop-MailScanner-SpamCheck"
                       return ends_with_ignoring_case(field.name, "MailScanner-SpamCheck") ||
                              equal_ignoring_case(field.name, "X-Spam-Prev-Subject");
                     });
}

bool reads_as_report(const Headers& headers) {
  const HeaderField* from = headers.find("From");
  return has_type(headers, "multipart/report") ||
         (from != nullptr && is_daemon_name(from->value)) ||
         (headers.has("Return-Path") && is_null_sender(headers.text("Return-Path")));
}

// A filter passes the message itself on: to whom it was sent, under its own sender, or, of a
// report, as a system. Of a returned message neither holds: it was sent to somebody else.
bool is_passed_on(const Message& outer, const Signs& cover_signs, const Message& inner) {
  const Headers& cover = outer.headers();
  const Headers& content = inner.headers();
  const bool is_same_id =
      content.has("Message-ID") && content.text("Message-ID") == cover.text("Message-ID");
  const bool is_same_sender = is_same_address(cover, content, "From");
  const bool is_same_reader =
      is_same_address(cover, content, "To") || is_same_address(cover, content, "Delivered-To");
  if (is_same_sender)
    return is_same_id ? is_same_subject(cover, content) || is_same_reader
                      : is_same_reader && is_same_subject(cover, content);
  return reads_as_report(content) && is_same_reader &&
         (is_marked_as_spam(cover) || cover_signs.is_from_system());
}

// Parts that may hold a whole message: report_safe 2 makes it text, others a file.
bool may_be_message(const Part& part) {
  if (part.is_message()) return true;
  if (part.is_multipart()) return false;
  return ends_with_ignoring_case(part.file_name, ".eml") ||
         contains_ignoring_case(part.headers.text("Content-Type"), "x-spam-type=original");
}

// Certified mail (RFC 6109 3.1.4): an envelope of the provider's around any message.
bool is_transport_envelope(const Headers& headers) { return headers.has("X-Trasporto"); }

std::optional<Wrapped> open_passed_on(const Message& message, const Signs& signs,
                                      const MimeTree& tree) {
  const bool is_envelope = is_transport_envelope(message.headers());
  if (!is_envelope && reports_itself(tree)) return std::nullopt;
  for (const Part& part : tree.parts) {
    if (!may_be_message(part) || is_inside_message(tree, part)) continue;
    const bool is_plain = part.encoding == TransferEncoding::identity;
    Message inner = is_plain ? Message::view(part.body) : Message::parse(decoded_body(part));
    if (!inner.headers().has("From") || (!is_envelope && !is_passed_on(message, signs, inner)))
      continue;
    return Wrapped{std::move(inner), true};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Wrapped> find_wrapped(const Message& message, const Signs& signs,
                                    const MimeTree& tree) {
  auto found = open_signed(message, tree);
  if (!found) found = open_tnef(message, signs, tree);
  if (!found) found = open_passed_on(message, signs, tree);
  if (found) found->message.set_envelope(message.envelope());
  return found;
}

}  // namespace unsent
