// SPDX-License-Identifier: MIT
#include "mail/mime.h"

#include <mimetic/contentdisposition.h>
#include <mimetic/contenttype.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/text.h"
#include "mail/charset.h"
#include "mail/encoded_word.h"
#include "mail/lead.h"
#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::size_t kUsualParts = 8;
constexpr int kMostSearches = 16;         // for boundaries that never occur: each reads all bytes
constexpr std::size_t kMostSearched = 8;  // times all bytes, for those that do
constexpr std::size_t kMaxMimeValue = 4096;  // bytes of a Content-* value that mimetic sees

std::string bounded_value(const Headers& headers, std::string_view name) {
  const HeaderField* field = headers.find(name);
  return field == nullptr ? std::string() : unfold(field->value.substr(0, kMaxMimeValue));
}

// "text/plain" out of mimetic's two halves; "" where one is missing.
std::string full_type(const mimetic::ContentType& content_type) {
  const std::string_view type = trim(content_type.type());
  const std::string_view subtype = trim(content_type.subtype());
  if (type.empty() || subtype.empty()) return {};
  return lower(type) + '/' + lower(subtype);
}

struct TypeFields {
  std::string type;
  std::string charset;
  std::string boundary;
  std::string report_type;
  std::string file_name;

  std::string* find(std::string_view parameter) {
    if (equal_ignoring_case(parameter, "charset")) return &charset;
    if (equal_ignoring_case(parameter, "boundary")) return &boundary;
    if (equal_ignoring_case(parameter, "report-type")) return &report_type;
    return equal_ignoring_case(parameter, "name") ? &file_name : nullptr;
  }
};

// RFC 2045 section 5.1 as nearly every mail program writes it, which mimetic needs not be
// asked about: ASCII, no comment, no backslash, nothing twice, no blank where none should be.
class PlainType {
 public:
  explicit PlainType(std::string_view value) : rest_(value) {}

  // False if it is anything else; fields may then be half filled.
  bool read(TypeFields& fields) && {
    if (!std::all_of(rest_.begin(), rest_.end(),
                     [](char c) { return (c >= ' ' && c < 0x7F) || c == '\t'; }))
      return false;
    const std::size_t slash = kTokenEnds.find_in(rest_);
    const std::size_t end = kTokenEnds.find_in(rest_, slash + 1);
    if (slash == 0 || end <= slash + 1 || rest_[slash] != '/') return false;
    fields.type = lower(rest_.substr(0, end));
    rest_.remove_prefix(end);
    while (!rest_.empty())
      if (!read_parameter(fields)) return false;
    return true;
  }

 private:
  static constexpr ByteSet kTokenEnds{"()<>@,;:\\\"/[]?= \t"};

