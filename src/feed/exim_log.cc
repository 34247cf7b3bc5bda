// SPDX-License-Identifier: MIT
#include <algorithm>

#include "base/text.h"
#include "feed/answer_id.h"
#include "feed/log_parsers.h"
#include "ledger/entry.h"

namespace unsent {
namespace {

// 6-6-2 characters, from 4.97 on 6-11-4.
bool is_exim_id(std::string_view id) {
  const bool is_shaped = (id.size() == 16 && id[6] == '-' && id[13] == '-') ||
                         (id.size() == 23 && id[6] == '-' && id[18] == '-');
  return is_shaped &&
         std::all_of(id.begin(), id.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

// Up to the next blank; a quoted local part may hold blanks.
std::string_view take_word(std::string_view& text) {
  std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view plain = text.substr(0, end);
  bool is_quoted = false;
  if (plain.find('"') != plain.npos || plain.find('\\') != plain.npos) end = 0;
  for (; end < text.size() && (is_quoted || text[end] != ' '); ++end) {
    if (text[end] == '\\')
      ++end;
    else if (text[end] == '"')
      is_quoted = !is_quoted;
  }
  end = std::min(end, text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

bool has_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// Of an arrival line, in Exim's order; what the sender's own header says (id, subject)
// comes last, and behind it nothing is believed but the recipients at the end.
struct Arrival {
  std::string_view host;     // proven name of the client
  std::string_view address;  // of the client
  std::string_view bounced;  // R=: the message that this one is a report about
  std::string_view id;
  std::string_view recipients;
  bool has_user = false;      // U=
  bool has_password = false;  // A=
};

// "H=name [192.0.2.1]", "H=(helo) [192.0.2.1]:1234", "H=name (helo) [192.0.2.1]". What the
// client said, in parentheses, may hold blanks and brackets where Exim is told to take junk.
void take_client(std::string_view word, std::string_view& rest, Arrival& arrival) {
  const std::string_view name = word.substr(2);
  if (!name.empty() && name.front() != '(' && name.front() != '[') arrival.host = name;
  bool is_helo = false;
  for (word = name;; word = take_word(rest)) {
    is_helo = is_helo || has_prefix(word, "(");
    if (!is_helo && has_prefix(word, "[")) break;
    if (is_helo && !word.empty() && word.back() == ')') is_helo = false;
    if (rest.empty()) return;
  }
  arrival.address = word.substr(1, word.find(']') - 1);
}

Arrival read_fields(std::string_view rest) {
  Arrival arrival;
  while (!rest.empty()) {
    const std::string_view word = take_word(rest);
    if (has_prefix(word, "H=")) take_client(word, rest, arrival);
    if (has_prefix(word, "R=")) arrival.bounced = word.substr(2);
    if (has_prefix(word, "U=")) arrival.has_user = true;
    if (has_prefix(word, "A=")) arrival.has_password = true;
    if (has_prefix(word, "id=")) arrival.id = word.substr(3);
    if (has_prefix(word, "S=") || has_prefix(word, "id=")) break;
  }
  while (!rest.empty()) {
    const std::string_view word = take_word(rest);
    if (has_prefix(word, "id=") && arrival.id.empty()) arrival.id = word.substr(3);
    if (has_prefix(word, "id*=") && arrival.id.empty()) arrival.id = word.substr(4);
    if (word == "for") {
      arrival.recipients = rest;
      break;
    }
  }
  return arrival;
}

void read_arrival(std::string_view text, const LogMessages::Key& key, Time at,
                  LogMessages& messages) {
  const std::string_view sender = take_word(text);
  const Arrival arrival = read_fields(text);
  if (sender == "<>") {
    if (is_exim_id(arrival.bounced))
      messages.add_notice({key.host, arrival.bounced}, key.queue_id, at);
    return;
  }
  Submitter submitter = messages.clients().submitter_of(arrival.host, arrival.address, at);
  if (arrival.has_password) submitter = Submitter::user;
  if (arrival.address.empty()) submitter = arrival.has_user ? Submitter::local : Submitter::unknown;
  messages.open(key, submitter, at, arrival.address);
  messages.set_sender(key, sender, at);
  // An id that Exim makes is not logged: E, its own id, and a host that the log lacks.
  const std::string own = 'E' + std::string(key.queue_id) + '@' + std::string(kCutMark);
  messages.add_message_id(key, arrival.id.empty() ? std::string_view(own) : arrival.id, at);
  std::size_t count = 0;
  for (std::string_view list = arrival.recipients; !list.empty(); ++count)
    messages.add_recipient(key, take_word(list), {}, at);
  messages.set_recipient_count(key, count);
}

// "bob@remote.example R=…", "user <team@ours.example> R=…", "|/bin/x <alice@…> R=…", and
// behind it, where log_selector says so, "F=<alice@…> P=<alice@…>": whose mail it is, and
// under which reverse path it travels.
void read_delivery(std::string_view text, const LogMessages::Key& key, Time at,
                   LogMessages& messages) {
  std::string_view address = take_word(text);
  if (!address.empty() && address.back() == ':') address.remove_suffix(1);
  std::string_view original;
  if (has_prefix(text, "<")) {
    const std::string_view word = take_word(text);
    original = word.substr(1, word.find('>') - 1);
  }
  messages.add_recipient(key, address, original, at);
  if (has_prefix(text, "F=<")) take_word(text);
  if (has_prefix(text, "P=<")) messages.set_return_path(key, take_word(text).substr(2), at);
  const std::size_t host = text.find(" H=");
  const std::size_t answer = text.find(" C=\"");
  if (host == text.npos || answer == text.npos || host > answer) return;
  const std::string_view name = text.substr(host + 3, text.find(' ', host + 3) - host - 3);
  const std::string id = id_in_answer(name, text.substr(answer + 4));
  if (!id.empty()) messages.add_message_id(key, id, at);
}

}  // namespace

void read_exim_line(const LogLine& line, LogMessages& messages) {
  std::string_view text = line.text;
  if (has_prefix(text, "[")) take_word(text);  // the process, where log_selector says so
  const LogMessages::Key key{line.host, take_word(text)};
  if (!is_exim_id(key.queue_id)) return;
  const std::string_view flag = take_word(text);
  if (flag == "<=") return read_arrival(text, key, line.at, messages);
  if (flag == "Completed") return messages.close(key);
  for (const std::string_view delivery : {"=>", "->", ">>", "**", "==", "*>"})
    if (flag == delivery) return read_delivery(text, key, line.at, messages);
}

}  // namespace unsent
