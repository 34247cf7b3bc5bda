// SPDX-License-Identifier: MIT
#include "app/scan_actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/interrupt.h"
#include "app/output.h"
#include "app/progress.h"
#include "app/setup.h"
#include "base/digest.h"
#include "base/held_folder.h"
#include "base/text.h"

namespace unsent {
namespace {

namespace po = boost::program_options;

constexpr seconds kKept{30 * 86400};

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

// Taking back may be run from another folder.
std::string absolute(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error);
  return error || path.empty() ? path : whole.string();
}

std::string messages(std::uint64_t count) {
  return fmt::format("{} {}", count, count == 1 ? "message" : "messages");
}

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

po::options_description action_options() {
  po::options_description options("Acting on backscatter (else nothing is changed)");
  options.add_options()                                       //
      ("quarantine", "move it into the quarantine")           //
      ("tag", "put our header block into it, where it lies")  //
      ("delete", "take it away; it is kept for --undo")       //
      ("also", po::value<std::string>()->value_name("VERDICT"),
       "act on these too: unverified is the only one")  //
      ("quarantine-folder", po::value<std::string>()->value_name("FOLDER"),
       "this Maildir instead of the config's")  //
      ("lock-wait", po::value<unsigned>()->value_name("SECONDS"),
       "how long to wait for an mbox that is locked (30)")  //
      ("flock", "lock mboxes by flock too, beside fcntl and .lock");
  return options;
}

Result<ActionWish> read_action_options(const Parsed& parsed, const Config& config) {
  ActionWish wish;
  wish.mailboxes = parsed.operands;
  const bool is_quarantine = parsed.has("quarantine");
  const bool is_tag = parsed.has("tag");
  const bool is_delete = parsed.has("delete");
  if (is_quarantine + is_tag + is_delete > 1)
    return fail(ErrorCode::usage, "--quarantine, --tag and --delete exclude each other");
  if (is_quarantine) wish.deed = Deed::quarantine;
  if (is_tag) wish.deed = Deed::tag;
  if (is_delete) wish.deed = Deed::remove;
  if (const auto also = parsed.text("also")) {
    if (*also != "unverified")
      return fail(ErrorCode::usage, "--also: " + *also + " is never acted on",
                  "only unverified may be added to backscatter");
    if (!wish.deed) return fail(ErrorCode::usage, "--also needs --quarantine, --tag or --delete");
    wish.also_unverified = true;
  }
  wish.is_text = !parsed.has("json") && !parsed.has("csv");
  wish.quarantine = parsed.text("quarantine-folder").value_or(quarantine_path(config));
  while (wish.quarantine.size() > 1 && wish.quarantine.back() == '/') wish.quarantine.pop_back();
  wish.quarantine = absolute(wish.quarantine);
  if (is_quarantine && wish.quarantine.empty())
    return fail(ErrorCode::config, "no folder for the quarantine",
                "name one with --quarantine-folder, or path in [quarantine]");
  if (parsed.has("lock-wait"))
    wish.lock.patience = std::chrono::seconds(parsed.values["lock-wait"].as<unsigned>());
  if (parsed.has("flock")) wish.lock.flock = Flock::take;
  return wish;
}

Result<std::string> acts_home() {
  const std::string folder = state_folder();
  if (!folder.empty()) return folder + "/acts";
  return fail(ErrorCode::config, "neither HOME nor XDG_STATE_HOME says where to note what is done",
              "without that note nothing could be taken back; set HOME");
}

Result<std::unique_ptr<ScanActions>> ScanActions::make(const ActionWish& wish) {
  auto actions = std::unique_ptr<ScanActions>(new ScanActions(wish));
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
    if (auto root = trusted_path(mailbox)) actions->roots_.push_back(std::move(*root));
  return actions;
}

// A plan that came to nothing leaves nothing to take back.
ScanActions::~ScanActions() {
  if (act_ && !is_begun_) static_cast<void>(act_->forget().has_value());
}

// Scanning a whole Maildir comes by its quarantine: what lies there is put away already.
bool ScanActions::is_in_quarantine(const std::string& path) {
  const std::string folder = folder_of(path);
  if (folder == last_folder_) return is_last_in_quarantine_;
  last_folder_ = folder;
  const auto real = real_path(folder);
  const auto quarantine = real_path(wish_.quarantine);
  is_last_in_quarantine_ =
      real && quarantine && (*real + '/').substr(0, quarantine->size() + 1) == *quarantine + '/';
  return is_last_in_quarantine_;
}

bool ScanActions::is_meant(const Scanned& scanned) {
  const Verdict verdict = scanned.gist.verdict;
  const bool is_chosen =
      verdict == Verdict::backscatter || (verdict == Verdict::unverified && wish_.also_unverified);
  return is_chosen && !is_in_quarantine(scanned.stored.path);
}

void ScanActions::ask_for(GistParts& parts) const {
  if (wish_.deed && *wish_.deed != Deed::remove) parts.has_header_block = true;
}

Result<void> ScanActions::take(const Scanned& scanned) {
  if (!is_meant(scanned)) return {};
  const StoredMessage& stored = scanned.stored;
  if (may_hold_another(stored)) {
    if (doubtful_++ == 0)
      first_doubtful_ = fmt::format("{}, byte {}", to_valid_utf8(stored.path), stored.offset);
    return {};
  }
  ++meant_;
  if (!wish_.deed) return {};
  if (!stored.is_plain) {
    if (not_plain_.empty() || not_plain_.back() != stored.path) not_plain_.push_back(stored.path);
    return {};
  }
  if (stored.size > stored.bytes.size()) {
    ++too_large_;
    return {};
  }
  return plan(scanned);
}

Result<void> ScanActions::plan(const Scanned& scanned) {
  const auto place = place_of(scanned.stored);
  if (!place) return {};
  if (!act_) {
    auto act = Act::create(home_, *wish_.deed,
                           *wish_.deed == Deed::quarantine ? wish_.quarantine : "", current_time());
    if (!act) return act.failure();
    act_ = std::move(*act);
  }
  const StoredMessage& stored = scanned.stored;
  const bool is_part = stored.kind == MailboxKind::mbox;
  if (!is_part) to_do_ += stored.size;
  if (is_part && stored.path != last_mbox_) {
    last_mbox_ = stored.path;
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(stored.path, unknown);
    if (!unknown) to_do_ += size;
  }
  return act_->plan({stored.kind, stored.offset, stored.size, digest(stored.bytes),
                     scanned.gist.header_block, *place, stored.device, stored.inode});
}

// What is named is meant, wherever its own name leads; but no link in it leads out of it.
bool ScanActions::is_in_mailboxes(const std::string& place, const std::string& named) const {
  if (std::find(wish_.mailboxes.begin(), wish_.mailboxes.end(), named) != wish_.mailboxes.end())
    return true;
  return std::any_of(roots_.begin(), roots_.end(), [&](const std::string& root) {
    return place == root || root == "/" || place.substr(0, root.size() + 1) == root + '/';
  });
}

// Without links; nullopt where one of them leads out of what was named: that is left alone.
std::optional<std::string> ScanActions::place_of(const StoredMessage& stored) {
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

Result<std::string> ScanActions::find_place(const std::string& named,
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

void ScanActions::say(const std::string& text) const {
  Output output;
  const bool is_said = wish_.is_text && output.line(text).has_value() && output.flush().has_value();
  if (!is_said) complain(text);
}

void ScanActions::say_what_would_be() {
  if (meant_ == 0) return;
  if (!wish_.is_text) return;  // what is for programs stays for them
  say(fmt::format("unchanged; --quarantine, --tag or --delete would act on {}", messages(meant_)));
}

void ScanActions::say_what_is_doubtful() {
  if (doubtful_ == 0 || (!wish_.deed && !wish_.is_text)) return;
  say(fmt::format("{} {} left alone, as a line within may begin another message (first: {})",
                  messages(doubtful_), doubtful_ == 1 ? "is" : "are", first_doubtful_));
}

std::vector<MboxRecord> ScanActions::rewritten() const {
  return act_ && is_begun_ ? rewritten_mboxes(*act_) : std::vector<MboxRecord>();
}

void ScanActions::problem(const Error& error) {
  complain(error.message + (error.hint.empty() ? "" : "; " + error.hint));
  if (status_ == 0) status_ = static_cast<int>(error.code);
}

Result<void> ScanActions::act() {
  if (auto done = act_->end_plan(); !done) return done;
  is_begun_ = true;
  const auto acted = [&] {
    WorkProgress progress("changing mailboxes", to_do_);
    ActingOptions options{wish_.lock, is_interrupted};
    options.lock.has_done = [&](std::uint64_t bytes) { progress.add(bytes); };
    return perform(*act_, options);
  }();
  if (!acted) return acted.failure();
  for (const Error& error : acted->problems) problem(error);
  const std::string where =
      *wish_.deed == Deed::quarantine ? fmt::format(" ({})", wish_.quarantine) : "";
  say(fmt::format("{}{} {}{}", acted->is_interrupted ? "interrupted: " : "",
                  messages(acted->messages), done_word(*wish_.deed), where));
  if (!has_effect(*act_)) return act_->forget();
  say(fmt::format("`unsent scan --undo {}` takes it back", act_->id()));
  return {};
}

Result<void> ScanActions::finish(const ScanEnd& end) {
  say_what_is_doubtful();
  if (!wish_.deed) {
    say_what_would_be();
    return {};
  }
  for (const std::string& path : not_plain_)
    problem({ErrorCode::data, path + ": compressed, or no file: cannot be changed in place",
             "unpack it first"});
  for (const Error& error : led_away_) problem(error);
  if (too_large_ > 0)
    problem({ErrorCode::data,
             messages(too_large_) + " of more than 16 MB left alone: not all of it was judged",
             {}});
  if (end.is_interrupted) {
    complain("interrupted: nothing was changed");
    return {};
  }
  if (act_) return act();
  say("there was nothing to do");
  return {};
}

}  // namespace unsent
