// SPDX-License-Identifier: MIT
#include "scan/held_gists.h"

#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <type_traits>

#include "base/open.h"

namespace unsent {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10U;
const char* const kName = "temporary file";

// Writes values one behind the other, and Unpacker reads them in the same order. Both are only
// for this process.
class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) {}

  template <typename Value>
  requires std::is_trivially_copyable_v<Value>
  void pass(const Value& value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void pass(const std::string& text) {
    pass(text.size());
    out_ += text;
  }
  template <typename Value, typename Each>
  void pass_list(const std::vector<Value>& list, Each each) {
    pass(list.size());
    for (const Value& value : list) each(*this, const_cast<Value&>(value));
  }

 private:
  std::string& out_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view in) : in_(in) {}

  template <typename Value>
  requires std::is_trivially_copyable_v<Value>
  void pass(Value& value) {
    assert(in_.size() >= sizeof value);
    std::memcpy(&value, in_.data(), sizeof value);
    in_.remove_prefix(sizeof value);
  }
  void pass(std::string& text) {
    std::size_t size = 0;
    pass(size);
    text = in_.substr(0, size);
    in_.remove_prefix(size);
  }
  template <typename Value, typename Each>
  void pass_list(std::vector<Value>& list, Each each) {
    std::size_t size = 0;
    pass(size);
    list.resize(size);
    for (Value& value : list) each(*this, value);
  }

 private:
  std::string_view in_;
};

template <typename Archive, typename... Values>
void pass_all(Archive& archive, Values&... values) {
  (archive.pass(values), ...);
}

const auto kPassText = [](auto& archive, std::string& text) { archive.pass(text); };
const auto kPassNumber = [](auto& archive, std::uint64_t& number) { archive.pass(number); };
const auto kPassOtherwise = [](auto& archive, Otherwise& one) {
  pass_all(archive, one.condition, one.points_to, one.strength, one.remedy, one.domain);
};
const auto kPassFact = [](auto& archive, Fact& fact) {
  pass_all(archive, fact.check, fact.points_to, fact.strength, fact.detail, fact.source);
  archive.pass_list(fact.otherwise, kPassOtherwise);
};

template <typename Archive>
void pass_item(Archive& archive, ScanItem& item) {
  pass_all(archive, item.place.path, item.place.offset, item.place.uid, item.verdict, item.kind,
           item.time, item.from, item.subject, item.reason, item.rule, item.reporter, item.sender,
           item.client_ip, item.traits.subject, item.traits.network, item.traits.sender,
           item.traits.reporter, item.original.message_id, item.original.from,
           item.original.subject, item.original.date, item.recipients, item.status,
           item.diagnostic);
  archive.pass_list(item.facts, kPassFact);
  archive.pass_list(item.defects, kPassText);
}

// The member is kept elsewhere.
template <typename Archive>
void pass_gist(Archive& archive, Gist& gist) {
  pass_all(archive, gist.kind, gist.verdict, gist.line);
  archive.pass_list(gist.mention.ids, kPassNumber);
  archive.pass_list(gist.mention.makes, kPassNumber);
  archive.pass_list(gist.mention.subjects, kPassNumber);
  if (gist.kind == Kind::ordinary && gist.mention.is_empty()) return;
  pass_all(archive, gist.mention.day, gist.mention.author, gist.mention.recipient);
  pass_item(archive, gist.item);
  pass_all(archive, gist.header_block, gist.digest, gist.is_whole, gist.may_hold_another,
           gist.service);
  archive.pass_list(gist.facts, kPassFact);
}

template <typename Archive>
void pass_stored(Archive& archive, StoredMessage& stored) {
  pass_all(archive, stored.offset, stored.size, stored.modified, stored.kind, stored.is_plain,
           stored.read, stored.device, stored.inode);
}

}  // namespace

void HeldGists::add(const Scanned& scanned, std::uint32_t number) {
  const std::size_t begin = memory_.size();
  Packer packer(memory_);
  packer.pass(begin);  // room for the size
  packer.pass(number);
  packer.pass(scanned.read);
  const bool is_same_path = scanned.stored.path == last_path_;
  packer.pass(is_same_path);
  if (!is_same_path) packer.pass(last_path_ = scanned.stored.path);
  StoredMessage stored = scanned.stored;
  pass_stored(packer, stored);
  pass_gist(packer, scanned.gist);
  const std::size_t size = memory_.size() - begin - sizeof begin;
  std::memcpy(memory_.data() + begin, &size, sizeof size);
  if (memory_.size() >= memory_limit_ && !is_disk_full_) write_out();
}

// What does not fit onto the disk is taken back from it: the file ends with whole records.
void HeldGists::write_out() {
  if (!file_.is_open()) file_ = open_nameless(folder_);
  const off_t end = file_.is_open() ? ::lseek(file_.get(), 0, SEEK_CUR) : -1;
  if (end >= 0 && write_all(file_.get(), memory_, kName)) {
    memory_.clear();
    return;
  }
  is_disk_full_ = true;
  if (end >= 0 && ::ftruncate(file_.get(), end) != 0) file_ = FileDescriptor();
}

// Whole records are taken from the front of held.
Result<void> HeldGists::hand_on(std::string_view& held, const Take& take) {
  std::size_t size = 0;
  while (held.size() >= sizeof size) {
    std::memcpy(&size, held.data(), sizeof size);
    if (held.size() - sizeof size < size) return {};
    Unpacker unpacker(held.substr(sizeof size, size));
    held.remove_prefix(sizeof size + size);
    std::uint32_t number = 0;
    std::uint64_t read = 0;
    bool is_same_path = false;
    Gist gist;
    pass_all(unpacker, number, read, is_same_path);
    if (!is_same_path) unpacker.pass(last_path_);
    StoredMessage stored{last_path_, 0, 0, {}, {}};
    pass_stored(unpacker, stored);
    pass_gist(unpacker, gist);
    if (auto taken = take({stored, gist, read}, number); !taken) return taken;
  }
  return {};
}

Result<void> HeldGists::hand_on(const Take& take) {
  last_path_.clear();
  std::string held;
  if (file_.is_open() && ::lseek(file_.get(), 0, SEEK_SET) != 0) return os_failure(kName, errno);
  for (bool is_more = file_.is_open(); is_more;) {
    const std::size_t before = held.size();
    held.resize(before + kPiece);
    const ssize_t count = ::read(file_.get(), held.data() + before, kPiece);
    if (count < 0 && errno != EINTR) return os_failure(kName, errno);
    held.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    is_more = count != 0;
    std::string_view rest = held;
    if (auto handed_on = hand_on(rest, take); !handed_on) return handed_on;
    held.erase(0, held.size() - rest.size());
  }
  std::string_view rest = memory_;
  return hand_on(rest, take);
}

}  // namespace unsent
