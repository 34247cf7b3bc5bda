// SPDX-License-Identifier: MIT
#include "base/file_system.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/file.h"

namespace unsent {

bool can_share_memory(std::int64_t type) {
  constexpr std::array<std::int64_t, 9> kNetworks = {
      NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, AFS_SUPER_MAGIC,
      CODA_SUPER_MAGIC, V9FS_MAGIC,      CEPH_SUPER_MAGIC, FUSE_SUPER_MAGIC};
  return std::find(kNetworks.begin(), kNetworks.end(), type & 0xFFFFFFFF) == kNetworks.end();
}

Result<void> give_to_owner_of_folder(int fd, const std::string& path) {
  struct stat folder {};
  if (::geteuid() != 0 || ::stat(folder_of(path).c_str(), &folder) != 0 || folder.st_uid == 0)
    return {};
  return ::fchown(fd, folder.st_uid, folder.st_gid) == 0 ? Result<void>() : os_failure(path, errno);
}

}  // namespace unsent
