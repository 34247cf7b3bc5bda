// SPDX-License-Identifier: MIT
#include "feed/submitter.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "ledger/rows.h"

namespace unsent {
namespace {

constexpr seconds kNameIsKept{86400};
constexpr seconds kProcessIsKept{3600};  // then its number may be another's
constexpr std::size_t kMostNamed = 1000;
constexpr std::size_t kMostProcesses = 5000;

bool contains(const std::vector<IpNetwork>& networks, const IpAddress& ip) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const IpNetwork& network) { return network.contains(ip); });
}

}  // namespace

bool LogPolicy::is_ours(const DomainName& domain) const {
  return std::any_of(domains.begin(), domains.end(),
                     [&](const DomainName& ours) { return domain.is_within(ours); });
}

bool LogPolicy::is_own_server(std::string_view host, std::string_view address) const {
  const auto name = DomainName::parse(host);
  const auto ip = IpAddress::parse(address);
  return (name && is_ours(*name)) || (ip && (contains(relays, *ip) || contains(trusted, *ip)));
}

std::uint64_t LogPolicy::hash() const {
  std::vector<std::string> sets;
  for (const IpNetwork& network : trusted) sets.push_back("trust " + network.text());
  for (const IpNetwork& network : relays) sets.push_back("relay " + network.text());
  for (const DomainName& domain : domains) sets.push_back("domain " + domain.text());
  std::sort(sets.begin(), sets.end());
  sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
  std::string all;
  for (const std::string& set : sets) all += set + '\n';
  return static_cast<std::uint64_t>(hash_of_id(all));
}

Submitter Clients::submitter_of(std::string_view name, std::string_view address, Time at) {
  const auto ip = IpAddress::parse(address);
  if (!ip) return Submitter::stranger;
  if (contains(policy_.trusted, *ip)) return Submitter::trusted;
  if (policy_.domains.empty()) return ip->is_loopback() ? Submitter::unknown : Submitter::stranger;
  const bool may_be_filter = ip->is_loopback() && has_filter_;
  if (contains(policy_.relays, *ip) || (!may_be_filter && is_own_host(name, *ip, at)))
    return Submitter::own_host;
  // A content filter on the same host: whose message it is, its id shows.
  return ip->is_loopback() ? Submitter::unknown : Submitter::stranger;
}

bool Clients::is_own_host(std::string_view name, const IpAddress& ip, Time at) {
  const bool has_name = !name.empty() && name != "unknown";
  const auto known = named_.find(ip);
  if (!has_name)
    return known != named_.end() && std::chrono::abs(at - known->second) <= kNameIsKept;
  const auto host = DomainName::parse(name);
  const bool is_ours = host && policy_.is_ours(*host);
  if (known != named_.end()) {
    if (is_ours)
      known->second = at;
    else
      named_.erase(known);
  } else if (is_ours && !ip.is_loopback()) {
    if (named_.size() >= kMostNamed) named_.erase(named_.begin());
    named_.emplace(ip, at);
  }
  return is_ours;
}

void Clients::authenticate(std::string_view process, std::string_view client) {
  authenticated_[std::string(process)] = client;
  if (authenticated_.size() >= kMostProcesses) before_ = std::exchange(authenticated_, {});
}

bool Clients::is_authenticated(std::string_view process, std::string_view client) const {
  for (const Processes* processes : {&authenticated_, &before_})
    if (const auto known = processes->find(process); known != processes->end())
      return known->second == client;
  return false;
}

void Clients::forget(std::string_view process) {
  for (Processes* processes : {&authenticated_, &before_})
    if (const auto known = processes->find(process); known != processes->end())
      processes->erase(known);
}

void Clients::found_daemon(std::string_view process, Time at) {
  if (daemons_.size() >= kMostProcesses) daemons_.clear();
  daemons_.insert_or_assign(std::string(process), at);
}

bool Clients::is_daemon(std::string_view process, Time at) const {
  const auto known = daemons_.find(process);
  return known != daemons_.end() && std::chrono::abs(at - known->second) <= kProcessIsKept;
}

// "h\t192.0.2.1\t1795428000", "a\tmail/123\tphone [192.0.2.1]".
std::string Clients::state() const {
  std::string text = has_filter_ ? "x\t\t\n" : "";
  for (const auto& [ip, at] : named_)
    text += "h\t" + ip.text() + '\t' + std::to_string(at.time_since_epoch().count()) + '\n';
  for (const Processes* processes : {&before_, &authenticated_})
    for (const auto& [process, client] : *processes)
      if ((process + client).find_first_of("\t\n") == std::string::npos)
        text.append("a\t").append(process).append("\t").append(client).append("\n");
  return text;
}

void Clients::restore(std::string_view line) {
  const auto parts = split(line, '\t');
  if (parts.size() != 3) return;
  if (parts[0] == "a") return authenticate(parts[1], parts[2]);
  if (parts[0] == "x") return found_filter();
  const auto ip = IpAddress::parse(parts[1]);
  std::int64_t at = 0;
  std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), at);
  if (parts[0] == "h" && ip && named_.size() < kMostNamed) named_.emplace(*ip, Time(seconds(at)));
}

}  // namespace unsent
