// SPDX-License-Identifier: MIT
#include "imap/walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <memory>

#include "imap/batch.h"

namespace unsent {
namespace {

constexpr std::uint64_t kHeadersAtOnce = 400;
constexpr std::size_t kBatchesAhead = 2;  // whose headers are asked for
constexpr std::uint64_t kBodiesAtOnce = std::uint64_t{2} << 20U;
// More than EXISTS said may have come since.
constexpr std::uint64_t kSlack = 100'000;
constexpr std::size_t kMostMissing = 10;  // named one by one

// Signatures, which tell no report from other mail and are half of many headers.
constexpr const char* kWithoutSignatures =
    "BODY.PEEK[HEADER.FIELDS.NOT (DKIM-Signature ARC-Seal ARC-Message-Signature "
    "ARC-Authentication-Results X-Google-DKIM-Signature X-Gm-Message-State)]";

// "1-Nov-2026" (RFC 9051 9 date).
std::string imap_date(Time time) {
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string text = format_rfc3339(time);  // 2026-11-01T…
  const int month = (text[5] - '0') * 10 + text[6] - '0';
  const int day = (text[8] - '0') * 10 + text[9] - '0';
  return fmt::format("{}-{}-{}", day, kMonths.at(static_cast<std::size_t>(month) - 1),
                     text.substr(0, 4));
}

class FolderWalk {
 public:
  FolderWalk(ImapAccounts& accounts, const ImapPlace& place, const Visit& visit,
             std::vector<std::string>& problems, const ImapWalkOptions& options)
      : accounts_(accounts),
        place_(place),
        visit_(visit),
        problems_(problems),
        options_(options),
        path_(text_of(place.url)) {}

  Result<ImapWalked> run() {
    auto walked = accounts_.insist(
        place_.url, [&](ImapSession& session) { return read_on(session); },
        [&] { return std::exchange(has_advanced_, false); });
    if (!stopped_) return stopped_.failure();
    if (!walked) return broken_off(walked.error());
    say_missing();
    return ImapWalked{place_, {opened_.validity, next_}, count_};
  }

 private:
  enum class Wanting { headers, bodies };
  struct Sent {
    std::string tag;
    Wanting what;
    ImapBatch* batch;
    std::string of;  // for people: "UID 23"
  };

  // From where it broke. What stopped a visitor is no reason to try again.
  Result<void> read_on(ImapSession& session) {
    if (auto opened = open(session); !opened) return opened;
    auto fetched = fetch(session);
    for (const auto& batch : batches_) put_back(batch->left());
    batches_.clear();
    sent_.clear();
    uids_.sort();
    return stopped_ ? fetched : Result<void>();
  }

  void put_back(const UidSet& uids) {
    for (const UidSet::Range& range : uids.ranges()) uids_.add(range);
  }

  Result<void> open(ImapSession& session) {
    auto opened = session.open_folder(place_.wire, OpenFor::reading);
    if (!opened) return opened.failure();
    if (has_begun_ && opened->validity != opened_.validity)
      return fail(ErrorCode::unavailable,
                  path_ + ": the server has numbered it anew while it was read", "scan it again");
    if (has_begun_) return {};
    opened_ = std::move(*opened);
    return find_uids(session);
  }

  // All that is to be read, before the first is.
  Result<void> find_uids(ImapSession& session) {
    const bool is_known = options_.seen.validity != 0 && options_.seen.validity == opened_.validity;
    const bool has_news = opened_.next == 0 || !is_known || options_.seen.next < opened_.next;
    if (opened_.exists > 0 && has_news) {
      std::string criteria = is_known ? fmt::format("UID {}:*", options_.seen.next) : "ALL";
      if (options_.since) criteria += " SINCE " + imap_date(*options_.since);
      auto found = session.search(criteria, opened_.exists + kSlack);
      if (!found) return found.failure();
      // "23:*" is the last one, even where that is 22.
      for (UidSet::Range range : found->ranges()) {
        if (is_known) range.first = std::max(range.first, options_.seen.next);
        if (range.first <= range.last) uids_.add(range);
      }
    }
    next_ = std::max(opened_.next, is_known ? options_.seen.next : 1);
    if (!uids_.empty()) next_ = std::max<Uid>(next_, uids_.ranges().back().last + 1);
    if (is_known) put_back(options_.again);
    uids_.sort();
    if (const std::uint64_t count = uids_.count(); count > options_.newest.value_or(count))
      uids_.take(count - *options_.newest);
    has_begun_ = true;
    return {};
  }

  // Headers are asked for ahead; what is wanted of them, as soon as that is known.
  Result<void> fetch(ImapSession& session) {
    for (;;) {
      while (!uids_.empty() && batches_.size() < kBatchesAhead)
        if (auto asked = ask_for_headers(session); !asked) return asked;
      if (batches_.empty()) return {};
      const auto reply = session.next();
      if (!reply) return reply.failure();
      if (auto taken = take(session, **reply); !taken) return taken;
      if (!stopped_) return {};
    }
  }

