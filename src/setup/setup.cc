// SPDX-License-Identifier: MIT
#include "setup/setup.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/open.h"
#include "dns/key_folder.h"
#include "dns/pinned.h"
#include "dns/waiting.h"
#include "dns/zone.h"
#include "evidence/unavailable_ledger.h"
#include "imap/walk.h"
#include "ledger/ledger_file.h"
#include "ledger/ledger_key.h"
#include "ledger/ledger_reader.h"
#include "mailbox/mailbox.h"
#include "mailbox/sent_look.h"
#include "setup/key_file.h"
#include "setup/rule_files.h"
#include "spf/no_dns.h"

namespace unsent {
namespace {

constexpr std::chrono::milliseconds kDnsDeadline{4000};  // where questions wait for each other

Result<std::unique_ptr<Ledger>> connect_ledger(const std::string& path,
                                               const JudgingOptions& options,
                                               const Deadline* deadline) {
  auto connected = RemoteLedger::connect(path, deadline);
  if (!connected) return connected.failure();
  if (options.notes_nothing) (*connected)->note_nothing();
  return std::unique_ptr<Ledger>(std::move(*connected));
}

Result<std::unique_ptr<Ledger>> open_ledger_at(const std::string& path,
                                               const JudgingOptions& options, const Config& config,
                                               const Deadline* deadline) {
  struct stat status {};
  const bool is_there = ::stat(path.c_str(), &status) == 0;
  if (!is_there && !is_service(path))
    return fail(ErrorCode::no_input, path + ": no such ledger",
                "make it with `unsent import`, or judge with --no-ledger");
  if (is_there && !options.ledger && !config.is_ledger_of_admin)
    if (auto owned = check_owner(path, status); !owned) return owned.failure();
  if (!is_there || S_ISSOCK(status.st_mode)) return connect_ledger(path, options, deadline);
  const Notes notes = options.notes_nothing ? Notes::not_written : Notes::written;
  auto opened = LedgerReader::open(path, deadline, notes);
  if (!opened) return opened.failure();
  return std::unique_ptr<Ledger>(std::move(*opened));
}

bool can_do_without(const JudgingOptions& options, const std::string& path, ErrorCode error) {
  if (error == ErrorCode::temp_fail) return true;
  switch (options.broken_ledger) {
    case BrokenLedger::is_an_error:
      return false;
    case BrokenLedger::is_judged_without:
      return ::access(path.c_str(), F_OK) == 0 && !is_something_else(path);
    case BrokenLedger::stops_nothing:
      return true;
  }
  return false;
}

Identity make_identity(const JudgingOptions& options, const Config& config) {
  Identity identity;
  const bool is_told = !options.domains.empty() || !options.addresses.empty();
  identity.domains = is_told ? options.domains : config.domains;
  identity.addresses = is_told ? options.addresses : config.addresses;
  identity.never_sends = config.never_sends;
  identity.aliases = config.aliases;
  return identity;
}

// One that cannot be used is there all the same: its facts then say so, and what is not
// in it never counts.
Result<std::unique_ptr<Ledger>> open_ledger(const JudgingOptions& options, const Config& config,
                                            const Deadline* deadline, Time now, SentHabits& habits,
                                            std::vector<std::string>& problems) {
  if (options.no_ledger) return std::unique_ptr<Ledger>();
  if (!options.sent.empty()) {
    const Identity identity = make_identity(options, config);
    const auto is_ours = [&](const Address& address) { return identity.is_ours(address); };
    auto memory = std::make_unique<MemoryLedger>();
    for (const std::string& path : options.sent)
      if (auto read =
              read_sent_mailbox(path, *memory, habits, now, problems, options.imap, is_ours);
          !read)
        return read.failure();
    return std::unique_ptr<Ledger>(std::move(memory));
  }
  const bool is_named = options.ledger || config.ledger;
  const std::string path = options.ledger  ? *options.ledger
                           : config.ledger ? *config.ledger
                                           : default_ledger_path();
  if (!is_named && (path.empty() || ::access(path.c_str(), F_OK) != 0))
    return std::unique_ptr<Ledger>();
  auto opened = open_ledger_at(path, options, config, deadline);
  const auto fault =
      is_service(path) ? std::nullopt : sharing_fault(LedgerKey::path_for(path), config);
  if (opened && fault) problems.push_back(*fault);
  if (opened || !can_do_without(options, path, opened.error().code)) return opened;
  const Error& error = opened.error();
  problems.push_back(error.message + (error.hint.empty() ? "" : "; " + error.hint));
  return std::unique_ptr<Ledger>(std::make_unique<UnavailableLedger>(error.message));
}

std::shared_ptr<DnsDesk> make_desk(const DnsOptions& options, const Config& config) {
  CaresOptions network;
  network.server = options.server ? *options.server : config.dns_server.value_or(std::string());
  network.pace = config.dns_pace;
  return std::make_shared<DnsDesk>(network, dns_cache_path(options, config));
}

Resolver& add(DnsWindow& window, std::unique_ptr<Resolver> resolver) {
  window.chain.push_back(std::move(resolver));
  return *window.chain.back();
}

// What answers at the bottom.
Result<void> open_dns(DnsWindow& window, const DnsOptions& options, const Config& config) {
  if (options.is_off) {
    window.waiting = window.at_once = &add(window, std::make_unique<NoDns>());
  } else if (options.zone) {
    auto zone = std::make_unique<ZoneResolver>();
    if (auto loaded = zone->load(*options.zone); !loaded) return loaded;
    window.waiting = window.at_once = &add(window, std::move(zone));
  } else {
    if (!window.desk) window.desk = make_desk(options, config);
    window.at_once = window.desk.get();
    window.waiting = &add(window, std::make_unique<WaitingResolver>(*window.desk, kDnsDeadline));
  }
  return {};
}

Result<Resolver*> pin_records(DnsWindow& window, Resolver& next, const Config& config) {
  if (config.spf_records.empty()) return &next;
  auto pinned = std::make_unique<PinnedResolver>(next);
  for (const auto& [domain, record] : config.spf_records)
    if (!pinned->pin(domain.text(), record))
      return fail(ErrorCode::config, domain.text() + " in [spf.records] is not a domain for DNS");
  return &add(window, std::move(pinned));
}

// The keys that mark our mail, if there are any.
Result<std::unique_ptr<KeyRing>> open_tag_keys(const Config& config) {
  const std::string path = config.tag_keys ? *config.tag_keys : default_tag_keys_path();
  if (path.empty() || (!config.tag_keys && ::access(path.c_str(), F_OK) != 0))
    return std::unique_ptr<KeyRing>();
  auto ring = read_key_file(path);
  if (!ring) return ring.failure();
  return std::make_unique<KeyRing>(std::move(*ring));
}

// A file that cannot be read marks nothing: then a digest is judged as any mail.
std::unique_ptr<KeyRing> open_digest_keys() {
  const std::string path = default_digest_keys_path();
  if (path.empty() || ::access(path.c_str(), F_OK) != 0) return nullptr;
  auto ring = read_key_file(path);
  return ring ? std::make_unique<KeyRing>(std::move(*ring)) : nullptr;
}

}  // namespace

Time current_time() { return std::chrono::floor<seconds>(std::chrono::system_clock::now()); }

namespace {

// An inbox, taken for Sent, would make strangers' mail ours.
Result<void> check_sent(const std::string& path, const MailboxLook& look) {
  if (!look.looks_received()) return {};
  return fail(ErrorCode::data,
              "--sent " + path + ": mail came to it, and was not sent: " + look.why_received(),
              "name the Sent mailbox; if it is one, name your domains with --domain");
}

}  // namespace

Result<void> read_sent_mailbox(const std::string& path, MemoryLedger& ledger, SentHabits& habits,
                               Time now, std::vector<std::string>& problems, ImapAccounts* imap,
                               const IsOurs& is_ours) {
  SentLook look(is_ours);
  bool is_empty = true;
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    const Message sent = Message::view(stored.bytes);
    const Entry entry = entry_of(sent);
    is_empty = is_empty && !entry.is_usable();
    ledger.add(entry, now);
    habits.add(sent.headers());
    look.add(sent);
    return {};
  };
  if (imap == nullptr || !is_imap_url(path)) {
    const auto walked = walk_mailbox(path, visit, problems);
    if (!walked) return walked;
    if (is_empty) problems.push_back("--sent " + path + ": there is no mail in it that was sent");
    return check_sent(path, look.look());
  }
  const auto url = parse_imap_url(path);
  if (!url) return url.failure();
  const auto place = url->folder.empty() ? imap->find(*url, FolderRole::sent) : imap->find(*url);
  if (!place) return place.failure();
  const auto walked = walk_imap(*imap, *place, visit, problems, {});
  return walked ? Result<void>() : walked.failure();
}

