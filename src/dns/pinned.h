// SPDX-License-Identifier: MIT
// Another resolver, but with SPF records of our own domains that the user has pinned:
// these are right even where the network or our DNS is not.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "spf/resolver.h"

namespace unsent {

class PinnedResolver : public Resolver {
 public:
  explicit PinnedResolver(Resolver& next) : next_(next) {}

  // The only TXT record of domain from now on. False if domain is no name.
  bool pin(std::string_view domain, std::string record);

  DnsAnswer lookup(std::string_view name, DnsType type) override;
  void begin_message() override { next_.begin_message(); }
  bool is_waiting() const override { return next_.is_waiting(); }

 private:
  Resolver& next_;
  std::map<std::string, std::string, std::less<>> records_;
};

}  // namespace unsent
