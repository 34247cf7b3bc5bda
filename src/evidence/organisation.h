// SPDX-License-Identifier: MIT
// Whose a domain is: its organisational domain by the Public Suffix List (libpsl).
#pragma once

#include <string>
#include <string_view>

#include "mail/address.h"

namespace unsent {

// "mx1.example.co.uk" → "example.co.uk". A public suffix itself ("co.uk", or a single
// label) and an address literal are an organisation of their own, so that strangers
// below one suffix never become one organisation.
std::string organisation_of(const DomainName& domain);
// The same for a host name as a header shows it; "" if it is none.
std::string organisation_of(std::string_view host);

// What stands behind the "@" of a Message-ID, in lower case; "" if there is none.
std::string host_of_id(std::string_view id);

// "co.uk": a suffix below which everybody may have a domain of their own.
bool is_public_suffix(const DomainName& domain);

// False if either is "".
bool same_organisation(std::string_view host_a, std::string_view host_b);

}  // namespace unsent
