// SPDX-License-Identifier: MIT
#include "submit/sendmail_call.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace unsent {
namespace {

// As in getopt: those that take a value, in the same word or the next one.
constexpr std::string_view kWithValue = "ABbCDeFfhLMNOopRrVX";
// And those whose value, if any, is in the same word.
constexpr std::string_view kWithRest = "dqQ";

// True if the word was one of ours.
Result<bool> take_our_option(const std::vector<std::string>& words, std::size_t& at,
                             SendmailCall& call) {
  const std::string& word = words[at];
  if (word == "--help") return call.wants_help = true;
  if (word == "--tag") return call.wants_tag = true;
  const std::pair<std::string_view, std::optional<std::string>*> ours[] = {
      {"--real", &call.real},
      {"--ledger", &call.ledger},
      {"--domain", &call.domain},
      {"--keys", &call.keys}};
  for (const auto& [name, value] : ours) {
    if (word.compare(0, name.size(), name) != 0) continue;
    if (word.size() > name.size() && word[name.size()] == '=') {
      *value = word.substr(name.size() + 1);
      return true;
    }
    if (word.size() != name.size()) continue;
    if (++at >= words.size())
      return fail(ErrorCode::usage, std::string(name) + " needs a value", "see --help");
    *value = words[at];
    return true;
  }
  return false;
}

void apply(char option, const std::string& value, SendmailCall& call) {
  switch (option) {
    case 'f':
    case 'r':
      call.sender = value;
      return;
    case 'V':
      call.envelope_id = value;
      return;
    case 'b':
      if (value != "m") call.is_submission = false;
      return;
    case 'q':
    case 'Q':
      call.is_submission = false;
      return;
    case 't':
      call.takes_header_recipients = true;
      return;
    case 'i':
      call.ends_at_dot = false;
      return;
    case 'o':
      if (value == "i") call.ends_at_dot = false;
      return;
    case 'O':
      if (equal_ignoring_case(value, "IgnoreDots") || equal_ignoring_case(value, "IgnoreDots=true"))
        call.ends_at_dot = false;
      return;
    default:
      return;
  }
}

// "-ti", "-falice@x", "-f alice@x".
void take_sendmail_options(const std::vector<std::string>& words, std::size_t& at,
                           SendmailCall& call) {
  const std::string word = words[at];
  call.words.push_back(word);
  for (std::size_t i = 1; i < word.size(); ++i) {
    const char option = word[i];
    if (kWithRest.find(option) != kWithRest.npos) return apply(option, word.substr(i + 1), call);
    if (kWithValue.find(option) == kWithValue.npos) {
      apply(option, "", call);
      continue;
    }
    if (i + 1 < word.size()) return apply(option, word.substr(i + 1), call);
    if (at + 1 >= words.size()) return;
    call.words.push_back(words[++at]);
    return apply(option, words[at], call);
  }
}

void add_recipients(std::string_view text, Entry& entry) {
  const auto addresses = parse_addresses(text);
  // A bare "root" is an address of this host, which its aliases may turn into any.
  if (addresses.empty() && !trim(text).empty()) entry.has_all_recipients = false;
  entry.recipients.insert(entry.recipients.end(), addresses.begin(), addresses.end());
}

void add_header_recipients(const Headers& headers, Entry& entry) {
  constexpr std::array<const char*, 3> kPlain = {"To", "Cc", "Bcc"};
  constexpr std::array<const char*, 3> kResent = {"Resent-To", "Resent-Cc", "Resent-Bcc"};
  const bool is_resent = std::any_of(kResent.begin(), kResent.end(),
                                     [&](const char* name) { return headers.has(name); });
  for (const char* name : is_resent ? kResent : kPlain)
    for (const HeaderField* field : headers.all(name)) add_recipients(field->value, entry);
}

}  // namespace

Result<SendmailCall> parse_sendmail_call(const std::vector<std::string>& words) {
  SendmailCall call;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--") {
      call.words.insert(call.words.end(), words.begin() + static_cast<std::ptrdiff_t>(at),
                        words.end());
      call.recipients.insert(call.recipients.end(),
                             words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
      break;
    }
    const auto taken = take_our_option(words, at, call);
    if (!taken) return taken.failure();
    if (*taken) continue;
    if (word.size() > 1 && word.front() == '-') {
      take_sendmail_options(words, at, call);
    } else {
      call.words.push_back(word);
      call.recipients.push_back(word);
    }
  }
  return call;
}

std::size_t find_dot_line(std::string_view bytes, std::size_t from) {
  while (from < bytes.size()) {
    const std::string_view rest = bytes.substr(from);
    if (rest.substr(0, 2) == ".\n") return from + 2;
    if (rest.substr(0, 3) == ".\r\n") return from + 3;
    const std::size_t end = rest.find('\n');
    if (end == rest.npos) break;
    from += end + 1;
  }
  return std::string_view::npos;
}

std::string with_message_id(std::string bytes, const std::string& id) {
  const Message message = Message::view(bytes);
  if (message.headers().has("Message-ID") || message.is_converted()) return bytes;
  const std::size_t at = bytes.size() - message.content().size();
  const std::size_t line = bytes.find('\n', at);
  const bool has_cr = line != std::string::npos && line > at && bytes[line - 1] == '\r';
  return bytes.insert(at, "Message-ID: <" + id + (has_cr ? ">\r\n" : ">\n"));
}

Entry entry_of_call(const SendmailCall& call, const Message& message, Time now) {
  Entry entry = entry_of(message);
  entry.recipients.clear();
  entry.has_all_recipients = true;
  entry.sent_at = now;
  for (const std::string& recipient : call.recipients) add_recipients(recipient, entry);
  if (call.takes_header_recipients) add_header_recipients(message.headers(), entry);
  std::sort(entry.recipients.begin(), entry.recipients.end());
  entry.recipients.erase(
      std::unique(entry.recipients.begin(), entry.recipients.end(), same_mailbox),
      entry.recipients.end());
  if (call.sender) {
    const auto sender = Address::parse(*call.sender);
    entry.reverse_path = sender ? sender->text() : "";
  }
  // An envelope id comes back in reports; one that looks like a Message-ID is asked for.
  if (call.envelope_id && call.envelope_id->find('@') != std::string::npos)
    if (std::string id = normal_id(*call.envelope_id);
        std::find(entry.message_ids.begin(), entry.message_ids.end(), id) ==
        entry.message_ids.end())
      entry.message_ids.push_back(std::move(id));
  return entry;
}

}  // namespace unsent
