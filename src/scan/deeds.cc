// SPDX-License-Identifier: MIT
#include "scan/deeds.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "acting/act_imap.h"
#include "base/digest.h"
#include "base/held_folder.h"
#include "base/text.h"
#include "imap/accounts.h"
#include "scan/interrupt.h"
#include "scan/progress.h"
#include "setup/output.h"
#include "setup/setup.h"

namespace unsent {
namespace {

constexpr seconds kKept{30 * 86400};

// Taking back may be run from another folder.
std::string absolute(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error);
  return error || path.empty() ? path : whole.string();
}

std::string messages(std::uint64_t count) { return many(count, "message"); }

// What can no longer be taken back goes.
Result<void> forget_old(const std::string& home, Time now) {
  const auto acts = Act::list(home);
  if (!acts) return acts.failure();
  for (const Act& act : *acts)
    if (act.since() < now - kKept)
      if (auto gone = act.forget(); !gone) return gone;
  return {};
}

}  // namespace

std::string_view done_word(Deed deed) {
  switch (deed) {
    case Deed::quarantine:
      return "put into the quarantine";
    case Deed::tag:
      return "tagged";
    case Deed::remove:
      return "deleted";
  }
  return {};
}

OptionGroup deed_options(DeedOptions& options) {
  OptionGroup group("Acting on backscatter (else nothing is changed)");
  group.flag("quarantine", options.quarantines, "move it into the quarantine")
      .flag("tag", options.tags, "put our header block into it, where it lies")
      .flag("delete", options.removes, "take it away; it is kept for --undo")
      .list("also", "WHAT", options.also,
            "act on these too: unverified, or reply, what people answered (repeatable)")
      .list("campaign", "NAME", options.choice.campaigns,
            "only on this campaign, by the name that the report shows (repeatable)")
      .list("except", "NAME", options.choice.except, "not on this campaign (repeatable)")
      .list("message", "ID", options.choice.messages,
            "only on this message, as the page names it, or on it as well (repeatable)")
      .flag("yes", options.is_sure, "the numbers have been looked at: see the manual");
  add_place_options(group, options.place);
  return group;
}

void add_place_options(OptionGroup& group, DeedPlaceOptions& options) {
  group
      .text("quarantine-folder", "FOLDER", options.quarantine,
            "this Maildir instead of the config's")
      .seconds("lock-wait", 0, 86400, options.lock_wait,
               "how long to wait for an mbox that is locked (30)")
      .flag("flock", options.takes_flock, "lock mboxes by flock too, beside fcntl and .lock");
}

Result<DeedWish> deed_wish_of(const DeedOptions& options, const std::vector<std::string>& mailboxes,
                              const Config& config, std::optional<Deed> otherwise) {
  DeedWish wish;
  wish.deed = otherwise;
  wish.mailboxes = mailboxes;
  if (options.quarantines + options.tags + options.removes > 1)
    return fail(ErrorCode::usage, "--quarantine, --tag and --delete exclude each other");
  if (options.quarantines) wish.deed = Deed::quarantine;
  if (options.tags) wish.deed = Deed::tag;
  if (options.removes) wish.deed = Deed::remove;
  for (const std::string& also : options.also) {
    if (also != "unverified" && also != "reply")
      return fail(ErrorCode::usage, "--also: " + also + " is never acted on",
                  "only unverified and reply may be added to backscatter");
    (also == "reply" ? wish.also_replies : wish.also_unverified) = true;
  }
  if (!options.also.empty() && !wish.deed)
    return fail(ErrorCode::usage, "--also needs --quarantine, --tag or --delete");
  wish.choice = options.choice;
  wish.is_sure = options.is_sure;
  wish.lock = options.place.lock();
  wish.quarantine = options.place.quarantine.value_or(quarantine_path(config));
  while (wish.quarantine.size() > 1 && wish.quarantine.back() == '/') wish.quarantine.pop_back();
  wish.quarantine = absolute(wish.quarantine);
  if (wish.deed == Deed::quarantine && wish.quarantine.empty())
    return fail(ErrorCode::config, "no folder for the quarantine",
                "name one with --quarantine-folder, or path in [quarantine]");
  return wish;
}

