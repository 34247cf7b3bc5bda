// SPDX-License-Identifier: MIT
// Headers, parts, addresses, dates, Received and encoded words of any bytes.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mail/address.h"
#include "mail/date.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "mail/received.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const unsent::Message message = unsent::Message::view(bytes);
  unsent::Defects defects;
  for (const unsent::Part& part : unsent::open_mime(message.content(), defects).parts) {
    unsent::text_of(part);
    part.headers.decoded("Subject");
    for (const unsent::HeaderField& field : part.headers.fields()) {
      unsent::parse_addresses(field.value);
      unsent::parse_message_ids(field.value);
      unsent::parse_received(field.value);
      unsent::parse_date(field.value);
    }
  }
  return 0;
}
