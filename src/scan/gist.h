// SPDX-License-Identifier: MIT
// What is kept of a judged message for those who get it when message and judgement are gone:
// made where it was judged, on any thread, so that the one thread that hands it on has little
// to do.
#pragma once

#include <string>

#include "flood/member.h"
#include "flood/mention.h"
#include "mail/message.h"
#include "mailbox/mailbox.h"
#include "report/item.h"
#include "verdict/judge.h"

namespace unsent {

// What is asked for; all else of a gist stays empty.
struct GistParts {
  enum class Line { none, json, csv };
  Line line = Line::none;
  bool has_item = false;
  bool has_header_block = false;
  bool has_digest = false;
  bool has_campaign = false;           // of the item at least what tells the campaign
  const SentHabits* habits = nullptr;  // of what is in Sent
};

struct Gist {
  Kind kind = Kind::ordinary;
  Verdict verdict = Verdict::ordinary;
  std::string line;          // CSV: "" of what is ordinary
  std::string campaign;      // its name, once all has been judged; "" if it is part of none
  ScanItem item;             // of what is not ordinary
  std::string header_block;  // of backscatter and what is unverified
  std::string digest;        // of the bytes of these, as far as they were read
  bool is_whole = true;      // all of them were
  // See StoredMessage; of what is not ordinary, and of the first message of an mbox.
  bool may_hold_another = false;

  // For a second look, when all has been judged.
  Member member;
  // What is ordinary at first and names anything may turn out to answer a flood: then all but its
  // facts is filled.
  Mention mention;
  std::string service;  // the organisation of the mail service that handed the original over
  Facts facts;          // of what may be judged otherwise then
};

Position position_of(const StoredMessage& stored);

Gist make_gist(const GistParts& parts, const StoredMessage& stored, const Message& message,
               Judgement judgement);

}  // namespace unsent
