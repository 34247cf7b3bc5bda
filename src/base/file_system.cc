// SPDX-License-Identifier: MIT
#include "base/file_system.h"

#include <linux/magic.h>

#include <algorithm>
#include <array>

namespace unsent {

bool can_share_memory(std::int64_t type) {
  constexpr std::array<std::int64_t, 9> kNetworks = {
      NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, AFS_SUPER_MAGIC,
      CODA_SUPER_MAGIC, V9FS_MAGIC,      CEPH_SUPER_MAGIC, FUSE_SUPER_MAGIC};
  return std::find(kNetworks.begin(), kNetworks.end(), type & 0xFFFFFFFF) == kNetworks.end();
}

}  // namespace unsent
