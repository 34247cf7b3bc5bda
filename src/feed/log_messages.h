// SPDX-License-Identifier: MIT
// Messages as a mail server's log tells of them, line by line, joined by queue id. What
// no sign shows to be sent by us, rather than received, is never given out.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "feed/recent_hashes.h"
#include "feed/submitter.h"
#include "ledger/entry.h"
#include "mail/address.h"

namespace unsent {

// A message that came to us: what the log tells of who brought it.
struct LoggedArrival {
  std::string client;  // address, as the log has it
  std::vector<std::string> message_ids;
  std::string sender;  // envelope sender without <>, not null
  std::vector<Address> recipients;
};

class LogMessages {
 public:
  // Open at one time; then those that were longest without a line are taken as they are.
  static constexpr std::size_t kMostOpen = 100000;
  static constexpr std::size_t kMostHeld = 400000;  // recipients of all of them
  using Sink = std::function<void(Entry entry)>;
  using ArrivalSink = std::function<void(const LoggedArrival& arrival)>;

  LogMessages(LogPolicy policy, Sink sink);

  Clients& clients() { return clients_; }
  const LogPolicy& policy() const { return clients_.policy(); }
  // To be told of the messages that are passed over, too, where a client is known.
  void tell_arrivals(ArrivalSink sink) { arrivals_ = std::move(sink); }

  // All queue ids are told apart by host. A line that opens a message which is there
  // already means that its queue id is used again: what is there is given out first.
  struct Key {
    std::string_view host;
    std::string_view queue_id;
  };
  void open(const Key& key, Submitter submitter, Time at, std::string_view client = {});
  void add_message_id(const Key& key, std::string_view id, Time at);
  // text without <>; "" is the null sender.
  void set_sender(const Key& key, std::string_view sender, Time at);
  // Under which reverse path it goes out, where the server rewrites the sender; the first one.
  void set_return_path(const Key& key, std::string_view path, Time at);
  void set_recipient_count(const Key& key, std::size_t count);
  // original is the address before aliases, or "".
  void add_recipient(const Key& key, std::string_view address, std::string_view original, Time at);
  // Our server wrote a report about the message, under that queue id.
  void add_notice(const Key& key, std::string_view notice_queue_id, Time at);
  // A content filter has taken it and handed it in again under that queue id: if nothing else
  // says who handed that in, it is whose the first one was.
  void hand_on(const Key& from, const Key& to, Time at);
  // Under another queue id, the same message goes on.
  void copy(const Key& from, const Key& to, Time at);
  // For servers that do not log that they are done with a message: what became of so many
  // more of its recipients (after add_recipient of all that the line names) is known now.
  // Where it is known of all, only a report on it is waited for, five minutes.
  void add_outcomes(const Key& key, std::size_t recipients, Time at);
  void close(const Key& key);
  void close_all();
  // Gives out what is open and not given out as it is now, and keeps it open.
  void give_out_open();

  // Messages that were passed over since no sign showed that we sent them, and whose
  // clients those were: address and count, the first 1,000 of them.
  std::uint64_t passed_over() const { return passed_over_; }
  const std::map<std::string, std::uint64_t>& strangers() const { return strangers_; }
  std::uint64_t given_out() const { return given_out_; }

  // What is open, as text, for the next run; and back. Text of another form is passed over.
  std::string state() const;
  void restore(std::string_view state);

 private:
  struct Open {
    std::string key;
    Submitter submitter = Submitter::unknown;
    std::string client;
    std::vector<std::string> ids;
    std::optional<std::string> sender;
    std::string return_path;          // where that is another, else ""
    std::vector<Address> recipients;  // as delivered to
    std::vector<Address> originals;   // as asked for, where that differs
    std::vector<std::string> notices;
    std::string notice_of;  // key of the message that this is a report about
    std::size_t promised = 0;
    std::size_t settled = 0;  // of the recipients
    bool has_outsider = false;
    bool is_given_out = false;  // as it is
    bool is_settled = false;    // and in settled_
    Time first{};
    Time last{};
  };
  using List = std::list<Open>;

  static bool is_settled_now(const Open& open) {
    return open.promised > 0 && open.settled >= std::max(open.promised, open.recipients.size());
  }
  List& list_of(const Open& open) { return open.is_settled ? settled_ : messages_; }
  std::string_view text_of(const Key& key);
  Open& find_or_make(const Key& key, Time at);
  Open* find(const Key& key);
  Open* find_changing(std::string_view key);
  Open& add(Open&& open);
  void judge_id(Open& open, const std::string& id);
  bool is_to_give_out(Open& open);
  void give_out(Open open);
  void drop(List::iterator dropped);
  void drop_aged(Time now);
  void restore_line(std::string_view line);

  Clients clients_;
  Sink sink_;
  ArrivalSink arrivals_;  // may be empty
  List messages_;         // last touched at the end
  List settled_;          // likewise
  std::unordered_map<std::string_view, List::iterator> by_key_;
  std::size_t held_ = 0;  // recipients
  std::string text_;      // of the key looked for
  std::uint64_t passed_over_ = 0;
  std::uint64_t given_out_ = 0;
  std::map<std::string, std::uint64_t> strangers_;

  // Hashes of the ids seen lately: a content filter hands a message in again, and so
  // does a program that passes on what came from outside.
  RecentHashes ours_;
  RecentHashes foreign_;
};

}  // namespace unsent
