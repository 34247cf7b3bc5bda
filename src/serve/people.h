// SPDX-License-Identifier: MIT
// Who may ask, and record, in whose name: the users of a host and their addresses.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mail/address.h"

namespace unsent {

// A user's addresses: these, those below the domains, and each with a detail ("a+b@c" of a@c).
struct Client {
  std::string name;         // login name; "user 1000" if the system knows none
  bool is_trusted = false;  // with all that is in the ledger
  std::vector<Address> addresses;
  std::vector<DomainName> domains;

  bool has(const Address& address) const;
  // Of text; false if that is no address.
  bool has(std::string_view text) const;
};

class People {
 public:
  struct Options {
    std::vector<DomainName> domains;                   // ours
    std::vector<std::pair<Address, Address>> aliases;  // alias, address it stands for
    // Login name → addresses, and "@domain" for all of it; beside LOGIN@ each of our domains.
    std::map<std::string, std::vector<std::string>> senders;
    std::vector<std::string> trusted;  // login names, beside root and who runs this
  };

  explicit People(Options options) : options_(std::move(options)) {}

  // Asks the system who that is, which may take its time.
  Client client_of(uid_t user) const;
  // The same of a name, which is not asked for. Nobody is trusted by name alone.
  Client client_named(const std::string& name) const;
  // Whether text is an address of one of our domains.
  bool is_ours(std::string_view text) const;
  const std::vector<DomainName>& domains() const { return options_.domains; }

 private:
  Options options_;
};

}  // namespace unsent
