// SPDX-License-Identifier: MIT
#include "setup/kept_phrases.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <exception>
#include <optional>

#include "base/file.h"
#include "base/open.h"
#include "base/text.h"
#include "setup/new_file.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxFile = std::size_t{256} * 1024 * 1024;
constexpr std::uint64_t kSoonPacked = std::uint64_t{256} * 1024;  // in some 60 ms
constexpr rlim_t kMostWork = 300;                                 // seconds of the processor
constexpr std::string_view kMagic = "unsent kept phrases 1\n";
constexpr std::string_view kMark = kMagic.substr(0, kMagic.find('1'));  // of any version

// What changes when a file does.
std::string stamp_of(const std::vector<LanguageFile>& files) {
  std::string stamp;
  for (const LanguageFile& file : files) {
    struct stat status = {};
    if (stat(file.path.c_str(), &status) != 0) continue;
    stamp += fmt::format("{} {} {} {}.{:09} {}\n", file.path, status.st_dev, status.st_ino,
                         status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size);
  }
  return stamp;
}

std::uint64_t size_of(const std::vector<LanguageFile>& files) {
  std::uint64_t size = 0;
  for (const LanguageFile& file : files) {
    struct stat status = {};
    if (stat(file.path.c_str(), &status) == 0) size += static_cast<std::uint64_t>(status.st_size);
  }
  return size;
}

// Four pieces, each behind its length: the stamp, added and removed phrases, problems.
constexpr std::size_t kPieces = 4;
using KeptPieces = std::array<std::string_view, kPieces>;

std::string join_pieces(const KeptPieces& pieces) {
  std::string out(kMagic);
  for (const std::string_view piece : pieces) {
    const std::uint64_t size = piece.size();
    char bytes[sizeof size];
    std::memcpy(bytes, &size, sizeof size);
    out.append(bytes, sizeof size).append(piece);
  }
  return out;
}

std::optional<KeptPieces> split_pieces(std::string_view bytes) {
  KeptPieces pieces;
  if (bytes.substr(0, kMagic.size()) != kMagic) return std::nullopt;
  bytes.remove_prefix(kMagic.size());
  for (std::string_view& piece : pieces) {
    std::uint64_t size = 0;
    if (bytes.size() < sizeof size) return std::nullopt;
    std::memcpy(&size, bytes.data(), sizeof size);
    bytes.remove_prefix(sizeof size);
    if (bytes.size() < size) return std::nullopt;
    piece = bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  return bytes.empty() ? std::optional(pieces) : std::nullopt;
}

class KeptPhrases : public PhraseSource {
 public:
  KeptPhrases(std::vector<LanguageFile> files, std::string folder, Packing packing)
      : files_(std::move(files)), folder_(std::move(folder)), packing_(packing) {}

  bool is_current() {
    const auto kept = find_kept();
    return kept && (*kept)[0] == stamp_of(files_);
  }

  View read() override {
    const std::string stamp = stamp_of(files_);
    const auto kept = find_kept();
    if (kept && (*kept)[0] == stamp) return view_of(*kept);
    if (packing_ == Packing::later && size_of(files_) > kSoonPacked) return earlier(kept);
    std::vector<std::string> problems;
    const auto texts = read_languages(files_, problems);
    packed_ = pack_phrases(texts, problems);
    std::string told;
    for (const std::string& problem : problems) told += problem + '\n';
    keep({stamp, packed_.added, packed_.removed, told});
    return {packed_.added, packed_.removed, std::move(problems)};
  }

 private:
  std::string place() const { return folder_ + "/phrases"; }

  std::optional<KeptPieces> find_kept() {
    if (folder_.empty() || !check_own(place())) return std::nullopt;
    auto file = MappedFile::open(place());
    if (!file) return std::nullopt;
    kept_.emplace(std::move(*file));
    return split_pieces(kept_->bytes());
  }

  View earlier(const std::optional<KeptPieces>& kept) const {
    View view = kept ? view_of(*kept) : View();
    view.problems.push_back(fmt::format(
        "{}: not packed yet; this message was judged with {}", folder_of(files_.front().path),
        kept ? "what the files said before" : "the built-in phrases alone"));
    return view;
  }

  static View view_of(const KeptPieces& pieces) {
    View view{pieces[1], pieces[2], {}};
    for (std::string_view told = pieces[3]; !told.empty();)
      view.problems.emplace_back(take_line(told));
    return view;
  }

  // What cannot be kept is packed anew the next time.
  void keep(const KeptPieces& pieces) const {
    if (folder_.empty() || !make_folders(folder_)) return;
    auto file = NewFile::make(place(), kMark);
    if (!file) return;
    file->text(join_pieces(pieces));
    (void)file->finish({});
  }

  std::vector<LanguageFile> files_;
  std::string folder_;
  Packing packing_;
  std::optional<MappedFile> kept_;
  PackedPhrases packed_;
};

}  // namespace

std::vector<LanguageText> read_languages(const std::vector<LanguageFile>& files,
                                         std::vector<std::string>& problems) {
  std::vector<LanguageText> texts;
  for (const LanguageFile& file : files) {
    auto text = file.is_own ? read_own_file(file.path, kMaxFile) : read_file(file.path, kMaxFile);
    if (text)
      texts.push_back({file.path, std::move(*text)});
    else
      problems.push_back(text.error().message);
  }
  return texts;
}

std::unique_ptr<PhraseSource> keep_phrases(std::vector<LanguageFile> files,
                                           const std::string& folder, Packing packing) {
  return std::make_unique<KeptPhrases>(std::move(files), folder, packing);
}

namespace {

// Nothing of who called us is held open: a mail system waits for that.
void leave_everything() {
  ::setsid();
  static_cast<void>(::nice(10));
  ::close_range(0, ~0U, 0);
  const rlimit work{kMostWork, kMostWork};
  ::setrlimit(RLIMIT_CPU, &work);
}

void pack_alone(const std::vector<LanguageFile>& files, const std::string& folder) try {
  leave_everything();
  const auto lock = open_file(folder + "/phrases.lock", O_RDWR | O_CREAT | O_NOFOLLOW);
  if (lock && ::flock(lock->get(), LOCK_EX | LOCK_NB) == 0)
    static_cast<void>(KeptPhrases(files, folder, Packing::now).read());
} catch (const std::exception&) {
}

}  // namespace

void pack_behind(const std::vector<LanguageFile>& files, const std::string& folder) {
  if (folder.empty() || !make_folders(folder)) return;
  if (KeptPhrases(files, folder, Packing::later).is_current()) return;
  // Of a child's child its parent is init, and nobody has to wait.
  const pid_t child = ::fork();
  if (child > 0) ::waitpid(child, nullptr, 0);
  if (child != 0) return;
  if (::fork() == 0) pack_alone(files, folder);
  ::_exit(0);
}

}  // namespace unsent
