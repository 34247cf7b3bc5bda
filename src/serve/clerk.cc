// SPDX-License-Identifier: MIT
#include "serve/clerk.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "evidence/identity.h"
#include "ledger/ledger_key.h"

namespace unsent {
namespace {

constexpr std::chrono::seconds kIdentityLasts{2};

// Of another user than who asks.
constexpr std::string_view kAnothers = "the ledger's service: that is another user's mail";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_of(const SentMessage& sent, const Client& client) {
  if (client.is_trusted) return true;
  return std::any_of(client.addresses.begin(), client.addresses.end(),
                     [&](const Address& address) { return sent.was_sent_by(address); });
}

// Of a domain's users all would have to be tried: what asks for itself tells its name.
bool is_of_recipient(const SentMessage& sent, const Client& client, std::string_view recipient) {
  const auto address = Address::parse(recipient);
  return address && client.has(*address) && sent.was_sent_by(*address);
}

SentMessage blinded(SentMessage sent, const Blind& blind) {
  sent.veil = nullptr;
  sent.from = blind.token(sent.from);
  sent.subject = blind.token(sent.subject);
  for (std::string& id : sent.message_ids) id = blind.token(id);
  for (std::string& sender : sent.senders) sender = blind.token(sender);
  for (SentRecipient& to : sent.recipients)
    to = {blind.token(to.address), blind.token(to.organisation)};
  return sent;
}

void use_key_of(LedgerReader& ledger, Visit& visit) {
  if (visit.key_name == ledger.key_name()) return;
  visit.blind = Blind(ledger.key(), visit.user);
  visit.key_name = ledger.key_name();
}

bool is_host_of(std::string_view host, const std::vector<DomainName>& domains) {
  const auto name = DomainName::parse(host);
  return name && std::any_of(domains.begin(), domains.end(),
                             [&](const DomainName& one) { return name->is_within(one); });
}

// Who else sends is nobody's business; nor is by which machines.
LearnedIdentity own_part(const LearnedIdentity& all, const Client& client, const People& people) {
  LearnedIdentity own;
  own.messages = all.messages;
  std::copy_if(all.senders.begin(), all.senders.end(), std::back_inserter(own.senders),
               [&](const NameCount& one) { return client.has(one.name); });
  std::copy_if(all.message_id_hosts.begin(), all.message_id_hosts.end(),
               std::back_inserter(own.message_id_hosts),
               [&](const NameCount& one) { return is_host_of(one.name, people.domains()); });
  return own;
}

}  // namespace

Blind::Blind(const LedgerKey& key, uid_t user) {
  const std::string hash = key.hash(fmt::format("tokens of user {}", user));
  std::copy_n(bytes_of(hash), std::min(hash.size(), key_.size()), key_.begin());
}

std::string Blind::token(std::string_view kept) const {
  static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
  if (kept.empty()) return {};
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), bytes_of(kept), kept.size(), key_.data());
  std::string token;
  for (const unsigned char byte : hash) token += fmt::format("{:02x}", byte);
  return token;
}

// Whatever comes of it, the ledger is not held by the question.
template <typename T, typename Ask, typename Encode>
std::string Clerk::ask(const Ask& ask, const Encode& encode) {
  const auto ledger = ledger_.get();
  if (!ledger) return encode_refusal(ledger.error().message);
  const LedgerAnswer<T> answer = ask(**ledger);
  std::string line =
      answer.is_available() ? encode(**ledger, answer.value) : encode_refusal(answer.unavailable);
  ledger_.done(answer.unavailable);
  return line;
}

// Of one of ours who is not who asks. A stranger's is not private: that he wrote nothing here
// must be told.
bool Clerk::is_private(std::string_view address, const Visit& visit) {
  return !visit.client->has(address) && visit.people->is_ours(address);
}

std::string Clerk::answer(const FindRequest& find, Visit& visit) {
  const auto* const print = std::get_if<Fingerprint>(&find.key);
  // Whether there is one would tell who guesses what the other wrote about.
  if (print != nullptr && is_private(print->from, visit)) return encode_refusal(kAnothers);
  using Messages = std::vector<SentMessage>;
  return ask<Messages>(
      [&](Ledger& ledger) { return ledger.find(find.key); },
      [&](LedgerReader& ledger, const Messages& all) {
        use_key_of(ledger, visit);
        Messages own;
        for (const SentMessage& sent : all)
          if (is_of(sent, *visit.client) || is_of_recipient(sent, *visit.client, find.recipient))
            own.push_back(blinded(sent, visit.blind));
        if (own.empty() && !all.empty()) return encode_refusal(kAnothers);
        for (const SentMessage& sent : own) visit.given.push_back(sent.row);
        while (visit.given.size() > Visit::kMostGiven) visit.given.pop_front();
        const std::string line = encode_found(own);
        return line.size() <= kMostAnswer ? line
                                          : encode_refusal("the ledger's service: too much of it");
      });
}

