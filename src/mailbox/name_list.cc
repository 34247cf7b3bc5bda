// SPDX-License-Identifier: MIT
#include "mailbox/name_list.h"

namespace unsent {

void NameList::add(std::string_view name) {
  name = name.substr(0, 0xFFFF);
  if (blocks_.empty() || blocks_.back().size() + 2 + name.size() > kBlock)
    blocks_.emplace_back().reserve(kBlock);
  std::string& block = blocks_.back();
  places_.push_back((blocks_.size() - 1) * kBlock + block.size());
  block += static_cast<char>(name.size() >> 8U);
  block += static_cast<char>(name.size() & 0xFFU);
  block += name;
}

void NameList::clear() { *this = NameList(); }

}  // namespace unsent
