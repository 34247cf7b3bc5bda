// SPDX-License-Identifier: MIT
#include "mailbox/quarantine.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "bounce/recognise.h"
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

void look_into(Quarantined& one) {
  auto bytes = read_file(one.path);
  if (!bytes) return;
  bytes->resize(std::min(bytes->size(), kMaxSeen));
  const Message message = Message::parse(std::move(*bytes));
  const Bounce bounce = recognise(message);
  one.why = to_valid_utf8(message.headers().text("X-Unsent-Verdict"));
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
  if (list) std::for_each(list->begin(), list->end(), look_into);
  return list;
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
