// SPDX-License-Identifier: MIT
// Judged messages, held back until all have been judged: in memory up to a limit, beyond that in
// a file that has no name and goes with the process. What a million take is on the disk then
// (about 1 kB each); where no file can be made, or its disk is full, memory holds the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/file.h"
#include "scan/sink.h"

namespace unsent {

class HeldGists {
 public:
  explicit HeldGists(std::string folder, std::size_t memory_limit = std::size_t{8} << 20U)
      : folder_(std::move(folder)), memory_limit_(memory_limit) {}

  // All of it but the message's bytes. number: handed back with it.
  void add(const Scanned& scanned, std::uint32_t number);

  using Take = std::function<Result<void>(const Scanned& scanned, std::uint32_t number)>;
  // Every one, in the order in which they were added, once. An error is one of take, or of the
  // file.
  Result<void> hand_on(const Take& take);

 private:
  void write_out();
  Result<void> hand_on(std::string_view& held, const Take& take);

  std::string folder_;
  std::size_t memory_limit_;
  std::string memory_;     // the newest
  std::string last_path_;  // that was added, and then that was handed on: of most it is the same
  FileDescriptor file_;    // those before, if it is open
  bool is_disk_full_ = false;
};

}  // namespace unsent
