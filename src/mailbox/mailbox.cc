// SPDX-License-Identifier: MIT
#include "mailbox/mailbox.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/open.h"
#include "base/text.h"
#include "mailbox/file_form.h"
#include "mailbox/from_line.h"
#include "mailbox/joined_messages.h"
#include "mailbox/listing.h"
#include "mailbox/mbox_reader.h"
#include "mailbox/packed_source.h"

namespace unsent {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kHead = 4096;  // tells what a file is

class FileSource : public ByteSource {
 public:
  FileSource(const std::string& path, int fd) : path_(path), fd_(fd) {}

  Result<std::size_t> read(char* to, std::size_t size) override {
    for (;;) {
      const ssize_t count = ::read(fd_, to, size);
      is_at_end_ = count == 0;
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) return os_failure(path_, errno);
    }
  }

  // False for a pipe.
  bool rewind() { return ::lseek(fd_, 0, SEEK_SET) == 0; }

  // before: what it was when it was opened. It may have grown, but whoever takes bytes away
  // while we read may have taken them from under us.
  Result<void> check_not_shorter(const struct stat& before) const {
    struct stat now {};
    if (!S_ISREG(before.st_mode)) return {};
    if (::fstat(fd_, &now) != 0) return os_failure(path_, errno);
    const bool ended_early = is_at_end_ && ::lseek(fd_, 0, SEEK_CUR) < before.st_size;
    if (now.st_size >= before.st_size && !ended_early) return {};
    return fail(ErrorCode::temp_fail, path_ + ": became shorter while it was read",
                "scan it again");
  }

  std::optional<std::string> peek(std::uint64_t offset, std::size_t size) override {
    std::string bytes(size, '\0');
    const ssize_t count = ::pread(fd_, bytes.data(), size, static_cast<off_t>(offset));
    if (count < 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(count));
    return bytes;
  }

 private:
  const std::string& path_;
  int fd_;
  bool is_at_end_ = false;
};

// How a file came up decides what it may be.
enum class FileRole { named, in_folder, message, maildir, mh };

class Walker {
 public:
  Walker(const Visit& visit, std::vector<std::string>& problems, const WalkOptions& options)
      : visit_(visit), problems_(problems), options_(options), reader_(options.max_message) {}

