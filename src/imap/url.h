// SPDX-License-Identifier: MIT
// The name of a mailbox at a provider (RFC 5092, as far as it names one):
// "imaps://alice@mail.example:993/INBOX". Folder names are UTF-8, percent-encoded where a URL
// wants it. A password in it is refused: it would stand in process lists.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace unsent {

// imaps: TLS at once. imap: STARTTLS, without which nothing is said.
enum class ImapSecurity { tls, starttls };

struct ImapUrl {
  ImapSecurity security = ImapSecurity::tls;
  std::string user;  // "" if it names none
  std::string host;  // lower case, without the brackets of an IPv6 address
  std::uint16_t port = 993;
  std::string folder;  // "": the account as a whole

  bool operator==(const ImapUrl&) const = default;
};

// It begins like one; it may be wrong all the same.
bool is_imap_url(std::string_view text);

Result<ImapUrl> parse_imap_url(std::string_view text);

// "imaps://alice@mail.example", without the folder.
std::string account_of(const ImapUrl& url);
std::string text_of(const ImapUrl& url);

}  // namespace unsent
