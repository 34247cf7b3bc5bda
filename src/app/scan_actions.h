// SPDX-License-Identifier: MIT
// What scan does with backscatter once all of it has been read and reported: nothing,
// unless the user says what.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/options.h"
#include "app/scan_sink.h"
#include "mailbox/act.h"
#include "mailbox/act_mbox.h"
#include "mailbox/acting.h"

namespace unsent {

struct ActionWish {
  std::vector<std::string> mailboxes;  // as they were named
  std::optional<Deed> deed;            // none: say what would be done
  bool also_unverified = false;
  std::string quarantine;  // a Maildir
  LockWish lock;
  bool is_text = true;  // standard output is for people
};

boost::program_options::options_description action_options();
Result<ActionWish> read_action_options(const Parsed& parsed, const Config& config);

// Where the records of acts lie. An error where there is no home.
Result<std::string> acts_home();

class ScanActions : public ScanSink {
 public:
  // Before the first message: that it can be acted at all, and nobody else does.
  static Result<std::unique_ptr<ScanActions>> make(const ActionWish& wish);

  ~ScanActions() override;
  void ask_for(GistParts& parts) const override;
  Result<void> take(const Scanned& scanned) override;
  // Acts, and says what was done or would be: under the report if that is text, else on
  // standard error.
  Result<void> finish(const ScanEnd& end) override;

  int status() const { return status_; }  // of the problems; 0 if there were none
  // The mboxes that were rewritten.
  std::vector<MboxRecord> rewritten() const;

 private:
  explicit ScanActions(const ActionWish& wish) : wish_(wish) {}
  bool is_meant(const Scanned& scanned);
  bool is_in_quarantine(const std::string& path);
  Result<void> plan(const Scanned& scanned);
  std::optional<std::string> place_of(const StoredMessage& stored);
  Result<std::string> find_place(const std::string& named, const StoredMessage& stored) const;
  bool is_in_mailboxes(const std::string& place, const std::string& named) const;
  Result<void> act();
  void say(const std::string& text) const;
  void say_what_would_be();
  void say_what_is_doubtful();
  void problem(const Error& error);

  ActionWish wish_;
  std::string home_;
  FileDescriptor lock_;
  std::optional<Act> act_;
  bool is_begun_ = false;
  std::uint64_t meant_ = 0;
  std::uint64_t to_do_ = 0;  // bytes: mboxes as a whole, files that are meant
  std::string last_mbox_;
  std::vector<std::string> roots_;         // of the mailboxes, without links
  std::string last_named_;                 // where the last message was found, and
  std::optional<std::string> last_place_;  // where that is without links
  std::vector<Error> led_away_;            // where a link led out of the mailboxes
  std::uint64_t too_large_ = 0;
  std::uint64_t doubtful_ = 0;          // would be meant, but may hold a message that is not
  std::string first_doubtful_;          // where
  std::vector<std::string> not_plain_;  // paths that cannot be rewritten
  std::string last_folder_;
  bool is_last_in_quarantine_ = false;
  int status_ = 0;
};

// scan --undo, --forget, --acts.
boost::program_options::options_description undo_options();
bool is_undo(const Parsed& parsed);
Outcome run_undo(const Parsed& parsed);

}  // namespace unsent
