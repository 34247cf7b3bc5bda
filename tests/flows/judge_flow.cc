// SPDX-License-Identifier: MIT
#include "judge_flow.h"

#include <fmt/format.h>

#include "hosts.h"
#include "ledger/memory_ledger.h"
#include "marks.h"

namespace unsent {
namespace {

const Time kNow = *parse_rfc3339("2026-11-24T12:00:00Z");
const Time kSince = *parse_rfc3339("2026-11-01T00:00:00Z");

// Everybody's records, ours on top, or a DNS that is of no use.
class FlowResolver : public Resolver {
 public:
  explicit FlowResolver(const Flow& flow) : dns_(flow.dns), gaps_(flow.gaps) {
    static MapResolver everybody;
    if (everybody.lookup("remote.example", DnsType::mx).status == DnsStatus::nxdomain)
      fill_zone(everybody);
    everybody_ = &everybody;
    everybody.asked.clear();
    ours_.add("ourshop.example", DnsType::mx, host(flow.mailbox->mx).name);
    ours_.add("s1._domainkey.ourshop.example", DnsType::txt, our_signing_record());
    if (*flow.all)
      ours_.add("ourshop.example", DnsType::txt,
                fmt::format("v=spf1 {} {}", flow.sender->mechanisms, flow.all));
  }

  DnsAnswer lookup(std::string_view name, DnsType type) override {
    if (dns_ == Dns::off) return {DnsStatus::not_asked, {}, {}, {}};
    if (dns_ == Dns::denies_all) return {DnsStatus::nxdomain, {}, {}, {}};
    if (dns_ == Dns::fails) return {DnsStatus::temp_error, {}, {}, {}};
    if (dns_ == Dns::has_gaps && is_gap(name, type)) return {DnsStatus::timeout, {}, {}, {}};
    DnsAnswer own = ours_.lookup(name, type);
    return own.status == DnsStatus::nxdomain ? everybody_->lookup(name, type) : own;
  }

 private:
  // Of a half to a sixth, always the same for one flow.
  bool is_gap(std::string_view name, DnsType type) const {
    const std::string question = fmt::format("{} {} {}", gaps_, name, name_of(type));
    return std::hash<std::string>{}(question) % (2 + gaps_ % 5) == 0;
  }

  Dns dns_;
  std::size_t gaps_;
  MapResolver ours_;
  MapResolver* everybody_;
};

Entry entry_of(const SentMail& mail, const std::vector<std::string>& to) {
  Entry entry;
  if (!mail.id.empty()) entry.message_ids = {mail.id};
  entry.from = "Alice Weber <alice@ourshop.example>";
  entry.date = mail.date;
  entry.subject = mail.subject;
  entry.reverse_path = "alice@ourshop.example";
  entry.fingerprint = make_fingerprint(entry.from, entry.date, entry.subject);
  for (const std::string& one : to) entry.recipients.push_back(*Address::parse(one));
  return entry;
}

void fill(MemoryLedger& ledger, const Flow& flow) {
  SentMail other;
  for (int i = 0; i < 3; ++i) {
    other.id = fmt::format("other{}@ourshop.example", i);
    other.subject = fmt::format("Invoice {}", i);
    ledger.add(entry_of(other, {"dora@elsewhere.example"}), kNow);
  }
  const bool has_it = flow.knowledge == Knowledge::has_it || flow.knowledge == Knowledge::complete;
  if (has_it && flow.sent) ledger.add(entry_of(*flow.sent, flow.sent_to), kNow);
  if (flow.knowledge == Knowledge::complete)
    ledger.declare_complete({"ourshop.example", kSince, std::nullopt, "declared"});
}

Premises premises_of(const Flow& flow) {
  Premises premises;
  premises.identity.domains = {*DomainName::parse("ourshop.example")};
  if (std::string_view(flow.mailbox->mailbox) != "alice@ourshop.example")
    premises.identity.aliases.emplace_back(*Address::parse(flow.mailbox->mailbox),
                                           *Address::parse("alice@ourshop.example"));
  if (*flow.sender->relays) premises.relays.push_back(*IpNetwork::parse(flow.sender->relays));
  return premises;
}

}  // namespace

Judgement judge_flow(const Flow& flow) {
  FlowResolver resolver(flow);
  MemoryLedger ledger;
  fill(ledger, flow);
  Witnesses witnesses;
  witnesses.resolver = &resolver;
  witnesses.now = kNow;
  witnesses.tag_keys = &our_keys();
  if (flow.knowledge != Knowledge::no_ledger) witnesses.ledger = &ledger;
  const auto recipient = flow.is_envelope_told ? Address::parse(flow.envelope) : std::nullopt;
  return judge(Message::parse(flow.text), premises_of(flow), witnesses, recipient);
}

}  // namespace unsent
