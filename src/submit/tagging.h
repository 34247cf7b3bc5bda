// SPDX-License-Identifier: MIT
// Our tag on an outgoing message, by the keys of this user.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "mail/message.h"
#include "tag/key_ring.h"

namespace unsent {

// The keys at path, of which there must be one.
Result<KeyRing> read_signing_keys(const std::string& path);

// Adds the next key to the file at path, which is made if it is not there; those before are kept.
// secret: such as Exim has used so far, else a random one.
Result<TagKey> add_signing_key(const std::string& path, Time now,
                               const std::optional<std::string>& secret);

// The message with our tag on top, instead of one that it may have. An error where there is
// no key, or nothing in the message to hold on to.
Result<std::string> with_tag(const Message& message, const std::string& keys, Time now);

}  // namespace unsent