  bool read_parameter(TypeFields& fields) {
    if (rest_.front() != ';') return false;
    rest_ = trim(rest_.substr(1));
    if (rest_.empty()) return true;
    const std::size_t end = kTokenEnds.find_in(rest_);
    if (end == 0 || end == rest_.size() || rest_[end] != '=') return false;
    std::string* field = fields.find(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    const auto value = read_value();
    if (!value || (field != nullptr && !field->empty())) return false;
    if (field != nullptr) *field = *value;
    return true;
  }

  std::optional<std::string_view> read_value() {
    const bool is_quoted = !rest_.empty() && rest_.front() == '"';
    if (is_quoted) rest_.remove_prefix(1);
    const std::size_t end = is_quoted ? rest_.find_first_of("\\\"") : kTokenEnds.find_in(rest_);
    if (end == 0 || end == rest_.npos || (is_quoted && rest_[end] == '\\')) return std::nullopt;
    const std::string_view value = rest_.substr(0, end);
    rest_.remove_prefix(end + (is_quoted ? 1 : 0));
    return trim(value).size() == value.size() ? std::optional(value) : std::nullopt;
  }

  std::string_view rest_;
};

// "us-ascii (plain text)": mimetic leaves comments where they are.
std::string first_word(const std::string& text) {
  static constexpr ByteSet kWordEnds(" \t(");
  return text.substr(0, kWordEnds.find_in(text));
}

TypeFields ask_mimetic(const std::string& value) {
  const mimetic::ContentType content_type(value);
  return {full_type(content_type), first_word(content_type.param("charset")),
          content_type.param("boundary"), first_word(content_type.param("report-type")),
          content_type.param("name")};
}

void read_content_type(Part& part) {
  const std::string value = bounded_value(part.headers, "Content-Type");
  if (value.empty()) return;
  TypeFields fields;
  if (!PlainType(value).read(fields)) fields = ask_mimetic(value);
  if (fields.type.empty()) return;
  part.type = std::move(fields.type);
  part.has_type = true;
  part.charset = std::move(fields.charset);
  part.boundary = std::move(fields.boundary);
  if (!fields.report_type.empty()) part.report_type = lower(fields.report_type);
  if (!fields.file_name.empty()) part.file_name = decode_words(std::move(fields.file_name));
}

void read_disposition(Part& part) {
  const std::string value = bounded_value(part.headers, "Content-Disposition");
  if (value.empty()) return;
  const mimetic::ContentDisposition disposition(value);
  const std::string& name = disposition.param("filename");
  if (!name.empty()) part.file_name = decode_words(name);
}

// "--boundary" exactly, or closing; trailing blanks allowed (RFC 2046 5.1.1).
enum class Delimiter { none, open, close };

Delimiter match_delimiter(std::string_view line, std::string_view boundary) {
  if (boundary.empty() || line.substr(2, boundary.size()) != boundary) return Delimiter::none;
  std::string_view rest = line.substr(2 + boundary.size());
  const bool is_close = rest.substr(0, 2) == "--";
  if (is_close) rest.remove_prefix(2);
  return !trim(rest).empty() ? Delimiter::none : is_close ? Delimiter::close : Delimiter::open;
}

bool looks_like_delimiter(std::string_view line) {
  return line.size() > 4 && line.substr(0, 2) == "--" && line[2] != ' ' &&
         line.find(' ') == std::string_view::npos;
}

// The boundary that a body uses, where the one stated never occurs: the first line like
// a delimiter with a Content- field right below it. Looks at the first 64 KB only.
std::string_view guess_boundary(std::string_view body) {
  Lines lines(body.substr(0, 64 * 1024));
  while (!lines.at_end()) {
    const std::string_view line = trim(lines.next().text);
    if (!looks_like_delimiter(line) || lines.at_end()) continue;
    if (starts_with_ignoring_case(lines.peek().text, "content-")) return line.substr(2);
  }
  return {};
}

class Walker {
 public:
  Walker(std::string_view bytes, Defects& defects, const MimeLimits& limits)
      : bytes_(bytes.substr(0, limits.max_bytes)), defects_(defects), limits_(limits) {
    if (bytes_.size() < bytes.size()) defects_.add("a message longer than the limit");
  }

  // root: the header at the start of bytes, if it has been read.
  MimeTree walk(const Headers* root) && {
    root_ = root;
    tree_.parts.reserve(kUsualParts);
    std::size_t at = open_part(0, Part::kNoParent);
    Lines lines(bytes_);
    lines.seek(at);
    while (!levels_.empty() && lines.seek_line_with("--")) {
      const Line line = lines.next();
      if (!take_delimiter(line)) continue;
      if (is_full_) break;
      lines.seek(resume_);
    }
    if (!levels_.empty()) defects_.add("a multipart without its closing boundary");
    close_parts(0, bytes_.size(), !levels_.empty());
    return std::move(tree_);
  }

 private:
  // An open multipart: its delimiter and how many parts were open when it began.
  struct Level {
    std::string boundary;
    std::size_t part;
    std::size_t open_parts;
  };

  // Adds the part that begins at offset, and the messages that it directly holds.
  // Returns where its body begins.
  std::size_t open_part(std::size_t offset, std::size_t parent) {
    for (;;) {
      const std::size_t index = tree_.parts.size();
      const Part& part = read_part(offset, parent);
      open_.push_back(index);
      offset += part.headers.end();
      if (part.is_multipart()) open_level(index, offset);
      const bool holds_message = part.is_message() && part.encoding == TransferEncoding::identity;
      if (!holds_message || !has_room(part)) return offset;
      // An empty line more than needed, or a mark, before the returned header.
      Defects of_lead;
      offset += read_lead(bytes_.substr(offset), of_lead).length;
      parent = index;
    }
  }

  const Part& read_part(std::size_t offset, std::size_t parent) {
    Part& part = tree_.parts.emplace_back();
    part.parent = parent;
    part.depth = parent == Part::kNoParent ? 0 : tree_.parts[parent].depth + 1;
    const bool is_read = root_ != nullptr && parent == Part::kNoParent;
    part.headers =
        is_read ? *root_ : Headers::read(bytes_.substr(offset), defects_, limits_.header);
    part.header_bytes = bytes_.substr(offset, part.headers.end());
    part.body = bytes_.substr(offset + part.headers.end());
    part.is_cut = !part.headers.is_terminated();
    const bool in_digest =
        parent != Part::kNoParent && tree_.parts[parent].type == "multipart/digest";
    part.type = in_digest ? "message/rfc822" : "text/plain";  // RFC 2046 5.1.5
    read_content_type(part);
    read_disposition(part);
    if (const HeaderField* field = part.headers.find("Content-Transfer-Encoding"))
      part.encoding = parse_transfer_encoding(field->value);
    return part;
  }

