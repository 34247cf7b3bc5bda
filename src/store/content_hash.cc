// SPDX-License-Identifier: MIT
#include "store/content_hash.h"

#include <sodium.h>

#include <array>

namespace unsent {
namespace {

constexpr std::size_t kBytes = 16;

}  // namespace

struct ContentHash::State {
  crypto_generichash_state sodium;
};

ContentHash::ContentHash() : state_(std::make_unique<State>()) {
  crypto_generichash_init(&state_->sodium, nullptr, 0, kBytes);
}
ContentHash::ContentHash(ContentHash&&) noexcept = default;
ContentHash& ContentHash::operator=(ContentHash&&) noexcept = default;
ContentHash::~ContentHash() = default;

void ContentHash::add(std::string_view bytes) {
  crypto_generichash_update(&state_->sodium, reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
}

std::string ContentHash::text() const {
  State copy = *state_;
  std::array<unsigned char, kBytes> hash{};
  crypto_generichash_final(&copy.sodium, hash.data(), hash.size());
  std::string out;
  for (const unsigned char byte : hash) {
    out += "0123456789abcdef"[byte >> 4U];
    out += "0123456789abcdef"[byte & 0xFU];
  }
  return out;
}

}  // namespace unsent
