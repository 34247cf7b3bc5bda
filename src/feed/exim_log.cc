// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

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

// Of an arrival line, in Exim's order (receive.c): sender, R=, H=, I=, U=, P=, X=, DN=, SNI=, A=,
// S=, id=, T=, for. Who connects chooses what stands in H= (its greeting), U= (ident), DN=, SNI=,
// id= and T=, and may write there what looks like other fields, in front of the true ones and
// behind them. So only that is believed which every field of a name says, wherever it stands: a
// true one can be added to, and not be taken away.
struct Arrival {
  std::string_view host;                    // proven name of the client
  std::vector<std::string_view> addresses;  // of the client; more than one: one of these
  std::string_view bounced;                 // R=: the message that this one is a report about
  std::string_view id;
  std::string_view recipients;
  bool is_local = false;      // from a program on the server itself
  bool has_password = false;  // by P=: A= can only be added to
};

bool is_name(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return is_alnum(c) || c == '.' || c == '-' || c == '_';
  });
}

// P=esmtpsa: what Exim itself calls the protocol of a client elsewhere.
bool is_protocol(std::string_view word, bool& has_password) {
  if (has_prefix(word, "utf8")) word.remove_prefix(4);
  has_password = word == "esmtpa" || word == "esmtpsa" || word == "smtpa" || word == "smtpsa" ||
                 word == "asmtp" || word == "lmtpa" || word == "lmtpsa";
  return has_password || word == "smtp" || word == "smtps" || word == "esmtp" || word == "esmtps" ||
         word == "lmtp" || word == "lmtps";
}

bool all_have_password(std::string_view text) {
  constexpr std::string_view kProtocol = " P=";
  bool is_sure = false;
  for (std::size_t at = text.find(kProtocol); at != text.npos; at = text.find(kProtocol, at + 1)) {
    std::string_view rest = text.substr(at + kProtocol.size());
    bool has_password = false;
    if (!is_protocol(rest.substr(0, rest.find(' ')), has_password)) continue;
    if (!has_password) return false;
    is_sure = true;
  }
  return is_sure;
}

// Does text, behind the bracket of an address, go on as behind that of a client?
bool is_behind_client(std::string_view text) {
  if (has_prefix(text, ":")) text = text.substr(std::min(text.find(' '), text.size()));
  for (const std::string_view next : {" I=[", " TFO", " U=", " P="})
    if (has_prefix(text, next)) return true;
  return text.empty();
}

// "[192.0.2.1]", "[192.0.2.1]:1234", each where that of the client may be.
std::vector<std::string_view> client_addresses(std::string_view text) {
  std::vector<std::string_view> found;
  for (std::size_t at = text.find('['); at != text.npos; at = text.find('[', at + 1)) {
    const std::size_t close = text.find(']', at);
    if (close == text.npos) break;
    const std::string_view address = text.substr(at + 1, close - at - 1);
    const bool is_ours = at >= 3 && text.substr(at - 3, 3) == " I=";
    if (!is_ours && is_behind_client(text.substr(close + 1)) && IpAddress::parse(address))
      found.push_back(address);
  }
  return found;
}

// Of "H=name [192.0.2.1]", "H=name (helo) [192.0.2.1]"; not "H=(helo) [192.0.2.1]".
std::string_view proven_name(std::string_view client, const std::vector<std::string_view>& found) {
  const std::string_view name = take_word(client);
  return found.size() == 1 && is_name(name) ? name : std::string_view();
}

// Who handed it in. text: behind the sender, with the blank before the first field.
void read_client(std::string_view text, Arrival& arrival) {
  std::string_view rest = text.substr(std::min<std::size_t>(text.size(), 1));
  std::string_view word = take_word(rest);
  const bool is_report = has_prefix(word, "R=");
  const std::string_view bounced = word.substr(std::min<std::size_t>(word.size(), 2));
  if (is_report) word = take_word(rest);
  if (word == "DS") word = take_word(rest);
  if (!has_prefix(word, "H=")) {
    arrival.is_local = has_prefix(word, "U=");
    if (is_report) arrival.bounced = bounced;  // it needs no connection
    return;
  }
  const std::string_view client = text.substr(text.find(" H=") + 3);
  arrival.addresses = client_addresses(client);
  arrival.host = proven_name(client, arrival.addresses);
  arrival.has_password = all_have_password(client);
}

// The last words of the line, where all of them are addresses: a subject may say "for", too.
std::string_view recipients_in(std::string_view text) {
  constexpr std::string_view kFor = " for ";
  for (std::size_t at = text.rfind(kFor); at != text.npos; at = text.rfind(kFor, at - 1)) {
    const std::string_view list = text.substr(at + kFor.size());
    bool are_addresses = !list.empty();
    for (std::string_view rest = list; are_addresses && !rest.empty();)
      are_addresses = Address::parse(take_word(rest)).has_value();
    if (are_addresses) return list;
    if (at == 0) break;
  }
  return {};
}