  bool has_room(const Part& part) {
    if (part.depth < limits_.max_depth && tree_.parts.size() < limits_.max_parts) return true;
    defects_.add("more parts or deeper nesting than the limit");
    return false;
  }

  // Boundaries that each stand at the very end would be sought through all of it again.
  bool occurs_in(std::string_view body, const std::string& delimiter) {
    if (searched_ > kMostSearched * bytes_.size()) return false;
    const void* at = ::memmem(body.data(), body.size(), delimiter.data(), delimiter.size());
    searched_ += at == nullptr
                     ? body.size()
                     : static_cast<std::size_t>(static_cast<const char*>(at) - body.data());
    return at != nullptr;
  }

  void open_level(std::size_t index, std::size_t body_begin) {
    Part& part = tree_.parts[index];
    if (!has_room(part)) return;
    const std::string_view body = bytes_.substr(body_begin);
    if (missing_boundaries_ > kMostSearches) return;
    const bool occurs = !part.boundary.empty() && occurs_in(body, "--" + part.boundary);
    if (!occurs) {
      ++missing_boundaries_;
      const std::string_view guess = guess_boundary(body);
      defects_.add(guess.empty() ? "a multipart without any boundary"
                                 : "a multipart with another boundary than it states");
      if (guess.empty() || is_enclosing(guess)) return;
      part.boundary = guess;
    }
    levels_.push_back({part.boundary, index, open_.size()});
  }

  bool is_enclosing(std::string_view boundary) const {
    for (const Level& level : levels_)
      if (level.boundary == boundary) return true;
    return false;
  }

  // True if line delimits an open multipart; resume_ is then where to go on.
  bool take_delimiter(const Line& line) {
    for (std::size_t i = levels_.size(); i-- > 0;) {
      const Delimiter delimiter = match_delimiter(line.text, levels_[i].boundary);
      if (delimiter == Delimiter::none) continue;
      const bool is_inner_cut = i + 1 < levels_.size();
      if (is_inner_cut) defects_.add("a multipart without its closing boundary");
      levels_.resize(i + 1);
      close_parts(levels_[i].open_parts, end_before(line.begin), is_inner_cut);
      resume_ = line.next;
      if (delimiter == Delimiter::close) {
        levels_.pop_back();
      } else if (tree_.parts.size() < limits_.max_parts) {
        resume_ = open_part(line.next, levels_[i].part);
      } else {
        defects_.add("more parts or deeper nesting than the limit");
        is_full_ = true;
      }
      return true;
    }
    return false;
  }

  // The line end before a delimiter belongs to it (RFC 2046 5.1.1).
  std::size_t end_before(std::size_t offset) const {
    if (offset > 0 && bytes_[offset - 1] == '\n') --offset;
    while (offset > 0 && bytes_[offset - 1] == '\r') --offset;
    return offset;
  }

  // All parts opened since there were only `keep` end at offset end.
  void close_parts(std::size_t keep, std::size_t end, bool is_cut) {
    while (open_.size() > keep) {
      Part& part = tree_.parts[open_.back()];
      const std::size_t begin = static_cast<std::size_t>(part.body.data() - bytes_.data());
      part.body = bytes_.substr(begin, end > begin ? end - begin : 0);
      part.is_cut = part.is_cut || is_cut;
      open_.pop_back();
    }
  }

  std::string_view bytes_;
  Defects& defects_;
  const MimeLimits& limits_;
  const Headers* root_ = nullptr;
  MimeTree tree_;
  std::vector<Level> levels_;
  std::vector<std::size_t> open_;  // indexes of parts whose end was not yet seen
  std::size_t resume_ = 0;
  bool is_full_ = false;
  int missing_boundaries_ = 0;
  std::size_t searched_ = 0;  // bytes, for boundaries
};

}  // namespace

MimeTree open_mime(std::string_view bytes, Defects& defects, const MimeLimits& limits) {
  return Walker(bytes, defects, limits).walk(nullptr);
}

MimeTree open_mime(const Message& message, Defects& defects, const MimeLimits& limits) {
  return Walker(message.content(), defects, limits).walk(&message.headers());
}

std::string decoded_body(const Part& part) { return decode(part.body, part.encoding); }

std::string text_of(const Part& part) { return to_utf8(decoded_body(part), part.charset); }

}  // namespace unsent
