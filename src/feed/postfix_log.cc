// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <string>

#include "base/text.h"
#include "feed/answer_id.h"
#include "feed/log_parsers.h"

namespace unsent {
namespace {

constexpr std::array<std::string_view, 10> kDeliverers = {
    "smtp", "lmtp", "local", "virtual", "pipe", "error", "retry", "discard", "relay", "spawn"};

constexpr std::array<std::string_view, 20> kOthers = {
    "smtpd",   "qmqpd",    "pickup", "cleanup",  "qmgr",       "nqmgr",          "oqmgr",
    "bounce",  "anvil",    "master", "scache",   "verify",     "tlsmgr",         "tlsproxy",
    "dnsblog", "postlogd", "flush",  "proxymap", "postscreen", "trivial-rewrite"};

template <std::size_t size>
bool is_one_of(std::string_view daemon, const std::array<std::string_view, size>& all) {
  return std::find(all.begin(), all.end(), daemon) != all.end();
}

bool has_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// Short ids are upper-case hexadecimal, long ones letters without vowels, and digits.
bool is_queue_id(std::string_view id) {
  return id.size() >= 5 && id.size() <= 24 && std::all_of(id.begin(), id.end(), is_alnum);
}

// Where the address ends that text begins with: behind it comes ">, " and next. Within quotes
// that is a part of it.
std::size_t end_of_address(std::string_view text, std::string_view next) {
  const std::string end = ">, " + std::string(next);
  bool is_quoted = false;
  for (std::size_t i = 0; text.substr(0, 1) == "\"" && i < text.size(); ++i) {
    if (is_quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && has_prefix(text.substr(i), end))
      return i;
  }
  return text.find(end);
}

// "from=<…>, size=", "to=<…>, orig_to=<…>, relay=": what stands between "<" and one of these.
// text is left behind it.
std::optional<std::string_view> take_address(std::string_view& text, std::string_view field,
                                             std::initializer_list<std::string_view> next) {
  if (!has_prefix(text, field) || text.substr(field.size(), 1) != "<") return std::nullopt;
  const std::string_view rest = text.substr(field.size() + 1);
  std::size_t end = rest.npos;
  for (const std::string_view one : next) end = std::min(end, end_of_address(rest, one));
  if (end == rest.npos) return std::nullopt;
  text = rest.substr(end + 3);
  return rest.substr(0, end);
}

// "client=name[192.0.2.1], sasl_method=PLAIN, sasl_username=alice". What the client
// itself may say (sasl_sender) comes behind what the server knows.
void read_client(std::string_view text, const LogMessages::Key& key, const LogLine& line,
                 LogMessages& messages) {
  text.remove_prefix(std::string_view("client=").size());
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']', open);
  if (open == text.npos || close == text.npos) return;
  const std::string_view address = text.substr(open + 1, close - open - 1);
  std::string_view rest = text.substr(close + 1);
  if (has_prefix(rest, ":")) rest = rest.substr(std::min(rest.find(", "), rest.size()));
  const std::size_t told = rest.find(", sasl_sender=");
  const std::size_t user = rest.find(", sasl_username=");
  Submitter submitter = messages.clients().submitter_of(text.substr(0, open), address, line.at);
  const std::size_t original = rest.find(", orig_client=");
  if (user != rest.npos && user < told && rest.size() > user + 16)
    submitter = Submitter::user;
  else if (original != rest.npos && submitter != Submitter::stranger)
    submitter = Submitter::unknown;  // a proxy hands it on: its own id shows whose it is
  messages.open(key, submitter, line.at, address);
}

// "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 61924AA820B": a content
// filter on this host has handed it in again, under that queue id; it is whose it was.
void read_filter_answer(std::string_view answer, const LogMessages::Key& key, Time at,
                        LogMessages& messages) {
  constexpr std::string_view kQueued = "queued as ";
  const std::size_t queued = answer.rfind(kQueued);
  if (queued == answer.npos) return;
  messages.clients().found_filter();
  const std::string_view rest = answer.substr(queued + kQueued.size());
  const std::string_view id = rest.substr(0, rest.find_first_of(") "));
  if (is_queue_id(id)) messages.hand_on(key, {key.host, id}, at);
}

// Behind ", status=sent (" stands what the other server said.
void read_delivery(std::string_view text, const LogMessages::Key& key, Time at,
                   LogMessages& messages) {
  const auto to = take_address(text, "to=", {"orig_to=<", "relay="});
  if (!to) return;
  const auto original = take_address(text, "orig_to=", {"relay="});
  messages.add_recipient(key, *to, original.value_or(std::string_view()), at);
  const std::size_t sent = text.find(", status=sent (");
  if (!has_prefix(text, "relay=") || sent == text.npos) return;
  const std::string_view relay = text.substr(6, text.find(',') - 6);
  const std::size_t open = relay.find('[');
  if (open == relay.npos) return;
  const std::string_view host = relay.substr(0, open);
  const std::string_view address = relay.substr(open + 1, relay.find(']', open) - open - 1);
  const std::string_view answer = text.substr(sent + 15);
  const auto ip = IpAddress::parse(address);
  if (ip && ip->is_loopback()) return read_filter_answer(answer, key, at, messages);
  const bool is_own = messages.policy().is_own_server(host, address);
  const std::string id = id_in_answer(host, is_own, answer);
  if (!id.empty()) messages.add_message_id(key, id, at);
}

void read_manager(std::string_view text, const LogMessages::Key& key, Time at,
                  LogMessages& messages) {
  if (text == "removed") return messages.close(key);
  const auto sender = take_address(text, "from=", {"size=", "status="});
  if (!sender) return;
  messages.set_sender(key, *sender, at);
  constexpr std::string_view kCount = ", nrcpt=";
  const std::size_t count = text.find(kCount);
  if (count == text.npos) return;
  std::size_t number = 0;
  std::from_chars(text.data() + count + kCount.size(), text.data() + text.size(), number);
  messages.set_recipient_count(key, number);
}

// "message-id=<a@b>": as in the header, so perhaps without <>, or with a comment behind it;
// torn if only one of them is there.
void read_id(std::string_view text, const LogMessages::Key& key, Time at, LogMessages& messages) {
  const std::size_t equals = text.find('=');
  std::string_view id = trim(text.substr(equals + 1));
  const bool opens = !id.empty() && id.front() == '<';
  if (opens) id = id.substr(0, id.find('>') + 1);  // none: ""
  const bool closes = !id.empty() && id.back() == '>';
  if (opens == closes && id.size() > 2) messages.add_message_id(key, id, at);
}

// "uid=1000 from=<alice>"; of a message that was put into the queue once more
// "uid=108 from=<alice@ourshop.example> orig_id=4AB…": it is whose it was.
void read_pickup(std::string_view text, const LogMessages::Key& key, Time at,
                 LogMessages& messages) {
  constexpr std::string_view kAgain = "> orig_id=";
  const std::size_t again = text.rfind(kAgain);
  if (again == text.npos) return messages.open(key, Submitter::local, at, "local");
  messages.copy({key.host, text.substr(again + kAgain.size())}, key, at);
}

}  // namespace

