// SPDX-License-Identifier: MIT
#include "dns/answers.h"

#include <utility>

namespace unsent {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{8} << 20U;  // of each half

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

const Answers::Kept* Answers::Half::find(std::string_view key, Clock::time_point now) const {
  const auto found = answers.find(key);
  return found != answers.end() && found->second.until > now ? &found->second : nullptr;
}

// The name itself or one that it is below; a top-level domain's own silence is no sign.
bool Answers::Half::is_silent(std::string_view name, Clock::time_point now) const {
  while (!silent.empty() && name.find('.') != name.npos) {
    const auto found = silent.find(name);
    if (found != silent.end() && found->second > now) return true;
    name.remove_prefix(name.find('.') + 1);
  }
  return false;
}

std::optional<DnsAnswer> Answers::find(const DnsQuestion& question, Clock::time_point now) const {
  const std::string key = key_of(question);
  for (const Half* half : {&new_, &old_})
    if (const Kept* kept = half->find(key, now)) return kept->answer;
  if (new_.is_silent(question.name, now) || old_.is_silent(question.name, now))
    return DnsAnswer{DnsStatus::timeout, {}, {}, {}};
  return std::nullopt;
}

void Answers::keep(const DnsQuestion& question, const DnsAnswer& answer, Clock::time_point now) {
  if (answer.status == DnsStatus::pending) return;
  const std::size_t bytes = size_of(answer);
  if (new_.answers.size() >= limit_ / 2 || new_.bytes + bytes > kMaxBytes)
    old_ = std::exchange(new_, {});
  new_.bytes += bytes;
  const auto until = end_of(answer.status, now);
  new_.answers.insert_or_assign(key_of(question), Kept{answer, until});
  if (answer.status == DnsStatus::timeout) {
    new_.silent.insert_or_assign(question.name, until);
  } else if (answer.status != DnsStatus::not_asked) {
    new_.silent.erase(question.name);
    old_.silent.erase(question.name);
  }
}

}  // namespace unsent
