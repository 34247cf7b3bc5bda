// SPDX-License-Identifier: MIT
// One report as it lies in our mailbox, with all that may be known of it, and what it is by
// construction: about a message that we sent, or about one that we did not.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "hosts.h"
#include "report.h"
#include "sides.h"

namespace unsent {

enum class Knowledge { no_ledger, lacks_it, has_it, complete };
enum class Dns { on, off, denies_all, fails, has_gaps };

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return engine_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <typename List>
  const auto& pick(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::mt19937 engine_;
};

struct Flow {
  bool is_genuine = false;
  // A forgery that nothing but a complete ledger tells from a true report.
  bool is_perfect = false;
  std::string kind;  // "genuine", or what the forger does
  const SenderSide* sender = nullptr;
  const ReceiverSide* receiver = nullptr;  // null: the sender's side reports
  const MailboxSide* mailbox = nullptr;
  std::string way;    // of the original: a route
  std::string below;  // a forger's lines below it: a route, or ""
  std::string back;   // of the report: a route
  std::string back_below;

  Knowledge knowledge = Knowledge::no_ledger;
  Dns dns = Dns::on;
  std::size_t gaps = 0;           // with has_gaps: which questions get no answer
  const char* all = "-all";       // the end of our record; "" for no record at all
  std::string envelope;           // the recipient of the report
  std::string reverse_path;       // of the original, as its reporter saw it
  bool is_envelope_told = false;  // by who calls, not by a header line
  SentMail mail;                  // as returned
  std::optional<SentMail> sent;   // as the ledger has it
  std::vector<std::string> sent_to;
  Style style = Style::status;
  Returned returned = Returned::headers;
  std::string text;

  std::string reporter_side() const { return receiver ? receiver->name : "the sender's side"; }
  std::string describe() const;  // a picture in words
};

Flow compose_genuine(Dice& dice);
Flow compose_forged(Dice& dice);  // see forgers.cc

// What both do: who we are and what is known, and the mail itself once the ways stand.
const MailboxSide& mailbox_named(std::string_view name);
void draw_world(Flow& flow, Dice& dice);
void draw_mark(Flow& flow, Dice& dice);
void write_mail(Flow& flow, Dice& dice);
bool is_within(const Host& one, const char* house);

}  // namespace unsent
