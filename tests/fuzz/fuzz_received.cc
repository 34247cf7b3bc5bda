// SPDX-License-Identifier: MIT
// Input: a returned header, one Received field a line. Each line is read, and the border
// hop is looked for among all.
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "evidence/border.h"
#include "mail/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  std::string_view rest = input;
  std::string header;
  unsent::Bounce bounce;
  bounce.reporter = "mx.remote.example";
  while (!rest.empty()) {
    const std::string_view line = unsent::take_line(rest);
    const unsent::ReceivedHop hop = unsent::parse_received(line);
    if (!hop.client_ip.empty() && !unsent::IpAddress::parse(hop.client_ip)) std::abort();
    header.append("Received: ").append(line).append("\n");
    bounce.received_from = line;
    unsent::find_border(bounce);
  }
  const unsent::Message message = unsent::Message::parse(header + "\n");
  const unsent::Border border = unsent::find_border(message.headers(), bounce.reporter);
  if (border.hops.size() > 50) std::abort();
  if (border.client.has_value() != (border.state == unsent::Border::State::found)) std::abort();
  if (border.client && (border.client->is_internal() || border.index >= border.hops.size()))
    std::abort();
  return 0;
}
