// SPDX-License-Identifier: MIT
#include "imap/move.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/digest.h"
#include "base/number.h"
#include "base/printable.h"
#include "base/text.h"
#include "imap/fetched.h"
#include "imap/folder_name.h"

namespace unsent {
namespace {

constexpr std::uint64_t kSlack = 100'000;  // messages that may have come since EXISTS
constexpr std::uint64_t kAtOnce = 100;     // whole messages

// "38505 304,319:320 3956:3958": only what was asked for, and as many here as there.
std::optional<ImapMoved> read_copyuid(std::string_view args, const UidSet& asked) {
  const auto parts = split(trim(args), ' ');
  if (parts.size() != 3) return std::nullopt;
  const auto from = UidSet::parse(parts[1]);
  const auto to = UidSet::parse(parts[2]);
  if (!from || !to || from->count() != to->count() || from->count() > asked.count())
    return std::nullopt;
  const std::vector<Uid> here = from->list();
  const std::vector<Uid> there = to->list();
  UidSet sorted = asked;
  sorted.sort();
  ImapMoved moved{leading_number<std::uint32_t>(parts[0]), {}};
  for (std::size_t i = 0; i < here.size(); ++i) {
    if (!sorted.has(here[i])) return std::nullopt;
    moved.pairs.emplace_back(here[i], there[i]);
  }
  return moved;
}

// MOVE or COPY, and what COPYUID says of it, wherever it stands.
struct Transferred {
  ImapDone done;
  ImapMoved moved;
  bool is_told = false;
};

Result<Transferred> transfer(ImapSession& session, const char* verb, const UidSet& uids,
                             const std::string& to) {
  Transferred transferred;
  bool is_nonsense = false;
  const auto read = [&](std::string_view code, std::string_view args) {
    if (!equal_ignoring_case(code, "COPYUID")) return;
    const auto told = read_copyuid(args, uids);
    is_nonsense = is_nonsense || !told || told->validity == 0;
    if (!told) return;
    transferred.is_told = true;
    ImapMoved& moved = transferred.moved;
    moved.validity = told->validity;
    moved.pairs.insert(moved.pairs.end(), told->pairs.begin(), told->pairs.end());
  };
  ImapCommand command(fmt::format("UID {} {} ", verb, uids.text()));
  command.add_string(to);
  auto done = session.run(command, [&](const ImapReply& reply) {
    if (reply.status == ImapStatus::ok) read(reply.code, reply.code_args);
  });
  if (!done) return done.failure();
  read(done->code, done->code_args);
  if (is_nonsense)
    return fail(ErrorCode::data, fmt::format("{}: tells nonsense of what became of {}",
                                             session.server(), uids.text()));
  transferred.done = std::move(*done);
  return transferred;
}

bool has_flag(const ImapFetched& fetched, std::string_view flag) {
  return fetched.flags &&
         std::any_of(fetched.flags->begin(), fetched.flags->end(),
                     [&](std::string_view one) { return equal_ignoring_case(one, flag); });
}

UidSet set_of(const UidPairs& pairs, bool is_first) {
  UidSet set;
  for (const auto& [first, second] : pairs) set.add(is_first ? first : second);
  set.sort();
  return set;
}

Result<void> fetch(ImapSession& session, const UidSet& uids, const std::string& what,
                   const std::function<void(const ImapFetched&)>& take) {
  const auto done =
      session.demand(ImapCommand(fmt::format("UID FETCH {} ({})", uids.text(), what)),
                     "does not give what is asked of messages", [&](const ImapReply& reply) {
                       const auto fetched = read_fetched(reply);
                       if (fetched && fetched->uid) take(*fetched);
                     });
  return done ? Result<void>() : done.failure();
}

}  // namespace

ImapWay way_of(const ImapSession& session) {
  if (session.can_move() && !session.is_gmail()) return ImapWay::move;
  return session.has_uidplus() ? ImapWay::copy : ImapWay::none;
}

UidSet firsts_of(const UidPairs& pairs) { return set_of(pairs, true); }
UidSet seconds_of(const UidPairs& pairs) { return set_of(pairs, false); }

Result<ImapTarget> look_at_target(ImapSession& session, const std::string& wire) {
  ImapTarget target;
  const auto done = session.demand(
      ImapCommand("STATUS ").add_string(wire).add(" (UIDVALIDITY UIDNEXT)"),
      fmt::format("does not tell of the folder {}", printable(folder_from_wire(wire))),
      [&](const ImapReply& reply) {
        if (!reply.is_untagged("STATUS")) return;
        for (std::size_t i = 0; i + 1 < reply.tokens.size(); ++i) {
          const std::string_view value = reply.tokens[i + 1].text;
          if (reply.tokens[i].is_atom("UIDVALIDITY"))
            target.validity = leading_number<std::uint32_t>(value);
          if (reply.tokens[i].is_atom("UIDNEXT")) target.next = leading_number<Uid>(value);
        }
      });
  if (!done) return done.failure();
  if (target.validity == 0 || target.next == 0)
    return fail(ErrorCode::unavailable,
                fmt::format("{}: the folder {} keeps no UIDs, so nothing is moved there",
                            session.server(), printable(folder_from_wire(wire))));
  return target;
}

Result<std::map<Uid, ImapFacts>> look_at_messages(ImapSession& session, const UidSet& uids) {
  std::map<Uid, ImapFacts> found;
  if (uids.empty()) return found;
  const std::string what =
      session.is_gmail() ? "UID FLAGS RFC822.SIZE X-GM-MSGID" : "UID FLAGS RFC822.SIZE";
  UidSet asked = uids;
  asked.sort();
  auto done = fetch(session, uids, what, [&](const ImapFetched& fetched) {
    if (!fetched.size || !asked.has(*fetched.uid)) return;
    ImapFacts& facts = found[*fetched.uid];
    facts.size = *fetched.size;
    facts.gmail_id = std::string(fetched.gmail_id);
    facts.is_tagged = has_flag(fetched, kBackscatterKeyword);
    facts.is_deleted = has_flag(fetched, kDeleted);
  });
  if (!done) return done.failure();
  return found;
}

Result<ImapMoved> move_messages(ImapSession& session, const UidSet& uids, const std::string& to) {
  auto moved = transfer(session, "MOVE", uids, to);
  if (!moved) return moved.failure();
  if (!moved->done.is_ok()) return refused(session.server(), "does not move messages", moved->done);
  return std::move(moved->moved);
}

Result<ImapMoved> copy_messages(ImapSession& session, const UidSet& uids, const std::string& to) {
  auto copied = transfer(session, "COPY", uids, to);
  if (!copied) return copied.failure();
  if (!copied->done.is_ok())
    return refused(session.server(), "does not copy messages", copied->done);
  if (!copied->is_told)
    return fail(
        ErrorCode::unavailable,
        session.server() + ": does not tell where its copies are, so nothing is taken away");
  return std::move(copied->moved);
}

Result<UidPairs> checked_copies(ImapSession& session, const UidPairs& pairs,
                                const std::map<Uid, ImapFacts>& firsts, const std::string& to) {
  if (auto opened = session.open_folder(to, OpenFor::reading); !opened) return opened.failure();
  const auto there = look_at_messages(session, seconds_of(pairs));
  if (!there) return there.failure();
  UidPairs checked;
  for (const auto& [first, second] : pairs) {
    const auto before = firsts.find(first);
    const auto copy = there->find(second);
    if (before != firsts.end() && copy != there->end() &&
        copy->second.size == before->second.size &&
        copy->second.gmail_id == before->second.gmail_id)
      checked.emplace_back(first, second);
  }
  return checked;
}

Result<void> expunge_messages(ImapSession& session, const UidSet& uids) {
  if (uids.empty()) return {};
  if (!session.has_uidplus())
    return fail(ErrorCode::unavailable,
                session.server() + ": cannot take single messages away (no UIDPLUS)");
  if (auto marked = store_flag(session, uids, kDeleted, Flagging::set); !marked) return marked;
  const auto gone =
      session.demand(ImapCommand("UID EXPUNGE " + uids.text()), "does not take messages away");
  return gone ? Result<void>() : gone.failure();
}

Result<void> store_flag(ImapSession& session, const UidSet& uids, std::string_view flag,
                        Flagging how) {
  if (uids.empty()) return {};
  const auto done =
      session.demand(ImapCommand(fmt::format("UID STORE {} {}FLAGS.SILENT ({})", uids.text(),
                                             how == Flagging::set ? '+' : '-', flag)),
                     "does not mark messages");
  return done ? Result<void>() : done.failure();
}

Result<UidPairs> find_by_content(ImapSession& session, Uid from,
                                 const std::vector<WantedMessage>& wanted, const UidSet& taken,
                                 std::uint64_t exists) {
  UidPairs found;
  if (wanted.empty() || exists == 0) return found;
  std::set<std::uint64_t> sizes;
  std::multimap<std::string, Uid> by_digest;
  for (const WantedMessage& message : wanted) {
    sizes.insert(message.size);
    by_digest.emplace(message.digest, message.uid);
  }
  auto there = session.search(fmt::format("UID {}:*", from), exists + kSlack);
  if (!there) return there.failure();
  UidSet candidates;
  auto done = there->empty()
                  ? Result<void>()
                  : fetch(session, *there, "UID RFC822.SIZE", [&](const ImapFetched& fetched) {
                      if (*fetched.uid >= from && fetched.size && !taken.has(*fetched.uid) &&
                          sizes.count(*fetched.size) > 0)
                        candidates.add(*fetched.uid);
                    });
  candidates.sort();
  while (done && !candidates.empty())
    done = fetch(session, candidates.take(kAtOnce), "UID BODY.PEEK[]",
                 [&](const ImapFetched& fetched) {
                   if (!fetched.body) return;
                   const auto match = by_digest.find(digest(fetched.body->bytes));
                   if (match == by_digest.end()) return;
                   found.emplace_back(match->second, *fetched.uid);
                   by_digest.erase(match);
                 });
  if (!done) return done.failure();
  return found;
}

}  // namespace unsent
