// SPDX-License-Identifier: MIT
#include "app/asking.h"

#include <algorithm>

namespace unsent {
namespace {

// For a ledger that is locked just when the DNS has had all the time.
constexpr std::chrono::milliseconds kLastWait{200};

}  // namespace

Judgement judge_once(const Message& message, const Setup& setup,
                     const std::optional<Address>& recipient, Inquiry& inquiry) {
  if (inquiry.until) {
    const auto now = DnsDesk::Clock::now();
    inquiry.is_over = now >= *inquiry.until;
    setup.deadline->resume(std::max(*inquiry.until, now + kLastWait));
  }
  setup.inquiries->take_up(inquiry);
  Witnesses witnesses = setup.witnesses;
  witnesses.resolver = setup.inquiries.get();
  Judgement judgement = judge(message, setup.premises, witnesses, recipient);
  if (!inquiry.until) inquiry.until = setup.deadline->until();
  return judgement;
}

Judgement judge_asking(const Message& message, const Setup& setup,
                       const std::optional<Address>& recipient, Inquiry& inquiry) {
  for (;;) {
    Judgement judgement = judge_once(message, setup, recipient, inquiry);
    const auto pending = inquiry.pending();
    if (pending.empty()) return judgement;
    setup.dns.desk->ask_and_wait(pending, *inquiry.until);
  }
}

}  // namespace unsent
