// SPDX-License-Identifier: MIT
// Who wrote a report, to whom it was sent, and who wrote the mail that it returns: what their
// addresses tell of each other.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "bounce/bounce.h"
#include "bounce/standard.h"
#include "mail/address.h"

namespace unsent {

// Of each such field that there is, the first ten.
std::vector<Address> addresses_in(const Headers& headers, std::initializer_list<const char*> names);

// Sent from a domain to itself, or within it.
bool is_of_one_house(const Headers& headers);

// A filter tells the reader, or whoever looks after his house, of a mail that somebody sent there:
// its author is told nothing, so it is no report. prose: what it says before the original.
bool is_of_mail_to_house(const Report& report, std::string_view prose, const Original& original);

// Whoever writes is the reverse path, too: he wants to hear what becomes of his mail, and no
// report and no responder does (RFC 3464 2, RFC 3834 4).
bool is_sent_by_writer(const Headers& report);

// Add-ons of mail programs ask for no answers, as responders do: the writer's own address shows
// it.
bool is_mere_wish(const Signs& signs, const Headers& headers);

// Whoever writes was an addressee of the original: it reached him.
bool had_original(const Headers& report, const Headers& original);

// The original's author is one of those to whom the report is sent …
bool returns_to_author(const Headers& report, const Headers& original);
// … or is of his domain.
bool returns_to_domain(const Headers& report, const Headers& original);

}  // namespace unsent
