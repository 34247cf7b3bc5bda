// SPDX-License-Identifier: MIT
#include "feed/answer_id.h"

#include <algorithm>

#include "base/text.h"

namespace unsent {
namespace {

// Amazon SES: the Message-ID is what it answers, at a host named after the region.
std::string ses_id(std::string_view host, std::string_view answer) {
  constexpr std::string_view kDomain = ".amazonaws.com";
  const std::string_view front =
      starts_with_ignoring_case(host, "email-smtp-fips.") ? "email-smtp-fips." : "email-smtp.";
  if (!starts_with_ignoring_case(host, front) || !ends_with_ignoring_case(host, kDomain) ||
      host.size() <= front.size() + kDomain.size())
    return {};
  std::string region =
      lower(host.substr(front.size(), host.size() - front.size() - kDomain.size()));
  const std::size_t ok = find_ignoring_case(answer, "ok ");
  if (ok == answer.npos) return {};
  std::string_view id = answer.substr(ok + 3);
  const auto* const end =
      std::find_if(id.begin(), id.end(), [](char c) { return !is_alnum(c) && c != '-'; });
  id = id.substr(0, static_cast<std::size_t>(end - id.begin()));
  if (id.size() < 40) return {};
  if (region == "us-east-1") region = "email";
  return std::string(id) + '@' + region + ".amazonses.com";
}

// "smtp.office365.com", "ourshop-example.mail.protection.outlook.com"
bool is_exchange_online(std::string_view host) {
  return ends_with_ignoring_case(host, ".office365.com") ||
         ends_with_ignoring_case(host, ".outlook.com");
}

// Exchange and Outlook: "2.6.0 <id@host> [InternalId=…] Queued mail for delivery",
// "2.0.0 OK <id@host> [Hostname=…]".
std::string exchange_id(std::string_view answer) {
  for (const std::string_view front : {"2.6.0 <", "2.0.0 OK <"}) {
    const std::size_t open = answer.find(front);
    if (open == answer.npos) continue;
    const std::string_view rest = answer.substr(open + front.size());
    const std::string_view id = rest.substr(0, rest.find('>'));
    const bool is_exchange = front[2] == '6' || rest.find("> [Hostname=") == id.size();
    if (is_exchange && id.size() < rest.size() && id.find('@') != id.npos &&
        id.find(' ') == id.npos)
      return std::string(id);
  }
  return {};
}

}  // namespace

std::string id_in_answer(std::string_view host, bool is_ours, std::string_view answer) {
  std::string id = ses_id(host, answer);
  return id.empty() && (is_ours || is_exchange_online(host)) ? exchange_id(answer) : id;
}

}  // namespace unsent
