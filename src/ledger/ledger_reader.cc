// SPDX-License-Identifier: MIT
#include "ledger/ledger_reader.h"

#include <algorithm>
#include <set>
#include <variant>

#include "ledger/gaps.h"
#include "ledger/measured.h"
#include "ledger/recorder.h"

namespace unsent {
namespace {

constexpr std::size_t kMostFound = 100;
constexpr std::size_t kMostAnswered = 100;
constexpr std::int64_t kMostNames = 1000;

std::int64_t day_of(Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

template <typename T>
LedgerAnswer<T> unavailable(const Error& error) {
  return {T{}, error.message};
}

Result<std::vector<CoverageRange>> ranges_by(Statement& statement) {
  std::vector<CoverageRange> ranges;
  for (;;) {
    const auto row = statement.step();
    if (!row) return row.failure();
    if (!*row) return ranges;
    CoverageRange range{std::string(statement.text(0)),
                        Time(seconds(statement.integer(1))),
                        {},
                        std::string(statement.text(3))};
    if (const auto until = statement.optional_integer(2)) range.until = Time(seconds(*until));
    ranges.push_back(std::move(range));
  }
}

// Of one that both find and the ledger count: the kinds of what is looked for, or noted.
template <typename... Case>
struct Cases : Case... {
  using Case::operator()...;
};
template <typename... Case>
Cases(Case...) -> Cases<Case...>;

}  // namespace

LedgerReader::LedgerReader(LedgerFile file, Notes notes)
    : file_(std::move(file)),
      rows_(file_.database, file_.key),
      counter_(file_.database, notes),
      ranges_("SELECT scope, since, until, source FROM coverage ORDER BY scope, since"),
      text_(kReadText),
      sender_("SELECT 1 FROM names WHERE kind = 1 AND name = ?1"),
      names_(
          "SELECT name, count FROM names WHERE kind = ?1 AND count > 0 ORDER BY count DESC, name "
          "LIMIT ?2") {}

Result<std::unique_ptr<LedgerReader>> LedgerReader::open(const std::string& path,
                                                         const Deadline* deadline, Notes notes) {
  const auto access = notes == Notes::written ? Database::Access::write : Database::Access::read;
  auto file = open_ledger_to_read(path, deadline, access);
  if (!file) return file.failure();
  return std::unique_ptr<LedgerReader>(new LedgerReader(std::move(*file), notes));
}

// Read again where another connection has written since.
Result<const LedgerReader::Promises*> LedgerReader::read_promises() {
  const auto reading = ReadTransaction::begin(database());
  if (!reading) return reading.failure();
  const auto version = database().data_version();
  if (!version) return version.failure();
  if (keeps_promises_ && *version == promises_version_) return &promises_;
  const auto statement = ranges_.in(database());
  if (!statement) return statement.failure();
  auto read_ranges = ranges_by(**statement);
  if (!read_ranges) return read_ranges.failure();
  auto gaps = read_gaps(database());
  if (!gaps) return gaps.failure();
  const auto measured = read_measured(database());
  if (!measured) return measured.failure();
  promises_ = {std::move(*read_ranges), std::move(*gaps), *measured};
  promises_version_ = *version;
  return &promises_;
}

// Under the id, or under what a log has left of it.
Result<std::vector<Row>> LedgerReader::find_id(const std::string& id) {
  auto found = rows_.find_id(key().hash(id), kMostFound);
  for (const std::string& form : cut_forms(id)) {
    if (!found) return found;
    auto more = rows_.find_id(key().hash(form), kMostFound);
    if (!more) return more;
    for (Row& row : *more)
      if (std::none_of(found->begin(), found->end(),
                       [&](const Row& known) { return known.number == row.number; }))
        found->push_back(std::move(row));
  }
  return found;
}

Result<std::vector<Row>> LedgerReader::find_rows(const SentKey& wanted) {
  using Rows = Result<std::vector<Row>>;
  const Cases find{[&](const ByMessageId& by) -> Rows {
                     const std::string id = normal_id(by.id);
                     return id.empty() ? std::vector<Row>() : find_id(id);
                   },
                   [&](const Fingerprint& print) -> Rows {
                     const std::string subject =
                         print.subject.empty() ? std::string() : key().short_hash(print.subject);
                     return rows_.find_fingerprint(key().short_hash(print.from),
                                                   storable(print.date), subject, kMostFound);
                   },
                   [&](const ByNotice& by) -> Rows {
                     const std::string notice = normal_id(by.notice);
                     return notice.empty() ? std::vector<Row>()
                                           : rows_.find_notice(key().hash(notice), kMostFound);
                   }};
  return std::visit(find, wanted);
}

LedgerAnswer<std::vector<SentMessage>> LedgerReader::find_near(const Fingerprint& print, int off) {
  const auto reading = ReadTransaction::begin(database());
  if (!reading) return unavailable<std::vector<SentMessage>>(reading.error());
  const auto found = rows_.find_fingerprint(
      key().short_hash(print.from), storable(print.date - seconds(off)),
      storable(print.date + seconds(off)),
      print.subject.empty() ? std::string() : key().short_hash(print.subject), kMostFound,
      (2 * off + 1) * RowStore::kMostOfSecond);
  if (!found) return unavailable<std::vector<SentMessage>>(found.error());
  return messages_of(*found);
}

// Of one state of the ledger.
LedgerAnswer<std::vector<SentMessage>> LedgerReader::find(const SentKey& wanted) {
  const auto reading = ReadTransaction::begin(database());
  if (!reading) return unavailable<std::vector<SentMessage>>(reading.error());
  const auto found = find_rows(wanted);
  if (!found) return unavailable<std::vector<SentMessage>>(found.error());
  return messages_of(*found);
}

LedgerAnswer<std::vector<SentMessage>> LedgerReader::messages_of(const std::vector<Row>& rows) {
  LedgerAnswer<std::vector<SentMessage>> answer;
  for (const Row& row : rows) answer.value.push_back(sent_message_of(row, file_.key));
  return answer;
}

// Of one message it is asked several times.
LedgerAnswer<SenderRecord> LedgerReader::sender(const Address& sender, Time at) {
  const auto reading = ReadTransaction::begin(database());
  if (!reading) return unavailable<SenderRecord>(reading.error());
  if (std::exchange(answered_state_, database().state()) != database().state() ||
      answered_.size() > kMostAnswered)
    answered_.clear();
  const auto known = answered_.find({at, sender});
  if (known != answered_.end()) return known->second;
  auto answer = read_sender(sender, at);
  if (answer.is_available()) answered_.emplace(std::pair(at, sender), answer);
  return answer;
}

LedgerAnswer<SenderRecord> LedgerReader::read_sender(const Address& sender, Time at) {
  const auto query = sender_.in(database());
  if (!query) return unavailable<SenderRecord>(query.error());
  const auto known = (*query)->bind_blob(1, key().seal(comparable_address(sender))).number();
  if (!known) return unavailable<SenderRecord>(known.error());
  LedgerAnswer<SenderRecord> answer;
  answer.value.has_sent = *known == 1;
  const auto promised = read_promises();
  if (!promised) answer.unavailable = promised.error().message;
  if (!promised) return answer;
  const auto& [ranges, gaps, measured] = **promised;
  answer.value.wants_proofs = !ranges.empty() && counter_.notes() == Notes::written;
  Coverage& coverage = answer.value.coverage = coverage_by(ranges, gaps, sender, at);
  if (coverage.is_covered && measured.refutes_promises())
    coverage = {false, "said to be " + coverage.detail + ", but " + describe(measured)};
  return answer;
}

// Day by day: a few hundred messages of each, of the newest 40 days.
LedgerAnswer<std::int64_t> LedgerReader::count_sent(const Address& sender, const Address& recipient,
                                                    Time from, Time to) {
  constexpr std::int64_t kMostDays = 40;
  const auto reading = ReadTransaction::begin(database());
  if (!reading) return unavailable<std::int64_t>(reading.error());
  const std::string sender_hash = key().short_hash(comparable_address(sender));
  const std::string recipient_hash = key().hash(comparable_address(recipient));
  const std::int64_t last = day_of(to);
  LedgerAnswer<std::int64_t> answer;
  for (std::int64_t day = std::max(day_of(from), last - kMostDays); day <= last; ++day) {
    const auto rows = rows_.find_correspondence(sender_hash, recipient_hash, day);
    if (!rows) return unavailable<std::int64_t>(rows.error());
    answer.value += std::count_if(rows->begin(), rows->end(), [&](const Row& row) {
      return row.time() >= from && row.time() <= to;
    });
  }
  return answer;
}

LedgerAnswer<std::int64_t> LedgerReader::count_without_id(const Address& sender, Time from,
                                                          Time to) {
  const auto reading = ReadTransaction::begin(database());
  if (!reading) return unavailable<std::int64_t>(reading.error());
  const auto found = rows_.has_any_without_id(key().short_hash(comparable_address(sender)),
                                              storable(from), storable(to));
  if (!found) return unavailable<std::int64_t>(found.error());
  return {*found ? 1 : 0, {}};
}

Result<LearnedIdentity> LedgerReader::read_identity() {
  const auto reading = ReadTransaction::begin(database());
  if (!reading) return reading.failure();
  LearnedIdentity identity;
  const auto messages = database().integer("SELECT value FROM totals WHERE name = 'messages'");
  if (!messages) return messages.failure();
  identity.messages = *messages;
  auto senders = names(NameKind::sender, kMostNames);
  if (!senders) return senders.failure();
  identity.senders = std::move(*senders);
  auto hosts = names(NameKind::id_host, kMostNames);
  if (!hosts) return hosts.failure();
  identity.message_id_hosts = std::move(*hosts);
  const auto promised = read_promises();
  if (!promised) return promised.failure();
  identity.needs_proof = !(*promised)->ranges.empty() && (*promised)->measured.is_too_little();
  return identity;
}

LedgerAnswer<LearnedIdentity> LedgerReader::identity() {
  auto identity = read_identity();
  if (!identity) return unavailable<LearnedIdentity>(identity.error());
  return {std::move(*identity), {}};
}

// While a transaction of our own holds the lock, nobody can be let in.
LedgerAnswer<std::int64_t> LedgerReader::note(const Noted& noted) {
  if (database().is_in_transaction()) return {};
  const Cases count{[&](const BounceAbout& one) { return counter_.count(one.row, one.bounce); },
                    [&](const BounceTo& one) { return counter_.count_to(one.address, one.bounce); },
                    [&](const Proof& proof) {
                      counter_.note(proof.bringer, proof.is_recorded, proof.at);
                      promises_version_ = -1;  // what this connection writes does not show
                      return std::int64_t{0};
                    }};
  return {std::visit(count, noted), {}};
}

Result<std::optional<Time>> LedgerReader::earliest_of(const std::string& scope) {
  const auto senders = names(NameKind::sender, INT64_MAX);
  if (!senders) return senders.failure();
  const CoverageRange all{scope, Time::min(), {}, {}};
  std::set<std::string> wanted;
  for (const NameCount& sender : *senders)
    if (const auto address = Address::parse(sender.name); address && concerns(all, *address))
      wanted.insert(key().short_hash(comparable_address(*address)));
  std::int64_t last = first_number_of(kEarliestPlausible) - 1;
  while (!wanted.empty()) {
    const auto row = rows_.next(last);
    if (!row) return row.failure();
    if (!*row) break;
    last = (*row)->number;
    const auto time = (*row)->time();
    if (!time || !is_plausible(*time, now_.value_or(Time::max()))) continue;
    if (wanted.count((*row)->from) + wanted.count((*row)->reverse_path) > 0) return time;
  }
  return std::optional<Time>();
}

Result<std::optional<Time>> LedgerReader::first_sent_by(const std::string& scope) {
  const auto name = parse_scope(scope);
  if (!name) return name.failure();
  return earliest_of(*name);
}

Result<std::vector<CoverageRange>> LedgerReader::promises() {
  auto query = database().prepare("SELECT scope, since, until, source FROM coverage ORDER BY 1, 2");
  if (!query) return query.failure();
  return ranges_by(*query);
}

Result<std::vector<Feed>> LedgerReader::find_feeds(std::int64_t first_line,
                                                   const std::string& path) {
  return read_feeds(database(), key(), first_line, path);
}

Result<std::optional<Feed>> LedgerReader::find_feed(std::int64_t key) {
  auto feeds = find_feeds(key, {});
  if (!feeds) return feeds.failure();
  return feeds->empty() ? std::optional<Feed>() : std::optional(std::move(feeds->front()));
}

Result<std::optional<Feed>> LedgerReader::last_feed_of(const std::string& path) {
  return read_last_feed_of(database(), path);
}

}  // namespace unsent
