// SPDX-License-Identifier: MIT
#include "submit/submission.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>

#include "base/file.h"
#include "mail/address.h"

namespace unsent {
namespace {

std::string host_name() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0 || !DomainName::parse(name)) return "localhost";
  return name;
}

// Ours: as told, else where the sender is at home if that is a domain of ours, else any.
std::string domain_for(const SendmailCall& call, const Config& config, const Message& message) {
  if (call.domain) return *call.domain;
  auto sender = Address::parse(call.sender.value_or(""));
  if (!sender) {
    const auto from = parse_addresses(message.headers().text("From"), 1);
    if (!from.empty()) sender = from.front();
  }
  for (const DomainName& domain : config.domains)
    if (sender && sender->domain().is_within(domain)) return sender->domain().text();
  if (!config.domains.empty()) return config.domains.front().text();
  return sender ? sender->domain().text() : host_name();
}

}  // namespace

Result<std::string> read_submission(int file, EndsAt ends_at) {
  if (ends_at == EndsAt::end_of_file) return read_all(file, "standard input");
  std::string bytes;
  std::size_t line = 0;
  for (;;) {
    const std::size_t filled = bytes.size();
    bytes.resize(filled + 65536);
    const ssize_t count = ::read(file, bytes.data() + filled, 65536);
    bytes.resize(filled + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_failure("standard input", errno);
    if (const std::size_t end = find_dot_line(bytes, line); end != std::string::npos) {
      bytes.resize(end);
      return bytes;
    }
    if (count == 0) return bytes;
    const std::size_t last = bytes.rfind('\n');
    line = last == std::string::npos ? 0 : last + 1;
  }
}

std::string new_message_id(const SendmailCall& call, const Config& config, const Message& message,
                           Time now) {
  std::random_device random;
  const std::uint64_t high = random();
  return fmt::format("{}.{:016x}@{}", now.time_since_epoch().count(), high << 32U | random(),
                     domain_for(call, config, message));
}

}  // namespace unsent