// A promise is about a domain, and no secret; that somebody has sent is.
std::string Clerk::answer(const SenderRequest& request, Visit& visit) {
  const auto address = Address::parse(request.sender);
  if (!address) return encode_refusal("the ledger's service: no address");
  return ask<SenderRecord>([&](Ledger& ledger) { return ledger.sender(*address, request.at); },
                           [&](LedgerReader&, SenderRecord record) {
                             if (!visit.client->has(*address)) record.has_sent = false;
                             if (!visit.client->is_trusted) record.wants_proofs = false;
                             return encode_sender(record);
                           });
}

std::string Clerk::answer(const CountRequest& count, Visit& visit) {
  const auto sender = Address::parse(count.sender);
  const auto recipient = Address::parse(count.recipient);
  if (!sender || !recipient) return encode_refusal("the ledger's service: no address");
  if (is_private(count.sender, visit)) return encode_refusal(kAnothers);
  if (!visit.client->has(*sender)) return encode_number(0);
  return ask<std::int64_t>(
      [&](Ledger& ledger) { return ledger.count_sent(*sender, *recipient, count.from, count.to); },
      [](LedgerReader&, std::int64_t number) { return encode_number(number); });
}

std::string Clerk::answer(const WithoutIdRequest& request, Visit& visit) {
  const auto sender = Address::parse(request.sender);
  if (!sender) return encode_refusal("the ledger's service: no address");
  if (is_private(request.sender, visit)) return encode_refusal(kAnothers);
  if (!visit.client->has(*sender)) return encode_number(0);
  return ask<std::int64_t>(
      [&](Ledger& ledger) { return ledger.count_without_id(*sender, request.from, request.to); },
      [](LedgerReader&, std::int64_t number) { return encode_number(number); });
}

const LearnedIdentity& Clerk::known_identity(LedgerReader& ledger, std::string& unavailable) {
  const auto now = WarmLedger::Clock::now();
  if (now < identity_until_) return identity_;
  auto learned = ledger.identity();
  unavailable = learned.unavailable;
  if (!learned.is_available()) return identity_;
  identity_ = std::move(learned.value);
  identity_until_ = now + kIdentityLasts;
  return identity_;
}

std::string Clerk::answer(const IdentityRequest&, Visit& visit) {
  return ask<LearnedIdentity>(
      [&](LedgerReader& ledger) {
        LedgerAnswer<LearnedIdentity> answer;
        const LearnedIdentity& known = known_identity(ledger, answer.unavailable);
        answer.value =
            visit.client->is_trusted ? known : own_part(known, *visit.client, *visit.people);
        return answer;
      },
      [](LedgerReader&, const LearnedIdentity& identity) { return encode_identity(identity); });
}

std::string Clerk::answer(const CompareRequest& compare, Visit& visit) {
  const auto ledger = ledger_.get();
  if (!ledger) return encode_refusal(ledger.error().message);
  use_key_of(**ledger, visit);
  const LedgerKey& key = (*ledger)->key();
  return encode_tokens(
      {visit.blind.token(key.hash(compare.text)), visit.blind.token(key.short_hash(compare.text))});
}

// Of a row that it was given, of an address of its own. Proofs count for everybody.
std::string Clerk::refusal_to_note(const Noted& noted, const Visit& visit) {
  if (visit.client->is_trusted) return {};
  if (const auto* about = std::get_if<BounceAbout>(&noted)) {
    const auto& given = visit.given;
    const bool is_given = std::find(given.begin(), given.end(), about->row) != given.end();
    return is_given ? std::string() : encode_refusal(kAnothers);
  }
  if (const auto* to = std::get_if<BounceTo>(&noted)) {
    const auto address = Address::parse(to->address);
    const auto users = address ? unwrap(*address).candidates : std::vector<Address>();
    const bool is_own = std::any_of(users.begin(), users.end(),
                                    [&](const Address& one) { return visit.client->has(one); });
    return is_own ? std::string() : encode_refusal(kAnothers);
  }
  return encode_number(0);
}

}  // namespace unsent
