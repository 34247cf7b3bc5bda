// SPDX-License-Identifier: MIT
// What the report on a scan says of one message: its own copies of the facts, cut to sane
// lengths, after message and judgement are gone. Texts are as the mail had them, decoded;
// whoever prints them makes them safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "report/campaign.h"
#include "report/report.h"

namespace unsent {

struct ScanItem {
  Position place;
  std::string id;  // by which it can be acted on; "" if it never is
  Verdict verdict = Verdict::ordinary;
  Kind kind = Kind::ordinary;
  std::optional<Time> time;  // when it came: our server's Received line, else its Date
  std::string from;          // the address that it came from, if it names no recipient
  std::string subject;       // of the report itself
  std::string reason;        // of the verdict
  std::string rule;
  std::string reporter;   // who made the report; "" if not known
  std::string sender;     // who is said to have sent the original: its envelope, else its From
  std::string client_ip;  // who handed the original to the reporter's organisation; or ""
  CampaignTraits traits;  // what tells the campaign that it is part of
  struct {
    std::string message_id;
    std::string from;
    std::string subject;
    std::optional<Time> date;
  } original;
  std::string recipients;  // whom the report is about: "bob@x.example carol@y.example"
  std::string status;      // of the first of them ("5.1.1"), or ""
  std::string diagnostic;
  Facts facts;
  std::vector<std::string> defects;
};

// Whom the report is about, or if it does not say who sent it.
inline const std::string& about(const ScanItem& item) {
  return item.recipients.empty() ? item.from : item.recipients;
}

// When a report came to us: as our server's newest Received line says, else by its Date.
std::optional<Time> arrival_of(const Headers& headers);

// How much memory it holds, roughly.
std::size_t size_of(const ScanItem& item);

// Of an ordinary message only place, verdict and kind are filled. Takes the texts of the
// judgement over.
ScanItem scan_item(const Position& place, const Message& message, Judgement judgement);

// Of mail that is ordinary, and may answer a flood: who wrote it, when and what.
ScanItem answer_item(const Position& place, const Message& message);

// It was judged again.
void set_decision(ScanItem& item, const Decision& decision, Facts facts);

}  // namespace unsent