  // An error of the path itself; what the visitor returned is in stopped().
  Result<void> walk(const std::string& path, FileRole role, int depth) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return os_failure(path, errno);
    if (!S_ISDIR(status.st_mode)) {
      const bool is_known =
          S_ISREG(status.st_mode) && options_.seen != nullptr && !is_first(status);
      return is_known ? Result<void>() : walk_file(path, role);
    }
    if (depth > kMaxDepth) return fail(ErrorCode::data, path + ": folders nested too deeply");
    if (!is_first(status)) return {};
    return walk_folder(path, depth);
  }
  const Result<void>& stopped() const { return stopped_; }

 private:
  Result<void> walk_folder(const std::string& path, int depth) {
    auto listing = Listing::open(path);
    if (!listing) return listing.failure();
    const std::string prefix = path.back() == '/' ? path : path + '/';
    for (;;) {
      const auto files = listing->next_files();
      if (!files) return files.failure();
      if ((*files)->empty()) break;
      for (std::size_t i = 0; i < (*files)->size(); ++i) {
        const std::string_view name = (**files)[i];
        const FileRole role = role_in(listing->kind(), name);
        const std::string file = prefix + std::string(name);
        note(role == FileRole::in_folder ? walk(file, role, depth) : walk_file(file, role));
        if (!stopped_) return {};
      }
    }
    if (options_.subfolders == Subfolders::leave) return {};
    for (const std::string& name : listing->folders()) {
      note(walk(prefix + name, FileRole::in_folder, depth + 1));
      if (!stopped_) return {};
    }
    return {};
  }

  bool is_first(const struct stat& status) {
    SeenFiles& seen = options_.seen != nullptr ? *options_.seen : seen_;
    return seen.emplace(status.st_dev, status.st_ino).second;
  }

  static FileRole role_in(MailboxKind kind, std::string_view name) {
    if (kind == MailboxKind::maildir) return FileRole::maildir;
    if (kind == MailboxKind::mh) return FileRole::mh;
    return ends_with_ignoring_case(name, ".eml") ? FileRole::message : FileRole::in_folder;
  }

  void note(const Result<void>& result) {
    if (!result) problems_.push_back(result.error().message);
  }

  Result<void> walk_file(const std::string& path, FileRole role) {
    const auto file = role == FileRole::named ? open_named(path) : open_file(path, O_RDONLY);
    if (!file) return file.failure();
    struct stat status {};
    if (::fstat(file->get(), &status) != 0) return os_failure(path, errno);
    FileSource source(path, file->get());
    const auto begin = begin_of(path, status, file->get());
    if (begin > 0 && begin >= static_cast<std::uint64_t>(status.st_size)) return {};
    reader_.start(source, begin);
    StoredMessage stored{path, 0, 0, {}, Time(seconds(status.st_mtime))};
    stored.is_plain = S_ISREG(status.st_mode);
    stored.device = status.st_dev;
    stored.inode = status.st_ino;
    if (role == FileRole::maildir) stored.kind = MailboxKind::maildir;
    if (role == FileRole::mh) stored.kind = MailboxKind::mh;
    auto visited = visit_source(source, stored, role, status);
    return visited && stopped_ ? source.check_not_shorter(status) : visited;
  }

  Result<void> visit_source(FileSource& source, StoredMessage& stored, FileRole role,
                            const struct stat& status) {
    const auto head = reader_.head();
    if (!head) return head.failure();
    const Compression compression = compression_of(*head);
    if (compression == Compression::none) return visit_by_head(*head, stored, role, status);
    stored.is_plain = false;
    return walk_packed(source, compression, stored, role, status);
  }

  Result<void> walk_packed(FileSource& source, Compression compression, StoredMessage& stored,
                           FileRole role, const struct stat& status) {
    if (compression == Compression::bzip2 || !source.rewind())
      return fail(ErrorCode::data,
                  stored.path + ": compressed (" + std::string(name_of(compression)) + ")",
                  "unpack it first");
    PackedSource unpacked(source, compression, stored.path);
    packed_ = &unpacked;
    reader_.start(unpacked);
    const auto head = reader_.head();
    auto visited = head ? visit_by_head(*head, stored, role, status) : head.failure();
    packed_ = nullptr;
    return visited;
  }

  Result<void> visit_by_head(std::string_view head, StoredMessage& stored, FileRole role,
                             const struct stat& status) {
    const StrangeForm strange = strange_form_of(head);
    if (!strange.what.empty())
      return fail(ErrorCode::no_input, stored.path + ": " + std::string(strange.what),
                  std::string(strange.mend));
    const bool may_be_mbox = role == FileRole::named || role == FileRole::in_folder;
    if (may_be_mbox && looks_like_mbox(head)) return visit_pieces(stored);
    if (const auto emlx = emlx_message(stored.path, head); may_be_mbox && emlx)
      return visit_emlx(stored, *emlx);
    if (role == FileRole::named && is_binary(head) && !looks_like_message(head))
      return fail(ErrorCode::no_input, stored.path + ": is no mailbox, and no text at all");
    const bool is_mail = role != FileRole::in_folder || looks_like_message(head);
    if (is_mail) return visit_whole(stored, status);
    const bool may_have_mail = !head.empty() && !is_index_of_mail(stored.path);
    if (may_have_mail && options_.passed_over) options_.passed_over(stored.path);
    return {};
  }

  std::uint64_t begin_of(const std::string& path, const struct stat& status, int fd) {
    if (!options_.read_before || !S_ISREG(status.st_mode)) return 0;
    const std::uint64_t begin = options_.read_before(path, status, fd);
    return ::lseek(fd, static_cast<off_t>(begin), SEEK_SET) < 0 ? 0 : begin;
  }

  Result<void> visit(StoredMessage& stored) {
    stored.read = packed_ != nullptr ? packed_->consumed() : stored.offset + stored.size;
    return visit_(stored);
  }

  Result<void> visit_pieces(StoredMessage& stored) {
    stored.kind = MailboxKind::mbox;
    while (stopped_) {
      const auto piece = reader_.next();
      if (!piece) return piece.failure();
      if (!*piece) return {};
      stored.offset = (*piece)->offset;
      stored.size = (*piece)->size;
      stored.bytes = (*piece)->bytes;
      stopped_ = visit(stored);
    }
    return {};
  }

  // An empty file holds no message.
  Result<void> visit_whole(StoredMessage& stored, const struct stat& status) {
    const auto piece = reader_.whole();
    if (!piece) return piece.failure();
    if (piece->size == 0) return {};
    const auto on_disk = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
    stored.size = piece->size < options_.max_message ? piece->size : std::max(piece->size, on_disk);
    stored.bytes = piece->bytes;
    stopped_ = visit(stored);
    return {};
  }

  // Apple Mail has notes of its own on each: nothing of it is changed.
  Result<void> visit_emlx(StoredMessage& stored, const EmlxMessage& emlx) {
    const auto piece = reader_.whole();
    if (!piece) return piece.failure();
    const bool is_cut = piece->size >= options_.max_message;
    if (!is_cut && piece->size < emlx.begin + emlx.size)
      return fail(ErrorCode::data, stored.path + ": ends before its message does",
                  "its first line says how long that is; take it from a backup");
    stored.offset = emlx.begin;
    stored.size = emlx.size;
    stored.bytes = piece->bytes.substr(emlx.begin, emlx.size);
    stored.is_plain = false;
    stopped_ = visit(stored);
    return {};
  }

  const Visit& visit_;
  std::vector<std::string>& problems_;
  const WalkOptions& options_;
  MboxReader reader_;
  const PackedSource* packed_ = nullptr;  // what reader_ reads, if that is packed
  SeenFiles seen_;
  Result<void> stopped_;  // holds no error while the walk goes on
};

