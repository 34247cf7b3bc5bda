// SPDX-License-Identifier: MIT
// Who wrote a report, to whom it was sent, and who wrote the mail that it returns: what their
// addresses tell of each other.
#pragma once

#include <initializer_list>
#include <vector>

#include "bounce/bounce.h"
#include "bounce/standard.h"
#include "mail/address.h"

namespace unsent {

// Of each such field that there is, the first ten.
std::vector<Address> addresses_in(const Headers& headers, std::initializer_list<const char*> names);

// Sent from a domain to itself, or within it.
bool is_of_one_house(const Headers& headers);

// A filter of one's own house tells the reader, or whoever looks after it, of a mail that somebody
// sent there: its author is told nothing, so it is no report.
bool is_of_mail_to_house(const Report& report, const Original& original);

// Whoever writes is the reverse path, too: he wants to hear what becomes of his mail, and no
// report and no responder does (RFC 3464 2, RFC 3834 4).
bool is_sent_by_writer(const Headers& report);

// Whoever writes was an addressee of the original: it reached him.
bool had_original(const Headers& report, const Headers& original);

// The original's author is one of those to whom the report is sent …
bool returns_to_author(const Headers& report, const Headers& original);
// … or is of his domain.
bool returns_to_domain(const Headers& report, const Headers& original);

}  // namespace unsent
