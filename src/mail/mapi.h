// SPDX-License-Identifier: MIT
// A list of MAPI properties within TNEF (MS-OXTNEF 2.1.3.4): those that reports need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "mail/little_endian.h"

namespace unsent {

// Numbers of MS-OXPROPS.
enum class MapiTag : std::uint16_t {
  message_class = 0x001A,
  subject = 0x0037,
  transport_headers = 0x007D,
  supplementary_info = 0x0C1B,
  status_code = 0x0C20,
  body = 0x1000,
  report_text = 0x1001,
  internet_message_id = 0x1035,
  original_message_id = 0x1046,
  display_name = 0x3001,
  email_address = 0x3003,
  attached_data = 0x3701,
  smtp_address = 0x39FE,
  reporting_mta = 0x6820,
};

// How many properties may still be read, of all lists together.
struct MapiBudget {
  std::size_t properties = 0;
};

// A text that ends at its first zero byte: UTF-8, its lines ended by LF alone.
std::string text_of_bytes(std::string_view bytes, const std::string& charset);

class MapiProperties {
 public:
  // Reads one list and leaves stream behind it. charset: of texts that are not Unicode.
  MapiProperties(LittleEndian& stream, const std::string& charset, MapiBudget& budget);

  // A text as UTF-8, a number in decimal, bytes as they are; "" if it is not there.
  std::string text(MapiTag tag) const;

 private:
  std::map<MapiTag, std::string> texts_;
};

}  // namespace unsent
