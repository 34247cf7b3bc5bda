// SPDX-License-Identifier: MIT
// What one run over a log leaves open, as text, and how the next one takes it up.
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "feed/log_messages.h"

namespace unsent {
namespace {

constexpr std::size_t kParts = 16;
constexpr std::size_t kFewestParts = 14;  // an older version's

bool is_plain(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(),
                                      [](char c) { return static_cast<unsigned char>(c) > ' '; });
}

const std::string& word_of(const std::string& word) { return word; }
std::string word_of(const Address& address) { return address.text(); }

// What holds a blank itself is left out.
template <typename T>
std::string list_of_words(const std::vector<T>& items) {
  std::string text = "\t";
  for (const T& item : items)
    if (const std::string& word = word_of(item); is_plain(word)) text += word + ' ';
  return text;
}

template <typename T>
T number_of(std::string_view text) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string stamp_of(Time time) { return std::to_string(time.time_since_epoch().count()); }

}  // namespace

// A line a message, its parts between tabs; then what is known of clients, and two lines of
// hashes. Strangers' messages need not be known again.
std::string LogMessages::state() const {
  std::string text;
  for (const List* list : {&settled_, &messages_})
    for (const Open& open : *list) {
      const bool is_kept = open.submitter != Submitter::stranger || !open.notice_of.empty();
      if (!is_kept || !is_plain(open.key) || !is_plain("." + open.client)) continue;
      text += "m\t" + open.key + '\t' + std::to_string(static_cast<int>(open.submitter)) + '\t' +
              open.client + '\t' + std::to_string(open.promised) + '\t' + stamp_of(open.first) +
              '\t' + stamp_of(open.last) + '\t' + open.notice_of + '\t' +
              (open.sender ? "=" + *open.sender : "") + '\t' + (open.has_outsider ? "1" : "") +
              list_of_words(open.ids) + list_of_words(open.recipients) +
              list_of_words(open.originals) + list_of_words(open.notices) + '\t' +
              std::to_string(open.settled) + '\t' +
              (is_plain(open.return_path) ? open.return_path : "") + '\n';
    }
  text += clients_.state();
  for (const auto& [letter, recent] : {std::pair('o', &ours_), {'f', &foreign_}}) {
    text += letter;
    for (const std::uint64_t hash : recent->last()) text += ' ' + std::to_string(hash);
    text += '\n';
  }
  return text;
}

void LogMessages::restore_line(std::string_view line) {
  auto parts = split(line, '\t');
  if (parts.size() < kFewestParts || parts.size() > kParts || by_key_.count(parts[1]) > 0) return;
  parts.resize(kParts);
  Open open;
  open.key = parts[1];
  const int submitter = number_of<int>(parts[2]);
  if (submitter < 0 || submitter > static_cast<int>(Submitter::stranger)) return;
  open.submitter = static_cast<Submitter>(submitter);
  open.client = parts[3];
  open.promised = number_of<std::size_t>(parts[4]);
  open.first = Time(seconds(number_of<std::int64_t>(parts[5])));
  open.last = Time(seconds(number_of<std::int64_t>(parts[6])));
  open.notice_of = parts[7];
  if (!parts[8].empty()) open.sender = std::string(parts[8].substr(1));
  open.has_outsider = !parts[9].empty();
  for (const std::string_view id : split(parts[10], ' '))
    if (!id.empty()) open.ids.emplace_back(id);
  for (const auto& [part, to] : {std::pair(11, &open.recipients), {12, &open.originals}})
    for (const std::string_view word : split(parts[static_cast<std::size_t>(part)], ' '))
      if (const auto address = Address::parse(word)) to->push_back(*address);
  for (const std::string_view notice : split(parts[13], ' '))
    if (!notice.empty()) open.notices.emplace_back(notice);
  open.settled = number_of<std::size_t>(parts[14]);
  open.is_settled = is_settled_now(open);
  open.return_path = parts[15];
  add(std::move(open));
}

void LogMessages::restore(std::string_view state) {
  while (!state.empty()) {
    const std::string_view line = state.substr(0, std::min(state.find('\n'), state.size()));
    state.remove_prefix(std::min(line.size() + 1, state.size()));
    const char kind = line.empty() ? ' ' : line.front();
    if (kind == 'm' && by_key_.size() < kMostOpen) restore_line(line);
    if (kind == 'h' || kind == 'a' || kind == 'x') clients_.restore(line);
    if (kind != 'o' && kind != 'f') continue;
    for (const std::string_view word : split(line.substr(1), ' '))
      if (!word.empty()) (kind == 'o' ? ours_ : foreign_).add(number_of<std::uint64_t>(word));
  }
}

}  // namespace unsent
