// SPDX-License-Identifier: MIT
// RFC 7208: may this client send for this sender? Evaluates over a Resolver; every
// outcome is a value with its reason, and shows the way to it, because not every pass
// is worth the same. It does not judge whose records the way led through.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "spf/record.h"
#include "spf/resolver.h"

namespace unsent {

struct SpfQuery {
  IpAddress ip;
  std::string_view sender;  // MAIL FROM, or a domain; "" is postmaster@helo (2.4)
  std::string_view helo;
  std::string_view receiver = {};  // who checks, for %{r} in explanations
  Time now{};                      // for %{t} in explanations
  bool is_explained = true;        // a fail: its domain's own words are asked for
};

struct SpfLimits {
  int lookups = 10;      // 4.6.4, terms that ask
  int void_lookups = 2;  // 4.6.4, questions without an answer
  int names = 10;        // 4.6.4, hosts of one MX or PTR answer
};

// One term on the way to the result, and the domain whose record has it.
struct SpfStep {
  std::string domain;
  std::string term;  // as written; "redirect=…" is a step, too
  bool is_redirect = false;
  SpfMechanism mechanism = SpfMechanism::all;  // unless is_redirect
};

struct SpfOutcome {
  SpfResult result = SpfResult::none;
  std::string domain;       // the domain that was checked; "" if there was none
  std::string reason;       // why none, temperror or permerror; else ""
  std::string explanation;  // for fail: the domain's own words (6.2), untrusted; or ""
  // From the domain's own record to the term that decided or failed: includes and
  // redirects first. Empty where no term matched.
  std::vector<SpfStep> path;
  bool is_over_wide = false;  // the deciding term matches nearly everyone, see record.h
  int lookups = 0;
  int void_lookups = 0;

  // A pass by an address: ip4, ip6, a or mx, not over-wide, of the domain's own record;
  // and of those that it includes or is redirected to, as far as is_own says so of every
  // domain on the way.
  bool is_direct_pass(const std::function<bool(std::string_view domain)>& is_own = {}) const;
};

// Time is bounded by the resolver's; questions by the limits: at most about 130. Where an answer
// is pending, so is the outcome, whatever it says.
SpfOutcome check_host(const SpfQuery& query, Resolver& resolver, const SpfLimits& limits = {});

}  // namespace unsent
