// SPDX-License-Identifier: MIT
#include "feed/answer_id.h"

#include <algorithm>

#include "base/text.h"

namespace unsent {
namespace {

// Amazon SES: the Message-ID is what it answers, at a host named after the region.
std::string ses_id(std::string_view host, std::string_view answer) {
  constexpr std::string_view kFront = "email-smtp.";
  constexpr std::string_view kDomain = ".amazonaws.com";
  if (!starts_with_ignoring_case(host, kFront) || !ends_with_ignoring_case(host, kDomain) ||
      host.size() <= kFront.size() + kDomain.size())
    return {};
  std::string region =
      lower(host.substr(kFront.size(), host.size() - kFront.size() - kDomain.size()));
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

// Exchange and Outlook: "2.6.0 <id@host> [InternalId=…] Queued mail for delivery".
std::string exchange_id(std::string_view answer) {
  const std::size_t open = answer.find("2.6.0 <");
  if (open == answer.npos) return {};
  const std::string_view rest = answer.substr(open + 7);
  const std::string_view id = rest.substr(0, rest.find('>'));
  const bool is_id = id.size() < rest.size() && id.find('@') != id.npos && id.find(' ') == id.npos;
  return is_id ? std::string(id) : std::string();
}

}  // namespace

std::string id_in_answer(std::string_view host, std::string_view answer) {
  std::string id = ses_id(host, answer);
  return id.empty() ? exchange_id(answer) : id;
}

}  // namespace unsent
