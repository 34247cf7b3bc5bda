// SPDX-License-Identifier: MIT
// What the configuration says of a server: [imap."mail.example"].
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace unsent {

struct ImapSettings {
  std::string host;  // lower case
  std::optional<std::string> user;
  std::optional<std::string> password_command;     // prints the password
  std::optional<std::string> oauth_token_command;  // prints a token of OAuth 2
  std::optional<std::string> authorities;          // a PEM file instead of the system's
  // Names of folders, where neither special use nor usual names find them.
  std::optional<std::string> sent;
  std::optional<std::string> junk;
  std::optional<std::string> trash;
  std::optional<std::string> quarantine;
  std::chrono::seconds patience{60};  // with a server that says nothing
  bool operator==(const ImapSettings&) const = default;
};

}  // namespace unsent
