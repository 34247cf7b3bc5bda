// SPDX-License-Identifier: MIT
#include "deliver/handled.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/file.h"
#include "base/open.h"
#include "base/printable.h"
#include "base/text.h"
#include "base/whole_file.h"
#include "evidence/identity.h"

namespace unsent {
namespace {

constexpr off_t kMaxSize = off_t{1} << 20U;
constexpr std::size_t kMaxId = 200;
constexpr std::size_t kSeenOfEnd = std::size_t{64} << 10U;
constexpr seconds kHour{3600};

// Printable ASCII: the id is a stranger's.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kMaxId)) out += c > ' ' && c < 0x7F ? c : '?';
  return out;
}

// The last lines of path, the first of them perhaps not whole.
std::string end_of(const std::string& path) {
  const auto file = open_file(path, O_RDONLY | O_NOFOLLOW);
  struct stat status {};
  if (!file || ::fstat(file->get(), &status) != 0) return {};
  const off_t start = std::max<off_t>(0, status.st_size - static_cast<off_t>(kSeenOfEnd));
  std::string text(static_cast<std::size_t>(status.st_size - start), '\0');
  const ssize_t got = ::pread(file->get(), text.data(), text.size(), start);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

// Of an address, what its bounces come to whatever tag is on it: bounces of BATV addresses
// are of one flood.
std::string account_name(const std::string& recipient) {
  const auto address = Address::parse(recipient);
  if (!address) return {};
  return plain(lower(unwrap(*address).candidates.back().text()));
}

// "" where there are not so many.
std::string_view field_of(std::string_view line, int index) {
  for (; index > 0; --index) {
    const std::size_t tab = line.find('\t');
    if (tab == line.npos) return {};
    line.remove_prefix(tab + 1);
  }
  return line.substr(0, line.find('\t'));
}

void add_file(HandledSums& sums, const std::string& path) {
  const auto text = read_file(path, 4 * kMaxSize);
  if (!text) return;
  for (const std::string_view line : split(*text, '\n')) {
    const auto fields = split(line, '\t');
    if (fields.size() < 5) continue;
    if (sums.since.empty()) sums.since = fields[0];
    if (fields.size() > 7 && !fields[7].empty()) ++sums.services[std::string(fields[7])];
    ++sums.counts[{std::string(fields[1]), std::string(fields[3]), std::string(fields[4])}];
    if (fields.size() > 8 && !fields[8].empty()) ++sums.rules[std::string(fields[8])];
  }
}

void log_handled(const Handled& handled) {
  ::openlog("unsent", LOG_PID, LOG_MAIL);
  ::syslog(LOG_INFO, "%s",
           fmt::format("verdict={} kind={} rule={} done={} planned={} recipient=<{}> id={}",
                       name_of(handled.verdict), name_of(handled.kind),
                       handled.rule.empty() ? "none" : plain(handled.rule), name_of(handled.done),
                       name_of(handled.planned), account_name(handled.recipient),
                       handled.message_id.empty() ? "none" : plain(handled.message_id))
               .c_str());
}

std::string problem_path(const std::string& folder) { return folder + "/problem"; }

}  // namespace

Result<void> note_handled(const std::string& folder, const Handled& handled) {
  if (handled.is_logged) log_handled(handled);
  if (folder.empty()) return fail(ErrorCode::config, "no home folder to keep the account in");
  if (auto made = make_folders(folder); !made) return made;
  const std::string path = folder + "/handled.tsv";
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && status.st_size > kMaxSize)
    static_cast<void>(::rename(path.c_str(), (path + ".old").c_str()));
  const auto file = open_file(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW);
  if (!file) return file.failure();
  const std::string line =
      fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", format_rfc3339(handled.when),
                  name_of(handled.verdict), name_of(handled.kind), name_of(handled.planned),
                  name_of(handled.done), plain(handled.message_id), account_name(handled.recipient),
                  plain(handled.service), plain(handled.rule));
  return write_all(file->get(), line, path);
}

std::int64_t count_recent_backscatter(const std::string& folder, const std::string& recipient,
                                      Time now) {
  const std::string name = account_name(recipient);
  if (folder.empty() || name.empty()) return 0;
  std::string text = end_of(folder + "/handled.tsv");
  if (text.size() < kSeenOfEnd) text.insert(0, end_of(folder + "/handled.tsv.old"));
  // Times as text are in the order of time.
  const std::string after = format_rfc3339(now - kHour);
  const std::string until = format_rfc3339(now);
  std::int64_t count = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::string_view when = field_of(line, 0);
    if (when <= after || when > until) continue;
    if (field_of(line, 1) == name_of(Verdict::backscatter) && field_of(line, 6) == name) ++count;
  }
  return count;
}

void note_problem(const std::string& folder, const Problem& problem) {
  if (folder.empty() || ::access(folder.c_str(), W_OK) != 0) return;
  constexpr std::size_t kMost = 1000;
  const std::string text =
      format_rfc3339(problem.when) + ' ' + printable(problem.what).substr(0, kMost) + '\n';
  static_cast<void>(replace_file(problem_path(folder), text, WholeFile::Aside::unique).has_value());
}

std::optional<Problem> last_problem(const std::string& folder) {
  const auto text = read_file(problem_path(folder), 4096);
  const std::size_t space = text ? text->find(' ') : std::string::npos;
  if (space == std::string::npos) return std::nullopt;
  const auto when = parse_rfc3339(text->substr(0, space));
  if (!when) return std::nullopt;
  std::string what = text->substr(space + 1);
  while (what.ends_with('\n')) what.pop_back();
  return Problem{*when, std::move(what)};
}

HandledSums sum_handled(const std::string& folder) {
  HandledSums sums;
  add_file(sums, folder + "/handled.tsv.old");
  add_file(sums, folder + "/handled.tsv");
  return sums;
}

std::string question_about(const std::string& service, std::int64_t count) {
  return fmt::format(
      "do you send by {0}? {1} {2} through it, and your SPF record does not name it: put away, "
      "never dropped. If you do, add what {0} tells its customers (often include:{0}) to the "
      "record",
      service, count, count == 1 ? "original came" : "originals came");
}

}  // namespace unsent
