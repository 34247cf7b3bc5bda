// SPDX-License-Identifier: MIT
#include "mail/tnef.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "mail/little_endian.h"
#include "mail/mapi.h"

namespace unsent {
namespace {

constexpr std::uint32_t kSignature = 0x223E9F78;  // MS-OXTNEF 2.1.3.2

// Attributes (MS-OXTNEF 2.1.3.3), by their number without their type.
enum Attribute : std::uint16_t {
  kMessageClass = 0x8008,
  kSubject = 0x8004,
  kBody = 0x800C,
  kCodePage = 0x9007,
  kProperties = 0x9003,
  kRecipients = 0x9004,
  kAttachmentBegin = 0x9002,
  kAttachmentData = 0x800F,
  kAttachmentProperties = 0x9005,
};

// What attribute texts are written in, where they are none of ASCII.
std::string charset_of_page(std::uint32_t page) {
  if (page == 65001) return "utf-8";
  return page == 0 || page > 65535 ? "windows-1252" : "cp" + std::to_string(page);
}

void set_if_empty(std::string& to, std::string value) {
  if (to.empty()) to = std::move(value);
}

// "511" → "5.1.1" (MS-OXOMSG: PidTagNonDeliveryReportStatusCode)
std::string status_of_number(std::string_view digits) {
  const bool is_status = digits.size() == 3 && (digits[0] == '4' || digits[0] == '5') &&
                         std::all_of(digits.begin(), digits.end(), is_digit);
  return is_status ? std::string{digits[0], '.', digits[1], '.', digits[2]} : std::string();
}

class TnefReader {
 public:
  explicit TnefReader(const TnefLimits& limits) : limits_(limits), budget_{limits.max_properties} {}

  std::optional<TnefMessage> read(std::string_view bytes, int depth) {
    LittleEndian stream(bytes.substr(0, limits_.max_bytes));
    if (stream.u32() != kSignature) return std::nullopt;
    stream.u16();  // a key that nothing needs
    TnefMessage message;
    std::string charset = charset_of_page(0);
    while (!stream.at_end()) {
      stream.u8();  // of the message or of an attachment: the number tells
      const auto number = static_cast<std::uint16_t>(stream.u32() & 0xFFFFU);
      const std::string_view data = stream.take(stream.u32());
      stream.u16();  // checksum
      if (number == kCodePage)
        charset = charset_of_page(LittleEndian(data).u32());
      else
        take_attribute(message, number, data, charset, depth);
    }
    return message;
  }

 private:
  void take_attribute(TnefMessage& message, std::uint16_t number, std::string_view data,
                      const std::string& charset, int depth) {
    const auto text = [&] { return text_of_bytes(data, charset); };
    LittleEndian values(data);
    switch (number) {
      case kMessageClass:
        return set_if_empty(message.message_class, text());
      case kSubject:
        return set_if_empty(message.subject, text());
      case kBody:
        return set_if_empty(message.body, text());
      case kProperties:
        return take_properties(message, MapiProperties(values, charset, budget_));
      case kRecipients:
        return take_recipients(message, values, charset);
      case kAttachmentData:
        if (has_room(message)) message.files.emplace_back(data);
        return;
      case kAttachmentProperties:
        return take_attachment(message, MapiProperties(values, charset, budget_), depth);
      default:
        return;
    }
  }

  static void take_properties(TnefMessage& message, const MapiProperties& properties) {
    set_if_empty(message.message_class, properties.text(MapiTag::message_class));
    set_if_empty(message.subject, properties.text(MapiTag::subject));
    set_if_empty(message.body, properties.text(MapiTag::body));
    set_if_empty(message.body, properties.text(MapiTag::report_text));
    set_if_empty(message.reporting_mta, properties.text(MapiTag::reporting_mta));
    set_if_empty(message.message_id, properties.text(MapiTag::internet_message_id));
    set_if_empty(message.original_message_id, properties.text(MapiTag::original_message_id));
    set_if_empty(message.header, properties.text(MapiTag::transport_headers));
  }

  // MS-OXTNEF 2.1.3.5.1: a number of rows, each a list of properties.
  void take_recipients(TnefMessage& message, LittleEndian rows, const std::string& charset) {
    std::uint32_t count = rows.u32();
    for (; count > 0 && !rows.at_end(); --count) {
      const MapiProperties row(rows, charset, budget_);
      if (message.recipients.size() == limits_.max_recipients) return;
      TnefRecipient one;
      for (const MapiTag tag :
           {MapiTag::smtp_address, MapiTag::email_address, MapiTag::display_name})
        if (one.address.find('@') == std::string::npos && !row.text(tag).empty())
          one.address = row.text(tag);
      one.status = status_of_number(row.text(MapiTag::status_code));
      one.diagnostic = row.text(MapiTag::supplementary_info);
      if (!one.address.empty()) message.recipients.push_back(std::move(one));
    }
  }

  void take_attachment(TnefMessage& message, const MapiProperties& properties, int depth) {
    std::string data = properties.text(MapiTag::attached_data);
    if (data.empty() || !has_room(message)) return;
    constexpr std::size_t kInterface = 16;  // an object's bytes begin with its interface
    if (depth < limits_.max_depth && data.size() > kInterface)
      if (auto inner = read(std::string_view(data).substr(kInterface), depth + 1)) {
        message.messages.push_back(std::move(*inner));
        return;
      }
    message.files.push_back(std::move(data));
  }

  bool has_room(const TnefMessage& message) const {
    return message.files.size() + message.messages.size() < limits_.max_attachments;
  }

  const TnefLimits& limits_;
  MapiBudget budget_;
};

}  // namespace

std::optional<TnefMessage> read_tnef(std::string_view bytes, const TnefLimits& limits) {
  return TnefReader(limits).read(bytes, 0);
}

}  // namespace unsent