  Result<void> ask_for_headers(ImapSession& session) {
    const UidSet uids = uids_.take(kHeadersAtOnce);
    batches_.push_back(std::make_unique<ImapBatch>(uids));
    const char* const header = options_.wants_signatures ? "BODY.PEEK[HEADER]" : kWithoutSignatures;
    auto tag = session.send(ImapCommand(
        fmt::format("UID FETCH {} (UID FLAGS INTERNALDATE RFC822.SIZE {})", uids.text(), header)));
    if (!tag) return tag.failure();
    sent_.push_back({std::move(*tag), Wanting::headers, batches_.back().get(), "headers"});
    return {};
  }

  Result<void> ask_for_bodies(ImapSession& session, ImapBatch& batch) {
    for (const ImapBatch::Wanted& wanted : batch.wanted(kBodiesAtOnce)) {
      const std::string part = wanted.is_cut ? fmt::format("<0.{}>", kMaxSeen) : "";
      auto tag = session.send(
          ImapCommand(fmt::format("UID FETCH {} (UID BODY.PEEK[]{})", wanted.uids.text(), part)));
      if (!tag) return tag.failure();
      sent_.push_back({std::move(*tag), Wanting::bodies, &batch, wanted.uids.text()});
    }
    return {};
  }

  Result<void> take(ImapSession& session, const ImapReply& reply) {
    if (const auto fetched = read_fetched(reply)) {
      take_fetched(*fetched);
      return {};
    }
    const auto ended = std::find_if(sent_.begin(), sent_.end(),
                                    [&](const Sent& one) { return one.tag == reply.tag; });
    if (ended == sent_.end()) return {};
    const Sent command = *ended;
    sent_.erase(ended);
    if (reply.status == ImapStatus::bad ||
        (reply.status != ImapStatus::ok && command.what == Wanting::headers))
      return refused(session.server(), "does not give the " + command.of, done_of(reply));
    if (command.what == Wanting::headers)
      if (auto asked = ask_for_bodies(session, *command.batch); !asked) return asked;
    return end_batches();
  }

  void take_fetched(const ImapFetched& fetched) {
    if (!fetched.uid || !stopped_) return;
    for (const auto& batch : batches_) {
      if (!batch->has(*fetched.uid)) continue;
      if (fetched.header) batch->take_header(fetched, options_.wants_whole);
      if (fetched.body) stopped_ = batch->take_body(*fetched.uid, *fetched.body, giver());
      return;
    }
  }

  // Those of which nothing more comes, in order.
  Result<void> end_batches() {
    while (!batches_.empty() && stopped_) {
      const ImapBatch* const first = batches_.front().get();
      const bool is_awaited = std::any_of(sent_.begin(), sent_.end(),
                                          [&](const Sent& one) { return one.batch == first; });
      if (is_awaited) break;
      stopped_ = batches_.front()->finish(giver(), missing_);
      batches_.pop_front();
      has_advanced_ = true;
      tell_total();
    }
    return {};
  }

  ImapBatch::Give giver() {
    return [this](const ImapBatch::Entry& entry, std::string_view bytes, std::uint64_t size) {
      return visit(entry, bytes, size);
    };
  }

  Result<void> visit(const ImapBatch::Entry& entry, std::string_view bytes, std::uint64_t size) {
    StoredMessage stored{path_, entry.uid, size, bytes, entry.date};
    stored.kind = MailboxKind::imap;
    ++count_;
    stored.read = read_ += size;
    stored.device = opened_.validity;
    stored.inode = entry.size;
    return visit_(stored);
  }

  // As large as those that were read, on the average.
  void tell_total() const {
    if (!options_.tell_total || count_ == 0) return;
    std::uint64_t left = uids_.count();
    for (const auto& batch : batches_) left += batch->left().count();
    options_.tell_total(read_ + read_ / count_ * left);
  }

  Unexpected broken_off(const Error& error) const {
    if (count_ == 0) return fail(error.code, error.message, error.hint);
    return fail(error.code,
                fmt::format("{}: only {} messages were read: {}", path_, count_, error.message),
                error.hint);
  }

  // Taken away by somebody while it was read, or not given by the server.
  void say_missing() {
    for (std::size_t i = 0; i < std::min(missing_.size(), kMostMissing); ++i)
      problems_.push_back(
          fmt::format("{}, UID {}: the server did not give it", path_, missing_[i]));
    if (missing_.size() > kMostMissing)
      problems_.push_back(
          fmt::format("{}: {} messages were not given by the server", path_, missing_.size()));
  }

  ImapAccounts& accounts_;
  const ImapPlace place_;
  const Visit& visit_;
  std::vector<std::string>& problems_;
  const ImapWalkOptions& options_;
  const std::string path_;
  ImapOpened opened_;
  bool has_begun_ = false;
  UidSet uids_;  // not yet asked for
  Uid next_ = 1;
  std::deque<std::unique_ptr<ImapBatch>> batches_;
  std::vector<Sent> sent_;
  std::vector<Uid> missing_;
  std::uint64_t count_ = 0;
  std::uint64_t read_ = 0;
  bool has_advanced_ = false;
  Result<void> stopped_;  // what a visitor returned
};

}  // namespace

Result<ImapWalked> walk_imap(ImapAccounts& accounts, const ImapPlace& place, const Visit& visit,
                             std::vector<std::string>& problems, const ImapWalkOptions& options) {
  return FolderWalk(accounts, place, visit, problems, options).run();
}

}  // namespace unsent