Unexpected explained(const std::string& path, const Error& error) {
  std::string hint = error.hint;
  if (hint.empty() && error.code == ErrorCode::no_input && names_server(path))
    hint = "a mailbox at a server is imaps://USER@HOST";
  if (hint.empty() && error.code == ErrorCode::no_input)
    hint = "name an mbox file, a Maildir, a folder of messages or a message file";
  if (hint.empty() && error.code == ErrorCode::no_permission)
    hint = "run it as the user who owns the mailbox";
  return fail(error.code, error.message, hint);
}

}  // namespace

std::string_view name_of(MailboxKind kind) {
  switch (kind) {
    case MailboxKind::mbox:
      return "mbox";
    case MailboxKind::maildir:
      return "Maildir";
    case MailboxKind::mh:
      return "MH";
    case MailboxKind::folder:
      return "folder";
    case MailboxKind::message:
      return "message";
    case MailboxKind::imap:
      return "IMAP";
  }
  return {};
}

namespace {

bool is_one_message(const StoredMessage& stored) {
  const bool is_one_by_name = stored.kind == MailboxKind::maildir ||
                              stored.kind == MailboxKind::mh || stored.kind == MailboxKind::imap;
  return is_one_by_name && !looks_like_mbox(stored.bytes.substr(0, kHead));
}

bool are_joined(const StoredMessage& stored) {
  return stored.kind == MailboxKind::message && find_joined(stored.bytes) != std::string_view::npos;
}

}  // namespace

bool may_hold_another(const StoredMessage& stored) {
  if (is_one_message(stored)) return false;
  return find_doubtful(stored.bytes) != std::string_view::npos || are_joined(stored);
}

bool may_hold_unread(const StoredMessage& stored) {
  if (is_one_message(stored)) return false;
  return find_doubtful_header(stored.bytes) != std::string_view::npos || are_joined(stored);
}

Result<void> walk_mailbox(const std::string& path, const Visit& visit,
                          std::vector<std::string>& problems, const WalkOptions& options) {
  Walker walker(visit, problems, options);
  const auto walked = walker.walk(path, FileRole::named, 0);
  if (!walked) return explained(path, walked.error());
  return walker.stopped();
}

}  // namespace unsent
