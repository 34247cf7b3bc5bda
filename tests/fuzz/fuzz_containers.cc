// SPDX-License-Identifier: MIT
// What reports are wrapped into, of any bytes: signed data, winmail.dat, clear signatures,
// UTF-16, packed files. What comes out is bounded.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "bounce/packed.h"
#include "bounce/recipient_field.h"
#include "bounce/tnef_entity.h"
#include "mail/clear_signed.h"
#include "mail/signed_data.h"
#include "mail/tnef.h"
#include "mail/utf16.h"

namespace {

void require(bool is_so) {
  if (!is_so) std::abort();
}

void check_tnef(const unsent::TnefMessage& tnef, std::size_t size) {
  const unsent::TnefLimits limits;
  require(tnef.recipients.size() <= limits.max_recipients);
  require(tnef.files.size() + tnef.messages.size() <= limits.max_attachments);
  require(unsent::is_valid_utf8(tnef.subject));
  for (const auto& file : tnef.files) require(file.size() <= size);
  for (const auto& inner : tnef.messages) check_tnef(inner, size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto content = unsent::signed_content(bytes)) require(content->size() <= size);
  if (const auto text = unsent::undo_clear_signing(bytes)) require(text->size() <= 2 * size);
  if (const auto text = unsent::utf8_of_utf16(bytes)) require(text->size() <= 2 * size);
  require(unsent::beginning_of_packed(bytes, 100).size() <= 100);
  if (const auto tnef = unsent::read_tnef(bytes)) {
    check_tnef(*tnef, size);
    unsent::entity_of(*tnef, "words");
  }
  require(unsent::parse_recipients(bytes).size() <= unsent::kMaxInField);
  return 0;
}
