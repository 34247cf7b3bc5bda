// SPDX-License-Identifier: MIT
// What was delivered into one mbox, each for some days, so that a mail system which was not
// told in time may hand it over again. A note alone proves nothing: the message must still
// stand in the mbox, where it was put or, if another program has rewritten it, anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace unsent {

class MboxMemory {
 public:
  // path: of the note, which need not be there. It is read and written under the mbox's lock.
  explicit MboxMemory(std::string path) : path_(std::move(path)) {}

  // On the disk when it returns. text: as it was written to the mbox at offset.
  Result<void> remember(std::string_view key, std::uint64_t offset, std::string_view text,
                        Time now) const;

  // Whether it was delivered by that key within the last five days, and stands in the mbox,
  // which is open as fd. text: as it would be written now; our own header block, and what
  // mail programs note in a header, may differ.
  bool has(std::string_view key, int fd, std::string_view text, Time now) const;

 private:
  Result<void> forget_old(Time now) const;

  std::string path_;
};

}  // namespace unsent