Result<std::unique_ptr<ScanDeeds>> ScanDeeds::make(const DeedWish& wish, Choice& choice) {
  auto actions = std::unique_ptr<ScanDeeds>(new ScanDeeds(wish, choice));
  if (!wish.deed) return actions;
  auto home = acts_home();
  if (!home) return home.failure();
  actions->home_ = std::move(*home);
  auto lock = lock_acts(actions->home_);
  if (!lock) return lock.failure();
  actions->lock_ = std::move(*lock);
  if (auto done = recover_acts(actions->home_); !done) return done.failure();
  if (auto done = forget_old(actions->home_, current_time()); !done) return done.failure();
  for (const std::string& mailbox : wish.mailboxes)
    if (auto root = is_imap_url(mailbox) ? Result<std::string>(mailbox) : trusted_path(mailbox))
      actions->roots_.push_back(std::move(*root));
  return actions;
}

// A plan that came to nothing leaves nothing to take back.
ScanDeeds::~ScanDeeds() {
  if (act_ && !is_begun_) static_cast<void>(act_->forget().has_value());
}

// Scanning a whole Maildir comes by its quarantine: what lies there is put away already.
bool ScanDeeds::is_in_quarantine(const std::string& path) {
  if (is_imap_url(path)) return wish_.accounts != nullptr && wish_.accounts->is_quarantine(path);
  const std::string folder = folder_of(path);
  if (folder == last_folder_) return is_last_in_quarantine_;
  last_folder_ = folder;
  const auto real = real_path(folder);
  const auto quarantine = real_path(wish_.quarantine);
  is_last_in_quarantine_ =
      real && quarantine && (*real + '/').substr(0, quarantine->size() + 1) == *quarantine + '/';
  return is_last_in_quarantine_;
}

bool ScanDeeds::is_meant(const Scanned& scanned) {
  const Verdict verdict = scanned.gist.verdict;
  const bool is_reply = scanned.gist.kind == Kind::reply;
  const bool is_doubtful = is_reply || verdict == Verdict::unverified;
  const bool is_added = is_reply ? wish_.also_replies : wish_.also_unverified;
  const bool is_chosen =
      is_doubtful ? is_added || choice_.is_named() : verdict == Verdict::backscatter;
  return is_chosen && !is_in_quarantine(scanned.stored.path);
}

void ScanDeeds::ask_for(GistParts& parts) const {
  if (!wish_.deed) return;
  parts.has_digest = true;
  if (*wish_.deed != Deed::remove) parts.has_header_block = true;
}

Result<void> ScanDeeds::take(const Scanned& scanned) {
  ++counts_[scanned.gist.verdict];
  if (!is_meant(scanned)) return {};
  const StoredMessage& stored = scanned.stored;
  if (scanned.gist.may_hold_another) {
    if (doubtful_++ == 0) first_doubtful_ = to_valid_utf8(where_text(position_of(stored)));
    return {};
  }
  ++meant_;
  const std::size_t number = choice_.keep();
  if (!wish_.deed) return {};
  if (!stored.is_plain) {
    if (not_plain_.empty() || not_plain_.back() != stored.path) not_plain_.push_back(stored.path);
    return {};
  }
  if (!scanned.gist.is_whole) {
    ++(stored.size > kMaxSeen ? too_large_ : headers_only_);
    return {};
  }
  return plan(scanned, number);
}

Result<Act> ScanDeeds::create_act() const {
  return Act::create(home_, *wish_.deed, *wish_.deed == Deed::quarantine ? wish_.quarantine : "",
                     current_time());
}

// The plan again, without what turned out not to be meant.
Result<void> ScanDeeds::choose() {
  auto chosen = create_act();
  if (!chosen) return chosen.failure();
  bool is_empty = true;
  std::size_t at = 0;
  if (auto ended = act_->end_plan(); !ended) return ended;
  for (PlanReader plan(*act_); plan.peek() != nullptr; plan.advance(), ++at) {
    if (!choice_.is_meant(planned_numbers_.at(at))) continue;
    is_empty = false;
    if (auto planned = chosen->plan(*plan.peek()); !planned) return planned;
  }
  const Act whole = std::move(*act_);
  act_.reset();
  if (is_empty)
    static_cast<void>(chosen->forget().has_value());
  else
    act_ = std::move(*chosen);
  return whole.forget();
}

