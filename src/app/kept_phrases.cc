// SPDX-License-Identifier: MIT
#include "app/kept_phrases.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "app/new_file.h"
#include "base/file.h"
#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxFile = std::size_t{256} * 1024 * 1024;
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
  KeptPhrases(std::vector<LanguageFile> files, std::string folder)
      : files_(std::move(files)), folder_(std::move(folder)) {}

  View read() override {
    const std::string stamp = stamp_of(files_);
    if (auto pieces = find_kept(stamp)) return view_of(*pieces);
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

  std::optional<KeptPieces> find_kept(std::string_view stamp) {
    if (folder_.empty() || !check_own(place())) return std::nullopt;
    auto file = MappedFile::open(place());
    if (!file) return std::nullopt;
    const auto pieces = split_pieces(file->bytes());
    if (!pieces || (*pieces)[0] != stamp) return std::nullopt;
    kept_.emplace(std::move(*file));
    return pieces;
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
                                           const std::string& folder) {
  return std::make_unique<KeptPhrases>(std::move(files), folder);
}

}  // namespace unsent
