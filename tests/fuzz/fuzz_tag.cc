// SPDX-License-Identifier: MIT
// A header with any tag in it, any address, any key file: the input is cut at lines "~~".
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "evidence/identity.h"
#include "tag/batv.h"
#include "tag/message_tag.h"

namespace {

std::string_view take_piece(std::string_view& rest) {
  const std::size_t cut = rest.find("\n~~\n");
  const std::string_view piece = rest.substr(0, cut == rest.npos ? cut : cut + 1);
  rest = cut == rest.npos ? std::string_view() : rest.substr(cut + 4);
  return piece;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view header = take_piece(rest);
  const std::string_view text = take_piece(rest);
  const unsent::Time now{std::chrono::days(20781)};
  auto ring = unsent::KeyRing::parse(rest, "keys");
  if (!ring || ring->empty()) ring = unsent::KeyRing::parse("1 2026-01-01 fuzz-secret\n", "keys");
  unsent::Defects defects;
  const auto headers = unsent::Headers::read(header, defects);
  unsent::check_tag(headers, *ring, now, unsent::seconds(60 * 86400));
  // What we make, we know again.
  if (const auto tag = unsent::make_tag(headers, *ring->newest(), now);
      tag && !headers.has("X-Unsent-Tag")) {
    const std::string tagged = "X-Unsent-Tag: " + *tag + "\n" + std::string(header);
    const auto again = unsent::Headers::read(tagged, defects);
    const auto check = unsent::check_tag(again, *ring, now, unsent::seconds(86400));
    if (again.fields().size() == headers.fields().size() + 1 &&
        check.result != unsent::TagResult::valid)
      std::abort();
  }
  if (const auto address = unsent::Address::parse(text.substr(0, text.find('\n')))) {
    unsent::unwrap(*address);
    unsent::check_prvs(*address, *ring, now);
    const auto made = unsent::Address::parse(unsent::make_prvs(*address, *ring->newest(), now));
    if (made && made->local().rfind("prvs=", 0) == 0 && made->domain() == address->domain() &&
        unsent::check_prvs(*made, *ring, now).result == unsent::PrvsResult::mismatch)
      std::abort();
  }
  return 0;
}
