// SPDX-License-Identifier: MIT
// Microseconds to verify one header: bench_dkim [--repeat N] HEADER-FILE KEY-RECORD-FILE.
// The signature in the file is taken for ours, whoever made it.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/file.h"
#include "bench.h"
#include "dkim/verify.h"
#include "dns/key_folder.h"
#include "spf/no_dns.h"

namespace {

class OneKey : public unsent::RetiredKeys {
 public:
  std::string text;
  std::optional<std::string> record(const std::string&) override { return text; }
};

}  // namespace

int main(int argc, char** argv) {
  int repeat = 2000;
  std::vector<std::string> texts;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--repeat" && i + 1 < argc) {
      repeat = std::atoi(argv[++i]);
    } else if (auto text = unsent::read_file(argv[i])) {
      texts.push_back(std::move(*text));
    }
  }
  if (texts.size() != 2) return 64;
  OneKey key;
  key.text = unsent::record_in(texts[1]);
  unsent::Defects defects;
  const auto headers = unsent::Headers::read(texts[0], defects);
  for (const bool is_ours : {true, false}) {
    unsent::NoDns silent;
    std::string result = "no signature of ours";
    const unsent::Stopwatch watch;
    for (int i = 0; i < repeat; ++i)
      for (const auto& one :
           unsent::verify_ours({headers, [&](std::string_view) { return is_ours; }, silent, &key}))
        result = name_of(one.result);
    std::printf("%s: %.2f us each\n", result.c_str(), 1e6 * watch.seconds() / repeat);
  }
}
