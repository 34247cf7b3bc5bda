// SPDX-License-Identifier: MIT
#include "setup/user.h"

#include <doctest/doctest.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "setup/places.h"

using namespace unsent;

namespace {

constexpr const char* kOther = "nobody";
constexpr const char* kVariables[] = {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
                                      "XDG_CACHE_HOME", "TMPDIR"};

// The status of a process that has become that user: how many places are still those of before.
int places_kept() {
  for (const char* name : kVariables) ::setenv(name, "/root/of-root", 1);
  if (!become_user(kOther)) return 100;
  int kept = 0;
  for (const char* name : kVariables) kept += ::getenv(name) != nullptr ? 1 : 0;
  for (const std::string& place : {user_config_folder(), data_folder(), state_folder(),
                                   default_ledger_path(), default_dns_cache_path()})
    kept += place.find("of-root") != std::string::npos ? 1 : 0;
  return kept;
}

}  // namespace

TEST_CASE("root that becomes another user looks into none of the places that root has named") {
  if (::geteuid() != 0 || ::getpwnam(kOther) == nullptr) return;  // nobody else can do so
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(places_kept());
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
