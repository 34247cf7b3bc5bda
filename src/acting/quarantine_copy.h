// SPDX-License-Identifier: MIT
// Messages of an mbox as files of the quarantine: written together, made safe together,
// before the mbox gives them up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "acting/act.h"
#include "base/held_folder.h"
#include "base/result.h"

namespace unsent {

class QuarantineCopies {
 public:
  QuarantineCopies(const Act& act, std::uint64_t group) : act_(act), group_(group) {}

  Result<void> begin();
  // message with its From_ line, which is left out; block has its line ends.
  Result<void> add(std::string_view message, std::string_view block);
  Result<void> complete();  // all of them are on the disk

 private:
  const Act& act_;
  HeldFolders held_;
  std::uint64_t group_;
  std::uint64_t count_ = 0;
};

// Takes the copies of that group away again, whatever their flags are by now.
void remove_quarantine_copies(const Act& act, std::uint64_t group);

// All that is written to the file system of that folder is on the disk.
Result<void> sync_file_system(const std::string& folder);

}  // namespace unsent
