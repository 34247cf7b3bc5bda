// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "feed/answer_id.h"
#include "feed/log_parsers.h"

namespace unsent {
namespace {

constexpr std::array<std::string_view, 10> kDeliverers = {
    "smtp", "lmtp", "local", "virtual", "pipe", "error", "retry", "discard", "relay", "spawn"};

bool has_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// Short ids are upper-case hexadecimal, long ones letters without vowels, and digits.
bool is_queue_id(std::string_view id) {
  return id.size() >= 5 && id.size() <= 24 && std::all_of(id.begin(), id.end(), is_alnum);
}

// What stands between "<" and ">, " (or ">" and the end): an address may hold both alone.
std::optional<std::string_view> take_address(std::string_view& text, std::string_view field) {
  if (!has_prefix(text, field) || text.substr(field.size(), 1) != "<") return std::nullopt;
  const std::string_view rest = text.substr(field.size() + 1);
  std::size_t end = rest.find(">, ");
  if (end == rest.npos) {
    end = rest.size() - 1;
    if (rest.empty() || rest.back() != '>') return std::nullopt;
  }
  text = rest.substr(std::min(end + 3, rest.size()));
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

void read_delivery(std::string_view text, const LogMessages::Key& key, Time at,
                   LogMessages& messages) {
  const auto to = take_address(text, "to=");
  if (!to) return;
  const auto original = take_address(text, "orig_to=");
  messages.add_recipient(key, *to, original.value_or(std::string_view()), at);
  const std::size_t relay = text.find("relay=");
  const std::size_t sent = text.find(", status=sent (");
  if (relay == text.npos || sent == text.npos || relay > sent) return;
  const std::string_view host = text.substr(relay + 6, text.find('[', relay) - relay - 6);
  const std::string id = id_in_answer(host, text.substr(sent + 15));
  if (!id.empty()) messages.add_message_id(key, id, at);
}

void read_manager(std::string_view text, const LogMessages::Key& key, Time at,
                  LogMessages& messages) {
  if (text == "removed") return messages.close(key);
  const auto sender = take_address(text, "from=");
  if (!sender) return;
  messages.set_sender(key, *sender, at);
  const std::size_t count = text.find("nrcpt=");
  if (count == text.npos) return;
  std::size_t number = 0;
  std::from_chars(text.data() + count + 6, text.data() + text.size(), number);
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

void read_postfix_line(const LogLine& line, LogMessages& messages) {
  const std::size_t slash = line.program.rfind('/');
  if (slash == line.program.npos) return;
  const std::string_view daemon = line.program.substr(slash + 1);
  const std::size_t colon = line.text.find(": ");
  if (colon == line.text.npos || !is_queue_id(line.text.substr(0, colon))) return;
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
  } else if (std::find(kDeliverers.begin(), kDeliverers.end(), daemon) != kDeliverers.end()) {
    read_delivery(text, key, line.at, messages);
  }
}

}  // namespace unsent
