// SPDX-License-Identifier: MIT
#include "dns/answers.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;

std::size_t size_of(const DnsAnswer& answer) {
  std::size_t bytes = 200 + answer.addresses.size() * sizeof(IpAddress);
  for (const std::string& text : answer.texts) bytes += sizeof(std::string) + text.size();
  return bytes;
}

std::string key_of(const DnsQuestion& question) {
  return std::string(question.name).append(1, ' ').append(name_of(question.type));
}

Answers::Clock::time_point end_of(DnsStatus status, Answers::Clock::time_point now) {
  switch (status) {
    case DnsStatus::ok:
    case DnsStatus::no_data:
    case DnsStatus::nxdomain:
      return Answers::Clock::time_point::max();  // no run lasts as long as a record lives
    case DnsStatus::not_asked:
      return now + Answers::kRefusalLife;
    case DnsStatus::temp_error:
    case DnsStatus::timeout:
    case DnsStatus::pending:
      break;
  }
  return now + Answers::kFailureLife;
}

}  // namespace

// The name itself or one that it is below; a top-level domain's own silence is no sign.
bool Answers::is_silent(std::string_view name, Clock::time_point now) const {
  while (!silent_.empty() && name.find('.') != name.npos) {
    const auto found = silent_.find(name);
    if (found != silent_.end() && found->second > now) return true;
    name.remove_prefix(name.find('.') + 1);
  }
  return false;
}

std::optional<DnsAnswer> Answers::find(const DnsQuestion& question, Clock::time_point now) const {
  const auto found = answers_.find(key_of(question));
  if (found != answers_.end() && found->second.until > now) return found->second.answer;
  if (is_silent(question.name, now)) return DnsAnswer{DnsStatus::timeout, {}, {}, {}};
  return std::nullopt;
}

void Answers::keep(const DnsQuestion& question, const DnsAnswer& answer, Clock::time_point now) {
  if (answer.status == DnsStatus::pending) return;
  const std::size_t bytes = size_of(answer);
  if (answers_.size() >= limit_ || bytes_ + bytes > kMaxBytes) {
    answers_.clear();
    silent_.clear();
    bytes_ = 0;
  }
  bytes_ += bytes;
  const auto until = end_of(answer.status, now);
  answers_.insert_or_assign(key_of(question), Kept{answer, until});
  if (answer.status == DnsStatus::timeout)
    silent_.insert_or_assign(question.name, until);
  else if (answer.status != DnsStatus::not_asked)
    silent_.erase(question.name);
}

}  // namespace unsent
