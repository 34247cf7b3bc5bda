// SPDX-License-Identifier: MIT
#include "imap/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/base64.h"
#include "base/number.h"
#include "base/printable.h"
#include "base/text.h"
#include "imap/folder_name.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxCapabilities = 1000;
constexpr std::chrono::milliseconds kIdleGlance{5000};

// Whether the machine has slept since: only one of the two clocks runs then.
class Nap {
 public:
  bool has_been() const { return behind() > behind_ + 5; }

 private:
  static std::time_t behind() {
    timespec asleep_too{};
    timespec awake{};
    ::clock_gettime(CLOCK_BOOTTIME, &asleep_too);
    ::clock_gettime(CLOCK_MONOTONIC, &awake);
    return asleep_too.tv_sec - awake.tv_sec;
  }
  std::time_t behind_ = behind();
};

}  // namespace

bool ImapOpened::may_set(std::string_view flag) const {
  return std::any_of(permanent_flags.begin(), permanent_flags.end(), [&](const std::string& one) {
    return one == "\\*" || equal_ignoring_case(one, flag);
  });
}

ImapSession::ImapSession(std::unique_ptr<ImapConnection> wire, std::string server)
    : wire_(std::move(wire)), reader_(*wire_), server_(std::move(server)) {}

Result<std::unique_ptr<ImapSession>> ImapSession::open(const ImapUrl& url,
                                                       const Credentials& credentials,
                                                       const ImapWireOptions& options) {
  auto wire = ImapWire::connect(url, options);
  if (!wire) return wire.failure();
  return open(std::move(*wire), url, credentials);
}

Result<std::unique_ptr<ImapSession>> ImapSession::open(std::unique_ptr<ImapConnection> connection,
                                                       const ImapUrl& url,
                                                       const Credentials& credentials) {
  auto session = std::unique_ptr<ImapSession>(new ImapSession(std::move(connection), url.host));
  if (auto done = session->log_in(url, credentials); !done) return done.failure();
  return session;
}

bool ImapSession::can(std::string_view capability) const {
  return std::binary_search(capabilities_.begin(), capabilities_.end(), capability);
}

void ImapSession::take_capabilities(std::string_view list) {
  capabilities_.clear();
  for (const std::string_view name : split(list, ' '))
    if (!name.empty() && capabilities_.size() < kMaxCapabilities)
      capabilities_.push_back(upper_case(name));
  std::sort(capabilities_.begin(), capabilities_.end());
}

Result<void> ImapSession::ask_capabilities() {
  std::string list;
  const auto done =
      demand(ImapCommand("CAPABILITY"), "does not tell what it can", [&](const ImapReply& reply) {
        if (!reply.is_untagged("CAPABILITY")) return;
        for (const ImapToken& token : reply.tokens) list.append(token.text).append(" ");
      });
  if (!done) return done.failure();
  take_capabilities(list);
  return {};
}

Result<void> ImapSession::log_in(const ImapUrl& url, const Credentials& credentials) {
  if (auto asked = ask_capabilities(); !asked) return asked;
  const auto sasl = make_sasl(
      credentials, url, [&](std::string_view name) { return can("AUTH=" + std::string(name)); });
  if (!sasl && (credentials.is_token || can("LOGINDISABLED")))
    return fail(ErrorCode::unavailable,
                fmt::format("{}: takes no {} that we know", server_,
                            credentials.is_token ? "OAuth token" : "password"),
                credentials.is_token ? "use password_command" : "see oauth_token_command");
  const auto done = sasl ? exchange(*sasl) : log_in_plainly(credentials);
  if (!done) return done.failure();
  if (!done->is_ok()) return not_let_in(credentials, *done);
  if (sasl && !sasl->is_complete())
    return fail(ErrorCode::unavailable, server_ + ": says yes without knowing the password",
                "it may be another server than it seems");
  if (done->code == "CAPABILITY")
    take_capabilities(done->code_args);
  else if (auto asked = ask_capabilities(); !asked)
    return asked;
  if (can("ID"))
    if (auto told = run(ImapCommand("ID (\"name\" \"unsent\")")); !told) return told.failure();
  return can("COMPRESS=DEFLATE") ? compress() : Result<void>();
}

Unexpected ImapSession::not_let_in(const Credentials& credentials, const ImapDone& done) const {
  Error why =
      refused(server_, fmt::format("{} may not log in", printable(credentials.user)), done).take();
  if (why.code == ErrorCode::unavailable) why.code = ErrorCode::no_permission;
  if (why.code == ErrorCode::no_permission)
    why.hint = credentials.is_token
                   ? "look at what oauth_token_command prints"
                   : "look at the user and the password; many providers want the whole address as "
                     "the user (alice%40mail.example@…) and a password for this program alone";
  return Unexpected(why);
}

