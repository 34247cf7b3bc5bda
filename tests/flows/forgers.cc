// SPDX-License-Identifier: MIT
// What forgers do. None of it may ever be genuine, unless nothing could tell it from the
// truth (is_perfect), and then only while no complete ledger is there.
#include <fmt/format.h>

#include "flow.h"
#include "marks.h"
#include "route.h"

namespace unsent {
namespace {

constexpr const char* kBots[] = {"bot",         "bot-as-us",    "bot-as-mx",  "bot-as-itself",
                                 "bot-literal", "bot-nameless", "bot-random", "bot6",
                                 "bot-liar",    "bot-liar-us",  "bot-ident",  "bot-our-literal"};

std::string way_of_ours(const Flow& flow, Dice& dice) { return dice.pick(flow.sender->ways); }

std::string at_receiver(const std::string& start, const Flow& flow) {
  return flow.receiver ? fmt::format("{} {}", start, flow.receiver->route) : start;
}

// The true way back of a report by whoever stands last in the way.
std::string back_from(const Flow& flow) {
  const Host& reporter = last_host(flow.way);
  if (is_within(reporter, flow.mailbox->house)) return flow.mailbox->inside;
  return fmt::format("{} {} {}", reporter.key, flow.receiver ? flow.receiver->leaves : "",
                     flow.mailbox->route);
}

// The Date is the forger's own.
void draw_date(Flow& flow, Dice& dice) {
  if (dice.one_in(5)) flow.mail.date = "Wed, 14 Oct 2026 18:53:20 +0000";
  if (dice.one_in(5)) flow.mail.date = "Sat, 28 Nov 2026 18:53:20 +0000";
}

void need_receiver(Flow& flow, Dice& dice) {
  if (flow.receiver != nullptr) return;
  flow.receiver = &dice.pick(kReceiverSides);
  flow.mail.to = flow.receiver->to;
}

void joe_job(Flow& flow, Dice& dice) {
  need_receiver(flow, dice);
  flow.way = at_receiver(dice.pick(kBots), flow);
  if (dice.one_in(2)) flow.below = way_of_ours(flow, dice);
  flow.back = back_from(flow);
}

void other_customer(Flow& flow, Dice& dice) {
  if (flow.sender->others.empty()) return joe_job(flow, dice);
  flow.way = at_receiver(dice.pick(flow.sender->others), flow);
  flow.back = back_from(flow);
}

void stolen_account(Flow& flow, Dice& dice) {
  flow.way = at_receiver("thief >auth smtp.elsewhere", flow);
  if (dice.one_in(3)) flow.below = way_of_ours(flow, dice);
  flow.back = back_from(flow);
}

void open_relay(Flow& flow, Dice& dice) {
  flow.way = at_receiver(fmt::format("{} > open.branch", dice.pick(kBots)), flow);
  if (dice.one_in(2)) flow.below = way_of_ours(flow, dice);
  flow.back = back_from(flow);
}

void web_form(Flow& flow, Dice& /*dice*/) {
  flow.way = at_receiver("web >php srv.otherhost", flow);
  flow.back = back_from(flow);
}

// His name claims that he is the very MX that he speaks to, and below stands how it would
// have got the mail from us.
void lying_name(Flow& flow, Dice& dice) {
  flow.receiver = &kReceiverSides.front();
  flow.mail.to = flow.receiver->to;
  flow.way = at_receiver("bot-liar", flow);
  flow.below = at_receiver(way_of_ours(flow, dice), flow);
  flow.back = back_from(flow);
}

// Mail of ours, got from one to whom we sent it, with its marks, goes to strangers.
void replay(Flow& flow, Dice& dice) {
  joe_job(flow, dice);
  flow.mail.to = "carol@elsewhere.example";
  flow.mail.subject = "Order 7";
  if (dice.one_in(2)) draw_mark(flow, dice);
  flow.sent = flow.mail;
  flow.sent_to = {flow.mail.to};
  // A BATV address says nothing about the rest of the message, nor to whom it went.
  flow.is_perfect = flow.reverse_path != flow.sender->reverse_path;
  if (flow.is_perfect) flow.sent.reset();
  if (dice.one_in(3)) flow.mail.subject = "Cheap watches";
}

// The report itself is written by him, with our servers and the reporter's in it.
void whole_report(Flow& flow, Dice& dice) {
  need_receiver(flow, dice);
  flow.way = at_receiver(way_of_ours(flow, dice), flow);
  flow.back = fmt::format("{} {}", dice.pick(kBots), flow.mailbox->route);
  if (dice.one_in(3))
    flow.back_below = fmt::format("{} {}", last_host(flow.way).key, flow.mailbox->route);
  draw_date(flow, dice);
}

void whole_report_in_our_name(Flow& flow, Dice& dice) {
  flow.receiver = nullptr;
  flow.way = way_of_ours(flow, dice);
  flow.back = fmt::format("{} {}", dice.pick(kBots), flow.mailbox->route);
  if (dice.one_in(3) && *flow.mailbox->inside) flow.back_below = flow.mailbox->inside;
  draw_date(flow, dice);
}

// From a domain of his own, about an address of his own: all that he shows could be true.
void whole_report_of_his_domain(Flow& flow, Dice& dice) {
  static const ReceiverSide kEvil{.name = "a domain of the forger's own",
                                  .route = "> mx.evil",
                                  .recipient = "x7@evil.example",
                                  .to = "x7@evil.example"};
  flow.receiver = &kEvil;
  flow.mail.to = kEvil.to;
  flow.way = at_receiver(way_of_ours(flow, dice), flow);
  flow.back = fmt::format("mx.evil {}", flow.mailbox->route);
  flow.is_perfect = true;
  draw_date(flow, dice);
  if (dice.one_in(4)) flow.reverse_path = flow.envelope = marked_address();
}

struct Forger {
  const char* name;
  void (*forge)(Flow&, Dice&);
};
constexpr Forger kForgers[] = {
    {"a joe-job by a botnet", joe_job},
    {"another customer of our provider", other_customer},
    {"a stolen account elsewhere", stolen_account},
    {"an open relay", open_relay},
    {"a web form elsewhere", web_form},
    {"a name that lies", lying_name},
    {"a replay to strangers", replay},
    {"a whole report, in a stranger's name", whole_report},
    {"a whole report, in our side's name", whole_report_in_our_name},
    {"a whole report, of a domain of his own", whole_report_of_his_domain},
};

}  // namespace

Flow compose_forged(Dice& dice) {
  Flow flow;
  draw_world(flow, dice);
  const Forger& forger = dice.pick(kForgers);
  flow.kind = forger.name;
  flow.mail.subject = "Cheap watches";
  forger.forge(flow, dice);
  write_mail(flow, dice);
  return flow;
}

}  // namespace unsent
