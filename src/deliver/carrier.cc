// SPDX-License-Identifier: MIT
#include "deliver/carrier.h"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <filesystem>

#include "acting/quarantine.h"
#include "base/digest.h"
#include "deliver/delivery_config.h"
#include "mail/lines.h"
#include "mailbox/mailbox.h"
#include "policy/annotate.h"
#include "setup/rule_files.h"
#include "setup/setup.h"
#include "store/mbox_store.h"

namespace unsent {
namespace {

constexpr int kDone = 0;
constexpr int kCleanEvery = 32;  // deliveries, on average

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

// The same however a mailbox is named; the last part of it may still be missing.
std::string real_name(const std::string& path) {
  std::error_code unknown;
  const auto absolute = std::filesystem::absolute(path, unknown);
  const auto whole = std::filesystem::weakly_canonical(absolute, unknown);
  return unknown ? path : whole.string();
}

// With its end, which Courier leaves off.
std::string environment_line(const char* name) {
  std::string line = environment(name);
  if (!line.empty() && line.back() != '\n') line += '\n';
  return line;
}

class Carrier {
 public:
  Carrier(const Arguments& arguments, const DeliveryOptions& options)
      : arguments_(arguments),
        options_(options),
        is_qmail_(options.is_qmail),
        complain_(options.arrival.is_verbose) {}

  int run() {
    const auto wish = read_wish(options_.arrival);
    if (!wish) return try_again(wish.error().message);
    wish_ = *wish;
    const auto spool = spool_standard_input();
    if (!spool) return try_again(spool.error().message);
    if (spool->bytes().empty()) return try_again("standard input is empty");
    if (auto configured = read_config(); !configured) return try_again(configured.error().message);
    read_message(spool->bytes());
    if (has_come_before()) return kDone;
    if (wish_ == Wish::leave_alone) return carry_out(left_alone());
    const Judged judged = judge_arrival(spool->bytes(), arguments_, options_.arrival);
    if (!judged.problem.empty()) complain_(judged.problem + " (delivered unjudged)");
    note_problem_of(judged);
    return carry_out(judged);
  }

  int try_again(const std::string& why) const {
    complain_(why + " (try again later)");
    return try_again_status(is_qmail_);
  }

 private:
  static Judged left_alone() {
    Judged judged;
    judged.is_judged = true;
    judged.verdict = Verdict::ordinary;
    judged.handling = judged.planned = Handling::deliver;
    return judged;
  }

  // A config that cannot be read costs the policy, not the delivery, as long as the
  // mailbox is known.
  Result<void> read_config() {
    auto config = load_delivery_config(arguments_.config_path);
    if (config)
      config_ = std::move(*config);
    else
      complain_(config.error().message + " (nothing is put away)");
    // Under qmail the lines that follow deliver, unless the command line names a mailbox.
    auto mailbox = read_mailbox_options(options_.mailbox, is_qmail_ ? Config() : config_);
    if (!mailbox) return mailbox.failure();
    mailbox_ = std::move(*mailbox);
    if (!mailbox_ && !is_qmail_)
      return fail(ErrorCode::usage, "no mailbox named: --maildir, --mbox, or [delivery] mailbox");
    quarantine_ = {in_home(options_.quarantine.value_or(quarantine_path(config_))), true,
                   Missing::create};
    return {};
  }

  void read_message(std::string_view bytes) {
    const Message message = Message::view(bytes.substr(0, kMaxSeen));
    message_id_ = message.headers().text("Message-ID");
    content_ = bytes;
    if (!message.from_line().empty() && bytes.front() == 'F')
      content_.remove_prefix(Lines(bytes).next().next);
    const ArrivalOptions& told = options_.arrival;
    const Envelope envelope =
        read_sender(told.envelope, told.slip ? JudgingOptions() : told.judging);
    from_line_ = std::string(message.from_line());
    if (from_line_.substr(0, 5) != "From ") {
      const auto path = Address::parse(message.headers().text("Return-Path"));
      from_line_ = make_from_line(!envelope.sender_address.empty() ? envelope.sender_address
                                  : path                           ? path->text()
                                                                   : "",
                                  current_time());
    }
    // Only what an MTA has stamped is known to be the same when it looks the same. The
    // From_ line tells the time of each try.
    if (message.headers().has("Received")) {
      const std::string to = envelope.recipient ? envelope.recipient->text() : "";
      const std::string box = mailbox_ ? real_name(mailbox_->path) : "";
      key_ = digest(content_, to + '\n' + environment("DTLINE") + '\n' + box);
    }
    // qmail and Courier hand these two lines over beside the message.
    if (is_qmail_) envelope_lines_ = environment_line("RPLINE") + environment_line("DTLINE");
  }

