// SPDX-License-Identifier: MIT
// The keys that mark outgoing mail as ours. The newest one signs; older ones are kept, so
// that bounces of what they signed are still known. Text, one key a line, and no I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace unsent {

// Days since 1970-01-01, UTC.
long long day_of(Time time);

struct TagKey {
  int number = 0;  // 1 to 9999, never given twice
  long long made_day = 0;
  // Printable ASCII, 8 to 64 bytes. As text, since Exim's ${prvs takes text, and not more.
  std::string secret;
};

class KeyRing {
 public:
  // Lines "NUMBER YYYY-MM-DD SECRET", "#" begins a comment. path is for the error text.
  static Result<KeyRing> parse(std::string_view text, const std::string& path);

  // What parse reads.
  std::string text() const;

  bool empty() const { return keys_.empty(); }
  const std::vector<TagKey>& keys() const { return keys_; }
  // The one with the highest number; nullptr if there is none.
  const TagKey* newest() const;
  const TagKey* find(int number) const;

  // Adds a key with the next number, of 192 random bits or as given (for a secret that
  // Exim has used so far). An unusable secret is an error.
  Result<TagKey> add(Time now, const std::optional<std::string>& secret = {});

 private:
  std::vector<TagKey> keys_;
};

}  // namespace unsent
