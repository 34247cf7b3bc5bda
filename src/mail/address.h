// SPDX-License-Identifier: MIT
// Domains and addresses as types: parsed once at the edge, compared rightly ever after.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

// A domain, folded to lower case and without its final dot, at most 253 bytes. U-labels
// become A-labels. Address literals ("[192.0.2.1]") are domains of an Address too.
class DomainName {
 public:
  static std::optional<DomainName> parse(std::string_view text);

  const std::string& text() const { return text_; }
  // True for itself and for names below it ("mx.example.org" is within "example.org").
  bool is_within(const DomainName& parent) const;
  auto operator<=>(const DomainName&) const = default;

 private:
  friend class Address;
  DomainName() = default;
  bool read(std::string_view text);  // false, and nothing is said of what it holds: it is none
  std::string text_;
};

// An addr-spec (RFC 5321 4.1.2): the local part as written but unquoted where quotes are
// not needed, the domain folded. Local parts differ by case; see same_mailbox.
class Address {
 public:
  // "<a@b>", "a@b", with an RFC 5321 source route dropped. nullopt for "<>", "postmaster",
  // and what has no domain or control characters.
  static std::optional<Address> parse(std::string_view text);

  const std::string& local() const { return local_; }
  const DomainName& domain() const { return domain_; }
  std::string text() const;
  auto operator<=>(const Address&) const = default;

 private:
  Address() = default;
  std::string local_;
  DomainName domain_;
};

// The same but for the case of the local part: what nearly every mail system means, and
// what bounces need, since many print an address in lower case.
bool same_mailbox(const Address& a, const Address& b);

// All addresses of a From, To, Cc … value (RFC 5322 3.4): comments, quoted names, routes
// and groups understood, what is no address passed over. At most limit of them. (mimetic's
// AddressList splits at commas within comments and takes routes for groups.)
std::vector<Address> parse_addresses(std::string_view value, std::size_t limit = 1000);

// Message-IDs "<left@right>" in a Message-ID, In-Reply-To or References value, without
// the brackets, white space within them removed. A value without any bracket, but of one
// word, is an id as well. Empty ids are none. At most limit of them.
std::vector<std::string> parse_message_ids(std::string_view value, std::size_t limit = 100);

}  // namespace unsent
