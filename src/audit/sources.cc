// SPDX-License-Identifier: MIT
#include "audit/sources.h"

#include <sys/stat.h>

#include "audit/sending_server.h"
#include "evidence/sent.h"
#include "feed/line_source.h"
#include "feed/log_feed.h"
#include "mailbox/mailbox.h"
#include "setup/output.h"
#include "spf/no_dns.h"
#include "verdict/judge.h"

namespace unsent {
namespace {

class Auditor {
 public:
  Auditor(const Setup& setup, SpfAudit& audit) : setup_(setup), audit_(audit) {
    witnesses_.ledger = setup.witnesses.ledger;
    witnesses_.resolver = &no_dns_;
    witnesses_.now = setup.witnesses.now;
  }

  // What a server of ours logged about taking a message.
  void read(const LoggedArrival& arrival) {
    const auto client = IpAddress::parse(arrival.client);
    const auto sender = Address::parse(arrival.sender);
    if (!client || !sender) return;
    for (const std::string& id : arrival.message_ids)
      for (const SentMessage& sent : setup_.witnesses.ledger->find(ByMessageId{id}).value)
        if (auto server = server_of_arrival(*client, *sender, arrival.recipients, sent,
                                            setup_.premises.identity))
          return audit_.add(*server, {AuditSource::log, name_of(sent), ""});
  }

  void read(const Message& message) {
    const Judgement judgement = judge(message, setup_.premises, witnesses_, setup_.recipient);
    const Identity& identity = setup_.premises.identity;
    if (judgement.decision.verdict == Verdict::genuine) {
      const auto recipient =
          setup_.recipient ? setup_.recipient : stated_recipient(message.headers());
      const SentFinding finding = find_sent(judgement.bounce, *setup_.witnesses.ledger);
      if (!finding.sent) return;
      const auto server = server_of_original(judgement.bounce, *finding.sent, recipient, identity);
      if (server) add_reported(*server, message, judgement.bounce, *finding.sent);
    } else if (judgement.decision.verdict == Verdict::ordinary && is_in_ledger(message)) {
      if (const auto server = server_of_copy(message, identity))
        audit_.add(*server, {AuditSource::copy, "", ""});
    }
  }

 private:
  static std::string name_of(const SentMessage& sent) {
    if (sent.row != 0) return std::to_string(sent.row);
    return sent.message_ids.empty() ? sent.subject : sent.message_ids.front();
  }

  void add_reported(const SendingServer& server, const Message& message, const Bounce& bounce,
                    const SentMessage& sent) {
    Resolver& resolver = *setup_.witnesses.resolver;
    resolver.begin_message();
    audit_.add(server,
               {AuditSource::bounce, name_of(sent), teller_of(message, bounce, sent, resolver),
                served_domain(server, bounce, resolver)});
  }

  // The message itself, not another one under its id.
  bool is_in_ledger(const Message& message) {
    const Headers& headers = message.headers();
    const auto ids = parse_message_ids(headers.text("Message-ID"), 1);
    const auto print =
        make_fingerprint(headers.text("From"), headers.text("Date"), headers.text("Subject"));
    if (ids.empty() || !print) return false;
    for (const SentMessage& sent : setup_.witnesses.ledger->find(ByMessageId{ids.front()}).value)
      if (sent.has_fingerprint(*print)) return true;
    return false;
  }

  const Setup& setup_;
  SpfAudit& audit_;
  NoDns no_dns_;
  Witnesses witnesses_;
};

Result<bool> is_mail_log(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  auto source = LineSource::open(path, kMaxLogLine);
  if (!source) return source.failure();
  const auto beginning = source->peek(4096);
  if (!beginning) return beginning.failure();
  return is_log(*beginning);
}

Result<void> read_log(const std::string& path, const Setup& setup, Auditor& auditor) {
  auto source = LineSource::open(path, kMaxLogLine);
  if (!source) return source.failure();
  LogFeed feed({{}, {}, setup.premises.identity.domains}, setup.witnesses.now);
  feed.messages().tell_arrivals([&](const LoggedArrival& arrival) { auditor.read(arrival); });
  SourceLine line;
  for (;;) {
    const auto more = source->next(line);
    if (!more) return more.failure();
    if (!*more) break;
    feed.read(line.text);
    feed.take();
  }
  feed.close_all();
  return {};
}

}  // namespace

Result<void> read_sources(const std::vector<std::string>& paths, const Setup& setup,
                          SpfAudit& audit) {
  Auditor auditor(setup, audit);
  for (const std::string& path : paths) {
    const auto is_log = is_mail_log(path);
    if (!is_log) return is_log.failure();
    if (*is_log) {
      if (auto read = read_log(path, setup, auditor); !read) return read.failure();
      continue;
    }
    std::vector<std::string> problems;
    const auto walked = walk_mailbox(
        path,
        [&](const StoredMessage& stored) -> Result<void> {
          auditor.read(Message::view(stored.bytes));
          return {};
        },
        problems);
    if (!walked) return walked.failure();
    for (const std::string& problem : problems) complain(problem);
  }
  return {};
}

}  // namespace unsent
