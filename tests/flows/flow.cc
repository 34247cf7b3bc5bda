// SPDX-License-Identifier: MIT
#include "flow.h"

#include <fmt/format.h>

#include <cstdlib>

#include "evidence/organisation.h"
#include "marks.h"
#include "route.h"

namespace unsent {
namespace {

// Providers whose own lines bear no host names report under their domain.
std::string reporter_name(const Host& reporter) {
  const std::string name = reporter.name;
  return name.find(':') == std::string::npos ? name : "postbox.example";
}

std::string join(std::string_view a, std::string_view b) {
  return b.empty() ? std::string(a) : fmt::format("{} {}", a, b);
}

// How a report gets from who made it into our mailbox.
std::string way_back(const Flow& flow) {
  const Host& reporter = last_host(flow.way);
  if (is_within(reporter, flow.mailbox->house)) return flow.mailbox->inside;
  const std::string out = join(reporter.key, flow.receiver ? flow.receiver->leaves : "");
  return join(out, flow.mailbox->route);
}

SentMail draw_mail(Dice& dice, const std::string& to) {
  constexpr const char* kIdHosts[] = {"ourshop.example", "alice-pc.local", "mail.postbox.example"};
  SentMail mail;
  mail.id = fmt::format("{:x}.{:x}@{}", dice.below(1U << 30U), dice.below(1U << 30U),
                        dice.pick(kIdHosts));
  mail.subject = fmt::format("Order {}", dice.below(90000));
  mail.to = to;
  return mail;
}

// A server on the way may give another id and show the first one elsewhere, mark the
// subject, or take the id away.
void change_on_the_way(SentMail& mail, Dice& dice) {
  const std::size_t change = dice.below(6);
  if (change < 3) mail.subject = "[EXTERNAL] " + mail.subject;
  if (change == 3) mail.id.clear();
  if (change < 4) return;
  constexpr const char* kFields[] = {"X-Microsoft-Original-Message-ID",
                                     "X-Google-Original-Message-ID", "X-Original-Message-ID"};
  mail.more += fmt::format("{}: <{}>\n", dice.pick(kFields), mail.id);
  mail.id = fmt::format("{:x}@relay.example", dice.below(1U << 30U));
}

}  // namespace

bool is_within(const Host& one, const char* house) {
  return same_organisation(reporter_name(one), house);
}

const MailboxSide& mailbox_named(std::string_view name) {
  for (const MailboxSide& side : kMailboxSides)
    if (side.name == name) return side;
  std::abort();
}

void draw_world(Flow& flow, Dice& dice) {
  constexpr const char* kEnds[] = {"-all", "-all", "~all", "?all", ""};
  constexpr Knowledge kKnown[] = {Knowledge::no_ledger, Knowledge::lacks_it, Knowledge::has_it,
                                  Knowledge::complete};
  constexpr Dns kDns[] = {Dns::on,  Dns::on,         Dns::on,    Dns::on,
                          Dns::off, Dns::denies_all, Dns::fails, Dns::has_gaps};
  flow.sender = &dice.pick(kSenderSides);
  flow.mailbox = &mailbox_named(dice.pick(flow.sender->mailboxes));
  flow.receiver = dice.one_in(3) ? nullptr : &dice.pick(kReceiverSides);
  flow.knowledge = dice.pick(kKnown);
  flow.dns = dice.pick(kDns);
  flow.gaps = dice.below(1U << 30U);
  flow.all = dice.pick(kEnds);
  flow.envelope = flow.mailbox->mailbox;
  flow.reverse_path = flow.sender->reverse_path;
  flow.is_envelope_told = dice.one_in(3);
  flow.mail = draw_mail(dice, flow.receiver ? flow.receiver->to : "nobody@remote.example");
}

// Ours bears marks, and so does what was harvested from it.
void draw_mark(Flow& flow, Dice& dice) {
  const std::size_t mark = dice.below(3);
  if (mark == 0) flow.mail.more = tag_line(flow.mail);
  if (mark == 1) flow.mail.more = signature_line(flow.mail);
  if (mark < 2) return;
  flow.reverse_path = marked_address();
  if (flow.envelope == "alice@ourshop.example") flow.envelope = flow.reverse_path;
}

void write_mail(Flow& flow, Dice& dice) {
  constexpr Style kStyles[] = {Style::status, Style::status,   Style::status,  Style::exim,
                               Style::qmail,  Style::exchange, Style::wrapped, Style::vacation};
  constexpr Returned kReturned[] = {Returned::full, Returned::headers, Returned::headers,
                                    Returned::none};
  constexpr const char* kDelivered[] = {"", "Delivered-To", "X-Original-To", "Envelope-To"};
  const ReceiverSide* receiver = flow.receiver;
  const std::string recipient = receiver ? receiver->recipient : flow.mail.to;
  if (receiver && *receiver->reverse_path) flow.reverse_path = receiver->reverse_path;
  Pen pen{static_cast<unsigned>(dice.below(1U << 30U)), flow.mail.to, flow.reverse_path};
  Pen report_pen{pen.seed, flow.envelope, ""};
  Report report;
  report.style = flow.style = dice.pick(kStyles);
  // Nobody answers MAILER-DAEMON.
  const bool is_ours = flow.mail.from == "alice@ourshop.example";
  if (!is_ours && flow.style == Style::vacation) report.style = flow.style = Style::status;
  report.returned = flow.returned = dice.pick(kReturned);
  report.id = flow.mail.id;
  report.reporter = reporter_name(last_host(flow.way));
  report.to = "alice@ourshop.example";
  const std::string_view field = dice.pick(kDelivered);
  if (!field.empty()) report.delivered = fmt::format("{}: {}\n", field, flow.envelope);
  report.received = received_lines(parse_route(flow.back), report_pen) +
                    received_lines(parse_route(flow.back_below), report_pen);
  report.recipient = recipient;
  if (receiver) report.original_recipient = receiver->original_recipient;
  report.reverse_path = flow.reverse_path;
  report.original = received_lines(parse_route(flow.way), pen) +
                    received_lines(parse_route(flow.below), pen) + header_of(flow.mail);
  flow.text = write_report(report);
}

// Our server reports to a stranger, and that comes back: no message of ours, and none that a
// complete ledger would have.
void make_report_on_report(Flow& flow) {
  flow.kind = "a report on a report of ours";
  flow.mail.from = "MAILER-DAEMON@ourshop.example";
  flow.mail.subject = "Undelivered Mail Returned to Sender";
  flow.mail.more.clear();
  flow.reverse_path = "";
  flow.envelope = flow.mailbox->mailbox;
  flow.sent.reset();
}

Flow compose_genuine(Dice& dice) {
  Flow flow;
  draw_world(flow, dice);
  flow.is_genuine = true;
  flow.kind = "genuine";
  if (dice.one_in(5)) draw_mark(flow, dice);
  flow.sent = flow.mail;
  flow.sent_to = {flow.mail.to};
  if (dice.one_in(20)) {
    flow.kind = "genuine, to a blind recipient whom the Sent copy lacks";
    flow.sent_to = {"carol@elsewhere.example"};
  } else if (dice.one_in(6)) {
    flow.kind = "genuine, with another id or subject";
    change_on_the_way(flow.mail, dice);
  }
  if (flow.kind == "genuine" && dice.one_in(30)) make_report_on_report(flow);
  flow.way = join(dice.pick(flow.sender->ways), flow.receiver ? flow.receiver->route : "");
  flow.back = way_back(flow);
  write_mail(flow, dice);
  return flow;
}

std::string Flow::describe() const {
  constexpr const char* kKnown[] = {"no ledger", "a ledger that lacks it", "a ledger that has it",
                                    "a complete ledger"};
  constexpr const char* kDnsWords[] = {"on", "off", "denying all", "failing", "with gaps"};
  std::string out = fmt::format("{}: {}\n", is_genuine ? "GENUINE" : "FORGED", kind);
  out += fmt::format("  we send by {} (record: {}{}{})\n", sender->name, sender->mechanisms,
                     *all ? " " : ", but none is published", all);
  out += fmt::format("  the original: {}\n", picture(way));
  if (!below.empty()) out += fmt::format("    and forged below: {}\n", picture(below));
  out += fmt::format("  reported by {}\n", reporter_side());
  out += fmt::format("  the report: {}, our mailbox with {}\n", picture(back), mailbox->name);
  if (!back_below.empty()) out += fmt::format("    and forged below: {}\n", picture(back_below));
  out += fmt::format("  {}; DNS {}\n", kKnown[static_cast<int>(knowledge)],
                     kDnsWords[static_cast<int>(dns)]);
  return out;
}

}  // namespace unsent
