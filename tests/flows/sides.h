// SPDX-License-Identifier: MIT
// The tables of which flows are composed: how we send, who takes it, how a report comes
// back, and what forgers do. Routes are pieces of text (see route.h) that are joined.
#pragma once

#include <vector>

namespace unsent {

// Where our mailbox is, and the way that a report takes to it.
struct MailboxSide {
  const char* name;
  const char* mx;     // the host that our MX record names
  const char* route;  // from whoever brings it: "> mx.ours"
  // Reports that are made within this house never cross anything: they come this way, which
  // is whole; "" for none.
  const char* house = "";
  const char* inside = "";
  const char* mailbox = "alice@ourshop.example";  // to which it is delivered in the end
};

struct SenderSide {
  const char* name;
  const char* mechanisms;         // of our SPF record, without its "all"
  const char* relays;             // our servers as configured: one network, or ""
  std::vector<const char*> ways;  // from where it is written to where it leaves
  // Ways by which others, who are not we, leave through the very same servers: no record and
  // no line tells them from us, but a login that is not shown to be ours proves nothing.
  std::vector<const char*> others;
  std::vector<const char*> mailboxes;                  // names of MailboxSide
  const char* reverse_path = "alice@ourshop.example";  // on the way out
};

// The last host of its route reports.
struct ReceiverSide {
  const char* name;
  const char* route;
  const char* recipient = "nobody@remote.example";  // on whom it reports
  const char* to = "nobody@remote.example";         // to whom we sent it
  const char* leaves = "";        // the way of the report out of that house: "> out.remote"
  const char* reverse_path = "";  // as it is there, if it was changed on the way
  const char* original_recipient = "";
  bool is_reported_exactly = true;  // the recipient is one to whom we sent it
};

extern const std::vector<MailboxSide> kMailboxSides;
extern const std::vector<SenderSide> kSenderSides;
extern const std::vector<ReceiverSide> kReceiverSides;

}  // namespace unsent
