// SPDX-License-Identifier: MIT
#include "scan/seen_folders.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/field_line.h"

namespace unsent {
namespace {

constexpr const char* kHead = "UIDVALIDITY ";

std::uint32_t validity_of(const Place& place) {
  if (!place.is_known() || !place.head.starts_with(kHead)) return 0;
  return static_cast<std::uint32_t>(
      to_number(std::string_view(place.head).substr(std::string_view(kHead).size())));
}

}  // namespace

std::string SeenFolders::note_of(const std::string& url) const {
  return folder_ + "/imap-" + digest(url);
}

SeenFolders::Start SeenFolders::start_of(const std::string& url) {
  Folder& folder = folders_[url];
  folder = {};
  const std::string path = note_of(url);
  if (!read_note(path, [&](std::string_view line) { decode_note(line, folder.note); })) {
    if (std::find(damaged_.begin(), damaged_.end(), path) == damaged_.end())
      damaged_.push_back(path);
    folder.note = {};
  }
  Start start;
  start.seen = {validity_of(folder.note.place), static_cast<Uid>(folder.note.place.next)};
  if (folder.note.ledger != ledger_)
    for (const SeenMessage& message : std::exchange(folder.note.unverified, {}))
      start.again.add(static_cast<Uid>(message.offset));
  return start;
}

void SeenFolders::has_read(const std::string& url, const ImapSeen& seen) {
  Folder& folder = folders_[url];
  if (validity_of(folder.note.place) != seen.validity) folder.note.unverified.clear();
  folder.note.place = {};
  if (seen.validity != 0)
    folder.note.place = {seen.next - 1, seen.next, kHead + std::to_string(seen.validity), {}};
  folder.was_read = true;
}

void SeenFolders::has_judged(const StoredMessage& stored, bool is_unverified,
                             const std::string& digest) {
  if (is_unverified) folders_[stored.path].fresh.push_back({stored.offset, stored.size, digest});
}

Result<void> SeenFolders::save() const {
  for (const auto& [url, folder] : folders_) {
    if (!folder.was_read) continue;
    MboxNote noted = folder.note;
    noted.ledger = ledger_;
    noted.unverified.insert(noted.unverified.end(), folder.fresh.begin(), folder.fresh.end());
    std::sort(noted.unverified.begin(), noted.unverified.end(),
              [](const SeenMessage& a, const SeenMessage& b) { return a.offset < b.offset; });
    auto note = NoteWriter::begin(note_of(url));
    if (!note) return note.failure();
    if (auto done = note->add(encode_note(noted)); !done) return done;
    if (auto done = note->finish(); !done) return done;
  }
  return {};
}

}  // namespace unsent
