// SPDX-License-Identifier: MIT
// The accounts that one run has to do with: each is logged into once, asked for its password
// once, and comes back where the connection breaks.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "imap/account.h"
#include "imap/folders.h"
#include "imap/session.h"

namespace unsent {

// A folder at a server, found.
struct ImapPlace {
  ImapUrl url;  // with the folder by its own name
  std::string wire;
};

class ImapAccounts {
 public:
  // tell: of what takes longer, "mail.example: the connection broke; trying again in 4 seconds".
  ImapAccounts(std::vector<ImapSettings> settings, std::function<bool()> is_interrupted,
               std::function<void(const std::string&)> tell);
  ImapAccounts(const ImapAccounts&) = delete;
  ImapAccounts& operator=(const ImapAccounts&) = delete;
  ~ImapAccounts();

  // One that is logged in: open already, or new. Whom the server does not let in is not tried a
  // second time.
  Result<ImapSession*> session(const ImapUrl& url);
  // It is broken, or not to be trusted any more.
  void drop(const ImapUrl& url);

  Result<const std::vector<ImapFolder>*> folders(const ImapUrl& url);
  // The folder that url names; INBOX where it names none.
  Result<ImapPlace> find(const ImapUrl& url);
  // Sent, Junk, Trash: as the configuration says, else find_role(). An error where there is none.
  Result<ImapPlace> find(const ImapUrl& url, FolderRole role);
  // The quarantine, which is made and subscribed to where it is missing.
  Result<ImapPlace> make_quarantine(const ImapUrl& url);
  // Its name, whether or not it is there; "" where the account cannot be asked.
  std::string quarantine_name(const ImapUrl& url);
  // Of a folder by its URL.
  bool is_quarantine(const std::string& folder);

  // Runs attempt, and where the connection broke waits and runs it again, longer from time to
  // time, up to twice the patience with that server in all; has_advanced() true: it got further,
  // and that begins anew. The last error otherwise.
  Result<void> insist(const ImapUrl& url, const std::function<Result<void>(ImapSession&)>& attempt,
                      const std::function<bool()>& has_advanced = {});

  bool is_interrupted() const { return is_interrupted_ && is_interrupted_(); }
  // False: interrupted before that.
  bool pause(std::chrono::milliseconds time) const;
  void tell(const std::string& text) const;

 private:
  struct Account {
    Credentials credentials;
    std::unique_ptr<ImapSession> session;
    std::vector<ImapFolder> folders;
    std::optional<Error> refusal;
    bool has_credentials = false;
    bool has_folders = false;
  };
  const ImapSettings& settings_of(const ImapUrl& url) const;
  Account& account(const ImapUrl& url) { return accounts_[account_of(url)]; }
  Result<void> log_in(const ImapUrl& url, Account& account);

  std::vector<ImapSettings> settings_;
  std::function<bool()> is_interrupted_;
  std::function<void(const std::string&)> tell_;
  std::map<std::string, Account> accounts_;
};

}  // namespace unsent
