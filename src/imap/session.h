// SPDX-License-Identifier: MIT
// A connection that is logged in, and what is asked over it. Commands are sent without waiting
// for the answers of those before; whoever sends several reads replies until each has its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "imap/command.h"
#include "imap/reply.h"
#include "imap/sasl.h"
#include "imap/uid_set.h"
#include "imap/wire.h"

namespace unsent {

// A folder that is open.
struct ImapOpened {
  std::string wire;            // its name
  std::uint32_t validity = 0;  // UIDVALIDITY; 0: UIDs hold for this session alone
  Uid next = 0;                // UIDNEXT; 0: not told
  std::uint64_t exists = 0;    // messages
  bool is_writable = false;
  std::vector<std::string> permanent_flags;  // what may be set for good, "\*" if any keyword

  bool may_set(std::string_view flag) const;
};

enum class OpenFor { reading, changing };

class ImapSession {
 public:
  // Connects and logs in, once: a password that is refused is not tried again. Code
  // no_permission: it was; temp_fail and io: another attempt may do.
  static Result<std::unique_ptr<ImapSession>> open(const ImapUrl& url,
                                                   const Credentials& credentials,
                                                   const ImapWireOptions& options);
  // The same over a connection that has been greeted.
  static Result<std::unique_ptr<ImapSession>> open(std::unique_ptr<ImapConnection> connection,
                                                   const ImapUrl& url,
                                                   const Credentials& credentials);

  bool can(std::string_view capability) const;  // in upper case
  bool can_search_briefly() const { return can("ESEARCH") || can("IMAP4REV2"); }
  bool can_move() const { return can("MOVE") || can("IMAP4REV2"); }
  bool has_uidplus() const { return can("UIDPLUS") || can("IMAP4REV2"); }
  bool is_gmail() const { return can("X-GM-EXT-1"); }
  // Folder names stand in UTF-8 on the wire.
  bool has_utf8_names() const { return !can("IMAP4REV1"); }
  const std::string& server() const { return server_; }

  // Its tag.
  Result<std::string> send(const ImapCommand& command);
  // The next reply, whosoever it is. BYE is an error of code temp_fail.
  Result<const ImapReply*> next();
  // Sends, and gives each untagged reply to take until the answer is there.
  using Take = std::function<void(const ImapReply&)>;
  Result<ImapDone> run(const ImapCommand& command, const Take& take = {});
  // The same of a command whose failure is an error. what: "cannot look for folders".
  Result<ImapDone> demand(const ImapCommand& command, std::string_view what, const Take& take = {});

  // A folder by its name on the wire. Nothing is marked as read by any reading. OpenFor::reading
  // of the folder that is open already asks anew.
  Result<ImapOpened> open_folder(const std::string& wire, OpenFor purpose);
  // For changing; the folder that is open for that already stays so, and is as it was then.
  Result<ImapOpened> stay_in(const std::string& wire);
  // The UIDs that a search finds ("ALL", "SINCE 1-Nov-2026"). most: more are an error.
  Result<UidSet> search(const std::string& criteria, std::uint64_t most);

  // Waits until the server tells of something in the open folder, or so long (RFC 2177). False:
  // nothing was told.
  Result<bool> idle(std::chrono::milliseconds most);

  void log_out();

 private:
  ImapSession(std::unique_ptr<ImapConnection> wire, std::string server);
  Result<void> log_in(const ImapUrl& url, const Credentials& credentials);
  Unexpected not_let_in(const Credentials& credentials, const ImapDone& done) const;
  Result<ImapDone> exchange(SaslExchange& sasl);
  Result<ImapDone> log_in_plainly(const Credentials& credentials);
  Result<void> ask_capabilities();
  void take_capabilities(std::string_view list);
  Result<void> compress();
  Result<ImapDone> wait_for(const std::string& tag, const Take& take);
  Result<void> go_on();
  std::string next_tag();
  Unexpected located(const Error& error) const;

  std::unique_ptr<ImapConnection> wire_;
  ImapReplyReader reader_;
  std::string server_;
  std::vector<std::string> capabilities_;  // upper case, sorted
  std::optional<ImapOpened> changing_;     // the folder that is open for that
  unsigned tags_ = 0;
};

}  // namespace unsent
