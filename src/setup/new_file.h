// SPDX-License-Identifier: MIT
// A file that the user has named, made anew (base/whole_file.h). Until it is whole what bore the
// name stays as it was; and for ever, if that is anything but an empty file or an earlier one of
// the same kind: a mailbox is as quickly named.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/whole_file.h"
#include "mailbox/mailbox.h"

namespace unsent {

class NewFile {
 public:
  // Makes the file aside, mode 0666 less the umask. mark: what every file of this kind begins
  // with, and nothing else does. A path that holds something that is not to be replaced, or
  // lies where a Maildir has its messages, is an error; a link is followed.
  static Result<NewFile> make(const std::string& path, std::string_view mark);
  // Gathers text; an error comes up now or at finish().
  void text(std::string_view text);
  // What bears the name is looked at again; an empty file that is one of read is not replaced.
  Result<void> finish(const SeenFiles& read);

 private:
  NewFile(std::string path, std::string_view mark, WholeFile file)
      : path_(std::move(path)), mark_(mark), file_(std::move(file)) {}

  std::string path_;  // without links
  std::string mark_;
  WholeFile file_;
};

}  // namespace unsent
