// SPDX-License-Identifier: MIT
// Where files are looked for: the administrator's, and those of the user whom HOME and the
// XDG variables name.
#pragma once

#include <string>
#include <vector>

namespace unsent {

constexpr const char* kSystemFolder = "/etc/unsent";

// "~/x" below $HOME; any other path as it is.
std::string in_home(const std::string& path);

// Where our files are looked for: /etc/unsent, then $XDG_CONFIG_HOME/unsent, which is by
// default ~/.config/unsent.
std::vector<std::string> config_folders();
// The latter alone; "" where there is no home.
std::string user_config_folder();

// $XDG_DATA_HOME/unsent/ledger.db, by default ~/.local/share/unsent/ledger.db; "" where
// neither variable is set.
std::string default_ledger_path();
// Likewise tag.keys beside it.
std::string default_tag_keys_path();
// Of the keys by which digests of ours are known again.
std::string default_digest_keys_path();

// $XDG_CACHE_HOME/unsent/dns.db, by default ~/.cache/unsent/dns.db: what the DNS answered to
// earlier runs; "" where neither variable is set.
std::string default_dns_cache_path();

// Where our own files lie: $XDG_DATA_HOME/unsent, "" where there is no home.
std::string data_folder();

// What we note between one run and the next: $XDG_STATE_HOME/unsent, by default
// ~/.local/state/unsent; "" where there is no home.
std::string state_folder();

// path lies below one of the folders, with symbolic links resolved; what does not exist yet
// counts as it is written.
bool is_below(const std::string& path, const std::vector<std::string>& folders);

}  // namespace unsent