// What goes out may be a secret, and is wiped; the mechanism's first word goes with the command
// where the server can take it (RFC 4959).
Result<ImapDone> ImapSession::exchange(SaslExchange& sasl) {
  const std::string tag = next_tag();
  Secret line(fmt::format("{} AUTHENTICATE {}", tag, sasl.mechanism()));
  const Secret first = sasl.first();
  bool is_first_said = can("SASL-IR");
  if (is_first_said) {
    line.add(" ");
    line.add(encode_base64_secret(first.view()).view());
  }
  line.add("\r\n");
  if (auto sent = wire_->send(line.view()); !sent) return sent.failure();
  for (;;) {
    const auto reply = next();
    if (!reply) return reply.failure();
    if ((*reply)->tag == tag) return done_of(**reply);
    if ((*reply)->tag != "+") continue;
    Secret said;
    if (std::exchange(is_first_said, true)) {
      const auto bytes = parse_base64((*reply)->text);
      auto answer = bytes ? sasl.answer(*bytes)
                          : Result<Secret>(fail(ErrorCode::data, "a challenge that is no base64"));
      if (!answer) return located(answer.error());
      said = encode_base64_secret(answer->view());
    } else {
      said = encode_base64_secret(first.view());
    }
    said.add("\r\n");
    if (auto sent = wire_->send(said.view()); !sent) return sent.failure();
  }
}

// LOGIN, for servers that know nothing else. (An argument that cannot be quoted goes as it is in a
// literal; a line end or NUL cannot be in it.)
Result<ImapDone> ImapSession::log_in_plainly(const Credentials& credentials) {
  const std::string tag = next_tag();
  Secret line(tag + " LOGIN ");
  for (const std::string_view word :
       {std::string_view(credentials.user), credentials.secret.view()}) {
    if (is_quotable(word)) {
      line.add("\"");
      for (const char& c : word) {
        if (c == '"' || c == '\\') line.add("\\");
        line.add({&c, 1});
      }
      line.add("\" ");
      continue;
    }
    line.add(fmt::format("{{{}}}\r\n", word.size()));
    if (auto sent = wire_->send(line.view()); !sent) return sent.failure();
    if (auto ready = go_on(); !ready) return ready.failure();
    line.wipe();
    line.add(word);
    line.add(" ");
  }
  line.trim_end();
  line.add("\r\n");
  if (auto sent = wire_->send(line.view()); !sent) return sent.failure();
  return wait_for(tag, {});
}

Result<void> ImapSession::compress() {
  const auto done = run(ImapCommand("COMPRESS DEFLATE"));
  if (!done) return done.failure();
  if (!done->is_ok()) return {};
  if (reader_.has_read_ahead())
    return fail(ErrorCode::data, server_ + ": talks on before it is compressed");
  return wire_->compress();
}

std::string ImapSession::next_tag() { return fmt::format("u{}", ++tags_); }

Unexpected ImapSession::located(const Error& error) const {
  const bool is_located = error.message.starts_with(server_) || error.message == "interrupted";
  return fail(error.code, is_located ? error.message : server_ + ": " + error.message, error.hint);
}

// The server says that the literal may come.
Result<void> ImapSession::go_on() {
  for (;;) {
    const auto reply = next();
    if (!reply) return reply.failure();
    if ((*reply)->tag == "+") return {};
    if ((*reply)->tag != "*") return refused(server_, "takes no literal", done_of(**reply));
  }
}

Result<std::string> ImapSession::send(const ImapCommand& command) {
  const std::string tag = next_tag();
  std::string bytes = tag + ' ';
  const bool waits_for_none = can("LITERAL+");
  for (std::size_t i = 0; i < command.parts().size(); ++i) {
    bytes += command.parts()[i];
    const bool is_last = i + 1 == command.parts().size();
    if (!is_last && waits_for_none) bytes.insert(bytes.size() - 1, "+");
    bytes += "\r\n";
    if (!is_last && waits_for_none) continue;
    if (auto sent = wire_->send(bytes); !sent) return sent.failure();
    bytes.clear();
    if (!is_last)
      if (auto ready = go_on(); !ready) return ready.failure();
  }
  return tag;
}

Result<const ImapReply*> ImapSession::next() {
  const auto reply = reader_.next();
  if (!reply) return located(reply.error());
  if ((*reply)->tag == "*" && (*reply)->status == ImapStatus::bye)
    return fail(ErrorCode::temp_fail,
                fmt::format("{}: ended the connection: {}", server_, for_people(done_of(**reply))));
  return reply;
}

Result<ImapDone> ImapSession::wait_for(const std::string& tag, const Take& take) {
  for (;;) {
    const auto reply = next();
    if (!reply) return reply.failure();
    if ((*reply)->tag == tag) return done_of(**reply);
    if ((*reply)->tag == "*" && take) take(**reply);
  }
}

