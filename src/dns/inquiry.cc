// SPDX-License-Identifier: MIT
#include "dns/inquiry.h"

#include <algorithm>

#include "spf/name.h"

namespace unsent {

std::vector<DnsQuestion> Inquiry::pending() const {
  std::vector<DnsQuestion> questions;
  for (const Asked& one : asked)
    if (!one.answer && !is_over) questions.push_back(one.question);
  return questions;
}

namespace {

// Where nobody said it.
std::string_view usual_reason(DnsType type) {
  switch (type) {
    case DnsType::ptr:
      return "the names of a client";
    case DnsType::mx:
      return "who takes mail for it";
    case DnsType::txt:
      return "whether the DNS answers, and its SPF record";
    case DnsType::a:
    case DnsType::aaaa:
      break;
  }
  return "where it leads to";
}

}  // namespace

std::vector<AskedQuestion> Inquiry::list() const {
  std::vector<AskedQuestion> questions;
  for (const Asked& one : asked)
    questions.push_back({one.question, one.answer ? one.answer->status : DnsStatus::timeout,
                         std::string(one.why.empty() ? usual_reason(one.question.type) : one.why)});
  return questions;
}

void InquiryResolver::take_up(Inquiry& inquiry) {
  inquiry_ = &inquiry;
  for (Inquiry::Asked& asked : inquiry.asked) answer_of(asked);
  is_waiting_ = false;
  why_ = {};
}

DnsAnswer InquiryResolver::answer_of(Inquiry::Asked& asked) {
  if (asked.answer) return *asked.answer;
  DnsAnswer answer = next_.lookup(asked.question.name, asked.question.type);
  if (answer.status != DnsStatus::pending)
    asked.answer = answer;
  else if (inquiry_->is_over)
    answer.status = DnsStatus::timeout;
  else
    is_waiting_ = true;
  return answer;
}

DnsAnswer InquiryResolver::lookup(std::string_view name, DnsType type) {
  auto wanted = query_name(name);
  if (!wanted) return {DnsStatus::nxdomain, {}, {}, {}};
  if (inquiry_ == nullptr) return next_.lookup(*wanted, type);
  const DnsQuestion question{*std::move(wanted), type};
  auto& asked = inquiry_->asked;
  const auto known = std::find_if(asked.begin(), asked.end(), [&](const Inquiry::Asked& one) {
    return one.question == question;
  });
  if (known != asked.end()) return answer_of(*known);
  if (inquiry_->is_over || asked.size() >= most_) return {DnsStatus::not_asked, {}, {}, {}};
  return answer_of(asked.emplace_back(Inquiry::Asked{question, why_, std::nullopt}));
}

}  // namespace unsent
