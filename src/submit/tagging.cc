// SPDX-License-Identifier: MIT
#include "submit/tagging.h"

#include <unistd.h>

#include "policy/annotate.h"
#include "setup/key_file.h"
#include "tag/message_tag.h"

namespace unsent {

Result<KeyRing> read_signing_keys(const std::string& path) {
  auto ring = read_key_file(path);
  if (!ring)
    return fail(ring.error().code, ring.error().message,
                ring.error().hint.empty() ? "make one with `unsent tag key`" : ring.error().hint);
  if (ring->empty())
    return fail(ErrorCode::config, path + ": no key", "make one with `unsent tag key`");
  return ring;
}

Result<TagKey> add_signing_key(const std::string& path, Time now,
                               const std::optional<std::string>& secret) {
  KeyRing ring;
  if (::access(path.c_str(), F_OK) == 0) {
    auto kept = read_key_file(path);
    if (!kept) return kept.failure();
    ring = std::move(*kept);
  }
  auto key = ring.add(now, secret);
  if (!key) return key;
  if (auto written = write_key_file(path, ring); !written) return written.failure();
  return key;
}

Result<std::string> with_tag(const Message& message, const std::string& keys, Time now) {
  const auto ring = read_signing_keys(keys);
  if (!ring) return ring.failure();
  const auto tag = make_tag(message.headers(), *ring->newest(), now);
  if (!tag)
    return fail(ErrorCode::data, "From, and Date or Message-ID, are missing or stand there twice");
  return put_fields(message.bytes(), "X-Unsent-Tag: " + *tag + '\n', {"X-Unsent-Tag"});
}

}  // namespace unsent
