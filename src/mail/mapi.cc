// SPDX-License-Identifier: MIT
#include "mail/mapi.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "mail/charset.h"
#include "mail/utf16.h"

namespace unsent {
namespace {

constexpr std::array kNeeded = {
    MapiTag::original_message_id, MapiTag::message_class, MapiTag::subject,
    MapiTag::transport_headers,   MapiTag::body,          MapiTag::report_text,
    MapiTag::supplementary_info,  MapiTag::status_code,   MapiTag::display_name,
    MapiTag::internet_message_id, MapiTag::email_address, MapiTag::attached_data,
    MapiTag::smtp_address,        MapiTag::reporting_mta};

// Property types (MS-OXCDATA 2.11.1).
constexpr std::uint16_t kInteger = 0x0003;
constexpr std::uint16_t kObject = 0x000D;
constexpr std::uint16_t kString8 = 0x001E;
constexpr std::uint16_t kUnicode = 0x001F;
constexpr std::uint16_t kBinary = 0x0102;
constexpr std::uint16_t kMultiple = 0x1000;

std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

// Bytes of a value of that type; nullopt: it tells its length itself.
std::optional<std::size_t> fixed_size(std::uint16_t type) {
  switch (type) {
    case 0x0002:  // two bytes, padded
    case kInteger:
    case 0x0004:
    case 0x000A:
    case 0x000B:
      return 4;
    case 0x0005:
    case 0x0006:
    case 0x0007:
    case 0x0014:
    case 0x0040:
      return 8;
    case 0x0048:
      return 16;
    default:
      return std::nullopt;
  }
}

bool is_text(std::uint16_t type) {
  return type == kString8 || type == kUnicode || type == kBinary || type == kObject;
}

// MS-OXTNEF 2.1.3.4: names of named properties stand before their values.
void pass_name(LittleEndian& stream) {
  stream.take(16);
  const bool is_string = stream.u32() == 1;
  const std::uint32_t value = stream.u32();
  if (is_string) stream.take(padded(value));
}

std::string to_text(std::string_view bytes, std::uint16_t type, const std::string& charset) {
  if (type == kBinary || type == kObject) return std::string(bytes);
  if (type == kInteger) return std::to_string(LittleEndian(bytes).u32());
  if (type == kString8) return text_of_bytes(bytes, charset);
  std::string text = utf8_of_units(bytes);
  text.resize(std::min(text.size(), text.find('\0')));
  std::erase(text, '\r');
  return text;
}

}  // namespace

std::string text_of_bytes(std::string_view bytes, const std::string& charset) {
  std::string text(bytes.substr(0, bytes.find('\0')));
  std::erase(text, '\r');
  return to_utf8(text, charset);
}

MapiProperties::MapiProperties(LittleEndian& stream, const std::string& charset,
                               MapiBudget& budget) {
  std::uint32_t count = stream.u32();
  for (; count > 0 && !stream.at_end() && budget.properties > 0; --count, --budget.properties) {
    const std::uint16_t type = stream.u16();
    const std::uint16_t number = stream.u16();
    if (number >= 0x8000) pass_name(stream);
    const auto single = static_cast<std::uint16_t>(type & ~kMultiple);
    const auto fixed = fixed_size(single);
    if (!fixed && !is_text(single)) return;  // where it ends is not known
    std::uint32_t values = fixed && single == type ? 1 : stream.u32();
    for (bool is_first = true; values > 0 && !stream.at_end(); --values, is_first = false) {
      const std::size_t size = fixed ? *fixed : stream.u32();
      const std::string_view bytes = stream.take(size);
      stream.take(padded(size) - size);
      const auto tag = static_cast<MapiTag>(number);
      const bool is_needed = std::find(kNeeded.begin(), kNeeded.end(), tag) != kNeeded.end();
      if (is_first && is_needed) texts_.emplace(tag, to_text(bytes, single, charset));
    }
  }
}

std::string MapiProperties::text(MapiTag tag) const {
  const auto found = texts_.find(tag);
  return found == texts_.end() ? std::string() : found->second;
}

}  // namespace unsent