Result<void> ScanDeeds::plan(const Scanned& scanned, std::size_t number) {
  const auto place = place_of(scanned.stored);
  if (!place) return {};
  if (!wish_.choice.is_all()) planned_numbers_.push_back(static_cast<std::uint32_t>(number));
  if (!act_) {
    auto act = create_act();
    if (!act) return act.failure();
    act_ = std::move(*act);
  }
  const StoredMessage& stored = scanned.stored;
  has_files_ = has_files_ || stored.kind != MailboxKind::imap;
  const bool is_part = stored.kind == MailboxKind::mbox;
  if (!is_part) to_do_ += stored.size;
  if (is_part && stored.path != last_mbox_) {
    last_mbox_ = stored.path;
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(stored.path, unknown);
    if (!unknown) to_do_ += size;
  }
  return act_->plan({stored.kind, stored.offset, stored.size, scanned.gist.digest,
                     scanned.gist.header_block, *place, stored.device, stored.inode});
}

// What is named is meant, wherever its own name leads; but no link in it leads out of it.
bool ScanDeeds::is_in_mailboxes(const std::string& place, const std::string& named) const {
  if (std::find(wish_.mailboxes.begin(), wish_.mailboxes.end(), named) != wish_.mailboxes.end())
    return true;
  return std::any_of(roots_.begin(), roots_.end(), [&](const std::string& root) {
    return place == root || root == "/" || place.substr(0, root.size() + 1) == root + '/';
  });
}

// Without links; nullopt where one of them leads out of what was named: that is left alone.
std::optional<std::string> ScanDeeds::place_of(const StoredMessage& stored) {
  if (stored.kind == MailboxKind::imap) return stored.path;
  const bool is_part = stored.kind == MailboxKind::mbox;
  const std::string named = is_part ? stored.path : folder_of(stored.path);
  if (named != last_named_) {
    last_named_ = named;
    auto place = find_place(named, stored);
    last_place_ = place ? std::optional<std::string>(std::move(*place)) : std::nullopt;
    if (!place) led_away_.push_back(place.error());
  }
  if (!last_place_) return std::nullopt;
  return is_part ? *last_place_ : *last_place_ + '/' + name_in(stored.path);
}

Result<std::string> ScanDeeds::find_place(const std::string& named,
                                          const StoredMessage& stored) const {
  auto place = trusted_path(named);
  if (!place) return place;
  const bool is_part = stored.kind == MailboxKind::mbox;
  const std::string whole = is_part ? *place : *place + '/' + name_in(stored.path);
  if (is_in_mailboxes(whole, stored.path)) return place;
  return fail(ErrorCode::data,
              named + ": by a link that leads out of the mailbox, to " + *place + "; left alone",
              "name that place itself");
}

void ScanDeeds::say(const std::string& text) const {
  Output output;
  const bool is_said = wish_.is_text && output.line(text).has_value() && output.flush().has_value();
  if (!is_said) complain(text);
}

void ScanDeeds::say_what_would_be() {
  const std::uint64_t meant = wish_.choice.is_all() ? meant_ : choice_.count_meant();
  if (meant == 0) return;
  if (!wish_.is_text) return;  // what is for programs stays for them
  say(fmt::format("unchanged; --quarantine, --tag or --delete would act on {}", messages(meant)));
}

void ScanDeeds::say_what_is_doubtful() {
  if (doubtful_ == 0 || (!wish_.deed && !wish_.is_text)) return;
  say(fmt::format("{} {} left alone, as a line within may begin another message (first: {})",
                  messages(doubtful_), doubtful_ == 1 ? "is" : "are", first_doubtful_));
}

std::vector<MboxRecord> ScanDeeds::rewritten() const {
  return act_ && is_begun_ ? rewritten_mboxes(*act_) : std::vector<MboxRecord>();
}

void ScanDeeds::problem(const Error& error) {
  complain(error.message + (error.hint.empty() ? "" : "; " + error.hint));
  if (status_ == 0) status_ = static_cast<int>(error.code);
}

