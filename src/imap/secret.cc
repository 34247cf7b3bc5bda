// SPDX-License-Identifier: MIT
#include "imap/secret.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace unsent {

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  return *this;
}

void Secret::wipe() {
  if (bytes_) sodium_memzero(bytes_.get(), capacity_);
  size_ = 0;
}

void Secret::add(std::string_view text) {
  if (text.empty()) return;
  if (size_ + text.size() > capacity_) {
    const std::size_t capacity = std::max<std::size_t>(2 * (size_ + text.size()), 64);
    auto bytes = std::make_unique<char[]>(capacity);
    if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    if (bytes_) sodium_memzero(bytes_.get(), capacity_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }
  std::memcpy(bytes_.get() + size_, text.data(), text.size());
  size_ += text.size();
}

void Secret::trim_end() {
  while (size_ > 0 && is_space(bytes_[size_ - 1])) bytes_[--size_] = '\0';
}

Secret encode_base64_secret(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  Secret text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view three = bytes.substr(at, 3);
    unsigned long bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8U | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0U);
    char four[4];
    for (std::size_t i = 0; i < 4; ++i)
      four[i] = i <= three.size() ? kAlphabet[bits >> (18U - 6U * i) & 63U] : '=';
    text.add({four, sizeof four});
    sodium_memzero(four, sizeof four);
  }
  return text;
}

}  // namespace unsent
