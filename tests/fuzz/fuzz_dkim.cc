// SPDX-License-Identifier: MIT
// A header with any signatures in it, verified with any key: the input is cut at a line
// "~~", the header before it, the key record behind it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "dkim/verify.h"

namespace {

class OneRecord : public unsent::Resolver {
 public:
  explicit OneRecord(std::string_view text) : text_(text) {}
  unsent::DnsAnswer lookup(std::string_view, unsent::DnsType) override {
    return {unsent::DnsStatus::ok, {}, {text_}, {}};
  }

 private:
  std::string text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = bytes.find("\n~~\n");
  const std::string_view header = bytes.substr(0, cut == bytes.npos ? cut : cut + 1);
  OneRecord resolver(cut == bytes.npos ? std::string_view() : bytes.substr(cut + 4));
  unsent::Defects defects;
  const auto headers = unsent::Headers::read(header, defects);
  const auto all = unsent::verify_ours({headers, [](std::string_view) { return true; }, resolver});
  if (all.size() > unsent::kMostSignatures) std::abort();
  for (const unsent::DkimVerification& one : all)
    if (one.result != unsent::DkimResult::header_pass && one.note.empty()) std::abort();
  return 0;
}
