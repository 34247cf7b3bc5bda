// SPDX-License-Identifier: MIT
// Where a Maildir's messages are by now: their flags are part of the name, and change.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace unsent {

// The name of a Maildir's message without its folder and flags.
std::string maildir_base(const std::string& path);
// What stands behind it, ":2,S"; "" if nothing does.
std::string maildir_flags(const std::string& path);

// Reads a Maildir once, when the first of its messages is sought, and holds 16 bytes of each.
class RenamedFiles {
 public:
  // Where the message of that path within cur or new is now; "" if it is gone.
  std::string find(const std::string& path);

 private:
  struct Entry {
    std::uint64_t base;    // its hash
    std::uint32_t ending;  // of endings_
    bool is_new;
  };
  std::vector<Entry> read(const std::string& maildir);
  std::uint32_t number_of(const std::string& ending);
  std::string find_in(const std::vector<Entry>& entries, const std::string& maildir,
                      const std::string& base) const;

  std::map<std::string, std::vector<Entry>> maildirs_;  // by path, each sorted
  std::vector<std::string> endings_;                    // ":2,S" and the like; "" too
  std::map<std::string, std::uint32_t> numbers_;
};

}  // namespace unsent
