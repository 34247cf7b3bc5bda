// SPDX-License-Identifier: MIT
// How a mail was made, as its header shows it, and how those in Sent were: what programs of ours
// never write, a flood does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>

#include "evidence/ledger.h"
#include "mail/header.h"

namespace unsent {

enum class Trait : std::uint8_t {
  id_host,  // the organisation at the right-hand side of its Message-ID
  mailer,   // X-Mailer or User-Agent, without its version
  form,     // of its body: type, charset, encoding, and how a boundary is made
  signer,   // the organisation in d= of its DKIM signature (RFC 6376 3.5)
};
constexpr std::size_t kTraits = 4;
constexpr std::array<Trait, kTraits> kAllTraits = {Trait::id_host, Trait::mailer, Trait::form,
                                                   Trait::signer};

// Hashes of what is shown; 0: nothing is.
using Make = std::array<std::uint64_t, kTraits>;
Make make_of(const Headers& headers, std::string_view message_id);

// Never 0.
std::uint64_t flood_hash(std::string_view text, std::string_view more = {});

// The makes of many mails that we sent, and their subjects. In memory that does not grow beyond
// 16 MB; what is then forgotten is taken for known.
class SentHabits {
 public:
  // Fewer messages of ours that show a trait say nothing about a mail that shows another.
  static constexpr std::uint32_t kLeastShown = 30;

  // One that is in Sent.
  void add(const Headers& sent);
  // What a ledger knows of ids; of nothing else it keeps any text.
  void learn(const LearnedIdentity& learned);

  // How many show it.
  std::uint32_t shown(Trait trait) const { return traits_.at(index(trait)).shown; }
  // Enough show it, and none as that mail does, which shows it.
  bool is_foreign(Trait trait, const Make& make) const;

  // A subject's shape (flood/shape.h) was in Sent, or may have been; false where no Sent was read.
  bool may_have_subject(std::uint64_t hash) const;
  bool knows_subjects() const { return messages_ > 0; }

 private:
  struct Seen {
    std::uint32_t shown = 0;
    bool is_full = false;
    std::unordered_set<std::uint64_t> hashes;
  };
  static std::size_t index(Trait trait) { return static_cast<std::size_t>(trait); }
  static void note(Seen& seen, std::uint64_t hash, std::size_t most);

  std::array<Seen, kTraits> traits_;
  Seen subjects_;
  std::uint32_t messages_ = 0;
};

}  // namespace unsent