bool read_postfix_line(const LogLine& line, LogMessages& messages) {
  const std::string_view daemon = line.program.substr(line.program.rfind('/') + 1);
  if (!is_one_of(daemon, kDeliverers) && !is_one_of(daemon, kOthers)) return false;
  const std::size_t colon = line.text.find(": ");
  if (colon == line.text.npos || !is_queue_id(line.text.substr(0, colon))) return true;
  const LogMessages::Key key{line.host, line.text.substr(0, colon)};
  std::string_view text = line.text.substr(colon + 2);
  if (daemon == "smtpd" || daemon == "qmqpd") {
    if (has_prefix(text, "client=")) read_client(text, key, line, messages);
  } else if (daemon == "pickup") {
    if (has_prefix(text, "uid=")) read_pickup(text, key, line.at, messages);
  } else if (daemon == "cleanup") {
    if (has_prefix(text, "message-id=") || has_prefix(text, "resent-message-id="))
      read_id(text, key, line.at, messages);
  } else if (daemon == "qmgr" || daemon == "nqmgr" || daemon == "oqmgr") {
    read_manager(text, key, line.at, messages);
  } else if (daemon == "bounce") {
    const std::size_t notice = text.find(" notification: ");
    if (has_prefix(text, "sender ") && notice != text.npos)
      if (const std::string_view id = text.substr(notice + 15); is_queue_id(id))
        messages.add_notice(key, id, line.at);
  } else if (is_one_of(daemon, kDeliverers)) {
    read_delivery(text, key, line.at, messages);
  }
  return true;
}

}  // namespace unsent
