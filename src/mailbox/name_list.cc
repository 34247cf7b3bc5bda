// SPDX-License-Identifier: MIT
#include "mailbox/name_list.h"

namespace unsent {

void NameList::add(std::string_view name) {
  name = name.substr(0, kBlock - 1);  // no file system has names so long
  if (blocks_.empty() || blocks_.back().size() + name.size() + 1 > kBlock)
    blocks_.emplace_back().reserve(kBlock);
  std::string& block = blocks_.back();
  places_.push_back((blocks_.size() - 1) * kBlock + block.size());
  block += name;
  block += '\0';
}

void NameList::clear() { *this = NameList(); }

}  // namespace unsent
