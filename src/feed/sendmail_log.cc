// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "feed/answer_id.h"
#include "feed/log_parsers.h"
#include "ledger/entry.h"

namespace unsent {
namespace {

bool has_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// "4ANK6xQp003001": eight characters of time and place, six digits of the process.
bool is_queue_id(std::string_view id) {
  return id.size() >= 12 && id.size() <= 20 && std::all_of(id.begin(), id.end(), is_alnum) &&
         is_digit(id.back());
}

// The address at the front, "<…>" or bare up to a comma; quotes are heeded.
std::optional<std::string_view> take_address(std::string_view& text) {
  const bool is_angled = has_prefix(text, "<");
  bool is_quoted = false;
  for (std::size_t i = is_angled ? 1 : 0; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && text[i] == (is_angled ? '>' : ',')) {
      const std::string_view address = text.substr(is_angled ? 1 : 0, is_angled ? i - 1 : i);
      text.remove_prefix(is_angled ? i + 1 : i);
      return address;
    }
  }
  return std::nullopt;  // cut off
}

// The value of a field that the sender of a message cannot write into an earlier one:
// the last of that name, which begins with a comma.
std::string_view last_field(std::string_view text, std::string_view name) {
  for (std::size_t at = text.rfind(','); at != text.npos && at > 0; at = text.rfind(',', at - 1))
    if (has_prefix(text.substr(at), name)) return text.substr(at + name.size());
  return {};
}

// ", msgid=<…>, proto=": sendmail cuts it off at 100 characters, the > among them.
std::string id_of(std::string_view text) {
  const std::size_t at = text.find(", msgid=");
  if (at == text.npos) return {};
  std::string_view id = text.substr(at + 8);
  std::size_t end = id.size();
  for (const std::string_view next : {", bodytype=", ", proto=", ", daemon=", ", relay="})
    end = std::min(end, id.find(next));
  id = id.substr(0, end);
  const bool is_cut = has_prefix(id, "<") && id.back() != '>';
  if (!is_cut) return std::string(id);
  return id.size() < 100 ? std::string() : std::string(id.substr(1)) + std::string(kCutMark);
}

// "name [192.0.2.1]", "[192.0.2.1]", "name [192.0.2.1] (may be forged)", and for a
// program on the same machine "alice@localhost", without a bracket.
Submitter submitter_by_relay(std::string_view relay, Clients& clients, Time at) {
  const std::size_t open = relay.rfind('[');
  if (open == relay.npos)
    return ends_with_ignoring_case(relay, "@localhost") ? Submitter::local : Submitter::unknown;
  const std::size_t close = relay.find(']', open);
  if (close == relay.npos) return Submitter::stranger;
  std::string_view name = trim(relay.substr(0, open));
  if (relay.find("may be forged", close) != relay.npos) name = {};
  name.remove_prefix(name.rfind('@') + 1);  // "IDENT:alice@"
  std::string_view address = relay.substr(open + 1, close - open - 1);
  if (starts_with_ignoring_case(address, "IPv6:")) address.remove_prefix(5);
  return clients.submitter_of(name, address, at);
}

std::string_view address_in(std::string_view relay) {
  const std::size_t open = relay.rfind('[');
  if (open == relay.npos) return {};
  return relay.substr(open + 1, relay.find(']', open) - open - 1);
}

// "Sent (…)", "User unknown", "Deferred: …", "queued": is it known what became of them?
// Behind ", stat=" the other server speaks: the first of that name is ours.
bool is_final(std::string_view text) {
  const std::size_t state = std::min(text.find(", stat="), text.size());
  return has_prefix(text.substr(state), ", stat=Sent") ||
         has_prefix(last_field(text.substr(0, state), ", dsn="), "5.");
}

void read_recipients(std::string_view text, const LogMessages::Key& key, Time at,
                     LogMessages& messages) {
  text.remove_prefix(std::string_view("to=").size());
  std::size_t count = 0;
  for (;;) {
    const auto address = take_address(text);
    if (!address) return;
    ++count;
    if (address->find('@') != address->npos) messages.add_recipient(key, *address, {}, at);
    if (!has_prefix(text, ",") || has_prefix(text, ", ")) break;
    text.remove_prefix(1);
  }
  messages.add_outcomes(key, is_final(text) ? count : 0, at);
  constexpr std::string_view kSent = ", stat=Sent (";
  const std::size_t state = text.find(", stat=");
  if (state == text.npos || !has_prefix(text.substr(state), kSent)) return;
  const std::string_view relay = last_field(text.substr(0, text.find(", dsn=")), ", relay=");
  std::string_view host = relay.substr(0, relay.find_first_of(" ["));
  if (host.empty()) return;
  if (host.back() == '.') host.remove_suffix(1);
  const bool is_own = messages.policy().is_own_server(host, address_in(relay));
  const std::string id = id_in_answer(host, is_own, text.substr(state + kSent.size()));
  if (!id.empty()) messages.add_message_id(key, id, at);
}

// What a program hands in bears no protocol; nor does a line of the daemon that is torn, and the
// last field of that may be what the message's own id says.
bool is_torn(std::string_view text, std::string_view process, Clients& clients, Time at) {
  const bool has_protocol = text.find(", proto=") != text.npos;
  if (has_protocol) clients.found_daemon(process, at);
  return !has_protocol && clients.is_daemon(process, at);
}

// text: behind "from=". Who connects chooses the sender, the id, and in relay= what stands before
// the last brackets (its name, and what ident says).
void read_arrival(std::string_view text, const LogMessages::Key& key, const LogLine& line,
                  std::string_view process, LogMessages& messages) {
  const auto sender = take_address(text);
  const std::string_view relay = last_field(text, ", relay=");
  if (!sender || relay.empty()) return;
  Submitter submitter = submitter_by_relay(relay, messages.clients(), line.at);
  if (messages.clients().is_authenticated(process, relay)) submitter = Submitter::user;
  if (is_torn(text, process, messages.clients(), line.at)) submitter = Submitter::unknown;
  messages.open(key, submitter, line.at, address_in(relay));
  messages.set_sender(key, *sender, line.at);
  std::size_t count = 0;
  const std::string_view number = last_field(text.substr(0, text.find(", msgid=")), ", nrcpts=");
  std::from_chars(number.data(), number.data() + number.size(), count);
  messages.set_recipient_count(key, count);
  if (const std::string id = id_of(text); !id.empty()) messages.add_message_id(key, id, line.at);
}

// "NOQUEUE: connect from …", "AUTH=server, relay=phone [192.0.2.1], authid=alice, …": with
// whom a process talks. False: the line is about a message.
bool read_client(std::string_view text, std::string_view process, Clients& clients) {
  constexpr std::string_view kNoQueue = "NOQUEUE: ";
  constexpr std::string_view kPassword = "AUTH=server, relay=";
  if (has_prefix(text, kNoQueue)) {
    text.remove_prefix(kNoQueue.size());
    if (has_prefix(text, "connect")) clients.forget(process);
  }
  if (!has_prefix(text, kPassword)) return false;
  text.remove_prefix(kPassword.size());
  const std::size_t end = text.find(", authid=");
  if (end != text.npos) clients.authenticate(process, text.substr(0, end));
  return true;
}

}  // namespace

void read_sendmail_line(const LogLine& line, LogMessages& messages) {
  std::string process(line.host);
  process += '/';
  process += line.process;
  std::string_view text = line.text;
  if (read_client(text, process, messages.clients())) return;
  const std::size_t colon = text.find(": ");
  if (colon == text.npos || !is_queue_id(text.substr(0, colon))) return;
  const LogMessages::Key key{line.host, text.substr(0, colon)};
  text.remove_prefix(colon + 2);
  if (has_prefix(text, "from=")) {
    read_arrival(text.substr(5), key, line, process, messages);
  } else if (has_prefix(text, "to=")) {
    read_recipients(text, key, line.at, messages);
  } else if (has_prefix(text, "done;")) {
    messages.close(key);
  } else if (has_prefix(text, "clone ")) {
    const std::string_view from = text.substr(6);
    messages.copy({line.host, from.substr(0, from.find(','))}, key, line.at);
  } else if (const std::size_t end = text.find(": ");
             end != text.npos && is_queue_id(text.substr(0, end))) {
    messages.add_notice(key, text.substr(0, end), line.at);
  }
}

}  // namespace unsent
