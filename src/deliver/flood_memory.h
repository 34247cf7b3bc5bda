// SPDX-License-Identifier: MIT
// The second stage for mail that arrives (flood/): what is kept of the reports of the last days,
// and one that comes looked at among them. Numbers and hashes in flood.seen beside the account, 64
// bytes a report; no more than a second look goes through in a few milliseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "flood/flood.h"
#include "mail/message.h"
#include "verdict/judge.h"

namespace unsent {

struct Remembered {
  std::uint64_t report = 0;  // a hash that tells it from others, and is the same for each try
  Member member;
};

// At most this many, and none older than this, are looked at.
constexpr std::size_t kMostRemembered = 1024;
constexpr std::int32_t kDaysRemembered = 14;

// Of folder, a user's own; newest last. Nothing where there is no such file, or it is not his:
// then a report is judged alone.
std::vector<Remembered> read_flood_memory(const std::string& folder, Time now);
// Appends it. Lines of several processes do not mix, and one that was cut short is passed over.
Result<void> remember_report(const std::string& folder, const Remembered& one);

// What others say of one that arrives.
struct Company {
  Remembered remembered;  // of this one; to be kept where has_member
  bool has_member = false;
  // It went through a real mail service that our SPF record does not name, and nothing but SPF, if
  // that, speaks strongly against it: a service that the record forgot looks so. Never dropped.
  bool is_of_service = false;
  std::string service;         // its organisation, where so many did that it is to be asked about
  bool is_by_company = false;  // backscatter by what others show: strong, no proof; never dropped
};

// Adds what the others say to the judgement, and decides it again. came: when it came.
Company look_among(Judgement& judgement, const Message& message,
                   const std::vector<Remembered>& others, Time came);

// 64 bytes, and back; nullopt of what is not one.
std::string pack(const Remembered& one);
std::optional<Remembered> unpack(std::string_view bytes);

}  // namespace unsent
