// SPDX-License-Identifier: MIT
// Run by the build: writes the example configuration and its manual page out of the table.
#include <cstdio>
#include <fstream>

#include "setup/setting.h"

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("usage: describe_settings CONFIG MANUAL\n", stderr), 64;
  std::ofstream(argv[1]) << unsent::example_config();
  std::ofstream manual(argv[2]);
  manual << unsent::settings_manual();
  return manual.flush() ? 0 : 74;
}
