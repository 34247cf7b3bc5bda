// SPDX-License-Identifier: MIT
// Recognising, opening and judging of any bytes, and the header block that comes of it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "action/annotate.h"
#include "action/report.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const unsent::Message message = unsent::Message::view(bytes);
  const unsent::Judgement judgement = unsent::judge(message, {}, {});
  unsent::to_json({"-", 0}, message, judgement);
  const std::string block = unsent::header_block(judgement);
  // What was annotated once is not changed by doing it again.
  const std::string once = unsent::annotate(bytes, block);
  if (unsent::annotate(once, block) != once) std::abort();
  return 0;
}
