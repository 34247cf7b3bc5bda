// SPDX-License-Identifier: MIT
#include "mailbox/quarantine.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <unordered_map>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "bounce/recognise.h"
#include "mailbox/act.h"
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

std::string campaign_of(const Bounce& bounce) {
  std::string letters;
  for (const char c : bounce.original.subject)
    if (!is_digit(c) && !is_space(c)) letters += to_lower(c);
  return letters.empty() ? "" : digest(letters).substr(0, 8);
}

constexpr const char* kReasons = "/unsent-reasons";
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

void look_into(Quarantined& one, const Reasons& reasons) {
  auto bytes = read_file(one.path);
  if (!bytes) return;
  bytes->resize(std::min(bytes->size(), kMaxSeen));
  const Message message = Message::parse(std::move(*bytes));
  const Bounce bounce = recognise(message);
  one.why = to_valid_utf8(message.headers().text("X-Unsent-Verdict"));
  const auto noted = reasons.find(one.id);
  if (noted != reasons.end()) one.why = noted->second;
  one.subject = message.headers().decoded("Subject");
  one.original = bounce.original.subject;
  one.campaign = campaign_of(bounce);
}

}  // namespace

Result<std::vector<Quarantined>> list_quarantine_files(const std::string& folder) {
  std::vector<Quarantined> list;
  if (::access((folder + "/new").c_str(), F_OK) != 0 && errno == ENOENT) return list;
  const auto listing = list_folder(folder);
  if (!listing) return listing.failure();
  if (listing->kind != MailboxKind::maildir)
    return fail(ErrorCode::data, folder + ": not a Maildir");
  for (const std::string& file : listing->files) {
    Quarantined one;
    one.path = folder + '/' + file;
    one.id = id_of(file);
    struct stat status {};
    if (::stat(one.path.c_str(), &status) != 0) continue;  // read and moved meanwhile
    one.size = static_cast<std::uint64_t>(status.st_size);
    one.since = time_of(one.id, status.st_mtime);
    list.push_back(std::move(one));
  }
  return list;
}

Result<std::vector<Quarantined>> list_quarantine(const std::string& folder) {
  auto list = list_quarantine_files(folder);
  if (!list) return list;
  const Reasons reasons = read_reasons(folder);
  for (Quarantined& one : *list) look_into(one, reasons);
  return list;
}

void add_quarantine_reasons(const std::string& folder, std::string_view lines) {
  const std::string path = folder + kReasons;
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
  const FileDescriptor file(::open(path.c_str(), flags, 0600));
  if (file.is_open()) static_cast<void>(write_all(file.get(), lines, path).has_value());
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
