// SPDX-License-Identifier: MIT
// What scan does with backscatter once all of it has been read and reported: nothing,
// unless the user says what.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "acting/act.h"
#include "acting/act_mbox.h"
#include "acting/acting.h"
#include "report/tally.h"
#include "scan/choice.h"
#include "scan/sink.h"
#include "setup/options.h"

namespace unsent {

struct DeedWish {
  std::vector<std::string> mailboxes;  // as they were named
  std::optional<Deed> deed;            // none: say what would be done
  bool also_unverified = false;
  bool also_replies = false;         // what people wrote: by these words alone
  ChoiceWish choice;                 // which of what could be acted on
  std::string quarantine;            // a Maildir; of what lies at a server, the account has its own
  ImapAccounts* accounts = nullptr;  // of mailboxes at servers
  LockWish lock;
  bool is_text = true;    // standard output is for people
  bool is_quiet = false;  // of what came to nothing
  bool is_sure = false;   // whoever wishes it has seen the numbers
  bool knows_relays = true;
  std::function<bool()> is_promise_new;  // asked when all is judged; null: there is none
};

// What was done to messages: "put into the quarantine".
std::string_view done_word(Deed deed);

// Where what goes is put, and how an mbox is locked.
struct DeedPlaceOptions {
  std::optional<std::string> quarantine;
  std::optional<std::chrono::milliseconds> lock_wait;
  bool takes_flock = false;

  LockWish lock() const {
    LockWish wish;
    if (lock_wait) wish.patience = std::chrono::duration_cast<std::chrono::seconds>(*lock_wait);
    if (takes_flock) wish.flock = Flock::take;
    return wish;
  }
};

// What is done, and to what of the reports.
struct DeedOptions {
  bool quarantines = false;
  bool tags = false;
  bool removes = false;
  std::vector<std::string> also;
  ChoiceWish choice;
  bool is_sure = false;
  DeedPlaceOptions place;
};

// --quarantine-folder, --lock-wait, --flock, added to a group.
void add_place_options(OptionGroup& group, DeedPlaceOptions& options);
OptionGroup deed_options(DeedOptions& options);
// otherwise: the deed where no option names one. mailboxes: as they were named.
Result<DeedWish> deed_wish_of(const DeedOptions& options, const std::vector<std::string>& mailboxes,
                              const Config& config, std::optional<Deed> otherwise = std::nullopt);

// Where the records of acts lie. An error where there is no home.
Result<std::string> acts_home();

class ScanDeeds : public ScanSink {
 public:
  // Before the first message: that it can be acted at all, and nobody else does.
  // choice: of the same wish, before this among the sinks.
  static Result<std::unique_ptr<ScanDeeds>> make(const DeedWish& wish, Choice& choice);

  ~ScanDeeds() override;
  void ask_for(GistParts& parts) const override;
  Result<void> take(const Scanned& scanned) override;
  // Acts, and says what was done or would be: under the report if that is text, else on
  // standard error.
  Result<void> finish(const ScanEnd& end) override;

  int status() const { return status_; }  // of the problems; 0 if there were none
  // The mboxes that were rewritten.
  std::vector<MboxRecord> rewritten() const;

 private:
  ScanDeeds(const DeedWish& wish, Choice& choice) : wish_(wish), choice_(choice) {}
  bool is_meant(const Scanned& scanned);
  bool is_in_quarantine(const std::string& path);
  Result<void> plan(const Scanned& scanned, std::size_t number);
  Result<void> check_names() const;
  bool was_acted_on() const;
  Result<void> check_first() const;
  Result<void> choose();
  Result<Act> create_act() const;
  std::optional<std::string> place_of(const StoredMessage& stored);
  Result<std::string> find_place(const std::string& named, const StoredMessage& stored) const;
  bool is_in_mailboxes(const std::string& place, const std::string& named) const;
  Result<void> act();
  std::string where_it_went() const;
  void say(const std::string& text) const;
  void say_what_would_be();
  void say_what_is_doubtful();
  void problem(const Error& error);

  DeedWish wish_;
  Choice& choice_;
  std::vector<std::uint32_t> planned_numbers_;  // of the choice's, where it is not all
  std::string home_;
  FileDescriptor lock_;
  std::optional<Act> act_;
  bool is_begun_ = false;
  std::uint64_t meant_ = 0;
  VerdictCounts counts_;
  std::uint64_t to_do_ = 0;  // bytes: mboxes as a whole, files that are meant
  std::string last_mbox_;
  std::vector<std::string> roots_;         // of the mailboxes, without links
  std::string last_named_;                 // where the last message was found, and
  std::optional<std::string> last_place_;  // where that is without links
  std::vector<Error> led_away_;            // where a link led out of the mailboxes
  std::uint64_t too_large_ = 0;
  std::uint64_t headers_only_ = 0;      // at servers
  std::uint64_t doubtful_ = 0;          // would be meant, but may hold a message that is not
  std::string first_doubtful_;          // where
  std::vector<std::string> not_plain_;  // paths that cannot be rewritten
  std::string last_folder_;
  bool is_last_in_quarantine_ = false;
  bool has_files_ = false;  // among what is planned
  int status_ = 0;
};

// scan --undo, --forget, --acts: no mailbox is read.
struct UndoOptions {
  bool undoes = false;
  bool forgets = false;
  bool lists = false;

  bool is_wanted() const { return undoes || forgets || lists; }
};
OptionGroup undo_options(UndoOptions& options);
// ids: of acts. accounts: of what was done at servers.
Outcome run_undo(const UndoOptions& options, const DeedPlaceOptions& place,
                 const std::vector<std::string>& ids, ImapAccounts& accounts, bool is_json);

}  // namespace unsent
