// SPDX-License-Identifier: MIT
#include "bounce/parties.h"

#include <algorithm>
#include <string>
#include <utility>

#include "bounce/prose_recipients.h"
#include "mail/received.h"

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

// Those of the addressees to whom it was delivered for certain: some mail systems write the failed
// recipient into their To. The newest server is of the house to which it came.
std::vector<Address> local_readers(const Headers& headers) {
  std::vector<Address> readers =
      addresses_in(headers, {"Delivered-To", "X-Original-To", "Envelope-To"});
  const HeaderField* newest = headers.find("Received");
  const auto by =
      Address::parse("x@" + (newest == nullptr ? std::string() : parse_received(newest->value).by));
  if (by)
    for (Address& address : addresses_in(headers, {"To"}))
      if (are_of_one_house(address, *by)) readers.push_back(std::move(address));
  return readers;
}

template <typename Matches>
bool is_any_of(const std::vector<Address>& some, const std::vector<Address>& others,
               Matches matches) {
  return std::find_first_of(some.begin(), some.end(), others.begin(), others.end(), matches) !=
         some.end();
}

bool are_all_of(const std::vector<Address>& some, const std::vector<Address>& house) {
  return std::all_of(some.begin(), some.end(),
                     [&](const Address& one) { return is_any_of({one}, house, are_of_one_house); });
}

// Whom the words state as not reached.
std::vector<Address> stated_in(std::string_view prose) {
  std::vector<Address> stated;
  for (const RecipientReport& one : stated_recipients(prose))
    if (auto address = Address::parse(one.address)) stated.push_back(std::move(*address));
  return stated;
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

bool is_of_mail_to_house(const Report& report, std::string_view prose, const Original& original) {
  const Headers& headers = report.message.headers();
  if (report.signs.from_daemon || original.extent == Extent::none ||
      returns_to_author(headers, original.headers))
    return false;
  const auto readers = local_readers(headers);
  const auto addressees = addresses_in(original.headers, {"To", "Cc"});
  const bool is_strangers = !returns_to_domain(headers, original.headers);
  const bool is_in_house = is_of_one_house(headers);
  if (is_in_house && is_strangers && !report.signs.has_failure_subject) return true;
  // To one of the house alone, or it may be somebody elsewhere of whom its author is told.
  return is_any_of(addressees, readers, same_mailbox) && (is_in_house || is_strangers) &&
         are_all_of(addressees, readers) && are_all_of(stated_in(prose), readers);
}

bool is_sent_by_writer(const Headers& report) {
  const auto writers = addresses_in(report, {"From"});
  const auto paths = addresses_in(report, {"Return-Path"});
  return std::find_first_of(writers.begin(), writers.end(), paths.begin(), paths.end(),
                            same_mailbox) != writers.end();
}

bool is_mere_wish(const Signs& signs, const Headers& headers) {
  return signs.is_suppressed && !signs.null_sender && !signs.auto_submitted &&
         !signs.auto_replied && !signs.by_inbox_rule && is_sent_by_writer(headers);
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
