// SPDX-License-Identifier: MIT
#include "serve/bookkeeper.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kMostRecipients = 10000;
constexpr std::size_t kMostIds = 20;
constexpr std::size_t kMostSource = 16;

Time now() { return std::chrono::floor<seconds>(std::chrono::system_clock::now()); }

bool is_source(std::string_view text) {
  return !text.empty() && text.size() <= kMostSource &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// What a user says of what he sent, as far as he may say it. "" or what is wrong.
std::string make_own(Entry& entry, const Client& client) {
  if (client.is_trusted) return {};
  if (!entry.sealed.empty() || !entry.notices.empty()) return "only a message may be recorded";
  if (!entry.fingerprint) return "a message wants From and Date to be recorded";
  if (!client.has(entry.sender()))
    return "From is no address of " + client.name + ", as far as the service knows";
  if (!client.has(entry.reverse_path)) entry.reverse_path.clear();
  return {};
}

std::string fault_of(const Entry& entry) {
  if (!entry.is_usable()) return "neither a Message-ID nor From and Date";
  if (entry.recipients.size() > kMostRecipients || entry.message_ids.size() > kMostIds)
    return "too many recipients or ids";
  return {};
}

// An id that another user's message has is not taken over by saying so.
Result<std::string> conflict(const Entry& entry, const Client& client, LedgerWriter& ledger) {
  if (client.is_trusted) return std::string();
  std::vector<Address> own = client.addresses;
  if (const auto sender = Address::parse(entry.sender())) own.push_back(*sender);
  for (const std::string& id : entry.message_ids) {
    const auto found = ledger.find(ByMessageId{id});
    if (!found.is_available()) return fail(ErrorCode::temp_fail, found.unavailable);
    for (const SentMessage& sent : found.value)
      if (std::none_of(own.begin(), own.end(),
                       [&](const Address& one) { return sent.was_sent_by(one); }))
        return std::string("that Message-ID is another's");
  }
  return std::string();
}

}  // namespace

std::string Bookkeeper::note(const Noted& noted) {
  if (counter_->has_given_up()) counter_ = fresh_counter();
  if (const auto* about = std::get_if<BounceAbout>(&noted))
    return encode_number(counter_->count(about->row, about->bounce));
  if (const auto* to = std::get_if<BounceTo>(&noted))
    return encode_number(counter_->count_to(to->address, to->bounce));
  const auto& proof = std::get<Proof>(noted);
  counter_->note(proof.bringer, proof.is_recorded, proof.at);
  return encode_number(0);
}

void Bookkeeper::record(RecordRequest request, Client client,
                        std::function<void(std::string line)> answered) {
  auto entry = parse_entry(request.entry);
  std::string fault = !entry                       ? entry.error().message
                      : !is_source(request.source) ? "not the name of a source"
                                                   : fault_of(*entry);
  if (fault.empty()) fault = make_own(*entry, client);
  if (!fault.empty()) return answered(encode_refusal(fault));
  waiting_.push_back(
      {std::move(*entry), std::move(client), std::move(request.source), std::move(answered)});
}

// All in one transaction: a hundred cost the disk what one does.
Result<void> Bookkeeper::write_all_waiting() {
  auto ledger = door_.open();
  if (!ledger) return ledger.failure();
  auto transaction = (*ledger)->begin();
  if (!transaction) return transaction.failure();
  for (Waiting& one : waiting_) {
    const auto refused = conflict(one.entry, one.client, **ledger);
    if (!refused) return refused.failure();
    one.is_refused = !refused->empty();
    if (one.is_refused) one.line = encode_refusal(*refused);
    if (one.is_refused) continue;
    const auto recorded = (*ledger)->record(one.entry, one.source, now());
    if (!recorded) return recorded.failure();
    one.line = encode_number(*recorded ? 1 : 0);
  }
  if (auto committed = transaction->commit(); !committed) return committed;
  // They are on the disk: what waits beside them does not change that.
  static_cast<void>(door_.take_pending(**ledger).has_value());
  return {};
}

// A ledger that others hold for long gets them later.
void Bookkeeper::keep_waiting(const Error& why) {
  for (Waiting& one : waiting_) {
    if (one.is_refused) continue;
    const bool is_kept =
        why.code == ErrorCode::temp_fail && door_.keep_pending(one.entry).has_value();
    one.line = is_kept ? encode_number(0) : encode_refusal(why.message);
  }
}

void Bookkeeper::settle() {
  if (waiting_.empty()) return;
  if (const auto written = write_all_waiting(); !written) keep_waiting(written.error());
  for (Waiting& one : std::exchange(waiting_, {})) one.answered(std::move(one.line));
}

}  // namespace unsent
