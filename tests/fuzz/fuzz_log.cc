// SPDX-License-Identifier: MIT
// Any bytes as a mail log: nothing crashes, and the state that one run leaves is read by
// the next as it was.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "feed/log_feed.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  unsent::LogPolicy policy;
  policy.trusted = {*unsent::IpNetwork::parse("192.0.2.0/24")};
  policy.domains = {*unsent::DomainName::parse("ourshop.example")};
  unsent::LogFeed feed(policy, unsent::Time(unsent::seconds(1795500000)));
  static_cast<void>(unsent::is_log(text));
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    feed.read(line);
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
  }
  for (const unsent::Entry& entry : feed.take(true))
    if (!entry.is_usable() || entry.reverse_path.empty()) std::abort();
  const std::string state = feed.messages().state();
  unsent::LogFeed next(policy, unsent::Time(unsent::seconds(1795500000)));
  next.messages().restore(state);
  if (next.messages().state().size() > state.size()) std::abort();
  static_cast<void>(next.take(true));
  next.messages().tell_arrivals([](const unsent::LoggedArrival& arrival) {
    if (arrival.sender.empty() || arrival.client.empty()) std::abort();
  });
  next.messages().close_all();
  if (!next.take(true).empty()) std::abort();
  return 0;
}
