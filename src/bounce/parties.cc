// SPDX-License-Identifier: MIT
#include "bounce/parties.h"

#include <algorithm>
#include <utility>

namespace unsent {
namespace {

// The same domain, or one within the other.
bool are_of_one_house(const Address& a, const Address& b) {
  return a.domain().is_within(b.domain()) || b.domain().is_within(a.domain());
}

std::vector<Address> addressees_of(const Headers& report) {
  return addresses_in(report, {"To", "Delivered-To", "X-Original-To", "Envelope-To"});
}

std::vector<Address> authors_of(const Headers& original) {
  return addresses_in(original, {"From", "Sender", "Return-Path", "Errors-To", "Reply-To"});
}

}  // namespace

std::vector<Address> addresses_in(const Headers& headers,
                                  std::initializer_list<const char*> names) {
  std::vector<Address> found;
  for (const char* name : names)
    if (const HeaderField* field = headers.find(name))
      for (Address& address : parse_addresses(field->value, 10))
        found.push_back(std::move(address));
  return found;
}

bool is_of_one_house(const Headers& headers) {
  const auto from = parse_addresses(headers.text("From"), 1);
  const auto to = parse_addresses(headers.text("To"), 1);
  return !from.empty() && !to.empty() && are_of_one_house(from[0], to[0]);
}

bool is_of_mail_to_house(const Report& report, const Original& original) {
  const Headers& headers = report.message.headers();
  if (report.signs.from_daemon || original.extent == Extent::none || !is_of_one_house(headers) ||
      returns_to_author(headers, original.headers))
    return false;
  const auto addressees = addresses_in(original.headers, {"To", "Cc"});
  const auto is_any_of = [&](const std::vector<Address>& readers, auto matches) {
    return std::find_first_of(addressees.begin(), addressees.end(), readers.begin(), readers.end(),
                              matches) != addressees.end();
  };
  // Some mail systems write the failed recipient into their To: where it was delivered tells.
  if (report.signs.has_failure_subject)
    return is_any_of(addresses_in(headers, {"Delivered-To", "X-Original-To", "Envelope-To"}),
                     same_mailbox);
  return is_any_of(addressees_of(headers), are_of_one_house) ||
         !returns_to_domain(headers, original.headers);
}

bool is_sent_by_writer(const Headers& report) {
  const auto writers = addresses_in(report, {"From"});
  const auto paths = addresses_in(report, {"Return-Path"});
  return std::find_first_of(writers.begin(), writers.end(), paths.begin(), paths.end(),
                            same_mailbox) != writers.end();
}

bool had_original(const Headers& report, const Headers& original) {
  const auto writers = addresses_in(report, {"From", "Sender"});
  const auto addressees = addresses_in(original, {"To", "Cc"});
  return std::find_first_of(writers.begin(), writers.end(), addressees.begin(), addressees.end(),
                            same_mailbox) != writers.end();
}

bool returns_to_author(const Headers& report, const Headers& original) {
  const auto to = addressees_of(report);
  const auto authors = authors_of(original);
  return std::find_first_of(to.begin(), to.end(), authors.begin(), authors.end(), same_mailbox) !=
         to.end();
}

bool returns_to_domain(const Headers& report, const Headers& original) {
  const auto to = addressees_of(report);
  const auto authors = authors_of(original);
  return std::find_first_of(to.begin(), to.end(), authors.begin(), authors.end(),
                            [](const Address& a, const Address& b) {
                              return a.domain() == b.domain();
                            }) != to.end();
}

}  // namespace unsent
