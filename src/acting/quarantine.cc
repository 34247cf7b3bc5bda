// SPDX-License-Identifier: MIT
#include "acting/quarantine.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "acting/act.h"
#include "base/field_line.h"
#include "base/file.h"
#include "base/open.h"
#include "base/text.h"
#include "mailbox/listing.h"
#include "mailbox/mailbox.h"

namespace unsent {
namespace {

// "cur/1795204000.M1P2R3.host:2,S" → "1795204000.M1P2R3.host"
std::string id_of(const std::string& file) {
  const std::string name = file.substr(file.find('/') + 1);
  return name.substr(0, name.find(':'));
}

Time time_of(const std::string& id, std::time_t modified) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(id.data(), id.data() + id.size(), number);
  const bool is_named =
      parsed.ec == std::errc() && number > 0 && parsed.ptr != id.data() + id.size();
  return Time(seconds(is_named ? number : modified));
}

// nullopt: read and moved meanwhile.
std::optional<Quarantined> quarantined(const std::string& folder, const std::string& file) {
  Quarantined one;
  one.path = folder + '/' + file;
  one.id = id_of(file);
  struct stat status {};
  if (::stat(one.path.c_str(), &status) != 0) return std::nullopt;
  one.size = static_cast<std::uint64_t>(status.st_size);
  one.since = time_of(one.id, status.st_mtime);
  return one;
}

constexpr const char* kReasons = "/unsent-reasons";
constexpr const char* kReleased = "/unsent-released";
constexpr std::size_t kMaxReasons = std::size_t{256} << 20U;

using Reasons = std::unordered_map<std::string, std::string>;  // by id

Reasons read_reasons(const std::string& folder) {
  Reasons reasons;
  const auto text = read_file(folder + kReasons, kMaxReasons);
  if (!text) return reasons;
  for (const std::string_view line : split(*text, '\n')) {
    const auto fields = decode_fields(line);
    if (fields.size() < 2) continue;
    const Message block = Message::view(fields[1]);
    reasons[fields[0]] = to_valid_utf8(block.headers().text("X-Unsent-Verdict"));
  }
  return reasons;
}

}  // namespace

Result<std::vector<Quarantined>> list_quarantine_files(const std::string& folder) {
  std::vector<Quarantined> list;
  if (::access((folder + "/new").c_str(), F_OK) != 0 && errno == ENOENT) return list;
  auto listing = Listing::open(folder);
  if (!listing) return listing.failure();
  if (listing->kind() != MailboxKind::maildir)
    return fail(ErrorCode::data, folder + ": not a Maildir");
  for (;;) {
    const auto files = listing->next_files();
    if (!files) return files.failure();
    if ((*files)->empty()) return list;
    for (std::size_t i = 0; i < (*files)->size(); ++i)
      if (auto one = quarantined(folder, std::string((**files)[i])))
        list.push_back(std::move(*one));
  }
}

QuarantineReader::QuarantineReader(const std::string& folder) : reasons_(read_reasons(folder)) {}

std::optional<Message> QuarantineReader::read(const Quarantined& one) {
  const auto file = open_file(one.path, O_RDONLY);
  if (!file) return std::nullopt;
  std::string bytes(std::min<std::uint64_t>(one.size, kMaxSeen), '\0');
  const ssize_t count = ::pread(file->get(), bytes.data(), bytes.size(), 0);
  if (count < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(count));
  return Message::parse(std::move(bytes));
}

std::string QuarantineReader::why(const Quarantined& one, const Message& message) const {
  const auto noted = reasons_.find(one.id);
  return noted != reasons_.end() ? noted->second
                                 : to_valid_utf8(message.headers().text("X-Unsent-Verdict"));
}

void add_quarantine_reasons(const std::string& folder, std::string_view lines) {
  const std::string path = folder + kReasons;
  const auto file = open_file(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW);
  if (file) static_cast<void>(write_all(file->get(), lines, path).has_value());
}

Result<void> note_released(const std::string& folder, const std::string& id) {
  const std::string path = folder + kReleased;
  const auto file = open_file(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW);
  return file ? write_all(file->get(), id + '\n', path) : file.failure();
}

std::set<std::string> released_from(const std::string& folder) {
  std::set<std::string> released;
  const auto text = read_file(folder + kReleased, kMaxReasons);
  if (!text) return released;
  for (const std::string_view id : split(*text, '\n'))
    if (!id.empty()) released.emplace(id);
  return released;
}

bool was_moved_here(const Quarantined& one) {  // see Act::name
  return one.id.find("U0_") != one.id.npos;
}

Result<std::int64_t> purge_quarantine(const std::string& folder, Time before) {
  const auto list = list_quarantine_files(folder);
  if (!list) return list.failure();
  std::int64_t count = 0;
  for (const Quarantined& one : *list)
    if (one.since < before && ::unlink(one.path.c_str()) == 0) ++count;
  return count;
}

}  // namespace unsent
