// SPDX-License-Identifier: MIT
#include "imap/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/printable.h"
#include "base/text.h"
#include "imap/folder_name.h"

namespace unsent {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kQuarantine = "Backscatter";
constexpr milliseconds kFirstPause{200};
constexpr milliseconds kGlance{100};

bool may_be_tried_again(ErrorCode code) {
  return code == ErrorCode::io || code == ErrorCode::temp_fail;
}

}  // namespace

ImapAccounts::ImapAccounts(std::vector<ImapSettings> settings, std::function<bool()> is_interrupted,
                           std::function<void(const std::string&)> tell)
    : settings_(std::move(settings)),
      is_interrupted_(std::move(is_interrupted)),
      tell_(std::move(tell)) {}

ImapAccounts::~ImapAccounts() {
  for (auto& [name, account] : accounts_)
    if (account.session && !is_interrupted()) account.session->log_out();
}

void ImapAccounts::tell(const std::string& text) const {
  if (tell_) tell_(text);
}

bool ImapAccounts::pause(milliseconds time) const {
  for (; time > milliseconds(0) && !is_interrupted(); time -= kGlance)
    std::this_thread::sleep_for(std::min(time, kGlance));
  return !is_interrupted();
}

const ImapSettings& ImapAccounts::settings_of(const ImapUrl& url) const {
  static const ImapSettings none;
  const auto found = std::find_if(settings_.begin(), settings_.end(),
                                  [&](const ImapSettings& one) { return one.host == url.host; });
  return found == settings_.end() ? none : *found;
}

// A password is asked for once; a token may have expired since.
Result<void> ImapAccounts::log_in(const ImapUrl& url, Account& account) {
  const ImapSettings& settings = settings_of(url);
  if (!account.has_credentials || account.credentials.is_token) {
    auto credentials = ask_for_credentials(url, settings);
    if (!credentials) return credentials.failure();
    account.credentials = std::move(*credentials);
    account.has_credentials = true;
  }
  ImapWireOptions options;
  options.patience = settings.patience;
  options.authorities = settings.authorities.value_or("");
  options.is_interrupted = is_interrupted_;
  auto session = ImapSession::open(url, account.credentials, options);
  if (!session) return session.failure();
  account.session = std::move(*session);
  return {};
}

Result<ImapSession*> ImapAccounts::session(const ImapUrl& url) {
  Account& there = account(url);
  if (there.refusal) return Unexpected(*there.refusal);
  if (!there.session)
    if (auto done = log_in(url, there); !done) {
      if (done.error().code == ErrorCode::no_permission) there.refusal = done.error();
      return done.failure();
    }
  return there.session.get();
}

void ImapAccounts::drop(const ImapUrl& url) { account(url).session.reset(); }

Result<const std::vector<ImapFolder>*> ImapAccounts::folders(const ImapUrl& url) {
  Account& there = account(url);
  if (!there.has_folders) {
    auto listed = insist(url, [&](ImapSession& session) -> Result<void> {
      auto folders = list_folders(session);
      if (!folders) return folders.failure();
      there.folders = std::move(*folders);
      return {};
    });
    if (!listed) return listed.failure();
    there.has_folders = true;
  }
  return &there.folders;
}

Result<ImapPlace> ImapAccounts::find(const ImapUrl& url) {
  const auto all = folders(url);
  if (!all) return all.failure();
  const auto folder = find_folder(**all, url.folder.empty() ? "INBOX" : url.folder, url.host);
  if (!folder) return folder.failure();
  ImapPlace place{url, folder->wire};
  place.url.folder = folder->name;
  return place;
}

Result<ImapPlace> ImapAccounts::find(const ImapUrl& url, FolderRole role) {
  const ImapSettings& settings = settings_of(url);
  ImapPlace place{url, {}};
  const auto& named = role == FolderRole::sent    ? settings.sent
                      : role == FolderRole::junk  ? settings.junk
                      : role == FolderRole::trash ? settings.trash
                                                  : std::optional<std::string>();
  if (named) {
    place.url.folder = *named;
    return find(place.url);
  }
  const auto all = folders(url);
  if (!all) return all.failure();
  const ImapFolder* folder = find_role(**all, role);
  if (folder == nullptr) {
    const char* const what = role == FolderRole::sent   ? "sent"
                             : role == FolderRole::junk ? "junk"
                                                        : "trash";
    return fail(ErrorCode::no_input,
                fmt::format("{}: which folder is the one for {} mail cannot be told",
                            account_of(url), what),
                fmt::format("name it: {} = \"FOLDER\" in [imap.\"{}\"]", what, url.host));
  }
  place.wire = folder->wire;
  place.url.folder = folder->name;
  return place;
}

std::string ImapAccounts::quarantine_name(const ImapUrl& url) {
  if (const auto& named = settings_of(url).quarantine) return *named;
  const auto all = folders(url);
  return all ? place_for(**all, kQuarantine) : std::string();
}

bool ImapAccounts::is_quarantine(const std::string& folder) {
  const auto url = parse_imap_url(folder);
  return url && quarantine_name(*url) == url->folder;
}

Result<ImapPlace> ImapAccounts::make_quarantine(const ImapUrl& url) {
  const auto all = folders(url);
  if (!all) return all.failure();
  ImapUrl there = url;
  there.folder = quarantine_name(url);
  if (auto found = find_folder(**all, there.folder, url.host)) {
    there.folder = found->name;
    return ImapPlace{there, found->wire};
  }
  ImapPlace place{there, {}};
  auto made = insist(url, [&](ImapSession& session) -> Result<void> {
    place.wire = session.has_utf8_names() ? there.folder : folder_to_wire(there.folder);
    const auto created = session.run(ImapCommand("CREATE ").add_string(place.wire));
    if (!created) return created.failure();
    // It may be there, and not be listed, or an attempt whose answer was lost made it.
    if (!created->is_ok() && created->code != "ALREADYEXISTS")
      if (const auto there_already =
              session.run(ImapCommand("STATUS ").add_string(place.wire).add(" (UIDNEXT)"));
          !there_already || !there_already->is_ok())
        return refused(session.server(),
                       fmt::format("the folder {} cannot be made", printable(there.folder)),
                       *created);
    const auto subscribed = session.run(ImapCommand("SUBSCRIBE ").add_string(place.wire));
    return subscribed ? Result<void>() : subscribed.failure();
  });
  if (!made) return made.failure();
  account(url).has_folders = false;
  return place;
}

Result<void> ImapAccounts::insist(const ImapUrl& url,
                                  const std::function<Result<void>(ImapSession&)>& attempt,
                                  const std::function<bool()>& has_advanced) {
  const milliseconds patience = settings_of(url).patience;
  milliseconds wait = kFirstPause;
  milliseconds waited{0};
  for (;;) {
    const auto open = session(url);
    auto done = open ? attempt(**open) : Result<void>(open.failure());
    if (done) return done;
    const ErrorCode code = done.error().code;
    if (may_be_tried_again(code) || code == ErrorCode::data) drop(url);
    if (has_advanced && has_advanced()) {
      wait = kFirstPause;
      waited = milliseconds(0);
    }
    if (!may_be_tried_again(code) || is_interrupted() || waited + wait > 2 * patience) return done;
    tell(fmt::format("{}; trying again in {:.1f} s", done.error().message,
                     std::chrono::duration<double>(wait).count()));
    if (!pause(wait)) return fail(ErrorCode::temp_fail, "interrupted");
    waited += wait;
    wait *= 2;
  }
}

}  // namespace unsent
