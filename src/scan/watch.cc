// SPDX-License-Identifier: MIT
#include "scan/watch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>

#include "base/digest.h"
#include "base/open.h"
#include "imap/move.h"

namespace unsent {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{2000};
constexpr milliseconds kLongestPause{300'000};
constexpr milliseconds kPoll{60'000};  // where a server does not tell by itself

bool passes(ErrorCode code) {
  return code == ErrorCode::temp_fail || code == ErrorCode::io || code == ErrorCode::unavailable;
}

// How far the folder is: what comes later has this UID, or a later one.
Result<Uid> next_of(ImapAccounts& accounts, const ImapUrl& url) {
  const auto inbox = accounts.find(url);
  if (!inbox) return inbox.failure();
  const auto session = accounts.session(url);
  if (!session) return session.failure();
  const auto now = look_at_target(**session, inbox->wire);
  if (!now) return now.failure();
  return now->next;
}

// Until something has come to the folder since it was as far as before. What comes into Sent is
// looked for from time to time, and before anything else is judged.
Result<void> wait_for_mail(ImapAccounts& accounts, const ImapUrl& url, Uid before,
                           milliseconds interval) {
  const auto inbox = accounts.find(url);
  if (!inbox) return inbox.failure();
  const auto session = accounts.session(url);
  if (!session) return session.failure();
  if (!(*session)->can("IDLE")) {
    accounts.pause(std::min(interval, kPoll));
    return {};
  }
  const auto opened = (*session)->open_folder(inbox->wire, OpenFor::reading);
  if (!opened) return opened.failure();
  if (opened->next > before) return {};
  const auto told = (*session)->idle(interval);
  return told ? Result<void>() : told.failure();
}

// One round, and the wait behind it.
Result<void> go_round(ImapAccounts& accounts, const ImapUrl& url,
                      const std::function<Result<void>()>& round, const WatchOptions& options) {
  const auto before = next_of(accounts, url);
  if (!before) return before.failure();
  if (auto done = round(); !done || options.is_once) return done;
  return wait_for_mail(accounts, url, *before, options.interval);
}

}  // namespace

Result<FileDescriptor> lock_watch(const std::string& folder, const ImapUrl& account) {
  if (auto made = make_folders(folder); !made) return made.failure();
  const std::string path = folder + '/' + digest(account_of(account));
  auto file = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW);
  if (!file) return file.failure();
  if (::flock(file->get(), LOCK_EX | LOCK_NB) == 0) return file;
  return fail(ErrorCode::temp_fail, account_of(account) + ": is watched already");
}

Result<void> watch(ImapAccounts& accounts, const ImapUrl& url,
                   const std::function<Result<void>()>& round, const WatchOptions& options) {
  milliseconds wait = kFirstPause;
  while (!accounts.is_interrupted()) {
    const auto done = go_round(accounts, url, round, options);
    if (accounts.is_interrupted() || (done && options.is_once)) return {};
    if (done) {
      wait = kFirstPause;
      continue;
    }
    if (!passes(done.error().code) || options.is_once) return done;
    accounts.drop(url);
    accounts.tell(fmt::format("{}; trying again in {} s", done.error().message,
                              std::chrono::ceil<std::chrono::seconds>(wait).count()));
    accounts.pause(wait);
    wait = std::min(2 * wait, kLongestPause);
  }
  return {};
}

}  // namespace unsent