Result<ImapDone> ImapSession::run(const ImapCommand& command, const Take& take) {
  const auto tag = send(command);
  if (!tag) return tag.failure();
  return wait_for(*tag, take);
}

Result<ImapDone> ImapSession::demand(const ImapCommand& command, std::string_view what,
                                     const Take& take) {
  auto done = run(command, take);
  if (done && !done->is_ok()) return refused(server_, what, *done);
  return done;
}

Result<ImapOpened> ImapSession::open_folder(const std::string& wire, OpenFor purpose) {
  ImapOpened opened;
  opened.wire = wire;
  changing_.reset();
  bool is_sticky = true;
  const auto take = [&](const ImapReply& reply) {
    if (reply.is_untagged("EXISTS")) opened.exists = reply.number.value_or(0);
    const std::string code = upper_case(reply.code);
    if (code == "UIDVALIDITY") opened.validity = leading_number<std::uint32_t>(reply.code_args);
    if (code == "UIDNEXT") opened.next = leading_number<Uid>(reply.code_args);
    if (code == "UIDNOTSTICKY") is_sticky = false;
    if (code != "PERMANENTFLAGS") return;
    std::string_view list = trim(reply.code_args);
    while (list.starts_with('(')) list.remove_prefix(1);
    while (list.ends_with(')')) list.remove_suffix(1);
    for (const std::string_view flag : split(list, ' ')) opened.permanent_flags.emplace_back(flag);
  };
  const bool is_to_change = purpose == OpenFor::changing;
  ImapCommand command(is_to_change ? "SELECT " : "EXAMINE ");
  command.add_string(wire);
  const auto done = demand(
      command, fmt::format("the folder {} cannot be opened", printable(folder_from_wire(wire))),
      take);
  if (!done) return done.failure();
  opened.is_writable = is_to_change && done->code != "READ-ONLY";
  if (!is_sticky) opened.validity = 0;
  if (is_to_change) changing_ = opened;
  return opened;
}

Result<ImapOpened> ImapSession::stay_in(const std::string& wire) {
  if (changing_ && changing_->wire == wire) return *changing_;
  return open_folder(wire, OpenFor::changing);
}

Result<UidSet> ImapSession::search(const std::string& criteria, std::uint64_t most) {
  UidSet found;
  bool is_sane = true;
  const auto take = [&](const ImapReply& reply) {
    if (reply.is_untagged("SEARCH")) {
      for (const ImapToken& token : reply.tokens) {
        if (token.kind == ImapToken::Kind::open) break;  // (MODSEQ 23)
        const Uid uid = leading_number<Uid>(token.text);
        if (uid > 0) found.add(uid);
      }
    }
    if (!reply.is_untagged("ESEARCH")) return;
    for (std::size_t i = 0; i + 1 < reply.tokens.size(); ++i) {
      if (!reply.tokens[i].is_atom("ALL")) continue;
      auto set = UidSet::parse(reply.tokens[i + 1].text);
      is_sane = is_sane && set.has_value();
      if (set) found = std::move(*set);
    }
  };
  const std::string how = can_search_briefly() ? "UID SEARCH RETURN (ALL) " : "UID SEARCH ";
  const auto done = demand(ImapCommand(how + criteria), "does not search", take);
  if (!done) return done.failure();
  found.sort();
  if (!is_sane || found.count() > most)
    return fail(ErrorCode::data, server_ + ": finds more messages than the folder has");
  return found;
}

// The end of it is asked for once, and early where the machine has slept: then the connection may
// be gone without a word.
Result<bool> ImapSession::idle(std::chrono::milliseconds most) {
  const auto tag = send(ImapCommand("IDLE"));
  if (!tag) return tag.failure();
  const Nap nap;
  const auto until = std::chrono::steady_clock::now() + most;
  bool is_told = false;
  for (bool is_ended = false;;) {
    while (!is_ended && !reader_.has_read_ahead()) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      if (!is_told && left.count() > 0 && !nap.has_been()) {
        const auto has_come = wire_->wait(std::min(left, kIdleGlance));
        if (!has_come) return has_come.failure();
        if (*has_come) break;
        continue;
      }
      if (auto sent = wire_->send("DONE\r\n"); !sent) return sent.failure();
      is_ended = true;
    }
    const auto reply = next();
    if (!reply) return reply.failure();
    if ((*reply)->tag == *tag) return is_told;
    is_told = is_told || (*reply)->is_untagged("EXISTS") || (*reply)->is_untagged("RECENT");
  }
}

void ImapSession::log_out() {
  if (auto sent = send(ImapCommand("LOGOUT")); !sent) return;
  while (next()) continue;
}

}  // namespace unsent