std::string dns_cache_path(const DnsOptions& options, const Config& config) {
  if (config.dns_cache) return *config.dns_cache;
  return options.server ? std::string() : default_dns_cache_path();
}

Result<DnsWindow> make_dns(const DnsOptions& options, const Config& config,
                           std::shared_ptr<DnsDesk> desk) {
  DnsWindow window;
  window.desk = std::move(desk);
  if (auto opened = open_dns(window, options, config); !opened) return opened.failure();
  for (Resolver** end : {&window.waiting, &window.at_once}) {
    const auto pinned = pin_records(window, **end, config);
    if (!pinned) return pinned.failure();
    *end = *pinned;
  }
  return window;
}

namespace {

// The DNS, and the keys of ours that it no longer has.
Result<void> add_dns(Setup& setup, const JudgingOptions& options, const Config& config,
                     std::shared_ptr<DnsDesk> desk = nullptr) {
  auto dns = make_dns(options.dns, config, std::move(desk));
  if (!dns) return dns.failure();
  setup.dns = std::move(*dns);
  setup.inquiries = std::make_unique<InquiryResolver>(*setup.dns.at_once);
  setup.witnesses.resolver = setup.dns.waiting;
  if (config.retired_keys) setup.retired_keys = std::make_unique<KeyFolder>(*config.retired_keys);
  setup.witnesses.retired_keys = setup.retired_keys.get();
  return {};
}

void set_ledger(Setup& setup, std::unique_ptr<Ledger> ledger) {
  setup.ledger = std::move(ledger);
  setup.witnesses.ledger = setup.ledger.get();
  setup.service = dynamic_cast<RemoteLedger*>(setup.ledger.get());
  setup.reader = dynamic_cast<LedgerReader*>(setup.ledger.get());
}

}  // namespace

