// SPDX-License-Identifier: MIT
// A mail to the user about what was put away: text and HTML with the page's look. Everything that
// comes from a stranger's mail is made inert, and stands in the body alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace unsent {

struct DigestMessage {
  std::string id;  // by which it is released
  Time since{};
  bool is_unverified = false;
  std::string subject;  // of what it is about, else its own
  std::string why;      // in words
};

struct DigestCampaign {
  std::string name;  // "": of none
  std::uint64_t count = 0;
  std::uint64_t unverified = 0;  // of these
  Time first{};
  Time last{};
  std::vector<DigestMessage> messages;  // the nearest to doubt first; few of many
};

struct DigestMail {
  std::string to;          // one address
  std::string message_id;  // without <>
  Time now{};
  std::vector<DigestCampaign> campaigns;  // the largest first, what is of none last
  std::uint64_t in_all = 0;               // in the quarantine
  // What comes between "unsent quarantine" with its verb and what it is for; shell text, "" or with
  // a blank at its end.
  std::string options;

  std::uint64_t count() const;
};

// With header and LF line ends, 7 bit. marks: fields of ours with their ends, behind the others.
// Two runs of the same time and content give the same bytes.
std::string digest_mail(const DigestMail& mail, const std::string& marks);
// The header alone, which the marks are made over.
std::string digest_header(const DigestMail& mail);

}  // namespace unsent
