// SPDX-License-Identifier: MIT
// The one way to open a file by its name, for whatever others can write beside: it never waits,
// and gives files only. A pipe, a socket or a device that somebody has put there is an error, and
// nothing is written through a link that somebody else has made. A test lists who opens otherwise.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/file.h"
#include "base/result.h"

struct stat;

namespace unsent {

enum class Owner { anybody, ours };  // ours: of this process's user, or of root

// flags: as of open(2). What is made has mode. To read, links are followed, and /dev/null is an
// empty file; to write, only links of our own or root's, unless O_NOFOLLOW says none.
// O_TRUNC empties only what has passed. Another kind of thing is "PATH: not a file", of code data.
Result<FileDescriptor> open_file(const std::string& path, int flags, Owner owner = Owner::anybody,
                                 mode_t mode = 0600);

// To read what the user has named: also what was given to us open (/dev/fd/3, /dev/stdin), and a
// pipe of our own into which somebody writes by now.
Result<FileDescriptor> open_named(const std::string& path);

// The folder itself, for what is done within it.
Result<FileDescriptor> open_folder(const std::string& path);

// The thing itself, be it what it may, and not what is in it; none where there is none.
FileDescriptor open_place(const std::string& path);

// A new file whose name nobody can tell before; path ends in XXXXXX, which becomes the rest of it.
Result<FileDescriptor> open_unguessed(std::string& path);

// A file in folder that has no name, and goes with the descriptor; none where that cannot be had.
FileDescriptor open_nameless(const std::string& folder);

// Of this process's user, or of root.
bool is_ours(const struct stat& status);

// An error, unless what path names is of this process's user, or of root.
Result<void> check_owner(const std::string& path, const struct stat& status);

}  // namespace unsent
