// SPDX-License-Identifier: MIT
// Whether a promise of completeness is earned: it is weighed by what was read, for a promise
// that is not true makes real bounces of mail that is missing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/ledger_reader.h"

namespace unsent {

// What an import reads, as far as a promise needs it.
class ReadSoFar {
 public:
  // Messages of these senders (domains or addresses) are counted.
  void watch(const std::vector<std::string>& scopes);

  void begin_source() { has_understood_ = is_empty_ = false; }
  void saw_message(const Entry& entry);
  void saw_server_line() { has_understood_ = true; }
  // Something of it was read by an earlier run, and not again.
  void saw_known_place(bool was_understood) {
    has_understood_ = has_understood_ || was_understood;
    has_known_places_ = true;
  }
  void saw_nothing() { is_empty_ = true; }  // there is nothing in it
  // There may be more in it than was understood: in words.
  void saw_doubt(std::string why) { doubts_.push_back(std::move(why)); }
  // A log tells also of times in which nobody sent.
  void saw_log_begin(Time at);

  // Of the source that was begun last.
  bool has_understood() const { return has_understood_; }
  bool is_empty() const { return is_empty_; }

  bool is_to_promise() const { return !watched_.empty(); }
  const std::vector<std::string>& doubts() const { return doubts_; }

  // Not all of what may be of the sender was seen here: the ledger knows more.
  bool may_know_more() const { return has_known_places_; }
  bool has_sealed() const { return has_sealed_; }
  // When the first message of that sender was sent, if there was one.
  std::optional<Time> first_of(const std::string& scope) const;
  std::optional<Time> log_begin() const { return log_begin_; }

 private:
  struct Watched {
    CoverageRange scope;
    std::optional<Time> first;
  };
  std::vector<Watched> watched_;
  std::optional<Time> log_begin_;
  std::vector<std::string> doubts_;
  bool has_understood_ = false;
  bool is_empty_ = false;
  bool has_known_places_ = false;
  bool has_sealed_ = false;
};

// Before anything is read: is this something that can be promised at all?
Result<void> check_promise(const std::vector<std::string>& scopes, std::optional<Time> since,
                           Time now);

// Since when it may be promised: what was asked for, or nullopt for the first message that the
// ledger has of the sender. An error of code data says why not, and what to do instead.
Result<std::optional<Time>> earned_since(const ReadSoFar& read, LedgerReader& ledger,
                                         const std::string& scope, std::optional<Time> since);

}  // namespace unsent
