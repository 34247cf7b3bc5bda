// SPDX-License-Identifier: MIT
#include "ledger/upkeep.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string_view>

#include "base/file.h"
#include "base/open.h"
#include "ledger/upkeep_file.h"

namespace unsent {
namespace {

constexpr std::size_t kMostFindings = 20;

std::int64_t count_of(Time time) { return time.time_since_epoch().count(); }

bool is_expired(const Row& row, Time before) {
  const auto time = row.time();
  return time && *time >= kEarliestPlausible && *time < before;
}

Result<std::vector<CoverageRange>> ranges_before(Database& database, Time before) {
  auto query =
      database.prepare("SELECT scope, until, source FROM coverage WHERE since < ?1 ORDER BY since");
  if (!query) return query.failure();
  query->bind(1, count_of(before));
  std::vector<CoverageRange> ranges;
  for (;;) {
    const auto row = query->step();
    if (!row) return row.failure();
    if (!*row) return ranges;
    CoverageRange range{std::string(query->text(0)), before, {}, std::string(query->text(2))};
    if (const auto until = query->optional_integer(1)) range.until = Time(seconds(*until));
    if (!range.until || *range.until > before) ranges.push_back(std::move(range));
  }
}

Result<void> shorten_coverage(Upkeep& upkeep, Time before) {
  Database& database = upkeep.file.database;
  const auto ranges = ranges_before(database, before);
  if (!ranges) return ranges.failure();
  auto dropped =
      database.execute("DELETE FROM coverage WHERE since < " + std::to_string(count_of(before)));
  if (!dropped) return dropped;
  for (const CoverageRange& range : *ranges)
    if (auto declared = upkeep.recorder.declare(range); !declared) return declared;
  return {};
}

// What nothing speaks of any more, and the sums that only a look at all can mend.
Result<void> tidy(Database& database, Time before) {
  const std::string then = std::to_string(count_of(before));
  return database.execute(
      "DELETE FROM names WHERE last < " + then + ";UPDATE totals SET value = max(value, " + then +
      ") WHERE name = 'earliest';"
      "DELETE FROM totals WHERE name IN ('earliest', 'latest') AND NOT EXISTS (SELECT 1 FROM "
      "messages);"
      "DELETE FROM bounces WHERE message < 0;"  // to addresses: those of now are counted anew
      "DELETE FROM measured WHERE noted < " +
      then + ";DELETE FROM gaps WHERE until < " + then + ";DELETE FROM feeds WHERE last_read < " +
      then);
}

Result<void> add_findings(Database& database, std::string_view sql,
                          std::vector<std::string>& findings) {
  auto query = database.prepare(sql);
  if (!query) return query.failure();
  while (findings.size() < kMostFindings) {
    const auto row = query->step();
    if (!row) return row.failure();
    if (!*row) return {};
    if (query->text(0) != "ok") findings.emplace_back(query->text(0));
  }
  return {};
}

Result<void> copy_into(Database& database, const std::string& target) {
  auto copy = database.prepare("VACUUM INTO ?1");
  if (!copy) return copy.failure();
  if (auto copied = copy->bind(1, target).run(); !copied) return copied;
  const auto file = open_file(target, O_RDONLY);
  if (!file) return file.failure();
  return ::fsync(file->get()) == 0 ? Result<void>() : os_failure(target, errno);
}

// Nobody reads a copy of the ledger without a copy of its key.
Result<void> copy_key(const std::string& path, const std::string& target) {
  const std::string key_target = LedgerKey::path_for(target);
  const auto text = read_file(LedgerKey::path_for(path), 4096);
  if (!text) return text.failure();
  const auto there = read_file(key_target, 4096);
  if (there && *there == *text) return {};
  const auto file = open_file(key_target, O_WRONLY | O_CREAT | O_EXCL);
  if (!file) return file.failure();
  auto written = write_all(file->get(), *text, key_target);
  if (written && ::fsync(file->get()) != 0) written = os_failure(key_target, errno);
  if (!written) ::unlink(key_target.c_str());
  return written;
}

// What is counted of all rows.
struct RowCounts {
  std::int64_t messages = 0;
  std::int64_t recipients = 0;
  std::int64_t bare = 0;
};

Result<void> check_totals(Upkeep& upkeep, const RowCounts& counts,
                          std::vector<std::string>& findings) {
  for (const auto& [name, count] : {std::pair("messages", counts.messages),
                                    {"recipients", counts.recipients},
                                    {"bare", counts.bare}}) {
    if (upkeep.rows.has_packed() && name == std::string_view("bare")) continue;
    const auto total = upkeep.file.database.integer(
        std::string("SELECT value FROM totals WHERE name = '") + name + "'");
    if (!total) return total.failure();
    if (*total != count)
      findings.push_back(std::string("the ") + name + " are counted as " + std::to_string(*total) +
                         ", and are " + std::to_string(count));
  }
  return {};
}

Result<void> check_is_found(Upkeep& upkeep, const Row& row, std::vector<std::string>& findings) {
  constexpr auto kMostFound = static_cast<std::size_t>(Postings::kMostOfOneHash);
  for (const std::string& id : row.ids) {
    const auto found = upkeep.rows.find_id(id, kMostFound);
    if (!found) return found.failure();
    const bool is_found = std::any_of(found->begin(), found->end(),
                                      [&](const Row& other) { return other.number == row.number; });
    if (!is_found && found->size() < kMostFound)
      findings.push_back("message " + std::to_string(row.number) + " is not found by its id");
  }
  return {};
}

// What the database itself cannot know: whether the rows can be read, and are found.
Result<void> check_rows(Upkeep& upkeep, std::vector<std::string>& findings) {
  constexpr std::int64_t kEach = 64;  // of so many is one looked for
  RowCounts counts;
  for (std::int64_t last = std::numeric_limits<std::int64_t>::min();; ++counts.messages) {
    const auto row = upkeep.rows.next(last);
    if (!row) return row.failure();
    if (!*row) break;
    last = (*row)->number;
    counts.recipients += static_cast<std::int64_t>((*row)->recipients.size());
    if ((*row)->is_bare()) ++counts.bare;
    if (counts.messages % kEach != 0 || findings.size() >= kMostFindings) continue;
    if (auto looked = check_is_found(upkeep, **row, findings); !looked) return looked;
  }
  return check_totals(upkeep, counts, findings);
}

}  // namespace

// The promise goes first: at no moment is something promised that is not there.
Result<std::int64_t> expire_ledger(const std::string& path, Time before) {
  auto opened = open_upkeep(path);
  if (!opened) return opened.failure();
  Upkeep& upkeep = **opened;
  if (auto done = upkeep.change([&] { return shorten_coverage(upkeep, before); }); !done)
    return done.failure();
  const auto is_old = [&](const Row& row) { return is_expired(row, before); };
  const std::int64_t end = first_number_of(before);
  // A message that was dated in the future is numbered there.
  const Time tomorrow =
      std::chrono::floor<seconds>(std::chrono::system_clock::now()) + seconds(86400);
  const auto old = remove_rows(upkeep, {kAllRows.after, end}, is_old);
  if (!old) return old;
  const auto odd =
      remove_rows(upkeep, {std::max(end, first_number_of(tomorrow)), kAllRows.end}, is_old);
  if (!odd) return odd;
  if (auto done = upkeep.rows.postings().drop_gone(end); !done) return done.failure();
  if (auto done = upkeep.change([&] { return tidy(upkeep.file.database, before); }); !done)
    return done.failure();
  return *old + *odd;
}

Result<std::vector<std::string>> check_ledger(const std::string& path) {
  auto file = open_ledger_to_read(path);
  if (!file) return file.failure();
  Upkeep upkeep(std::move(*file));
  std::vector<std::string> findings;
  // One state of the ledger for all of them, while others write.
  const auto reading = ReadTransaction::begin(upkeep.file.database);
  if (!reading) return reading.failure();
  if (const auto added = add_findings(upkeep.file.database, "PRAGMA integrity_check(20)", findings);
      !added)
    return added.failure();
  if (!findings.empty()) return findings;
  if (const auto checked = check_rows(upkeep, findings); !checked) return checked.failure();
  return findings;
}

Result<void> check_pages(const std::string& path) {
  auto database = Database::open(path, Database::Access::read);
  if (!database) return {};  // whoever opens it to write says why
  std::vector<std::string> findings;
  auto added = add_findings(*database, "PRAGMA quick_check(1)", findings);
  if (!added || findings.empty()) return added;
  return fail(ErrorCode::config, path + ": damaged (" + findings.front() + ")",
              "take a copy from `unsent ledger backup`, or `unsent ledger export` what it still "
              "gives and import it into a new one");
}

Result<void> back_up_ledger(const std::string& path, const std::string& target) {
  auto file = open_ledger_to_read(path);
  if (!file) return file.failure();
  {
    const auto made = open_file(target, O_WRONLY | O_CREAT | O_EXCL);
    if (!made) return made.failure();
  }
  auto copied = copy_into(file->database, target);
  if (copied) copied = copy_key(path, target);
  if (!copied) ::unlink(target.c_str());
  return copied;
}

}  // namespace unsent
