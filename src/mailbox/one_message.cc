// SPDX-License-Identifier: MIT
#include "mailbox/one_message.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "mailbox/file_form.h"
#include "mailbox/listing.h"
#include "mailbox/mbox_reader.h"
#include "mailbox/packed_source.h"

namespace unsent {
namespace {

constexpr std::size_t kHead = 4096;
constexpr std::size_t kMostUnpacked = std::size_t{256} << 20U;

class TextSource : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : text_(text) {}

  Result<std::size_t> read(char* to, std::size_t size) override {
    const std::string_view part = text_.substr(at_, size);
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    at_ += part.size();
    return part.size();
  }
  std::optional<std::string> peek(std::uint64_t offset, std::size_t size) override {
    return std::string(text_.substr(std::min<std::uint64_t>(offset, text_.size()), size));
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

Result<std::string> unpacked(std::string bytes, const std::string& path) {
  const Compression compression = compression_of(bytes);
  if (compression == Compression::none) return bytes;
  if (compression == Compression::bzip2)
    return fail(ErrorCode::data, path + ": compressed (bzip2)", "unpack it first");
  TextSource packed(bytes);
  PackedSource source(packed, compression, path);
  std::string text;
  std::string piece(std::size_t{1} << 17U, '\0');
  for (;;) {
    const auto count = source.read(piece.data(), piece.size());
    if (!count) return count.failure();
    if (*count == 0) return text;
    text.append(piece, 0, *count);
    if (text.size() > kMostUnpacked)
      return fail(ErrorCode::data, path + ": more than 256 MB, unpacked", "scan reads it");
  }
}

Result<bool> holds_several(std::string_view text) {
  TextSource source(text);
  MboxReader reader(text.size());
  reader.start(source);
  for (int i = 0; i < 2; ++i) {
    const auto piece = reader.next();
    if (!piece) return piece.failure();
    if (!*piece) return false;
  }
  return true;
}

}  // namespace

Result<OneMessage> one_message_of(std::string bytes, const std::string& path) {
  auto text = unpacked(std::move(bytes), path);
  if (!text) return text.failure();
  const std::string_view head = std::string_view(*text).substr(0, kHead);
  if (const StrangeForm strange = strange_form_of(head); !strange.what.empty())
    return fail(ErrorCode::data, path + ": " + std::string(strange.what),
                std::string(strange.mend));
  if (const auto emlx = emlx_message(path, head)) {
    if (text->size() < emlx->begin + emlx->size)
      return fail(ErrorCode::data, path + ": ends before its message does");
    return OneMessage{text->substr(emlx->begin, emlx->size), false};
  }
  if (looks_like_mbox(head)) {
    const auto has_others = holds_several(*text);
    if (!has_others) return has_others.failure();
    return OneMessage{std::move(*text), *has_others};
  }
  if (is_binary(head) && !looks_like_message(head))
    return fail(ErrorCode::data, path + ": is no message, and no text at all");
  return OneMessage{std::move(*text), false};
}

}  // namespace unsent
