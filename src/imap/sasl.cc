// SPDX-License-Identifier: MIT
#include "imap/sasl.h"

#include <nettle/hmac.h>
#include <nettle/pbkdf2.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/base64.h"
#include "base/text.h"

namespace unsent {
namespace {

constexpr unsigned kFewestRounds = 1000;
constexpr unsigned kMostRounds = 2'000'000;  // a second or two of work

class Plain : public SaslExchange {
 public:
  explicit Plain(const Credentials& credentials) {
    constexpr std::string_view kNul("\0", 1);
    first_.add(kNul);
    first_.add(credentials.user);
    first_.add(kNul);
    first_.add(credentials.secret.view());
  }
  std::string_view mechanism() const override { return "PLAIN"; }
  Secret first() override { return std::move(first_); }
  Result<Secret> answer(std::string_view) override {
    return fail(ErrorCode::data, "the server asks PLAIN for more than it has");
  }

 private:
  Secret first_;
};

// Both say the token at once; where it is refused, the server says why and waits for a line.
class Bearer : public SaslExchange {
 public:
  Bearer(const Credentials& credentials, const ImapUrl& server, bool is_standard)
      : is_standard_(is_standard) {
    const std::string begin = is_standard ? "n,a=" + escaped(credentials.user) +
                                                ",\x01host=" + server.host +
                                                "\x01port=" + std::to_string(server.port) + "\x01"
                                          : "user=" + credentials.user + "\x01";
    first_.add(begin);
    first_.add("auth=Bearer ");
    first_.add(credentials.secret.view());
    first_.add("\x01\x01");
  }
  std::string_view mechanism() const override { return is_standard_ ? "OAUTHBEARER" : "XOAUTH2"; }
  Secret first() override { return std::move(first_); }
  Result<Secret> answer(std::string_view) override { return Secret(is_standard_ ? "\x01" : ""); }

  static std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) out += c == '=' ? "=3D" : c == ',' ? "=2C" : std::string(1, c);
    return out;
  }

 private:
  bool is_standard_;
  Secret first_;
};

struct Sha1 {
  static constexpr std::size_t kSize = SHA1_DIGEST_SIZE;
  static constexpr std::string_view kName = "SCRAM-SHA-1";
  static void hash(const std::uint8_t* data, std::size_t size, std::uint8_t* to) {
    sha1_ctx context;
    sha1_init(&context);
    sha1_update(&context, size, data);
    sha1_digest(&context, kSize, to);
  }
  static void mac(const std::uint8_t* key, std::size_t key_size, std::string_view text,
                  std::uint8_t* to) {
    hmac_sha1_ctx context;
    hmac_sha1_set_key(&context, key_size, key);
    hmac_sha1_update(&context, text.size(), reinterpret_cast<const std::uint8_t*>(text.data()));
    hmac_sha1_digest(&context, kSize, to);
    sodium_memzero(&context, sizeof context);
  }
  static void stretch(std::string_view password, std::string_view salt, unsigned rounds,
                      std::uint8_t* to) {
    pbkdf2_hmac_sha1(password.size(), reinterpret_cast<const std::uint8_t*>(password.data()),
                     rounds, salt.size(), reinterpret_cast<const std::uint8_t*>(salt.data()), kSize,
                     to);
  }
};

struct Sha256 {
  static constexpr std::size_t kSize = SHA256_DIGEST_SIZE;
  static constexpr std::string_view kName = "SCRAM-SHA-256";
  static void hash(const std::uint8_t* data, std::size_t size, std::uint8_t* to) {
    sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, size, data);
    sha256_digest(&context, kSize, to);
  }
  static void mac(const std::uint8_t* key, std::size_t key_size, std::string_view text,
                  std::uint8_t* to) {
    hmac_sha256_ctx context;
    hmac_sha256_set_key(&context, key_size, key);
    hmac_sha256_update(&context, text.size(), reinterpret_cast<const std::uint8_t*>(text.data()));
    hmac_sha256_digest(&context, kSize, to);
    sodium_memzero(&context, sizeof context);
  }
  static void stretch(std::string_view password, std::string_view salt, unsigned rounds,
                      std::uint8_t* to) {
    pbkdf2_hmac_sha256(password.size(), reinterpret_cast<const std::uint8_t*>(password.data()),
                       rounds, salt.size(), reinterpret_cast<const std::uint8_t*>(salt.data()),
                       kSize, to);
  }
};

// "r=…,s=…,i=…": the value of that letter.
std::optional<std::string_view> attribute(std::string_view message, char letter) {
  for (const std::string_view part : split(message, ','))
    if (part.size() >= 2 && part[0] == letter && part[1] == '=') return part.substr(2);
  return std::nullopt;
}