Result<Setup> make_setup(const JudgingOptions& options, const Config& config) {
  Setup setup;
  setup.witnesses.now = options.now.value_or(current_time());
  setup.recipient = options.recipient;
  setup.premises.retention = seconds(config.retention_days * 86400);
  setup.premises.identity = make_identity(options, config);
  setup.premises.relays = options.relays.empty() ? config.relays : options.relays;
  setup.premises.is_ledger_shared = config.is_ledger_of_admin && !options.ledger;
  setup.rules = load_rules(setup.problems, options.packing);
  setup.premises.rules = setup.rules.get();
  setup.problems.insert(setup.problems.end(), config.problems.begin(), config.problems.end());
  setup.deadline = std::make_unique<Deadline>(options.deadline.value_or(config.deadline));
  setup.witnesses.deadline = setup.deadline.get();
  setup.habits = std::make_unique<SentHabits>();
  auto ledger = open_ledger(options, config, setup.deadline.get(), setup.witnesses.now,
                            *setup.habits, setup.problems);
  if (!ledger) return ledger.failure();
  if (auto made = add_dns(setup, options, config); !made) return made.failure();
  auto keys = open_tag_keys(config);
  if (!keys) return keys.failure();
  setup.tag_keys = std::move(*keys);
  setup.witnesses.tag_keys = setup.tag_keys.get();
  setup.digest_keys = open_digest_keys();
  setup.premises.digest_keys = setup.digest_keys.get();
  set_ledger(setup, std::move(*ledger));
  if (setup.ledger) {
    const auto learned = setup.ledger->identity();
    if (learned.is_available()) learn(setup.premises.identity, learned.value);
    if (learned.is_available() && !setup.habits->knows_subjects())
      setup.habits->learn(learned.value);
  }
  return setup;
}

Texts texts_of(const Config& config) { return config.keeps_texts ? Texts::kept : Texts::hashed; }

namespace {

// A ledger in memory is the first one's for all: judging reads it, and counts under a lock.
Result<Setup> make_another(const Setup& first, const JudgingOptions& options,
                           const Config& config) {
  Setup setup;
  setup.premises = first.premises;
  setup.witnesses = first.witnesses;
  setup.recipient = first.recipient;
  std::vector<std::string> told_already;
  setup.deadline = std::make_unique<Deadline>(first.deadline->whole());
  setup.witnesses.deadline = setup.deadline.get();
  setup.rules = load_rules(told_already, options.packing);
  setup.premises.rules = setup.rules.get();
  if (options.sent.empty() && first.ledger) {
    SentHabits none;
    auto ledger =
        open_ledger(options, config, setup.deadline.get(), first.witnesses.now, none, told_already);
    if (!ledger) return ledger.failure();
    set_ledger(setup, std::move(*ledger));
  }
  if (auto made = add_dns(setup, options, config, first.dns.desk); !made) return made.failure();
  return setup;
}

}  // namespace

Result<std::vector<Setup>> make_setups(const JudgingOptions& options, const Config& config,
                                       std::size_t count) {
  std::vector<Setup> setups;
  setups.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto setup = i == 0 ? make_setup(options, config) : make_another(setups[0], options, config);
    if (!setup) return setup.failure();
    setups.push_back(std::move(*setup));
  }
  return setups;
}

Result<std::string> ledger_path(const std::optional<std::string>& option, const Config& config) {
  if (option) return *option;
  if (config.ledger) return *config.ledger;
  std::string path = default_ledger_path();
  if (path.empty())
    return fail(ErrorCode::config, "neither HOME nor XDG_DATA_HOME says where the ledger is",
                "name it with --ledger");
  return path;
}

}  // namespace unsent
