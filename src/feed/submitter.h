// SPDX-License-Identifier: MIT
// Who handed a message to the server of a log: whether what came that way is mail that we
// send is decided by this.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "mail/address.h"
#include "spf/ip.h"

namespace unsent {

// Who may hand in mail that we send.
struct LogPolicy {
  std::vector<IpNetwork> trusted;   // whatever these clients hand in, we send
  std::vector<IpNetwork> relays;    // our own servers: what they hand in for others, we send
  std::vector<DomainName> domains;  // ours: hosts with a proven name in them count as relays

  bool is_ours(const DomainName& domain) const;
  // A server to which ours handed a message, by the name and address that the log has of it
  // ("" where it has none): is it one of our own?
  bool is_own_server(std::string_view host, std::string_view address) const;
  // The same for the same sets, in whatever order: what was read by another one says nothing
  // of what this one makes of the same lines.
  std::uint64_t hash() const;
};

// Who handed a message in.
enum class Submitter {
  unknown,   // no line said so yet
  user,      // somebody with a password
  local,     // a program on the server itself
  trusted,   // a client that is trusted in all
  own_host,  // a host of ours: sent by us if from our domains for somebody outside
  stranger,  // anybody else
};

class Clients {
 public:
  explicit Clients(LogPolicy policy) : policy_(std::move(policy)) {}

  const LogPolicy& policy() const { return policy_; }
  // name is "" or "unknown" unless it is proven (the name of the address has that address).
  // DNS fails now and then: an address whose name was ours keeps it for a day.
  Submitter submitter_of(std::string_view name, std::string_view address, Time at);

  // The server hands mail to a content filter on its own host: what comes back from there may
  // be anybody's, whatever the host is called.
  void found_filter() { has_filter_ = true; }

  // A process of the server ("host/123") has asked that client for a password, and got it;
  // this holds until it talks to another.
  void authenticate(std::string_view process, std::string_view client);
  bool is_authenticated(std::string_view process, std::string_view client) const;
  void forget(std::string_view process);

  // That process takes mail from the network, as its lines within the hour show.
  void found_daemon(std::string_view process, Time at);
  bool is_daemon(std::string_view process, Time at) const;

  // What is known, as lines of text, for the next run; and back, line by line.
  std::string state() const;
  void restore(std::string_view line);

 private:
  using Processes = std::map<std::string, std::string, std::less<>>;  // to their clients
  bool is_own_host(std::string_view name, const IpAddress& ip, Time at);

  LogPolicy policy_;
  bool has_filter_ = false;
  std::map<IpAddress, Time> named_;  // when the name of an address was last ours
  Processes authenticated_;          // lately; when these are many,
  Processes before_;                 // they become these
  std::map<std::string, Time, std::less<>> daemons_;
};

}  // namespace unsent
