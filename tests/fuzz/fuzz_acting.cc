// SPDX-License-Identifier: MIT
// Acting on an mbox and on message files of any bytes, and taking it back: what was meant goes,
// all else stays, byte for byte, and afterwards everything is as it was.
// Input: a byte that chooses the deed, one what happens meanwhile, one which messages are meant;
// then the mbox. Behind a line "~~" each, message files.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "acting/acting.h"
#include "base/digest.h"
#include "base/file.h"
#include "mailbox/mailbox.h"

namespace {

namespace fs = std::filesystem;
using namespace unsent;

constexpr const char* kBlock = "X-Unsent-Verdict: backscatter; reason=\"x\"\n";
constexpr const char* kLater =
    "From b@remote.example Mon Nov 23 11:00:00 2026\nSubject: 2\n\nb\n\n";

void require(bool is_so) {
  if (!is_so) std::abort();
}

// In memory, where there is such a place.
std::string scratch() {
  std::string path = std::string(fs::exists("/dev/shm") ? "/dev/shm" : "/tmp") + "/unsent-XXXXXX";
  require(::mkdtemp(path.data()) != nullptr);
  return path;
}

void write(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string read(const std::string& path) {
  auto text = read_file(path);
  require(text.has_value());
  return *text;
}

struct Input {
  Deed deed = Deed::remove;
  bool grows = false;     // mail comes between acting and taking back
  bool is_moved = false;  // and a Maildir's message gets a flag
  unsigned meant = 0;     // a bit for each message, over and over
  std::string_view mbox;
  std::vector<std::string_view> files;
};

Input read_input(std::string_view bytes) {
  Input input;
  constexpr Deed kDeeds[] = {Deed::remove, Deed::quarantine, Deed::tag};
  input.deed = kDeeds[static_cast<unsigned char>(bytes[0]) % 3];
  input.grows = (bytes[1] & 1) != 0;
  input.is_moved = (bytes[1] & 2) != 0;
  input.meant = static_cast<unsigned char>(bytes[2]);
  bytes.remove_prefix(3);
  const std::size_t end = std::min(bytes.find("\n~~\n"), bytes.size());
  input.mbox = bytes.substr(0, end);
  bytes.remove_prefix(std::min(end + 4, bytes.size()));
  while (!bytes.empty() && input.files.size() < 8) {
    const std::size_t next = std::min(bytes.find("\n~~\n"), bytes.size());
    input.files.push_back(bytes.substr(0, next));
    bytes.remove_prefix(std::min(next + 4, bytes.size()));
  }
  return input;
}

class Run {
 public:
  explicit Run(const Input& input) : input_(input), path_(scratch()) {
    for (const char* part : {"cur", "new", "tmp"}) fs::create_directories(path_ + "/md/" + part);
    write(path_ + "/mbox", input.mbox);
    for (std::size_t i = 0; i < input.files.size(); ++i) write(file(i), input.files[i]);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() { fs::remove_all(path_); }

  void go() {
    if (!look()) return;
    auto act =
        Act::create(path_ + "/acts", input_.deed, path_ + "/away", Time(seconds(1795204000)));
    require(act.has_value());
    plan(*act);
    require(act->end_plan().has_value());
    const auto acted = perform(*act, {});
    require(acted.has_value() && acted->problems.empty() && acted->messages == meant_);
    if (input_.deed != Deed::tag) require(read(path_ + "/mbox") == left_);
    meanwhile();
    const auto undone = take_back(*act, {});
    require(undone.has_value() && undone->problems.empty() && undone->messages == meant_);
    check_whole();
  }

 private:
  std::string file(std::size_t i) const {
    return path_ + "/md/cur/" + std::to_string(1795000000 + i) + ".M1P1.host:2,";
  }

  // A file without a From_ line is no mbox, and one message. What begins as packed files do cannot
  // be read, and is not acted on.
  bool look() {
    std::vector<std::string> problems;
    const auto visit = [&](const StoredMessage& stored) -> Result<void> {
      is_mbox_ = is_mbox_ || stored.kind == MailboxKind::mbox;
      return {};
    };
    return walk_mailbox(path_ + "/md", visit, problems).has_value() &&
           walk_mailbox(path_ + "/mbox", visit, problems).has_value() && problems.empty();
  }

  void plan(Act& act) {
    std::vector<std::string> problems;
    std::size_t number = 0;
    std::uint64_t kept_from = 0;
    const auto visit = [&](const StoredMessage& stored) -> Result<void> {
      if ((input_.meant >> (number++ % 8) & 1U) == 0) return {};
      require(stored.size == stored.bytes.size());
      const bool is_part = stored.kind == MailboxKind::mbox;
      if (is_part) left_ += input_.mbox.substr(kept_from, stored.offset - kept_from);
      if (is_part) kept_from = stored.offset + stored.size;
      ++meant_;
      return act.plan({stored.kind, stored.offset, stored.size, digest(stored.bytes), kBlock,
                       stored.path, stored.device, stored.inode});
    };
    if (is_mbox_) require(walk_mailbox(path_ + "/mbox", visit, problems).has_value());
    left_ += input_.mbox.substr(kept_from);
    require(walk_mailbox(path_ + "/md", visit, problems).has_value() && problems.empty());
  }

  void meanwhile() {
    if (input_.grows) {
      const std::string now = read(path_ + "/mbox");
      std::ofstream(path_ + "/mbox", std::ios::binary | std::ios::app)
          << gap_before_from(
                 std::string_view(now).substr(now.size() - std::min<std::size_t>(now.size(), 4)))
          << kLater;
    }
    for (const char* folder : {"/md/cur", "/away/cur"}) {
      if (!input_.is_moved || !fs::exists(path_ + folder)) continue;
      std::vector<fs::path> names;
      for (const auto& entry : fs::directory_iterator(path_ + folder))
        names.push_back(entry.path());
      for (const auto& name : names)
        if (name.string().find(":2,") != std::string::npos) fs::rename(name, name.string() + "S");
    }
  }

  // Byte for byte as before; what came meanwhile stands behind it.
  void check_whole() const {
    const std::string mbox = read(path_ + "/mbox");
    require(mbox.substr(0, input_.mbox.size()) == input_.mbox);
    if (!input_.grows) require(mbox.size() == input_.mbox.size());
    if (input_.grows) require(mbox.size() > input_.mbox.size() && mbox.ends_with(kLater));
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(path_ + "/md/cur")) {
      const std::size_t i = std::strtoul(entry.path().filename().c_str(), nullptr, 10) - 1795000000;
      require(i < input_.files.size() && read(entry.path()) == input_.files[i]);
      ++count;
    }
    require(count == input_.files.size());
    for (const char* folder : {"/away/new", "/away/cur", "/away/tmp"})
      require(!fs::exists(path_ + folder) || fs::is_empty(path_ + folder));
  }

  const Input& input_;
  std::string path_;
  bool is_mbox_ = false;
  std::string left_;  // what the mbox keeps
  std::uint64_t meant_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 3 || size > 100000) return 0;
  const Input input = read_input({reinterpret_cast<const char*>(data), size});
  Run(input).go();
  return 0;
}
