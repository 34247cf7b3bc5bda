// SPDX-License-Identifier: MIT
#include "mailbox/seen_note.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "mailbox/act.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxNote = std::size_t{256} << 20U;

// The last line: without it, or with another, the text was not written by us as it stands.
std::string seal_of(std::string_view text) { return encode_fields({"end", digest(text)}); }

}  // namespace

std::string encode_place(const MboxPlace& place) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  std::string text = encode_fields({"mbox", number(place.inode), place.modified, number(place.last),
                                    number(place.end), number(place.head_size), place.head,
                                    number(place.tail_size), place.tail, place.ledger});
  for (const SeenMessage& message : place.unverified)
    text +=
        encode_fields({"unverified", number(message.offset), number(message.size), message.digest});
  return text;
}

MboxPlace decode_place(std::string_view text) {
  MboxPlace place;
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = decode_fields(line);
    if (fields.size() >= 10 && fields[0] == "mbox") {
      place.inode = to_number(fields[1]);
      place.modified = fields[2];
      place.last = to_number(fields[3]);
      place.end = to_number(fields[4]);
      place.head_size = to_number(fields[5]);
      place.head = fields[6];
      place.tail_size = to_number(fields[7]);
      place.tail = fields[8];
      place.ledger = fields[9];
    }
    if (fields.size() >= 4 && fields[0] == "unverified")
      place.unverified.push_back({to_number(fields[1]), to_number(fields[2]), fields[3]});
  }
  return place;
}

Note read_note(const std::string& path) {
  auto text = read_file(path, kMaxNote);
  if (!text) return {{}, text.error().code != ErrorCode::no_input};
  const std::size_t seal = seal_of({}).size();
  if (text->size() < seal) return {{}, true};
  const std::string_view body = std::string_view(*text).substr(0, text->size() - seal);
  if (text->substr(body.size()) != seal_of(body)) return {{}, true};
  text->resize(body.size());
  return {std::move(*text), false};
}

Result<void> write_note(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".new";
  const FileDescriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.is_open()) return os_failure(fresh, errno);
  if (auto done = write_all(file.get(), text, fresh); !done) return done;
  if (auto done = write_all(file.get(), seal_of(text), fresh); !done) return done;
  if (::fsync(file.get()) != 0) return os_failure(fresh, errno);
  return ::rename(fresh.c_str(), path.c_str()) == 0 ? Result<void>() : os_failure(path, errno);
}

}  // namespace unsent
