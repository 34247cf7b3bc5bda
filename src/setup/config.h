// SPDX-License-Identifier: MIT
// What the user wrote into config.toml: who we are, where the ledger is, what to do.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "dns/pace.h"
#include "imap/settings.h"
#include "mail/address.h"
#include "policy/policy.h"
#include "setup/places.h"
#include "spf/ip.h"

namespace unsent {

// What the administrator allows the users' own files; [limits] in /etc/unsent/config.toml.
struct Limits {
  bool drop = true;        // drop: may anything be thrown away
  bool user_rules = true;  // user_rules: are rule files of the users' own read
  // ledger, quarantine: folders below which these must lie; none are named: anywhere.
  std::vector<std::string> ledger;
  std::vector<std::string> quarantine;
  bool operator==(const Limits&) const = default;
};

// What a service does for its users; [serve].
struct ServeSettings {
  std::vector<std::string> trusted;  // trusted: login names that may see the whole ledger
  int connections = 1000;            // connections, connections_of_user: open at a time
  int connections_of_user = 100;
  int per_second = 20000;  // per_second: requests of one user
  // [serve.senders]: login name → addresses, and "@domain" for all of it.
  std::map<std::string, std::vector<std::string>> senders;
  bool operator==(const ServeSettings&) const = default;
};

struct Config {
  std::vector<DomainName> domains;                   // [identity] domains
  std::vector<Address> addresses;                    // [identity] addresses
  std::vector<Address> never_sends;                  // [identity] never_sends
  std::vector<std::pair<Address, Address>> aliases;  // [aliases]: alias, address it stands for
  std::vector<IpNetwork> relays;                     // [identity] relays: our own outgoing servers
  std::optional<std::string> ledger;                 // [ledger] path
  bool keeps_texts = false;                  // [ledger] plain: texts beside the hashes of them
  bool is_ledger_for_many = false;           // [ledger] shared: others may read it and its key
  std::chrono::milliseconds deadline{5000};  // [judging] deadline: of one message
  bool is_confined = true;                   // [judging] confined: see confine()
  std::vector<IpNetwork> trusted_clients;    // [ledger] trust: may hand in mail, as mynetworks
  int retention_days = 60;                   // [ledger] retention_days
  // [spf] records: of a domain of ours, which then is not asked from the DNS.
  std::vector<std::pair<DomainName, std::string>> spf_records;
  std::optional<std::string> retired_keys;  // [dkim] retired_keys: a folder, see KeyFolder
  std::optional<std::string> tag_keys;      // [tag] keys: a file, see KeyRing
  std::optional<std::string> dns_server;    // [dns] server, "192.0.2.53:5353"
  std::optional<std::string> dns_cache;     // [dns] cache: a file that keeps answers
  PaceLimits dns_pace;                      // [dns] at_once, per_second: questions
  Policy policy;                            // [policy] mode, and a handling for each verdict
  std::optional<std::string> mailbox;       // [delivery] mailbox: a Maildir if it ends in "/"
  std::optional<std::string> quarantine;    // [quarantine] path: a Maildir
  int quarantine_days = 0;                  // [quarantine] keep_days; 0: for ever
  std::vector<ImapSettings> imap;           // [imap."HOST"]
  Limits limits;
  ServeSettings serve;
  bool is_logging = false;            // [log] syslog: a line a report in the system log
  bool is_site_filter = false;        // [site] filter: the site asks unsent for those who opted in
  bool is_ledger_of_admin = false;    // its path is the administrator's word
  std::vector<std::string> problems;  // what a user's file wanted beyond the limits
  bool operator==(const Config&) const = default;
};

// Reads explicit_path if given (it must then exist); else /etc/unsent/config.toml and
// over it $XDG_CONFIG_HOME/unsent/config.toml, each if it exists. A key that we do not
// know or a value of the wrong kind is an error with file and line, and so is a file in the
// user's folder that is another user's. The limits hold for an explicit file, too.
// Where mail passes, what is not known, of another version perhaps, is only a problem.
enum class Unknown { is_error, is_problem };
Result<Config> load_config(const std::optional<std::string>& explicit_path,
                           Unknown unknown = Unknown::is_error);

// The same where mail passes, or waits for a service that has to come up whatever was upgraded:
// what is only a problem is said on standard error.
Result<Config> load_config_in_service(const std::optional<std::string>& explicit_path);

// The limits alone.
Result<Limits> load_limits(Unknown unknown = Unknown::is_error);

enum class Author { administrator, user };

// Lays the settings of one file's text over config; path is for the error text. What a user
// wants beyond config.limits is a problem, and the limit stands.
Result<void> apply_config(Config& config, std::string_view text, const std::string& path,
                          Author author = Author::user, Unknown unknown = Unknown::is_error);

// The config's; else .Backscatter in ~/Maildir, if that is one; else within data_folder().
std::string quarantine_path(const Config& config);

}  // namespace unsent
