// SPDX-License-Identifier: MIT
// What a client says to the ledger's service, and what a service answers: what is understood is
// said again as the same.
#include <cstdlib>

#include "serve/wire.h"

namespace {

template <typename T>
void same(const unsent::LedgerAnswer<T>& answer,
          unsent::LedgerAnswer<T> (*decode)(std::string_view), std::string (*encode)(const T&)) {
  if (!answer.is_available()) return;
  const std::string line = encode(answer.value);
  const auto again = decode(std::string_view(line).substr(0, line.size() - 1));
  if (!again.is_available() || encode(again.value) != line) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace unsent;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (const auto request = decode_request(line)) {
    const std::string said = encode_request(*request);
    const auto again = decode_request(std::string_view(said).substr(0, said.size() - 1));
    if (again ? encode_request(*again) != said : said.size() < kMostRequest) std::abort();
  }
  same<std::vector<SentMessage>>(decode_found(line), decode_found, encode_found);
  same<SenderRecord>(decode_sender(line), decode_sender, encode_sender);
  same<LearnedIdentity>(decode_identity(line), decode_identity, encode_identity);
  same<TextTokens>(decode_tokens(line), decode_tokens, encode_tokens);
  static_cast<void>(decode_number(line));
  return 0;
}
