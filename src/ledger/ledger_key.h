// SPDX-License-Identifier: MIT
// The key of a ledger. Under it the ledger keeps texts as hashes, so that whoever copies
// the database alone learns nothing from it, not even by trying addresses: SipHash is a
// pseudo-random function to those who lack the key. Whoever has both can try.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "evidence/sent_message.h"

namespace unsent {

class LedgerKey : public Veil {
 public:
  static constexpr std::size_t kHash = 16;  // bytes
  // Enough to compare with what was found by other means.
  static constexpr std::size_t kShortHash = 6;

  // PATH.key, beside the database.
  static std::string path_for(const std::string& ledger_path);
  static Result<std::shared_ptr<const LedgerKey>> read(const std::string& path);
  // Makes the file, mode 0600, on the disk when it returns; one that is there already,
  // perhaps made by another process this instant, is read instead.
  static Result<std::shared_ptr<const LedgerKey>> read_or_make(const std::string& path);

  explicit LedgerKey(std::string_view secret);  // 32 bytes

  // Tells keys apart and says nothing of the key: 16 hexadecimal digits.
  const std::string& name() const { return name_; }

  // Its last bit is 0: see Row::ids.
  std::string hash(std::string_view text) const;
  std::string short_hash(std::string_view text) const;  // the beginning of hash()
  // 64 bits to find something by. The kind keeps things apart that share a text.
  std::uint64_t index(char kind, std::string_view text) const;
  // kept may be a hash or the beginning of one.
  bool stands_for(std::string_view kept, std::string_view text) const override;

  // Text that only the key makes readable again. The same text is sealed the same.
  std::string seal(std::string_view text) const;
  std::string unseal(std::string_view sealed) const;

 private:
  std::array<char, kHash> hash_bytes(std::string_view text) const;

  std::array<unsigned char, 16> hashing_{};
  std::array<unsigned char, 32> sealing_{};
  std::string name_;
};

}  // namespace unsent