// "" where it stays, or is kept aside.
std::string ScanDeeds::where_it_went() const {
  const bool is_quarantine = *wish_.deed == Deed::quarantine;
  std::string where = is_quarantine && has_files_ ? wish_.quarantine : std::string();
  if (const std::string folder = target_of(*act_); !folder.empty())
    where += (where.empty() ? "" : ", ") + folder;
  return where.empty() ? where : fmt::format(" ({})", where);
}

Result<void> ScanDeeds::act() {
  is_begun_ = true;
  const auto acted = [&] {
    WorkProgress progress("changing mailboxes", to_do_);
    ActingOptions options{wish_.lock, is_interrupted, wish_.accounts};
    options.lock.has_done = [&](std::uint64_t bytes) { progress.add(bytes); };
    return perform(*act_, options);
  }();
  if (!acted) return acted.failure();
  for (const Error& error : acted->problems) problem(error);
  const std::string where = where_it_went();
  say(fmt::format("{}{} {}{}", acted->is_interrupted ? "interrupted: " : "",
                  messages(acted->messages), done_word(*wish_.deed), where));
  if (!has_effect(*act_)) return act_->forget();
  say(fmt::format("`unsent scan --undo {}` takes it back", act_->id()));
  return {};
}

// A name that nothing bears is a slip: then nothing is done.
Result<void> ScanDeeds::check_names() const {
  const auto unknown = choice_.unknown();
  if (unknown.empty()) return {};
  return fail(ErrorCode::no_input,
              to_valid_utf8(unknown.front()) +
                  ": no such campaign or message in these mailboxes; "
                  "nothing was changed",
              "the report shows the names");
}

// Something was done there before that can still be taken back.
bool ScanDeeds::was_acted_on() const {
  const auto acts = Act::list(home_);
  if (!acts) return false;
  return std::any_of(acts->begin(), acts->end(), [&](const Act& act) {
    const auto mailboxes = deeds_of(act).mailboxes;
    return std::any_of(mailboxes.begin(), mailboxes.end(),
                       [&](const std::string& mailbox) { return is_in_mailboxes(mailbox, ""); });
  });
}

// The first time that a mailbox is changed, and by what little is known, somebody looks first.
Result<void> ScanDeeds::check_first() const {
  const bool is_promise_new = wish_.is_promise_new && wish_.is_promise_new();
  if (wish_.is_sure || (wish_.knows_relays && !is_promise_new) || was_acted_on()) return {};
  std::uint64_t count = 0;
  for (PlanReader plan(*act_); plan.peek() != nullptr; plan.advance()) ++count;
  return fail(
      ErrorCode::usage,
      fmt::format("{} would be {}, {} genuine and {} unverified in all; nothing was changed, as {}",
                  messages(count), done_word(*wish_.deed), counts_[Verdict::genuine],
                  counts_[Verdict::unverified],
                  is_promise_new ? "nothing has shown yet whether the ledger is complete"
                                 : "no outgoing server of yours is known (--relay)"),
      "look at the report, and say --yes");
}

Result<void> ScanDeeds::finish(const ScanEnd& end) {
  if (!end.is_interrupted)
    if (auto known = check_names(); !known) return known;
  say_what_is_doubtful();
  if (!wish_.deed) {
    say_what_would_be();
    return {};
  }
  for (const std::string& path : not_plain_)
    problem({ErrorCode::data, path + ": compressed, or no file: cannot be changed in place",
             "unpack it first"});
  for (const Error& error : led_away_) problem(error);
  const auto left_alone = [&](std::uint64_t count, const char* why) {
    if (count > 0) problem({ErrorCode::data, messages(count) + why, {}});
  };
  left_alone(headers_only_, " left alone: of answers at a server the header is read");
  left_alone(too_large_, " of more than 16 MB left alone: not all of it was judged");
  if (end.is_interrupted) {
    complain("interrupted: nothing was changed");
    return {};
  }
  if (act_ && !wish_.choice.is_all())
    if (auto chosen = choose(); !chosen) return chosen;
  if (act_) {
    if (auto ended = act_->end_plan(); !ended) return ended;
    if (auto first = check_first(); !first) return first;
    return act();
  }
  if (!wish_.is_quiet) say("there was nothing to do");
  return {};
}

}  // namespace unsent
