// SPDX-License-Identifier: MIT
// What is kept of a judged message for those who get it when message and judgement are gone:
// made where it was judged, on any thread, so that the one thread that hands it on has little
// to do.
#pragma once

#include <string>

#include "action/scan_item.h"
#include "mail/message.h"
#include "mailbox/mailbox.h"
#include "verdict/judge.h"

namespace unsent {

// What is asked for; all else of a gist stays empty.
struct GistParts {
  enum class Line { none, json, csv };
  Line line = Line::none;
  bool has_item = false;
  bool has_header_block = false;
};

struct Gist {
  Kind kind = Kind::ordinary;
  Verdict verdict = Verdict::ordinary;
  std::string line;          // CSV: "" of what is ordinary
  ScanItem item;             // of what is not ordinary
  std::string header_block;  // of backscatter and what is unverified
};

Gist make_gist(const GistParts& parts, const StoredMessage& stored, const Message& message,
               Judgement judgement);

}  // namespace unsent