  // An earlier try, killed before it could say so, has put it into one or the other; an
  // mbox is asked under its lock, and only where that is needed or would be overlooked.
  bool has_come_before() const {
    const bool is_in_mailbox =
        mailbox_ && mailbox_->is_maildir && is_in_maildir(mailbox_->path, key_);
    return is_in_mailbox || is_in_maildir(quarantine_.path, key_);
  }

  int carry_out(const Judged& judged) {
    Handling handling = judged.is_judged ? judged.handling : Handling::tag;
    if (handling == Handling::drop && is_in_the_mbox()) return kDone;
    // What cannot be written down is not thrown away.
    if (handling == Handling::drop && !note(judged, handling)) handling = Handling::quarantine;
    if (handling == Handling::drop) return put_away();
    block_ = handling == Handling::deliver ? "" : with_line_ends_of(content_, judged.block);
    if (handling == Handling::quarantine) {
      if (is_in_the_mbox()) return kDone;
      const auto stored = store_away();
      if (stored) {
        finish(judged, handling);
        return put_away();
      }
      complain_(stored.error().message + " (delivered instead of put away)");
      handling = Handling::tag;
    }
    if (mailbox_) {
      const auto stored = store(*mailbox_, delivery());
      if (!stored) return try_again(stored.error().message);
    }
    finish(judged, handling);
    return kDone;
  }

  // By an earlier try, which judged it otherwise.
  bool is_in_the_mbox() const {
    if (!mailbox_ || mailbox_->is_maildir) return false;
    const auto stored = is_stored(*mailbox_, delivery());
    return stored && *stored;
  }

  // Not through a link into a folder of another user's.
  Result<Delivered> store_away() const {
    if (::access(quarantine_.path.c_str(), F_OK) == 0)
      if (auto owned = check_own(quarantine_.path); !owned) return owned.failure();
    return store(quarantine_, delivery());
  }

  Delivery delivery() const {
    Delivery delivery{{}, from_line_, key_};
    if (content_.substr(0, 12) != "Return-Path:") delivery.pieces.push_back(envelope_lines_);
    const Pieces pieces =
        wish_ == Wish::leave_alone ? Pieces{content_} : annotated_pieces(content_, block_);
    delivery.pieces.insert(delivery.pieces.end(), pieces.begin(), pieces.end());
    return delivery;
  }

  int put_away() const { return is_qmail_ ? 99 : kDone; }

  // The message is where it belongs: nothing that goes wrong now may say otherwise.
  void finish(const Judged& judged, Handling done) const {
    try {
      static_cast<void>(note(judged, done));
      tidy();
      pack_phrases_behind();
    } catch (const std::exception&) {
    }
  }

  // False only where the account could not be kept.
  bool note(const Judged& judged, Handling done) const {
    const auto noted = note_report(judged, done, message_id_);
    if (!noted) complain_(noted.error().message);
    return noted.has_value();
  }

  // Now and then, when the message is safe.
  void tidy() const {
    if (::getpid() % kCleanEvery != 0) return;
    const Time now = current_time();
    if (mailbox_ && mailbox_->is_maildir) clean_maildir(mailbox_->path, now);
    clean_maildir(quarantine_.path, now);
    if (config_.quarantine_days > 0)
      static_cast<void>(
          purge_quarantine(quarantine_.path, now - seconds(86400LL * config_.quarantine_days))
              .has_value());
  }

  const Arguments& arguments_;
  const DeliveryOptions& options_;
  bool is_qmail_;
  Complaints complain_;
  Config config_;
  std::optional<MailboxName> mailbox_;
  MailboxName quarantine_;
  std::string_view content_;  // the message without its From_ line
  std::string from_line_;
  std::string envelope_lines_;
  std::string block_;
  Wish wish_ = Wish::judge;
  std::string key_;
  std::string message_id_;
};

}  // namespace

int carry(const Arguments& arguments, const DeliveryOptions& options) {
  return Carrier(arguments, options).run();
}

}  // namespace unsent