// What the sender's own header says: whose message it is, the client has told by then.
void read_header(std::string_view text, Arrival& arrival) {
  std::size_t size = text.find(" S=");
  while (size != text.npos && !(size + 3 < text.size() && is_digit(text[size + 3])))
    size = text.find(" S=", size + 1);
  if (size == text.npos) return;
  text.remove_prefix(size);
  for (const std::string_view name : {" id=", " id*="})
    if (const std::size_t at = text.find(name); at != text.npos && arrival.id.empty()) {
      std::string_view rest = text.substr(at + name.size());
      arrival.id = take_word(rest);
    }
  arrival.recipients = recipients_in(text);
}

// Of several that it may have been the one who is trusted least.
Submitter submitter_of(const Arrival& arrival, Clients& clients, Time at) {
  if (arrival.is_local) return Submitter::local;
  if (arrival.has_password) return Submitter::user;
  if (arrival.addresses.empty()) return Submitter::unknown;
  constexpr std::array<Submitter, 4> kLeastFirst = {Submitter::stranger, Submitter::unknown,
                                                    Submitter::own_host, Submitter::trusted};
  std::vector<Submitter> all;
  for (const std::string_view address : arrival.addresses)
    all.push_back(clients.submitter_of(arrival.host, address, at));
  return *std::find_first_of(kLeastFirst.begin(), kLeastFirst.end(), all.begin(), all.end());
}

void read_arrival(std::string_view text, const LogMessages::Key& key, Time at,
                  LogMessages& messages) {
  const std::string_view line = text;
  const std::string_view sender = take_word(text);
  const std::string_view fields = line.substr(std::min(sender.size(), line.size()));
  Arrival arrival;
  read_client(fields, arrival);
  if (sender == "<>") {
    if (is_exim_id(arrival.bounced))
      messages.add_notice({key.host, arrival.bounced}, key.queue_id, at);
    return;
  }
  read_header(fields, arrival);
  messages.open(key, submitter_of(arrival, messages.clients(), at), at,
                arrival.addresses.empty() ? std::string_view() : arrival.addresses.back());
  messages.set_sender(key, sender, at);
  // An id that Exim makes is not logged: E, its own id, and a host that the log lacks.
  const std::string own = 'E' + std::string(key.queue_id) + '@' + std::string(kCutMark);
  messages.add_message_id(key, arrival.id.empty() ? std::string_view(own) : arrival.id, at);
  std::size_t count = 0;
  for (std::string_view list = arrival.recipients; !list.empty(); ++count)
    messages.add_recipient(key, take_word(list), {}, at);
  messages.set_recipient_count(key, count);
}

// Of " H=mx.remote.example [203.0.113.5]" from at on.
std::string_view address_behind(std::string_view text, std::size_t at) {
  const std::size_t open = text.find('[', at);
  if (open == text.npos) return {};
  return text.substr(open + 1, text.find(']', open) - open - 1);
}

// "bob@remote.example R=…", "user <team@ours.example> R=…", "|/bin/x <alice@…> R=…", and
// behind it, where log_selector says so, "F=<alice@…> P=<alice@…>": whose mail it is, and
// under which reverse path it travels.
void read_delivery(std::string_view text, const LogMessages::Key& key, std::string_view flag,
                   Time at, LogMessages& messages) {
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
  if (flag != "=>" && flag != "->" && flag != ">>") return;  // what refused it says anything
  const std::size_t host = text.find(" H=");
  const std::size_t answer = text.find(" C=\"");
  if (host == text.npos || answer == text.npos || host > answer) return;
  const std::string_view name = text.substr(host + 3, text.find(' ', host + 3) - host - 3);
  const bool is_own = messages.policy().is_own_server(name, address_behind(text, host));
  const std::string id = id_in_answer(name, is_own, text.substr(answer + 4));
  if (!id.empty()) messages.add_message_id(key, id, at);
}

// "[1234] ", where log_selector says so; "[1/3] " and "[1\\3] " where syslog gets a long line in
// pieces, of which a later one may begin with anything.
bool skip_process(std::string_view& text) {
  const std::string_view word = take_word(text);
  const std::size_t end = word.find_first_not_of("0123456789", 1);
  if (end == word.npos || end == 1) return false;
  return word[end] == ']' ||
         (word.substr(0, end) == "[1" && (word[end] == '/' || word[end] == '\\'));
}

}  // namespace

bool read_exim_line(const LogLine& line, LogMessages& messages) {
  std::string_view text = line.text;
  if (has_prefix(text, "[") && !skip_process(text)) return false;
  const LogMessages::Key key{line.host, take_word(text)};
  if (!is_exim_id(key.queue_id)) return false;
  const std::string_view flag = take_word(text);
  if (flag == "<=") read_arrival(text, key, line.at, messages);
  if (flag == "Completed") messages.close(key);
  for (const std::string_view delivery : {"=>", "->", ">>", "**", "==", "*>"})
    if (flag == delivery) read_delivery(text, key, flag, line.at, messages);
  return true;
}

}  // namespace unsent
