// SPDX-License-Identifier: MIT
// Appends a message to an mbox under both locks that mail programs know (fcntl and
// mbox.lock). What a killed process had half written is taken off again before the next.
#pragma once

#include <chrono>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"

namespace unsent {

struct MboxOptions {
  std::string from_line;       // "From MAILER-DAEMON Mon Nov 23 10:00:00 2026", no line end
  std::string key;             // what this delivery is known by; "": repetitions are not told
  std::string journal_folder;  // where to note what is being written; "": nowhere
  std::chrono::seconds patience{30};  // for the locks
  Time now{};
};

enum class Appended { now, before };

// Makes the file (0600) if its folder exists. Lines that would begin a message get a ">" (mboxrd);
// an empty line ends it. On any error the mbox is as it was. A delivery by a key that is known
// is a repetition if its message still stands in this mbox, by whatever path it is named.
Result<Appended> append_to_mbox(const std::string& path, const Pieces& pieces,
                                const MboxOptions& options);

// Whether it has been appended, and stands there: where a repetition would be put elsewhere.
Result<bool> is_in_mbox(const std::string& path, const Pieces& pieces, const MboxOptions& options);

// "From sender Mon Nov 23 10:00:00 2026"
std::string make_from_line(std::string_view sender, Time now);

}  // namespace unsent
