// SPDX-License-Identifier: MIT
#include "report/item.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "flood/shape.h"
#include "mail/date.h"
#include "mail/received.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxText = 300;
constexpr std::size_t kMaxFacts = 16;
constexpr std::size_t kMaxDefects = 8;
constexpr std::size_t kMaxRecipients = 5;

std::string cut(std::string text) {
  const std::size_t kept = cut_utf8(text, kMaxText).size();
  if (kept < text.size()) text.replace(kept, std::string::npos, "…");
  return text;
}

std::string sender_of(const Message& message) {
  const auto from = parse_addresses(message.headers().text("From"), 1);
  return from.empty() ? "" : cut(from.front().text());
}

std::string recipients_of(const Bounce& bounce) {
  std::string out;
  std::size_t shown = 0;
  for (const RecipientReport& report : bounce.recipients) {
    const std::string& address = report.address.empty() ? report.original : report.address;
    if (address.empty()) continue;
    if (shown++ == kMaxRecipients) return out + " …";
    if (!out.empty()) out += ' ';
    out += cut(address);
  }
  return out;
}

void take_recipients(ScanItem& item, Bounce& bounce) {
  item.recipients = recipients_of(bounce);
  if (bounce.recipients.empty()) return;
  item.status = cut(std::move(bounce.recipients.front().status));
  item.diagnostic = cut(std::move(bounce.recipients.front().diagnostic));
}

void take_original(ScanItem& item, Judgement& judgement) {
  if (judgement.client) item.client_ip = judgement.client->text();
  item.traits = campaign_traits(judgement.bounce, judgement.client);
  Original& original = judgement.bounce.original;
  item.sender = cut(original.reverse_path.empty() ? original.from : original.reverse_path);
  item.original = {cut(std::move(original.message_id)), cut(std::move(original.from)),
                   cut(std::move(original.subject)), original.date};
}

void take_facts(ScanItem& item, Facts facts) {
  item.facts = std::move(facts);
  item.facts.resize(std::min(item.facts.size(), kMaxFacts));
  for (Fact& fact : item.facts) {
    fact.detail = cut(std::move(fact.detail));
    fact.source = cut(std::move(fact.source));
  }
}

void take_findings(ScanItem& item, Judgement& judgement) {
  take_facts(item, std::move(judgement.facts));
  for (const std::string& defect : judgement.bounce.defects.list()) {
    if (item.defects.size() == kMaxDefects) break;
    item.defects.push_back(cut(defect));
  }
}

}  // namespace

std::optional<Time> arrival_of(const Headers& headers) {
  if (const HeaderField* received = headers.find("Received"))
    if (const auto time = received_date(received->value)) return time;
  return parse_date(headers.text("Date"));
}

std::size_t size_of(const ScanItem& item) {
  std::size_t size = sizeof(item);
  for (const std::string* text :
       {&item.place.path, &item.id, &item.from, &item.subject, &item.reason, &item.rule,
        &item.reporter, &item.sender, &item.client_ip, &item.traits.subject, &item.traits.network,
        &item.traits.sender, &item.traits.reporter, &item.original.message_id, &item.original.from,
        &item.original.subject, &item.recipients, &item.status, &item.diagnostic})
    size += text->capacity();
  for (const Fact& fact : item.facts) {
    size += sizeof(fact) + fact.detail.capacity() + fact.source.capacity();
    for (const Otherwise& one : fact.otherwise) size += sizeof(one) + one.condition.capacity();
  }
  for (const std::string& defect : item.defects) size += sizeof(std::string) + defect.capacity();
  return size;
}

ScanItem scan_item(const Position& place, const Message& message, Judgement judgement) {
  ScanItem item;
  item.place = place;
  item.verdict = judgement.decision.verdict;
  item.kind = judgement.bounce.kind;
  if (item.kind == Kind::ordinary) return item;
  item.time = arrival_of(message.headers());
  item.subject = cut(message.headers().decoded("Subject"));
  item.reason = cut(std::move(judgement.decision.reason));
  item.rule = judgement.bounce.rule;
  take_original(item, judgement);
  item.reporter = cut(std::move(judgement.bounce.reporter));
  take_recipients(item, judgement.bounce);
  if (item.recipients.empty()) item.from = sender_of(message);
  take_findings(item, judgement);
  return item;
}

ScanItem answer_item(const Position& place, const Message& message) {
  ScanItem item;
  item.place = place;
  item.time = arrival_of(message.headers());
  item.subject = cut(message.headers().decoded("Subject"));
  item.from = sender_of(message);
  item.traits.subject = subject_shape(item.subject);
  return item;
}

void set_decision(ScanItem& item, const Decision& decision, Facts facts) {
  item.verdict = decision.verdict;
  item.reason = cut(decision.reason);
  take_facts(item, std::move(facts));
}

}  // namespace unsent
