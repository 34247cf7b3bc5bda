// SPDX-License-Identifier: MIT
// What scan hands on of each judged message: to the report, and to what acts on it. Every
// sink gets every message, on one thread and in the order of the mailboxes, however many
// threads judge.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "mailbox/mailbox.h"
#include "scan/gist.h"

namespace unsent {

// Valid during the call only.
struct Scanned {
  const StoredMessage& stored;  // where it lies; bytes: what was judged
  Gist& gist;                   // its item is the taker's who asked for it
  // Bytes of the named mailboxes that were read up to here, as they are on the disk.
  std::uint64_t read = 0;
};

struct ScanEnd {
  bool is_interrupted = false;             // Ctrl-C: what was handed on is all that there is
  const SeenFiles& read;                   // but for the messages of Maildirs
  std::vector<std::string> notices = {};   // what somebody should know first
  std::vector<std::string> problems = {};  // "PATH: why": what could not be read, or asked
};

class ScanSink {
 public:
  ScanSink() = default;
  ScanSink(const ScanSink&) = delete;
  ScanSink& operator=(const ScanSink&) = delete;
  virtual ~ScanSink() = default;

  // Gets messages as they are judged, before the second look at all of them.
  virtual bool is_at_once() const { return false; }
  // Adds what it wants to have of each message.
  virtual void ask_for(GistParts&) const {}
  // About so many bytes are to be read in all, as far as is known by now.
  virtual void expect(std::uint64_t) {}
  // An error stops the scan.
  virtual Result<void> take(const Scanned& scanned) = 0;
  // Once, behind the last message.
  virtual Result<void> finish(const ScanEnd& end) = 0;
};

}  // namespace unsent
