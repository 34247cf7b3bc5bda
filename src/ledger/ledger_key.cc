// SPDX-License-Identifier: MIT
#include "ledger/ledger_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/file_system.h"
#include "base/open.h"
#include "base/text.h"

namespace unsent {
namespace {

constexpr std::string_view kHead = "unsent ledger key 1 ";
constexpr std::size_t kSecret = 32;
constexpr std::size_t kNonceBytes = crypto_stream_xchacha20_NONCEBYTES;

const unsigned char* bytes_of(std::string_view text) {
  return static_cast<const unsigned char*>(static_cast<const void*>(text.data()));
}

unsigned char* bytes_of(std::string& text) {
  return static_cast<unsigned char*>(static_cast<void*>(text.data()));
}

// A key of its own for each purpose.
std::string derive(std::string_view secret, std::string_view purpose, std::size_t size) {
  std::string derived(size, '\0');
  crypto_generichash(bytes_of(derived), size, bytes_of(purpose), purpose.size(), bytes_of(secret),
                     secret.size());
  return derived;
}

std::string hex(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes_of(bytes), bytes.size());
  text.pop_back();
  return text;
}

Unexpected no_key(const std::string& path, const std::string& what) {
  return fail(ErrorCode::config, path + ": " + what,
              "put the key back that was made with the ledger; without it the ledger cannot be "
              "read, and `unsent import` into a new one is the way");
}

// Linked into place when it is whole: nobody reads half a key.
Result<void> make(const std::string& path) {
  std::string secret(kSecret, '\0');
  randombytes_buf(secret.data(), secret.size());
  const std::string temporary = path + '.' + std::to_string(::getpid());
  ::unlink(temporary.c_str());
  const auto file = open_file(temporary, O_WRONLY | O_CREAT | O_EXCL);
  if (!file) return file.failure();
  if (auto given = give_to_owner_of_folder(file->get(), temporary); !given) return given;
  auto written = write_all(file->get(), std::string(kHead) + hex(secret) + '\n', temporary);
  if (written && ::fsync(file->get()) != 0) written = os_failure(temporary, errno);
  if (written && ::link(temporary.c_str(), path.c_str()) != 0 && errno != EEXIST)
    written = os_failure(path, errno);
  ::unlink(temporary.c_str());
  return written;
}

}  // namespace

std::string LedgerKey::path_for(const std::string& ledger_path) { return ledger_path + ".key"; }

LedgerKey::LedgerKey(std::string_view secret) {
  const std::string hashing = derive(secret, "hash", hashing_.size());
  const std::string sealing = derive(secret, "seal", sealing_.size());
  std::memcpy(hashing_.data(), hashing.data(), hashing_.size());
  std::memcpy(sealing_.data(), sealing.data(), sealing_.size());
  name_ = hex(derive(secret, "name", crypto_generichash_BYTES_MIN)).substr(0, 16);
}

namespace {

Result<std::shared_ptr<const LedgerKey>> parse(std::string_view text, const std::string& path) {
  const std::string_view whole = trim(text);
  if (whole.substr(0, kHead.size()) != kHead) return no_key(path, "not the key of a ledger");
  const std::string_view digits = whole.substr(kHead.size());
  std::string secret(kSecret, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const int code = sodium_hex2bin(bytes_of(secret), secret.size(), digits.data(), digits.size(),
                                  nullptr, &size, &end);
  if (code != 0 || size != kSecret || end != digits.data() + digits.size())
    return no_key(path, "a damaged key");
  return std::make_shared<const LedgerKey>(secret);
}

}  // namespace

Result<std::shared_ptr<const LedgerKey>> LedgerKey::read(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT)
    return no_key(path, "the key of the ledger is missing");
  const auto text = read_file(path, 4096);
  if (text) return parse(*text, path);
  if (text.error().code == ErrorCode::no_permission)
    return fail(ErrorCode::no_permission, text.error().message,
                "run it as the user who owns the ledger and its key");
  return text.failure();
}

Result<std::shared_ptr<const LedgerKey>> LedgerKey::read_or_make(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) {
    const auto made = make(path);
    if (!made) return made.failure();
  }
  return read(path);
}

std::array<char, LedgerKey::kHash> LedgerKey::hash_bytes(std::string_view text) const {
  std::array<unsigned char, kHash> hash{};
  static_assert(kHash == crypto_shorthash_siphashx24_BYTES);
  crypto_shorthash_siphashx24(hash.data(), bytes_of(text), text.size(), hashing_.data());
  hash.back() &= 0xFEU;
  return std::bit_cast<std::array<char, kHash>>(hash);
}

std::string LedgerKey::hash(std::string_view text) const {
  const auto bytes = hash_bytes(text);
  return {bytes.data(), bytes.size()};
}

std::string LedgerKey::short_hash(std::string_view text) const {
  return {hash_bytes(text).data(), kShortHash};
}

std::uint64_t LedgerKey::index(char kind, std::string_view text) const {
  std::string input(1, '\0');
  input.reserve(text.size() + 2);
  input += kind;
  input += text;
  std::uint64_t out = 0;
  std::memcpy(&out, hash_bytes(input).data(), sizeof out);
  return out;
}

bool LedgerKey::stands_for(std::string_view kept, std::string_view text) const {
  const auto bytes = hash_bytes(text);
  return !kept.empty() &&
         kept == std::string_view(bytes.data(), bytes.size()).substr(0, kept.size());
}

// The nonce is a hash of the text: two texts never share one, and no text has two.
std::string LedgerKey::seal(std::string_view text) const {
  std::string sealed(kNonceBytes + text.size(), '\0');
  crypto_generichash(bytes_of(sealed), kNonceBytes, bytes_of(text), text.size(), sealing_.data(),
                     sealing_.size());
  crypto_stream_xchacha20_xor(bytes_of(sealed) + kNonceBytes, bytes_of(text), text.size(),
                              bytes_of(sealed), sealing_.data());
  return sealed;
}

std::string LedgerKey::unseal(std::string_view sealed) const {
  if (sealed.size() < kNonceBytes) return {};
  std::string text(sealed.size() - kNonceBytes, '\0');
  crypto_stream_xchacha20_xor(bytes_of(text), bytes_of(sealed) + kNonceBytes, text.size(),
                              bytes_of(sealed), sealing_.data());
  return text;
}

}  // namespace unsent