template <class Hash>
class Scram : public SaslExchange {
 public:
  Scram(const Credentials& credentials, std::string nonce)
      : password_(credentials.secret.copy()),
        nonce_(std::move(nonce)),
        bare_("n=" + Bearer::escaped(credentials.user) + ",r=" + nonce_) {}

  std::string_view mechanism() const override { return Hash::kName; }
  Secret first() override { return Secret("n,," + bare_); }
  bool is_complete() const override { return step_ == Step::proved; }

  Result<Secret> answer(std::string_view said) override {
    switch (step_) {
      case Step::begun:
        return prove(said);
      case Step::proof_sent:
        return verify(said);
      case Step::proved:
        break;
    }
    return fail(ErrorCode::data, "the server goes on after the end of SCRAM");
  }

 private:
  enum class Step { begun, proof_sent, proved };
  using Digest = std::array<std::uint8_t, Hash::kSize>;

  Result<Secret> prove(std::string_view said) {
    const auto nonce = attribute(said, 'r');
    const auto salt = parse_base64(attribute(said, 's').value_or("!"));
    const std::string_view count = attribute(said, 'i').value_or("");
    unsigned rounds = 0;
    std::from_chars(count.data(), count.data() + count.size(), rounds);
    if (!nonce || !nonce->starts_with(nonce_) || nonce->size() == nonce_.size() || !salt ||
        salt->empty() || rounds < kFewestRounds || rounds > kMostRounds)
      return fail(ErrorCode::data, "the server's SCRAM is none to be trusted");
    const std::string without_proof = "c=biws,r=" + std::string(*nonce);
    const std::string whole = bare_ + ',' + std::string(said) + ',' + without_proof;
    Digest salted;
    Digest key;
    Digest stored;
    Digest proof;
    Hash::stretch(password_.view(), *salt, rounds, salted.data());
    Hash::mac(salted.data(), salted.size(), "Client Key", key.data());
    Hash::hash(key.data(), key.size(), stored.data());
    Hash::mac(stored.data(), stored.size(), whole, proof.data());
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] ^= key[i];
    Hash::mac(salted.data(), salted.size(), "Server Key", key.data());
    Hash::mac(key.data(), key.size(), whole, expected_.data());
    sodium_memzero(salted.data(), salted.size());
    sodium_memzero(key.data(), key.size());
    password_.wipe();
    step_ = Step::proof_sent;
    const std::string_view bytes(reinterpret_cast<const char*>(proof.data()), proof.size());
    return Secret(without_proof + ",p=" + encode_base64(bytes));
  }

  Result<Secret> verify(std::string_view said) {
    const auto signature = parse_base64(attribute(said, 'v').value_or("!"));
    if (!signature || signature->size() != expected_.size() ||
        sodium_memcmp(signature->data(), expected_.data(), expected_.size()) != 0)
      return fail(ErrorCode::unavailable, "the server does not know the password either");
    step_ = Step::proved;
    return Secret();
  }

  Secret password_;
  std::string nonce_;
  std::string bare_;
  Digest expected_{};
  Step step_ = Step::begun;
};

std::string fresh_nonce() {
  std::array<char, 18> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return encode_base64({bytes.data(), bytes.size()});
}

// SCRAM would have others prepared by SASLprep first.
bool is_plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::unique_ptr<SaslExchange> make_scram(const Credentials& credentials, std::string_view hash,
                                         std::string nonce) {
  if (hash == Sha256::kName) return std::make_unique<Scram<Sha256>>(credentials, std::move(nonce));
  if (hash == Sha1::kName) return std::make_unique<Scram<Sha1>>(credentials, std::move(nonce));
  return nullptr;
}

std::unique_ptr<SaslExchange> make_sasl(const Credentials& credentials, const ImapUrl& server,
                                        const std::function<bool(std::string_view)>& has) {
  if (credentials.is_token) {
    for (const bool is_standard : {true, false})
      if (has(is_standard ? "OAUTHBEARER" : "XOAUTH2"))
        return std::make_unique<Bearer>(credentials, server, is_standard);
    return nullptr;
  }
  const bool may_scram =
      is_plain_ascii(credentials.user) && is_plain_ascii(credentials.secret.view());
  for (const std::string_view hash : {Sha256::kName, Sha1::kName})
    if (may_scram && has(hash)) return make_scram(credentials, hash, fresh_nonce());
  if (has("PLAIN")) return std::make_unique<Plain>(credentials);
  return nullptr;
}

}  // namespace unsent
