// SPDX-License-Identifier: MIT
// The resolver of a run without DNS: nothing was asked, and every answer says so.
#pragma once

#include "spf/resolver.h"

namespace unsent {

class NoDns : public Resolver {
 public:
  DnsAnswer lookup(std::string_view, DnsType) override {
    return {DnsStatus::not_asked, {}, {}, {}};
  }
};

}  // namespace unsent
