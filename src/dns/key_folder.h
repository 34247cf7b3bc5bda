// SPDX-License-Identifier: MIT
// DKIM keys that the DNS no longer has, one a file in a folder: bounces come back for
// weeks after a key was rotated away.
#pragma once

#include <string>

#include "dkim/verify.h"

namespace unsent {

class KeyFolder : public RetiredKeys {
 public:
  explicit KeyFolder(std::string path) : path_(std::move(path)) {}

  // Reads FOLDER/NAME or FOLDER/NAME.txt, at most 64 KB; what cannot be read is no key.
  std::optional<std::string> record(const std::string& name) override;

 private:
  std::string path_;
};

// The record that a file's text holds: as it stands, as the quoted strings of a zone file
// (what opendkim-genkey writes), or made of a PEM public key (of RSA).
std::string record_in(std::string_view text);

}  // namespace unsent
