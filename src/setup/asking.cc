// SPDX-License-Identifier: MIT
#include "setup/asking.h"

#include <algorithm>

#include "evidence/ledger_facts.h"
#include "evidence/unavailable_ledger.h"
#include "ledger/ledger_reader.h"

namespace unsent {
namespace {

// For a ledger that is locked just when the DNS has had all the time.
constexpr std::chrono::milliseconds kLastWait{200};

// Where the ledger has proved the message, others are asked only to learn how complete it is: mail
// does not wait longer for that.
constexpr std::chrono::milliseconds kLongestForMeasure{1000};

// A service that is lost between what it found and what is compared with it costs its answers;
// what came out of half of them is not kept.
Judgement judge_with(const Witnesses& witnesses, const Message& message, const Setup& setup,
                     const std::optional<Address>& recipient) {
  if (setup.service == nullptr) return judge(message, setup.premises, witnesses, recipient);
  const auto to = recipient ? recipient : stated_recipient(message.headers());
  setup.service->set_recipient(to ? to->text() : std::string());
  Judgement judgement = judge(message, setup.premises, witnesses, recipient);
  const std::string loss = setup.service->take_loss();
  if (loss.empty()) return judgement;
  UnavailableLedger lost(loss);
  Witnesses others = witnesses;
  others.ledger = &lost;
  return judge(message, setup.premises, others, recipient);
}

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
  Judgement judgement = judge_with(witnesses, message, setup, recipient);
  if (!inquiry.until) inquiry.until = setup.deadline->until();
  return judgement;
}

Judgement judge_asking(const Message& message, const Setup& setup,
                       const std::optional<Address>& recipient, Inquiry& inquiry) {
  for (;;) {
    if (setup.reader != nullptr) setup.reader->begin_look();
    Judgement judgement = judge_once(message, setup, recipient, inquiry);
    if (setup.reader != nullptr) setup.reader->end_look();
    const auto pending = inquiry.pending();
    if (pending.empty()) return judgement;
    if (is_proved_by_ledger(judgement.facts))
      inquiry.until = std::min(*inquiry.until, DnsDesk::Clock::now() + kLongestForMeasure);
    setup.dns.desk->ask_and_wait(pending, *inquiry.until);
  }
}

}  // namespace unsent
