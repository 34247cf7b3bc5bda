// SPDX-License-Identifier: MIT
// Some messages of a folder on their way: first their headers come, then some of them whole. Given
// on in the order of the folder as soon as may be.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "imap/fetched.h"
#include "imap/uid_set.h"

namespace unsent {

class ImapBatch {
 public:
  struct Entry {
    Uid uid = 0;
    std::uint64_t size = 0;  // as the server says
    Time date{};
    std::string header;
    bool has_come = false;  // its header
    bool is_draft = false;
    bool is_wanted = false;  // whole
    bool is_given = false;
  };
  // bytes: the header, or of one that is wanted, the message.
  using Give =
      std::function<Result<void>(const Entry&, std::string_view bytes, std::uint64_t size)>;

  explicit ImapBatch(const UidSet& uids);

  bool has(Uid uid) const { return const_cast<ImapBatch*>(this)->find(uid) != nullptr; }
  void take_header(const ImapFetched& fetched,
                   const std::function<bool(std::string_view)>& wants_whole);
  // Those that are to be fetched whole, in pieces of about so many bytes.
  struct Wanted {
    UidSet uids;
    bool is_cut = false;  // larger than what is held of one: only its beginning
  };
  std::vector<Wanted> wanted(std::uint64_t bytes) const;
  // One whole message; and before it, what stands before it and waits for nothing.
  Result<void> take_body(Uid uid, const ImapSection& body, const Give& give);
  // Nothing more will come: what is left of the headers is given on. missing: wanted, and not come.
  Result<void> finish(const Give& give, std::vector<Uid>& missing);
  // Not given on.
  UidSet left() const;

 private:
  Entry* find(Uid uid);
  Result<void> give_up_to(const Entry& end, const Give& give);

  std::vector<Entry> entries_;  // by UID
};

}  // namespace unsent
