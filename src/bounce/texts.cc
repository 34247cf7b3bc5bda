// SPDX-License-Identifier: MIT
#include "bounce/texts.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "bounce/html.h"
#include "bounce/original.h"
#include "mail/clear_signed.h"
#include "mail/lines.h"
#include "mail/utf16.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxBlockLines = 400;

struct UsualField {
  std::string_view name;
  int weight;  // how surely it is of a returned message and not of a report's own list
};
constexpr std::array<UsualField, 11> kUsual = {{{"received", 3},
                                                {"message-id", 3},
                                                {"return-path", 2},
                                                {"mime-version", 2},
                                                {"from", 2},
                                                {"date", 1},
                                                {"subject", 1},
                                                {"to", 1},
                                                {"x-mailer", 1},
                                                {"content-type", 1},
                                                {"reply-to", 1}}};

int weight_of(std::string_view line) {
  const std::string_view name = line.substr(0, field_name_length(line));
  for (const UsualField& field : kUsual)
    if (equal_ignoring_case(name, field.name)) return field.weight;
  return 0;
}

// Weight of the block of fields that begins at lines; 0 where it is none.
int block_weight(Lines lines) {
  int weight = 0;
  int usual = 0;
  for (std::size_t i = 0; i < kMaxBlockLines && !lines.at_end(); ++i) {
    const std::string_view line = without_mark(lines.next().text);
    if (line.empty()) break;
    if (is_blank(line.front())) continue;
    if (field_name_length(line) == 0) break;
    const int of_line = weight_of(line);
    weight += of_line;
    usual += of_line > 0 ? 1 : 0;
  }
  return usual >= 2 ? weight : 0;
}

// "> " off every line; "" where no line has it.
std::string unquoted(std::string_view text) {
  std::string out;
  if (text.find("\n>") == std::string_view::npos) return out;
  for (Lines lines(text); !lines.at_end();) {
    std::string_view line = lines.next().text;
    if (!line.empty() && line.front() == '>') line.remove_prefix(1);
    if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    out += line;
    out += '\n';
  }
  return out;
}

// One blank off every line, where that shows a header's surest field; else "".
std::string unindented(std::string_view text) {
  std::string out;
  const bool is_worth_it = find_ignoring_case(text, "\n message-id:") != std::string_view::npos ||
                           find_ignoring_case(text, "\n received:") != std::string_view::npos;
  if (!is_worth_it) return out;
  for (Lines lines(text); !lines.at_end();) {
    std::string_view line = lines.next().text;
    if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    out += line;
    out += '\n';
  }
  return out;
}

// A part that holds the original's header as its own, where the empty line before it was
// lost, or behind other fields of the part, where there is one too many.
bool take_from_part(const Report& report, Bounce& bounce) {
  for (std::size_t i = 1; i < report.tree.parts.size(); ++i) {
    const Part& part = report.tree.parts[i];
    if (part.is_multipart() || is_inside_message(report.tree, part)) continue;
    if (part.headers.has("Message-ID") && part.headers.has("From")) {
      const std::string_view whole(part.header_bytes.data(),
                                   part.header_bytes.size() + part.body.size());
      read_original(bounce.original, whole, Extent::full, bounce.defects);
      if (bounce.original.extent != Extent::none) return true;
    }
    std::string_view ignored;
    if (part.is_message() && take_from_text(decoded_body(part), bounce, ignored)) return true;
  }
  return false;
}

// Takes an original that stands in a text with something before every line.
bool take_from_lines(ReportTexts& texts, std::string (*bare)(std::string_view), Bounce& bounce,
                     std::string_view& prose) {
  const std::size_t count = texts.attached.size();
  for (std::size_t i = 0; i <= count; ++i) {
    std::string text = bare(i < count ? texts.attached[i] : texts.words);
    const bool is_words = i == count;
    std::string_view before;
    if (text.empty() || !take_from_text(text, bounce, before)) continue;
    if (is_words) {
      texts.attached.push_back(std::move(text));
      prose = std::string_view(texts.attached.back()).substr(0, before.size());
    }
    return true;
  }
  return false;
}

// The stated one, unless readable_text has undone it.
std::string charset_of(const Part& part, std::string_view readable) {
  if (part.type == "text/html") return "utf-8";
  const bool is_undone =
      starts_with_ignoring_case(part.charset, "utf-16") && is_valid_utf8(readable);
  return is_undone ? "utf-8" : part.charset;
}

}  // namespace

std::string readable_text(const Part& part, std::size_t limit) {
  const bool is_encoded = part.encoding != TransferEncoding::identity;
  std::string text = decode(part.body.substr(0, is_encoded ? 3 * limit : limit), part.encoding);
  if (text.size() > limit) text.resize(limit);
  if (auto converted = utf8_of_utf16(text)) text = std::move(*converted);
  if (part.type == "text/html") return words_of_html(text, part.charset);
  if (auto unsigned_text = undo_clear_signing(text)) text = std::move(*unsigned_text);
  return text;
}

ReportTexts gather_texts(const MimeTree& tree) {
  ReportTexts texts;
  bool has_words = false;
  for (const Part& part : tree.parts) {
    if (part.is_multipart() || part.is_message() || is_inside_message(tree, part)) continue;
    const bool is_text = part.type.compare(0, 5, "text/") == 0;
    const bool is_untyped =
        part.type == "application/octet-stream" || part.type.compare(0, 8, "message/") == 0;
    if (!is_text && !is_untyped) continue;
    std::string bytes = readable_text(part);
    if (!has_words) {
      texts.words = std::move(bytes);
      texts.charset = charset_of(part, texts.words);
      has_words = true;
    } else if (texts.attached.size() < 10) {
      texts.attached.push_back(std::move(bytes));
    }
  }
  return texts;
}

std::size_t find_header_block(std::string_view text) {
  constexpr int kSure = 7;  // a Message-ID or Received, and more
  std::size_t best = std::string_view::npos;
  int best_weight = 2;
  bool is_in_block = false;  // it is looked at once: at its first line
  for (Lines lines(text); !lines.at_end(); lines.next()) {
    const std::size_t begin = lines.offset();
    const std::string_view line = without_mark(lines.peek().text);
    const bool is_field = field_name_length(line) > 0;
    if (is_field && !is_in_block) {
      const int weight = block_weight(lines);
      if (weight > best_weight) {
        best = begin;
        best_weight = weight;
      }
      if (weight >= kSure) return begin;
    }
    // An indented line goes on with a field above it, and with nothing else.
    is_in_block = is_field || (is_in_block && !line.empty() && is_blank(line.front()));
  }
  return best;
}

bool take_from_text(const std::string& text, Bounce& bounce, std::string_view& prose) {
  const std::size_t at = find_header_block(text);
  if (at == std::string::npos) return false;
  read_original(bounce.original, std::string_view(text).substr(at), Extent::full, bounce.defects);
  if (bounce.original.extent == Extent::none) return false;
  prose = std::string_view(text).substr(0, at);
  return true;
}

void take_original(const Report& report, ReportTexts& texts, Bounce& bounce,
                   std::string_view& prose) {
  prose = texts.words;
  if (take_returned_part(report, bounce) || take_from_part(report, bounce)) return;
  for (const std::string& text : texts.attached) {
    std::string_view before;
    if (take_from_text(text, bounce, before)) return;
  }
  if (take_from_text(texts.words, bounce, prose)) return;
  if (take_from_lines(texts, unquoted, bounce, prose)) return;
  take_from_lines(texts, unindented, bounce, prose);
}

}  // namespace unsent
