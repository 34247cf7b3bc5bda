// SPDX-License-Identifier: MIT
#include "setup/user.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "setup/config.h"

namespace unsent {
namespace {

Unexpected cannot_become(const std::string& name, int error_number) {
  return fail(ErrorCode::temp_fail,
              "--user " + name + ": cannot become that user: " + std::strerror(error_number));
}

Result<void> drop_to(const passwd& user) {
  if (::initgroups(user.pw_name, user.pw_gid) != 0 || ::setgid(user.pw_gid) != 0 ||
      ::setuid(user.pw_uid) != 0)
    return cannot_become(user.pw_name, errno);
  if (user.pw_uid != 0 && ::setuid(0) == 0) return cannot_become(user.pw_name, EPERM);
  for (const char* name :
       {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR"})
    ::unsetenv(name);
  ::setenv("HOME", user.pw_dir, 1);
  ::setenv("USER", user.pw_name, 1);
  ::setenv("LOGNAME", user.pw_name, 1);
  return {};
}

}  // namespace

Result<void> become_user(const std::string& name) {
  errno = 0;
  const passwd* user = ::getpwnam(name.c_str());
  if (user == nullptr && errno != 0 && errno != ENOENT) return cannot_become(name, errno);
  if (user == nullptr)
    return fail(ErrorCode::usage, "--user " + name + ": there is no such user here");
  if (::geteuid() == 0) return drop_to(*user);
  if (::geteuid() == user->pw_uid) return {};
  return fail(ErrorCode::no_permission, "--user " + name + ": only root can become another user");
}

std::string user_name() {
  const passwd* user = ::getpwuid(::geteuid());
  return user == nullptr ? std::string() : user->pw_name;
}

std::string opt_in_path() {
  const std::string folder = user_config_folder();
  return folder.empty() ? std::string() : folder + "/opted-in";
}

bool has_opted_in() {
  struct stat status {};
  const std::string path = opt_in_path();
  return !path.empty() && ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         status.st_uid == ::geteuid();
}

}  // namespace unsent
